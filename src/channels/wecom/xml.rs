//! The flat XML of WeCom: `<xml><Name>text</Name>…</xml>`, text plain or in CDATA. Anything else is refused.

use std::collections::BTreeMap;

/// The elements right below `<xml>`; `None` where it isn't of that form. What lies within elements below them is left out.
pub fn fields(text: &str) -> Option<BTreeMap<String, String>> {
    let mut rest = text.trim().strip_prefix("<xml>")?;
    let mut fields = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if let Some(end) = rest.strip_prefix("</xml>") {
            return end.trim().is_empty().then_some(fields);
        }
        let (name, after) = rest.strip_prefix('<')?.split_once('>')?;
        if let Some(name) = name.strip_suffix('/').map(str::trim_end)
            && is_name(name)
        {
            rest = after;
            continue;
        }
        if !is_name(name) {
            return None;
        }
        let (content, after) = content(after, &format!("</{name}>"))?;
        if let Some(content) = content {
            fields.insert(name.to_owned(), content);
        }
        rest = after;
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The text up to an end tag and what follows it; no text where there are elements in it.
fn content<'a>(text: &'a str, end: &str) -> Option<(Option<String>, &'a str)> {
    let mut content = Some(String::new());
    let mut rest = text;
    loop {
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let (data, after) = data.split_once("]]>")?;
            if let Some(content) = &mut content {
                content.push_str(data);
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix(end) {
            return Some((content, after));
        } else if rest.starts_with('<') {
            content = None;
            rest = &rest[rest.find('>')? + 1..];
        } else {
            let (plain, after) = rest.split_at(rest.find('<')?);
            let plain = unescaped(plain)?;
            if let Some(content) = &mut content {
                content.push_str(&plain);
            }
            rest = after;
        }
    }
}

/// A text with its entities as the characters that they stand for: the five of XML and numbers, no others.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (name, after) = part.split_once(';')?;
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        plain.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => match name.strip_prefix("#x") {
                Some(digits) => number(digits, 16)?,
                None => number(name.strip_prefix('#')?, 10)?,
            },
        });
        plain.push_str(after);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn flat_documents_are_read() {
        let text = "<xml>\n<A><![CDATA[你好 <b> & ]]]]><![CDATA[>]]></A><B>1 &lt; 2 &amp;&#x4f60;&#22909;</B><C/>\n<D><E>x</E></D><F></F></xml>\n";
        let fields = fields(text).unwrap();
        let of = |name: &str| fields.get(name).map(String::as_str);
        assert_eq!(of("A"), Some("你好 <b> & ]]>"));
        assert_eq!(of("B"), Some("1 < 2 &你好"));
        assert_eq!((of("C"), of("D"), of("F")), (None, None, Some("")));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "x",
            "<xml>",
            "<xml></xml>x",
            "<xml><A></xml>",
            "<xml><A>x</B></xml>",
            "<xml><A>&nbsp;</A></xml>",
            "<xml><A>&lol</A></xml>",
            "<xml><A><![CDATA[x</A></xml>",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>",
            "<xml><A b=\"c\">x</A></xml>",
            "<xml><A>x</xml>",
        ] {
            assert!(fields(text).is_none(), "{text}");
        }
    }
}

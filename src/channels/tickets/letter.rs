//! What a customer wrote, out of HTML and mail: the text alone, without what they quoted of earlier letters.

use pulldown_cmark::Event;

/// What is inside these is no text of the customer's.
const LEFT_OUT: [&str; 6] = ["script", "style", "head", "title", "blockquote", "template"];

/// What begins a new line.
const BLOCKS: [&str; 12] = ["br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "pre"];

/// The words before a quoted letter at the end of a line.
const QUOTES: [&str; 4] = ["写道：", "写道:", "wrote:", "寫道："];

/// The text of an HTML letter.
pub fn from_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside: Option<(String, usize)> = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if inside.is_none() {
            text.push_str(&decoded(&rest[..at]));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let Some(end) = rest.find('>').filter(|_| is_tag) else {
            // A lone bracket is text: 1 < 2.
            if inside.is_none() {
                text.push('<');
            }
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let closes = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match &mut inside {
            Some((open, depth)) if *open == name => {
                *depth = if closes { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    inside = None;
                }
            }
            None if !closes && !tag.ends_with('/') && LEFT_OUT.contains(&name.as_str()) => {
                inside = Some((name, 1));
            }
            None if BLOCKS.contains(&name.as_str()) => text.push('\n'),
            Some(_) | None => {}
        }
    }
    if inside.is_none() {
        text.push_str(&decoded(rest));
    }
    tidy(&text)
}

/// The text of a plain letter.
pub fn from_plain(text: &str) -> String {
    tidy(text)
}

/// Without quoted lines, and without what follows words such as "… wrote:"; at most one empty line in a row.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('>') {
            continue;
        }
        if QUOTES.iter().any(|quote| line.ends_with(quote)) && lines.iter().any(|line| !line.is_empty()) {
            break;
        }
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Text with its entities read: `&amp;` is `&`.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // Markdown has the same entities as HTML; whatever else it would take for its own is taken one entity at a time.
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        read.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(34).find(|(_, c)| *c == ';').map(|(end, _)| end + 1);
        let entity = end.and_then(|end| one(&rest[..end]).map(|text| (text, end)));
        let (text, end) = entity.unwrap_or_else(|| ("&".to_owned(), 1));
        read.push_str(&text);
        rest = &rest[end..];
    }
    read.push_str(rest);
    read.replace('\u{a0}', " ")
}

fn one(entity: &str) -> Option<String> {
    // Between two letters, since a space alone would be taken off.
    let between = format!("x{entity}x");
    let read: String = pulldown_cmark::Parser::new(&between)
        .filter_map(|event| match event {
            Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    let inner = read.strip_prefix('x')?.strip_suffix('x')?;
    (inner != entity && !inner.is_empty()).then(|| inner.to_owned())
}

/// Whether two texts say the same, whatever HTML was made of them.
pub fn same(one: &str, other: &str) -> bool {
    let bare = |text: &str| from_html(text).chars().filter(|c| !c.is_whitespace()).collect::<String>();
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_becomes_what_was_written() {
        assert_eq!(
            from_html("备案要多久？<div><br></div><div>急&nbsp;&amp; 谢谢</div>"),
            "备案要多久？\n\n急 & 谢谢"
        );
        assert_eq!(from_html("a<script>alert(1)</script><style>p{}</style>b<!-- c -->d"), "abd");
        assert_eq!(from_html("1 < 2 &lt;b&gt; &unknown; &#x5907;&#26696;"), "1 < 2 <b> &unknown; 备案");
        assert_eq!(
            from_html("<p>新问题</p><blockquote>旧<blockquote>更旧</blockquote>的</blockquote>尾"),
            "新问题\n尾"
        );
        assert_eq!(from_html(""), "");
        assert_eq!(from_html("<blockquote>没有关上"), "");
        assert_eq!(from_html("尾巴 <"), "尾巴 <");
    }

    #[test]
    fn what_was_quoted_is_left_out() {
        let letter =
            "订单还能撤吗？\r\n\r\n在 2026年11月20日，客服 <a@example.com> 写道：\r\n> 您好\r\n> 请问";
        assert_eq!(from_plain(letter), "订单还能撤吗？");
        assert_eq!(from_plain("How long?\n\nOn Fri, Bob wrote:\n> x"), "How long?");
        // A letter that begins so is not empty.
        assert_eq!(from_plain("管局写道：\n资料有误"), "管局写道：\n资料有误");
    }

    #[test]
    fn the_same_answer_is_known_in_other_markup() {
        assert!(same("<p><strong>可以</strong> 撤回</p>\n", "<div><b>可以</b> 撤回</div>"));
        assert!(!same("<p>可以</p>", "<p>不可以</p>"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_stumble(text in "[<>/a-z&;#x0-9! \n备案🙂-]{0,120}") {
            let read = from_html(&text);
            prop_assert!(read.len() <= text.len() + 4);
        }
    }
}

//! A reply as one Markdown, for channels that have no other place for where it comes from and what may be said next.

use crate::domain::reply::Reply;

/// The text of a reply, its source in a line, and what may be said next where the text doesn't say so.
pub fn whole(reply: &Reply) -> String {
    let mut text = reply.text.trim().to_owned();
    let chinese = is_chinese(&text);
    if let Some(citation) = reply.citations.first() {
        let label = if chinese { "出处：" } else { "Source: " };
        let (open, close) = if chinese { ("（", "）") } else { (" (", ")") };
        let day = citation.as_of.map(|day| format!("{open}{day}{close}")).unwrap_or_default();
        text.push_str(&format!("\n\n{label}{}{day}", citation.heading));
    }
    let next: Vec<&str> = reply
        .suggestions
        .iter()
        .map(String::as_str)
        .filter(|suggestion| !reply.text.contains(suggestion))
        .collect();
    if !next.is_empty() {
        let label = if chinese { "可以接着说：" } else { "You can say next:" };
        text.push_str(&format!("\n\n{label}\n"));
        for suggestion in next {
            text.push_str(&format!("\n- {suggestion}"));
        }
    }
    text
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::{Citation, Kind};

    #[test]
    fn the_source_and_what_may_be_said_next_stand_under_the_text() {
        let mut reply = Reply::new(Kind::Answer, "可以撤回。\n\n- 注销能撤回吗");
        reply.citations = vec![Citation {
            doc: "a.md".to_owned(),
            heading: "能撤回吗".to_owned(),
            anchor: None,
            as_of: Some("2019-05-08".parse().unwrap()),
        }];
        reply.suggestions = vec!["注销能撤回吗".to_owned(), "怎么撤回".to_owned()];
        assert_eq!(
            whole(&reply),
            "可以撤回。\n\n- 注销能撤回吗\n\n出处：能撤回吗（2019-05-08）\n\n可以接着说：\n\n- 怎么撤回"
        );
        reply.text = "Yes, you can.".to_owned();
        assert!(
            whole(&reply).starts_with("Yes, you can.\n\nSource: 能撤回吗 (2019-05-08)\n\nYou can say next:")
        );
        assert_eq!(whole(&Reply::new(Kind::Chitchat, " Hello. ")), "Hello.");
    }
}

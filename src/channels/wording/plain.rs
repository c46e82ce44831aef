//! Markdown as text that reads well without being drawn.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The text of a reply: lists with their marks, a row of a table a line, links followed by their address.
pub fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    // The number of the next item of each list that is open; `None`: no numbers.
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut link = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(piece) | Event::Code(piece) | Event::Html(piece) | Event::InlineHtml(piece) => {
                text.push_str(&piece);
            }
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::Start(Tag::List(first)) => {
                if lists.is_empty() {
                    paragraph(&mut text);
                }
                lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
            }
            Event::Start(Tag::Item) => {
                line(&mut text);
                text.push_str(&"  ".repeat(lists.len().saturating_sub(1)));
                match lists.last_mut() {
                    Some(Some(number)) => {
                        text.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => text.push_str("- "),
                }
            }
            Event::Start(Tag::Paragraph | Tag::BlockQuote(_)) if lists.is_empty() => paragraph(&mut text),
            Event::Rule | Event::Start(Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_)) => {
                paragraph(&mut text);
            }
            Event::End(TagEnd::Heading(_) | TagEnd::TableHead | TagEnd::TableRow) => line(&mut text),
            Event::Start(Tag::TableCell) if !text.is_empty() && !text.ends_with('\n') => text.push_str(" | "),
            Event::Start(Tag::Link { dest_url, .. }) => link = Some(dest_url),
            Event::End(TagEnd::Link) => {
                let leads = |url: &str| url.starts_with("http://") || url.starts_with("https://");
                if let Some(url) = link.take().filter(|url| leads(url) && !text.ends_with(&**url)) {
                    text.push_str(&format!(" ({url})"));
                }
            }
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Ends the line, where it isn't ended.
fn line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Leaves a line empty.
fn paragraph(text: &mut String) {
    if !text.is_empty() {
        line(text);
        if !text.ends_with("\n\n") {
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_reply_reads_well_as_plain_text() {
        let markdown = "**可以撤回**，在 `人脸核验` 之前。\n\n1. 登录\n2. 点“撤回”\n   - 再确认\n\n| 地区 | 天数 |\n|---|---|\n| 浙江 | 20 |\n\n见[说明](https://example.com/a)和[本节](#x)。";
        assert_eq!(
            plain(markdown),
            "可以撤回，在 人脸核验 之前。\n\n1. 登录\n2. 点“撤回”\n  - 再确认\n\n地区 | 天数\n浙江 | 20\n\n见说明 (https://example.com/a)和本节。"
        );
        assert_eq!(plain(""), "");
    }
}

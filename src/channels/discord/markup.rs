//! Discord's markup: out of what people write, and into what Discord can draw.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use regex::Regex;

/// Mentions, channels, roles, commands, emoji, times and links into Discord. Their numbers look like those of orders.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(
        r"<(?:@[!&]?|#)[0-9]+>|<a?:[A-Za-z0-9_~]+:[0-9]+>|<t:-?[0-9]+(?::[A-Za-z])?>|</[^:<>]+:[0-9]+>|<id:[a-z]+>|https?://(?:[a-z]+\.)?discord(?:app)?\.com/\S*",
    )
    .unwrap()
});

/// What somebody wrote, without anything of Discord in it.
pub(super) fn spoken(content: &str) -> String {
    MARKUP.replace_all(content, " ").trim().to_owned()
}

/// A reply as Discord draws it: rows of a table as lines, deep headings in bold, no links that lead nowhere, and nothing in it that calls
/// anybody.
pub(super) fn drawn(markdown: &str) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    // Where the last edit ends: what lies inside one is part of it.
    let mut done = 0;
    let mut table: Option<Table> = None;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        if let Some(open) = &mut table {
            match event {
                Event::Start(Tag::TableCell) => open.row.push(cell(&markdown[range])),
                Event::End(TagEnd::TableHead) => open.end_head(),
                Event::End(TagEnd::TableRow) => open.end_row(),
                Event::End(TagEnd::Table) => {
                    done = range.end;
                    edits.push((range, std::mem::take(&mut open.text)));
                    table = None;
                }
                _ => {}
            }
            continue;
        }
        if range.start < done {
            continue;
        }
        let edit = match event {
            Event::Start(Tag::Table(_)) => {
                table = Some(Table::default());
                None
            }
            Event::Start(Tag::Heading { level, .. }) if level > HeadingLevel::H3 => {
                let source = &markdown[range.clone()];
                let after = &source[source.trim_end().len()..];
                Some(format!("**{}**{after}", source.trim_end().trim_start_matches('#').trim()))
            }
            Event::Start(Tag::Image { .. }) => {
                let source = &markdown[range.clone()];
                Some(source.strip_prefix('!').unwrap_or(source).to_owned())
            }
            Event::Start(Tag::Link { dest_url, .. })
                if !dest_url.starts_with("http://") && !dest_url.starts_with("https://") =>
            {
                let source = &markdown[range.clone()];
                let text = source.strip_prefix('[').and_then(|rest| rest.split("](").next());
                Some(text.unwrap_or(source).to_owned())
            }
            _ => None,
        };
        if let Some(edit) = edit {
            done = range.end;
            edits.push((range, edit));
        }
    }
    let mut text = markdown.to_owned();
    for (range, edit) in edits.into_iter().rev() {
        text.replace_range(range, &edit);
    }
    disarmed(&text)
}

/// The widest table whose head stands above it once; in a wider one nobody could tell which column is which.
const NARROW: usize = 2;

#[derive(Default)]
struct Table {
    text: String,
    head: Vec<String>,
    row: Vec<String>,
}

impl Table {
    fn end_head(&mut self) {
        self.head = std::mem::take(&mut self.row);
        if self.head.len() <= NARROW && self.head.iter().any(|cell| !cell.is_empty()) {
            self.text.push_str(&format!("**{}**\n", self.head.join(" · ")));
        }
    }

    fn end_row(&mut self) {
        let wide = self.head.len() > NARROW;
        let cells = self.row.drain(..).enumerate().filter(|(_, cell)| !cell.is_empty());
        let cells = cells.map(|(column, cell)| match self.head.get(column) {
            Some(head) if wide && column > 0 => format!("{head} {cell}"),
            _ => cell,
        });
        let cells: Vec<String> = cells.collect();
        if !cells.is_empty() {
            self.text.push_str(&format!("- {}\n", cells.join(" · ")));
        }
    }
}

fn cell(source: &str) -> String {
    source.trim().trim_matches('|').trim().replace('\n', " ")
}

/// Takes from a text what would call somebody. Discord is told so too, with each message.
fn disarmed(text: &str) -> String {
    const JOINT: &str = "\u{200b}";
    ["@everyone", "@here", "<@", "<#"].iter().fold(text.to_owned(), |text, call| {
        let (first, rest) = call.split_at(1);
        text.replace(call, &format!("{first}{JOINT}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_discord_is_left_in_a_question() {
        let written = "<@1234567890123456789> <@!42> 订单 <#98765432101234567> 20190812001 <:ok:123456789012345678> 到哪了 <t:1700000000:R> </问:123> https://discord.com/channels/1/22222222222222222/3 <@&5>";
        let words = spoken(written).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, "订单 20190812001 到哪了");
        assert_eq!(spoken("a < b > c, <b>fett</b> 🙂"), "a < b > c, <b>fett</b> 🙂");
        assert_eq!(spoken("<@1>"), "");
    }

    #[test]
    fn a_reply_is_drawn_with_what_discord_has() {
        let markdown = "**可以**\n\n#### 步骤\n\n1. 登录\n\n| 地区 | 天数 |\n|---|---|\n| 浙江 | [20](https://e.cn) |\n| 广东 | |\n\n见[本节](#x)和[说明](https://e.cn)。![图](https://e.cn/a.png)";
        assert_eq!(
            drawn(markdown),
            "**可以**\n\n**步骤**\n\n1. 登录\n\n**地区 · 天数**\n- 浙江 · [20](https://e.cn)\n- 广东\n\n见本节和[说明](https://e.cn)。[图](https://e.cn/a.png)"
        );
        assert_eq!(
            drawn("| 实例 | 上限 | 还剩 |\n|---|---|---|\n| i-1 | 5 | |\n| i-2 | 5 | 3 |"),
            "- i-1 · 上限 5\n- i-2 · 上限 5 · 还剩 3\n"
        );
        assert_eq!(drawn(""), "");
    }

    #[test]
    fn nobody_is_called() {
        let text = drawn("@everyone @here <@1234> <@&5> <#6> a@b.cn");
        for call in ["@everyone", "@here", "<@", "<#"] {
            assert!(!text.contains(call), "{text}");
        }
        assert!(text.contains("a@b.cn"), "{text}");
    }
}

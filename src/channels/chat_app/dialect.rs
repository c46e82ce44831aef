//! The little Markdown that chat apps draw: bold, lists, links, quotes, code; no tables, no pictures, no HTML.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// How a line ends within a paragraph: two spaces, since some apps join lines without them.
const BREAK: &str = "  \n";

/// A reply's Markdown as chat apps draw it. A table becomes a list, a row an item; what looks like a tag is no tag any more, so that
/// nobody can have everybody in a group called.
pub fn simple(markdown: &str) -> String {
    let mut page = Page::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        page.take(event);
    }
    page.text.trim().to_owned()
}

#[derive(Default)]
struct Page {
    text: String,
    /// The number of the next item of each list that is open; `None`: no numbers.
    lists: Vec<Option<u64>>,
    quoted: usize,
    /// Where a link leads, if to the web.
    link: Option<String>,
    cells: Vec<String>,
    in_cell: bool,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.push(&text.replace('<', "＜"));
            }
            Event::Code(text) => self.push(&format!("`{}`", text.replace('<', "＜"))),
            Event::SoftBreak | Event::HardBreak if self.in_cell => self.push(" "),
            Event::SoftBreak | Event::HardBreak => {
                let deeper = "  ".repeat(self.lists.len());
                let quote = "> ".repeat(self.quoted);
                self.push(&format!("{BREAK}{quote}{deeper}"));
            }
            Event::Rule => {
                self.paragraph();
                self.push("---");
            }
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph if self.lists.is_empty() => self.paragraph(),
            // What is in it begins a paragraph of its own.
            Tag::BlockQuote(_) => self.quoted += 1,
            Tag::Heading { .. } => {
                self.paragraph();
                self.push("**");
            }
            Tag::CodeBlock(_) => {
                self.paragraph();
                self.push("```\n");
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.paragraph();
                }
                self.lists.push(*first);
            }
            Tag::Item => {
                self.line();
                let deeper = "  ".repeat(self.lists.len().saturating_sub(1));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.push(&format!("{deeper}{mark}"));
            }
            Tag::Strong => self.push("**"),
            Tag::Table(_) => self.paragraph(),
            Tag::TableHead | Tag::TableRow => self.cells.clear(),
            Tag::TableCell => {
                self.in_cell = true;
                self.cells.push(String::new());
            }
            Tag::Link { dest_url, .. } => {
                let leads = dest_url.starts_with("https://") || dest_url.starts_with("http://");
                self.link = leads.then(|| dest_url.replace([')', '('], ""));
                if self.link.is_some() {
                    self.push("[");
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => self.quoted = self.quoted.saturating_sub(1),
            TagEnd::Heading(_) => {
                self.push("**");
                self.line();
            }
            TagEnd::CodeBlock => {
                self.line();
                self.push("```");
                self.line();
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Strong => self.push("**"),
            TagEnd::TableCell => self.in_cell = false,
            TagEnd::TableHead => {
                let row = self.cells.join(" · ");
                self.text.push_str(&format!("**{row}**"));
                self.paragraph();
            }
            TagEnd::TableRow => {
                let row = self.cells.join(" · ");
                self.text.push_str(&format!("- {row}"));
                self.line();
            }
            TagEnd::Link => {
                if let Some(link) = self.link.take() {
                    self.push(&format!("]({link})"));
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        match self.cells.last_mut().filter(|_| self.in_cell) {
            Some(cell) => cell.push_str(text),
            None => self.text.push_str(text),
        }
    }

    /// Ends the line, where it isn't ended.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Leaves a line empty.
    fn paragraph(&mut self) {
        if !self.text.is_empty() {
            self.line();
            if !self.text.ends_with("\n\n") {
                self.text.push('\n');
            }
        }
        self.text.push_str(&"> ".repeat(self.quoted));
    }
}

#[cfg(test)]
mod tests {
    use super::simple;

    #[test]
    fn tables_become_lists_and_the_rest_stays() {
        let markdown = "## 能撤回\n\n**可以**撤回，\n在 `核验` 之前。\n\n1. 登录\n2. 点“撤回”\n   - 再确认\n\n| 地区 | 天数 |\n|---|---|\n| **浙江** | 20 |\n| 北京 | 15 |\n\n> 见[说明](https://example.com/a)和[本节](#x)。";
        assert_eq!(
            simple(markdown),
            "**能撤回**\n\n**可以**撤回，  \n在 `核验` 之前。\n\n1. 登录\n2. 点“撤回”\n  - 再确认\n\n**地区 · 天数**\n\n- **浙江** · 20\n- 北京 · 15\n\n> 见[说明](https://example.com/a)和本节。"
        );
        assert_eq!(simple(""), "");
    }

    #[test]
    fn nobody_is_called_and_nothing_is_fetched() {
        let hostile = simple(
            "<at user_id=\"all\"></at> &lt;at id=all> `<at id=all>` ![x](https://e/p.png) [y](javascript:a)\n\n<script>z</script>",
        );
        assert!(!hostile.contains('<') && !hostile.contains("](") && !hostile.contains("p.png"), "{hostile}");
    }
}

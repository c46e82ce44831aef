//! Text without markup to blocks: what PDF exports and plain text files hold. Pages, wrapped lines and tables are undone
//! by their shape; headings are found by numbers, questions, and short lines with text below. No list of any
//! document's own headings: whatever is known here is a habit of the kind of text.

mod headings;
mod layout;
mod noise;
mod tables;

use super::front_matter::FrontMatter;
use super::parse::{Block, DocumentKind, Parsed};
use crate::knowledge::Language;
use headings::{Finder, Mark};
use layout::Layout;
use noise::{Line, Page};

/// Does a text show signs of pages: dotted leaders, page footers?
pub(super) fn has_pages(text: &str) -> bool {
    text.lines().filter(|line| noise::is_leader(line.trim()) || noise::is_footer(line.trim())).take(3).count()
        == 3
}

pub(super) fn parse(text: &str) -> Parsed {
    let Page { lines, title, as_of, contents } = noise::clean(text);
    let layout = Layout::of(&lines);
    let finder = Finder::new(&lines, &layout, contents);
    let mut writer = Writer::default();
    let mut index = 0;
    while index < lines.len() {
        let line = &lines[index];
        if let Some(mark) = finder.mark(index) {
            writer.heading(line, mark);
            index += 1;
            continue;
        }
        if let Some(table) = tables::at(&lines, index, &layout, &finder) {
            writer.paragraph(&table.markdown);
            index = table.end;
            continue;
        }
        // a paragraph, list item or note, with the lines that continue it
        let mut text = line.text.clone();
        let mut last = index;
        while last + 1 < lines.len()
            && finder.mark(last + 1).is_none()
            && layout.continues(&lines[last], &lines[last + 1])
        {
            layout::join(&mut text, &lines[last + 1].text);
            last += 1;
        }
        writer.text(line, &text);
        index = last + 1;
    }
    Parsed {
        kind: DocumentKind::PlainText,
        title,
        as_of,
        front_matter: FrontMatter::Absent,
        language: Language::Chinese,
        blocks: writer.finish(),
        links: Vec::new(),
        remarks: Vec::new(),
    }
}

/// Writes the blocks as headings and texts come.
#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    /// Under a legal notice, a table of contents or a list of links nothing is kept.
    muted: bool,
    note: bool,
}

impl Writer {
    fn heading(&mut self, line: &Line, mark: Mark) {
        self.note = false;
        match mark {
            Mark::Unanswerable { front } => {
                if front {
                    // a cover page: what stands above the legal notice is no text
                    self.blocks.retain(|block| block.level > 0);
                }
                self.muted = true;
            }
            Mark::Heading { level, text } => {
                self.muted = false;
                self.blocks.push(Block { line: line.number, level, heading: text, ..Block::default() });
            }
        }
    }

    fn text(&mut self, line: &Line, text: &str) {
        if self.muted {
            return;
        }
        let text = noise::mend_text(text);
        if let Some((depth, item)) = layout::bullet(line, &text) {
            self.separate("\n");
            self.push(&format!("{}- {item}", "    ".repeat(depth)));
        } else if headings::is_note(&text) {
            self.paragraph(&format!("{}：", text.trim_matches(['*', ' ', ':', '：'])));
            self.note = true;
            return;
        } else if self.note {
            self.push(&text);
        } else {
            self.paragraph(&text);
        }
        self.note = false;
    }

    fn paragraph(&mut self, text: &str) {
        if !self.muted {
            self.separate("\n\n");
            self.push(text);
        }
    }

    /// An empty line between paragraphs, and before and after a list; none between its items.
    fn separate(&mut self, by: &str) {
        self.note = false;
        if self.blocks.is_empty() {
            self.blocks.push(Block { line: 1, ..Block::default() });
        }
        if let Some(block) = self.blocks.last_mut()
            && !block.body.is_empty()
        {
            let after_item =
                block.body.lines().next_back().is_some_and(|line| line.trim_start().starts_with("- "));
            block.body.push_str(if by == "\n" && !after_item { "\n\n" } else { by });
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(block) = self.blocks.last_mut() {
            block.body.push_str(text);
        }
    }

    fn finish(self) -> Vec<Block> {
        self.blocks
    }
}

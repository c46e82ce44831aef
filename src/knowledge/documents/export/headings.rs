//! Which lines are headings: chapters by their numbers, questions, and short lines with text below them.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::outline::normalised;
use super::layout::{Layout, number, starts_item};
use super::noise::{Line, mend_heading};

/// What a line is, if it is no text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Heading {
        level: u8,
        text: String,
    },
    /// A legal notice, a table of contents (front), or a list of links: what follows answers nothing.
    Unanswerable {
        front: bool,
    },
}

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap());
    };
}

pattern!(NUMBERED, r"^(\d{1,2}(?:\.\d{1,2}){0,3})\s+(\S.*)$");
pattern!(CHAPTER, r"^第\s?[一二三四五六七八九十百\d]+\s?(章|篇|部分|节)\s*\S");
pattern!(CHINESE_NUMBER, r"^[一二三四五六七八九十]{1,3}、\S");
pattern!(LABELLED, r"(?i)^(?:TOP|Q|FAQ|问题?|案例|场景)\s?\d{0,3}\s?[：:]\s?\S");
pattern!(
    FRONT,
    r"(?i)^(?:法律声明|免责声明|版权声明|版权所有|通用约定|文档约定|目\s?录|修订记录|legal (?:notice|disclaimer)|disclaimer|copyright(?: notice)?|(?:table of )?contents|document conventions)$"
);
pattern!(
    LINKS,
    r"(?i)^(?:相关文档|相关链接|相关文章|相关阅读|参考文档|参考资料|参考链接|see also|related (?:links|documents|topics|articles))$"
);
pattern!(
    NOTE,
    r"(?i)^\**\s*(?:说明|注意|警告|禁止|提示|重要|重要提示|危险|备注|note|notice|warning|caution|tip|important)\s*[:：]?\s*\**[:：]?$"
);
pattern!(
    BEGINS_SENTENCE,
    r"(?i)^(?:如果|如您|如需|若|请|您|当您|则|或|以及|对于|其中|因此|但|并|if|when|please|for|and|or)"
);
pattern!(TWO_CELLS, r"[\p{Han}）]\s+(?:[\p{Han}（]|\d+\p{Han})");

/// "说明：" and its like, alone on a line.
pub(super) fn is_note(text: &str) -> bool {
    NOTE.is_match(text)
}

/// Finds the headings of a text.
pub(super) struct Finder {
    marks: Vec<Option<Mark>>,
}

impl Finder {
    pub(super) fn new(lines: &[Line], layout: &Layout, contents: HashSet<String>) -> Self {
        let listed = listed(lines, &contents);
        let search = Search { lines, layout, contents, listed };
        let mut marks: Vec<Option<Mark>> = lines.iter().map(|_| None).collect();
        let mut numbers: Vec<u32> = Vec::new();
        for (index, mark) in marks.iter_mut().enumerate() {
            if let Some((path, text)) = search.numbered(index, &numbers) {
                let level = u8::try_from(path.len()).unwrap_or(5).min(5);
                numbers = path;
                *mark = Some(Mark::Heading { level, text });
            }
        }
        let next_number = next_numbers(lines, &marks);
        let last_chapter = marks.iter().rposition(Option::is_some);
        let mut depth = 0;
        let mut last_number = None;
        let mut front = false;
        for index in 0..lines.len() {
            if let Some(Mark::Heading { level, .. }) = &marks[index] {
                depth = *level;
                last_number = None;
                front = false;
                continue;
            }
            let steps_go_on = last_number.is_some_and(|last: u32| next_number[index] == Some(last + 1));
            let mut found = search.unnumbered(index, depth, steps_go_on);
            // a legal notice and the like last until the first chapter
            let in_front = front && last_chapter.is_some_and(|last| last > index);
            if in_front && matches!(found, Some(Mark::Heading { .. })) {
                found = None;
            }
            front |= found == Some(Mark::Unanswerable { front: true });
            if let Some(Mark::Heading { level, .. }) = &found {
                if CHAPTER.is_match(&lines[index].text) {
                    depth = *level;
                }
                last_number = None;
            }
            marks[index] = found;
            last_number = number(&lines[index].text).or(last_number);
        }
        Self { marks }
    }

    pub(super) fn mark(&self, index: usize) -> Option<Mark> {
        self.marks.get(index).cloned().flatten()
    }
}

/// The texts of list items, and the entries of a table of contents: a line of its own that reads like one is a heading.
fn listed(lines: &[Line], contents: &HashSet<String>) -> HashSet<String> {
    let items = lines.iter().filter(|line| starts_item(line) && number(&line.text).is_none());
    let mut listed: HashSet<String> =
        items.map(|line| normalised(&line.text)).filter(|item| item.chars().count() >= 6).collect();
    listed.extend(contents.iter().cloned());
    listed
}

/// For each line the number of the next numbered item, none past a numbered heading.
fn next_numbers(lines: &[Line], marks: &[Option<Mark>]) -> Vec<Option<u32>> {
    let mut next = vec![None; lines.len()];
    let mut coming = None;
    for index in (0..lines.len()).rev() {
        next[index] = coming;
        if marks[index].is_some() {
            coming = None;
        }
        coming = number(&lines[index].text).or(coming);
    }
    next
}

struct Search<'a> {
    lines: &'a [Line],
    layout: &'a Layout,
    contents: HashSet<String>,
    listed: HashSet<String>,
}

impl Search<'_> {
    /// A line that begins a paragraph: the one above has ended.
    fn begins(&self, index: usize) -> bool {
        let line = &self.lines[index];
        let above = index.checked_sub(1).map(|above| &self.lines[above]);
        (line.gap || line.page_start || !self.layout.spaced)
            && above.is_none_or(|above| !self.layout.is_unfinished(above))
    }

    fn is_listed(&self, index: usize) -> bool {
        let line = &self.lines[index];
        !starts_item(line) && (line.gap || line.page_start) && self.listed.contains(&normalised(&line.text))
    }

    /// "4.1 Title": the number continues the ones before, or stands in the table of contents.
    fn numbered(&self, index: usize, last: &[u32]) -> Option<(Vec<u32>, String)> {
        let line = &self.lines[index];
        let found = NUMBERED.captures(&line.text)?;
        let title = &found[2];
        let plain = title.chars().count() <= 60
            && !title.ends_with(['。', '；', '，', '：', ',', ';', ':'])
            && !title.contains('\t');
        if !plain
            || line.picture
            || !title.chars().next().is_some_and(char::is_alphabetic) && !title.starts_with(['“', '《', '（'])
        {
            return None;
        }
        let path: Vec<u32> = found[1].split('.').filter_map(|part| part.parse().ok()).collect();
        let continues = if self.contents.is_empty() {
            follows(last, &path) && self.begins(index) && (line.gap || line.page_start)
        } else {
            self.contents.contains(&normalised(title))
        };
        continues.then(|| (path, mend_heading(&line.text)))
    }

    fn unnumbered(&self, index: usize, depth: u8, steps_go_on: bool) -> Option<Mark> {
        let line = &self.lines[index];
        let text = line.text.trim_matches('*').trim();
        if starts_item(line) || line.picture || is_note(text) || text.contains('\t') {
            return None;
        }
        if FRONT.is_match(text) && self.begins(index) {
            return Some(Mark::Unanswerable { front: true });
        }
        if LINKS.is_match(text) && self.begins(index) {
            return Some(Mark::Unanswerable { front: false });
        }
        let length = text.chars().count();
        let heading = |level: u8| Some(Mark::Heading { level, text: mend_heading(text) });
        if length > 60 || !self.begins(index) && !self.is_listed(index) {
            return None;
        }
        if let Some(found) = CHAPTER.captures(text)
            && length <= 40
            && !text.ends_with(['。', '；', '，'])
        {
            return heading(if &found[1] == "节" { 2 } else { 1 });
        }
        let below = depth + 1;
        if (LABELLED.is_match(text) || CHINESE_NUMBER.is_match(text))
            && length <= 50
            && !text.ends_with(['。', '；', '，', '：'])
        {
            return heading(below);
        }
        let has_body = self.lines.get(index + 1).is_some();
        if has_body && !steps_go_on && Self::is_question(text) {
            return heading(below);
        }
        if self.is_listed(index) && has_body && !text.ends_with(['。', '；', '，', '：']) {
            return heading(below);
        }
        (!steps_go_on && self.is_short_heading(index, text)).then(|| heading(below)).flatten()
    }

    fn is_question(text: &str) -> bool {
        let asks = text.ends_with(['？', '?']) && !text.ends_with(" ?") && !text.ends_with(" ？");
        asks && !text.contains('。') && text.chars().count() >= 4
    }

    fn is_short_heading(&self, index: usize, text: &str) -> bool {
        let line = &self.lines[index];
        let length = text.chars().count();
        let longest = if self.layout.wrapped() { 30 } else { 40 };
        let ends_open =
            text.ends_with(['。', '；', ';', '，', ',', '：', ':', '、', '！', '!', '…', '.', '?', '？']);
        let colons = text.matches(['：', ':']).count();
        let letters = text.chars().filter(|character| character.is_alphabetic()).count();
        let shaped = (2..=longest).contains(&length)
            && letters * 3 >= length * 2
            && !ends_open
            && !text.contains(['。', '*', '|', '='])
            && colons <= 1
            && text.matches('、').count() < 2
            && !(self.layout.wrapped() && text.contains('，'))
            && !TWO_CELLS.is_match(text)
            && !BEGINS_SENTENCE.is_match(text);
        let alone = (line.gap || line.page_start) && !line.link && !self.layout.is_full(line);
        let above = index.checked_sub(1).and_then(|above| self.lines.get(above));
        let below = self.lines.get(index + 1);
        shaped
            && alone
            && below.is_some_and(|below| self.is_body(below) && below.gap)
            && above.is_none_or(|above| !self.is_scrap(above))
    }

    /// Text that a heading may stand above: a sentence, a list, a table, a note.
    fn is_body(&self, line: &Line) -> bool {
        starts_item(line)
            || is_note(&line.text)
            || line.text.contains('\t')
            || self.layout.is_full(line)
            || line.text.chars().count() > 40
            || line.text.ends_with(['。', '；', '：', ':', '！', '.', '，'])
            || TWO_CELLS.is_match(&line.text)
    }

    /// A short line that is no sentence either: of several together none is a heading.
    fn is_scrap(&self, line: &Line) -> bool {
        let heading = NUMBERED.is_match(&line.text) || FRONT.is_match(&line.text);
        !heading
            && !self.is_body(line)
            && !line.text.ends_with(['？', '?', '”', '）'])
            && line.text.chars().count() <= 30
    }
}

/// Does a chapter number come next: a first child, or a later sibling of any number above?
fn follows(last: &[u32], path: &[u32]) -> bool {
    let Some((own, parents)) = path.split_last() else { return false };
    if last.is_empty() {
        return *path == [1] || *path == [1, 1];
    }
    if path.len() == last.len() + 1 {
        return parents == last && *own == 1;
    }
    path.len() <= last.len()
        && parents == &last[..parents.len()]
        && (last[parents.len()] + 1..=last[parents.len()] + 2).contains(own)
}

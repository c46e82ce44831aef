//! Lines that are no text: page numbers, headers and footers, dotted leaders, bare addresses, descriptions of pictures.
//! What remains is cleaned of the exporter's own marks.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::super::dates::find_day;
use super::super::outline::normalised;

/// A line of text that stays.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what is seen of a line: each is its own fact")]
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    pub(super) text: String,
    /// Spaces before the text, a tab counting four.
    pub(super) indent: usize,
    /// Empty lines (or dropped ones) stand above.
    pub(super) gap: bool,
    /// The first line of a page.
    pub(super) page_start: bool,
    /// The line is nothing but links.
    pub(super) link: bool,
    /// Inside the description of a picture: nothing here is a heading.
    pub(super) picture: bool,
    pub(super) width: usize,
}

/// What cleaning gives.
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    pub(super) title: Option<String>,
    /// The day of the document's version, where each page states it.
    pub(super) as_of: Option<Date>,
    /// The entries of a table of contents with dotted leaders, normalised.
    pub(super) contents: HashSet<String>,
}

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap());
    };
}

pattern!(LEADER, r"^(.*?)\s*(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,})\s*(?:\d{1,4}|[IVXLC]{1,6})?$");
pattern!(
    FOOTER,
    r"(?i)^(?:(?:文档版本|document version)[：: ]*[\w.]+\s+(?:\d{1,4}|[ivxlc]{1,6})|(?:\d{1,4}|[ivxlc]{1,6})\s+(?:文档版本|document version)[：: ]*[\w.]+|第\s?\d+\s?页.{0,12}|page \d+(?: of \d+)?|-\s?\d{1,4}\s?-|\d{1,4}\s?/\s?\d{1,4}|\d{1,4})$"
);
pattern!(VERSION, r"^(?:文档版本|版本日期|发布日期|Document version)\s*[：:]\s*\S+$");
pattern!(RUNNING_HEAD, r"^(?:\S*\.\S+\s+)?(\S.{0,40}?)\s+/\s+(?:\d+(?:\.\d+)*\s+)\S.{0,60}$");
pattern!(ADDRESS, r"^(?:\(?(?:https?://|mailto:|ftp://|www\.)\S+\)?\s*)+$");
pattern!(
    PICTURE,
    r"(?i)^(?:the|this) (?:\w+ )?(?:screenshot|image|picture|window|modal|dialog|figure|diagram|photo)\b.*\b(?:shows?|contains?|displays?|depicts?|features?|illustrates?)\b"
);
pattern!(LINK, r"\[([^\[\]]*)\]\(([^()\s]*)\)");
pattern!(TAG, r"(?i)</?(?:ul|ol|li|p|br|b|i|span|div|strong|em|a|table|tr|td|th)(?:\s[^<>]*)?/?>");
pattern!(UNRESOLVED, r"\[?#unique_\w+(?:/[\w]+)*\]?(?:\(#\))?");
pattern!(SPACES, r"[ \u{a0}\u{3000}]{2,}");
pattern!(HASH_PAIR, r"(\p{Han})#([\p{Han}\w]{1,14})#");
pattern!(HASH_END, r"([\p{Han}）」”])#$");
pattern!(HASH_INSIDE, r"(\p{Han})#(\p{Han})");
pattern!(STRONG, r"\*\*([^*\n]{1,80}?)([：:，。、；！？]+)\*\*\s*(\S)");

pub(super) fn is_leader(line: &str) -> bool {
    LEADER.is_match(line)
}

pub(super) fn is_footer(line: &str) -> bool {
    FOOTER.is_match(line)
}

/// Display columns: a Chinese character takes two.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|character| if character >= '\u{1100}' { 2 } else { 1 }).sum()
}

pub(super) fn clean(text: &str) -> Page {
    let mut page = Page { lines: Vec::new(), title: None, as_of: None, contents: HashSet::new() };
    let mut running: Option<String> = None;
    let mut gap = true;
    let mut page_start = false;
    let mut description = Description::default();
    for (index, raw) in text.split('\n').enumerate() {
        let fresh_page = raw.starts_with('\u{c}');
        let raw = raw.trim_start_matches('\u{c}').trim_end();
        let trimmed = raw.trim();
        // a form feed, or the one space that some exporters leave of it
        let space_of_page =
            raw.starts_with(' ') && !raw.starts_with("  ") && !trimmed.starts_with(['-', '*']);
        page_start |= fresh_page || (space_of_page && !gap);
        if trimmed.is_empty() {
            gap = true;
            description.empty_line();
            continue;
        }
        if let Some(found) = LEADER.captures(trimmed) {
            page.contents.insert(normalised(&found[1]));
            gap = true;
            continue;
        }
        if let Some(found) = RUNNING_HEAD.captures(trimmed) {
            running.get_or_insert_with(|| found[1].to_owned());
            (gap, page_start) = (true, true);
            continue;
        }
        if VERSION.is_match(trimmed) && page.title.is_none() && page.lines.len() < 20 {
            // the cover: the line above the version is the name of the book
            page.title = page.lines.last().map(|line| line.text.clone());
            page.lines.clear();
            gap = true;
            continue;
        }
        if FOOTER.is_match(trimmed) && trimmed.contains(['版', 'v']) {
            page.as_of = page.as_of.or_else(|| find_day(trimmed));
        }
        if FOOTER.is_match(trimmed) || ADDRESS.is_match(trimmed) || redacted(trimmed) {
            gap = true;
            continue;
        }
        if description.takes(trimmed) {
            gap = true;
            continue;
        }
        let cleaned = clean_line(trimmed);
        if cleaned.is_empty() {
            gap = true;
            continue;
        }
        let indent = raw
            .chars()
            .take_while(|character| character.is_whitespace())
            .map(|c| if c == '\t' { 4 } else { 1 })
            .sum();
        let link = LINK.replace_all(trimmed, "").trim().is_empty();
        let picture = description.covers(&cleaned, page.contents.contains(&normalised(&cleaned)));
        let width = width(&cleaned);
        page.lines.push(Line {
            number: index + 1,
            text: cleaned,
            indent,
            gap,
            page_start,
            link,
            picture,
            width,
        });
        (gap, page_start) = (false, false);
    }
    page.title = page.title.or(running);
    page
}

/// More than half of the line is blacked out.
fn redacted(line: &str) -> bool {
    let blocks = line.chars().filter(|character| matches!(character, '█' | '■' | '▇')).count();
    blocks * 2 > line.chars().filter(|character| !character.is_whitespace()).count()
}

fn clean_line(line: &str) -> String {
    let mut line = line.to_owned();
    if line.contains('<') {
        line = TAG.replace_all(&line, " ").into_owned();
    }
    if line.contains("#unique") {
        line = UNRESOLVED
            .replace_all(&line, "相关文档")
            .replace("相关文档 章节", "相关章节")
            .replace("相关文档章节", "相关章节");
    }
    if line.contains("](") {
        line = LINK
            .replace_all(&line, |found: &Captures<'_>| {
                if found[2].starts_with("http") { found[0].to_owned() } else { found[1].to_owned() }
            })
            .into_owned();
    }
    if line.contains("**") && line.matches("**").count() % 2 == 1 {
        line = line.replace("**", "");
    }
    SPACES.replace_all(line.trim(), " ").into_owned()
}

/// Some exporters print `#` for full-width marks their font lacks: in pairs for brackets, at the end for a question mark,
/// else for a comma.
pub(super) fn mend_text(text: &str) -> String {
    let mut text = text.to_owned();
    if text.contains('#') {
        text = HASH_PAIR.replace_all(&text, "$1（$2）").into_owned();
        text = HASH_END.replace(&text, "$1？").into_owned();
        text = HASH_INSIDE.replace_all(&text, "$1，$2").into_owned();
    }
    if text.contains("**") { STRONG.replace_all(&text, "**$1**$2$3").into_owned() } else { text }
}

/// The same in headings: there brackets are rare, commas are not.
pub(super) fn mend_heading(text: &str) -> String {
    let text = text.replace("**", "");
    let text = HASH_END.replace(&text, "$1？").into_owned();
    HASH_INSIDE.replace_all(&text, "$1，$2").into_owned()
}

/// Machine-made descriptions of pictures ("The screenshot shows …"): the paragraph goes, with the list that belongs to it;
/// until the numbered steps around the picture go on, what follows may be words of the picture.
#[derive(Default)]
struct Description {
    inside: bool,
    list_may_follow: bool,
    waits_for: Option<u32>,
    last_number: Option<u32>,
    since_number: usize,
    patience: usize,
}

impl Description {
    fn takes(&mut self, line: &str) -> bool {
        if PICTURE.is_match(line) {
            self.inside = true;
            self.list_may_follow = line.ends_with([':', '：']);
            self.waits_for = self.last_number.filter(|_| self.since_number < 12).map(|number| number + 1);
            self.patience = 40;
            return true;
        }
        if self.inside {
            return true;
        }
        if self.list_may_follow {
            self.list_may_follow = false;
            let ascii = line.chars().filter(char::is_ascii).count();
            if line.starts_with("- ") && ascii * 2 > line.chars().count() {
                self.inside = true;
                return true;
            }
        }
        false
    }

    fn empty_line(&mut self) {
        self.inside = false;
    }

    /// Is this line, which stays, still under a picture?
    fn covers(&mut self, line: &str, heading: bool) -> bool {
        let number = super::layout::number(line);
        self.since_number += 1;
        if heading {
            (self.waits_for, self.last_number) = (None, None);
        }
        if let (Some(waited), Some(number)) = (self.waits_for, number)
            && number == waited
        {
            self.waits_for = None;
        }
        if self.waits_for.is_none() {
            if number.is_some() {
                (self.last_number, self.since_number) = (number, 0);
            }
            return false;
        }
        self.patience = self.patience.saturating_sub(1);
        if self.patience == 0 {
            self.waits_for = None;
        }
        true
    }
}

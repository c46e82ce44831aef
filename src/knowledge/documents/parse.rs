//! The text of one document to blocks: a heading with what stands below it. Which parser reads it is decided by the
//! text itself: Markdown is recognised in `.txt` files too.

use jiff::civil::Date;

use super::front_matter::{self, FrontMatter};
use super::{dates, export, html, markdown};
use crate::knowledge::Language;

/// How a document was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Markdown,
    Html,
    /// Text without markup: exported from PDF, or plain.
    PlainText,
}

/// Another way to ask, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub line: usize,
    pub text: String,
}

/// A heading with what stands between it and the next heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    pub line: usize,
    /// 1 to 6; 0 for the text before the first heading.
    pub level: u8,
    pub heading: String,
    pub anchor: Option<String>,
    pub as_of: Option<Date>,
    /// Markdown, cleaned.
    pub body: String,
    pub asks: Vec<Ask>,
}

/// A link inside the knowledge base: `#anchor`, `file.md`, `file.md#anchor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub line: usize,
    pub target: String,
}

/// Something about a document that its writer may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    UnclosedComment { line: usize },
    UnknownPlaceholder { line: usize, name: String },
    BadDay { line: usize, value: String },
}

/// One document, cut into blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub kind: DocumentKind,
    pub title: Option<String>,
    pub as_of: Option<Date>,
    pub front_matter: FrontMatter,
    pub language: Language,
    pub blocks: Vec<Block>,
    pub links: Vec<Link>,
    pub remarks: Vec<Remark>,
}

/// Reads the text of a document; `doc` is its path, for the ending. Text is untrusted: nothing in it makes this fail.
pub(crate) fn parse(doc: &str, text: &str, names: &super::Names) -> Parsed {
    let kind = kind_of(doc, text);
    let (front_matter, start) =
        if kind == DocumentKind::Markdown { front_matter::split(text) } else { (FrontMatter::Absent, 0) };
    let first_line = 1 + text[..start].matches('\n').count();
    let mut remarks = Vec::new();
    let body = fill_in(&text[start..], first_line, names, &mut remarks);
    let mut parsed = match kind {
        DocumentKind::Markdown => markdown::parse(&body, &|line| line + first_line - 1),
        DocumentKind::PlainText => export::parse(&body),
        DocumentKind::Html => {
            let page = html::to_markdown(&body);
            let mut parsed = markdown::parse(&page.markdown, &|line| page.source_line(line));
            parsed.title = page.title.or(parsed.title);
            parsed
        }
    };
    parsed.remarks.splice(0..0, remarks);
    parsed.kind = kind;
    parsed.title = front_matter.title().map(str::to_owned).or(parsed.title);
    parsed.as_of = front_matter.as_of().or(parsed.as_of).or_else(|| dates::stated_day(&body));
    parsed.language = front_matter.language().unwrap_or_else(|| language_of(&body));
    parsed.front_matter = front_matter;
    parsed
}

fn kind_of(doc: &str, text: &str) -> DocumentKind {
    let ending = doc.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if matches!(ending.as_str(), "htm" | "html" | "xhtml") || looks_like_html(text) {
        return DocumentKind::Html;
    }
    let is_heading = |line: &&str| {
        let marks = line.len() - line.trim_start_matches('#').len();
        (1..=6).contains(&marks)
            && line[marks..]
                .trim_start_matches(' ')
                .starts_with(|first: char| !matches!(first, '\n' | '\t' | '!'))
    };
    let headings = text.lines().filter(is_heading).take(2).count();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let opens_as_markdown = text.starts_with("---\n") || is_heading(&first);
    let underlined = || {
        text.lines().filter(|line| line.len() >= 3 && (line.trim_end_matches('=').is_empty())).take(2).count()
    };
    let named_markdown = !matches!(ending.as_str(), "txt" | "text");
    let pages = export::has_pages(text);
    let marked = opens_as_markdown && (headings > 0 || named_markdown) || headings == 2 && !pages;
    if marked || named_markdown && !pages || underlined() == 2 {
        DocumentKind::Markdown
    } else {
        DocumentKind::PlainText
    }
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    let head = start.get(..15).unwrap_or_default().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// A text is Chinese if a tenth of its letters are.
fn language_of(text: &str) -> Language {
    let (chinese, other) =
        text.chars().take(20_000).fold((0_usize, 0_usize), |(chinese, other), character| {
            if ('\u{3400}'..='\u{9fff}').contains(&character) {
                (chinese + 1, other)
            } else {
                (chinese, other + usize::from(character.is_alphabetic()))
            }
        });
    if chinese * 9 >= other && chinese > 0 { Language::Chinese } else { Language::English }
}

/// Puts the names in place of `{{name}}`. An unknown one stays as it is, and is remarked upon.
fn fill_in(text: &str, first_line: usize, names: &super::Names, remarks: &mut Vec<Remark>) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut filled = String::with_capacity(text.len() + 256);
    let mut line = first_line;
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let (before, from) = rest.split_at(open);
        line += before.matches('\n').count();
        filled.push_str(before);
        let name = super::beginning(&from[2..], 80)
            .split_once("}}")
            .map(|(name, _)| name)
            .filter(|name| is_name(name.trim()));
        match name.map(|name| (name, names.get(name.trim()))) {
            Some((name, Some(value))) => {
                filled.push_str(value);
                rest = &from[name.len() + 4..];
            }
            Some((name, None)) => {
                remarks.push(Remark::UnknownPlaceholder { line, name: name.trim().to_owned() });
                filled.push_str(&from[..name.len() + 4]);
                rest = &from[name.len() + 4..];
            }
            None => {
                filled.push_str("{{");
                rest = &from[2..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

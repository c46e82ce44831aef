//! `beian kb diff` and `beian kb stats`: what changed between two knowledge bases, and how large one is.

use std::collections::BTreeMap;
use std::fmt;

use super::documents::{DocumentKind, Library, normalised};
use super::{Language, Section};

/// What happened to a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Added,
    Removed,
    Changed,
    /// Only the other ways to ask, the day or the place of the heading changed.
    Reworked,
}

/// A section that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    pub change: Change,
    pub file: String,
    pub line: usize,
    pub heading: String,
    pub anchor: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.change {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
            Change::Reworked => "reworked",
        };
        write!(formatter, "{word}\t{}:{}\t{}", self.file, self.line, self.heading)
    }
}

/// The sections of two knowledge bases, matched by anchor, else by the headings above and their own. The place is that
/// in the new one, of removed sections that in the old.
pub fn compare(old: &Library, new: &Library) -> Vec<Difference> {
    let mut before: BTreeMap<String, Vec<&Section>> = BTreeMap::new();
    for section in &old.sections {
        before.entry(key(section)).or_default().push(section);
    }
    for sections in before.values_mut() {
        sections.reverse();
    }
    let mut differences = Vec::new();
    for section in &new.sections {
        let Some(former) = before.get_mut(&key(section)).and_then(Vec::pop) else {
            differences.push(difference(Change::Added, section));
            continue;
        };
        if former.body != section.body {
            differences.push(difference(Change::Changed, section));
        } else if former.asks != section.asks
            || former.heading != section.heading
            || former.as_of != section.as_of
        {
            differences.push(difference(Change::Reworked, section));
        }
    }
    differences.extend(before.values().flatten().map(|section| difference(Change::Removed, section)));
    differences.sort_by(|one, other| {
        (&one.file, one.line, one.change).cmp(&(&other.file, other.line, other.change))
    });
    differences
}

fn key(section: &Section) -> String {
    let language = if section.language == Language::English { "en" } else { "zh" };
    if let Some(anchor) = &section.anchor {
        format!("{language}#{anchor}")
    } else {
        let path = section.parents.iter().chain([&section.heading]).map(|heading| normalised(heading));
        format!("{language}/{}", path.collect::<Vec<_>>().join("/"))
    }
}

fn difference(change: Change, section: &Section) -> Difference {
    Difference {
        change,
        file: section.place.doc.clone(),
        line: section.place.line,
        heading: section.heading.clone(),
        anchor: section.anchor.clone(),
    }
}

/// How large a knowledge base is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    pub documents: usize,
    pub markdown: usize,
    pub html: usize,
    pub plain_text: usize,
    pub skipped: usize,
    pub sections: usize,
    pub chinese: usize,
    pub english: usize,
    /// Further places of the same sections.
    pub copies: usize,
    pub asks: usize,
    pub without_asks: usize,
    pub characters: usize,
    /// Rows of the source documents that our own documents name.
    pub sources: usize,
}

pub fn stats(library: &Library) -> Stats {
    let kind = |kind: DocumentKind| library.documents.iter().filter(|document| document.kind == kind).count();
    let language =
        |language: Language| library.sections.iter().filter(|section| section.language == language).count();
    let mut sources: Vec<&String> = library.documents.iter().flat_map(|document| &document.sources).collect();
    sources.sort_unstable();
    sources.dedup();
    Stats {
        documents: library.documents.len(),
        markdown: kind(DocumentKind::Markdown),
        html: kind(DocumentKind::Html),
        plain_text: kind(DocumentKind::PlainText),
        skipped: library.skipped.len(),
        sections: library.sections.len(),
        chinese: language(Language::Chinese),
        english: language(Language::English),
        copies: library.sections.iter().map(|section| section.copies.len()).sum(),
        asks: library.sections.iter().map(|section| section.asks.len()).sum(),
        without_asks: library.sections.iter().filter(|section| section.asks.is_empty()).count(),
        characters: library.sections.iter().map(|section| section.plain.chars().count()).sum(),
        sources: sources.len(),
    }
}

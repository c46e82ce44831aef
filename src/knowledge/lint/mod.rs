//! `beian kb check`: what is wrong with a knowledge base, where, and how to mend it.
//!
//! Our own documents (they carry our front matter) must be complete: other ways to ask, anchors, both languages, no
//! contradiction to `rules/`. Other people's documents are taken as they are found: what only ours must have is a
//! warning there, and an error only what is broken.

mod drift;
mod intents;
mod links;
mod questions;
mod shape;

use std::fmt;
use std::path::Path;

use super::documents::{self, FolderError, FrontMatter, Names, Parsed, SkipReason};

pub use drift::{RuleTables, RuleTablesError};
pub use intents::IntentKnowledge;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Warning,
    Error,
}

/// What kind of finding it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    UnreadableFile,
    MissingFrontMatter,
    InvalidFrontMatter,
    MissingAnchor,
    DuplicateAnchor,
    DeadAnchor,
    DeadLink,
    NoAsks,
    UnclosedComment,
    EmptySection,
    NearDuplicate,
    SameQuestion,
    UnknownPlaceholder,
    InvalidDay,
    OneLanguageOnly,
    Drift,
    IntentWithoutKnowledge,
}

impl Code {
    /// As it is printed: `dead-link`.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnreadableFile => "unreadable-file",
            Self::MissingFrontMatter => "missing-front-matter",
            Self::InvalidFrontMatter => "invalid-front-matter",
            Self::MissingAnchor => "missing-anchor",
            Self::DuplicateAnchor => "duplicate-anchor",
            Self::DeadAnchor => "dead-anchor",
            Self::DeadLink => "dead-link",
            Self::NoAsks => "no-asks",
            Self::UnclosedComment => "unclosed-comment",
            Self::EmptySection => "empty-section",
            Self::NearDuplicate => "near-duplicate",
            Self::SameQuestion => "same-question",
            Self::UnknownPlaceholder => "unknown-placeholder",
            Self::InvalidDay => "invalid-day",
            Self::OneLanguageOnly => "one-language-only",
            Self::Drift => "drift",
            Self::IntentWithoutKnowledge => "intent-without-knowledge",
        }
    }
}

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    pub file: String,
    pub line: usize,
    pub severity: Severity,
    pub code: Code,
    pub message: String,
    pub mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let Self { file, line, code, message, mend, .. } = self;
        write!(formatter, "{file}:{line}: {severity}[{}]: {message}; {mend}", code.name())
    }
}

/// A document under the lint.
pub(crate) struct Document {
    pub(crate) doc: String,
    pub(crate) parsed: Parsed,
}

impl Document {
    /// Is block `index` a heading with nothing but deeper headings below it?
    fn has_children(&self, index: usize) -> bool {
        let blocks = &self.parsed.blocks;
        blocks.get(index + 1).is_some_and(|next| next.level > blocks[index].level)
    }
}

/// What a knowledge base is checked against.
#[derive(Default)]
pub struct Against {
    pub names: Names,
    pub rules: RuleTables,
    /// Which section each intent falls back on.
    pub intents: Vec<IntentKnowledge>,
}

/// Checks a folder, or without one the knowledge base compiled into the binary. Findings come by file and line.
pub fn check(dir: Option<&Path>, against: &Against) -> Result<Vec<Finding>, FolderError> {
    let files = match dir {
        Some(dir) => documents::folder_files(dir)?,
        None => documents::embedded_files(),
    };
    let mut findings = Findings::default();
    let mut read = Vec::with_capacity(files.len());
    for file in files {
        match file.bytes.and_then(|bytes| documents::decode(&bytes)) {
            Ok(text) => read
                .push(Document { parsed: documents::parse(&file.doc, &text, &against.names), doc: file.doc }),
            Err(reason) => {
                let severity = if reason == SkipReason::Empty { Severity::Warning } else { Severity::Error };
                findings.add(
                    severity,
                    Code::UnreadableFile,
                    &file.doc,
                    1,
                    format!("the file is left out: {reason}"),
                    "mend or remove it",
                );
            }
        }
    }
    let ours = read.iter().any(|document| {
        matches!(document.parsed.front_matter, FrontMatter::Ours { .. } | FrontMatter::Invalid { .. })
    });
    findings.ours = ours || dir.is_none();
    shape::check(&read, &mut findings);
    links::check(&read, &mut findings);
    questions::check(&read, &mut findings);
    if findings.ours {
        drift::check(&read, &against.rules, &mut findings);
        intents::check(&read, &against.intents, &mut findings);
    }
    let mut list = findings.list;
    list.sort_by(|one, other| (&one.file, one.line, one.code).cmp(&(&other.file, other.line, other.code)));
    Ok(list)
}

/// The findings so far.
#[derive(Default)]
struct Findings {
    list: Vec<Finding>,
    ours: bool,
}

impl Findings {
    fn add(&mut self, severity: Severity, code: Code, file: &str, line: usize, message: String, mend: &str) {
        self.list.push(Finding {
            file: file.to_owned(),
            line,
            severity,
            code,
            message,
            mend: mend.to_owned(),
        });
    }

    /// An error in our own knowledge base, a warning in a foreign one.
    fn ours(&self) -> Severity {
        if self.ours { Severity::Error } else { Severity::Warning }
    }
}

#[cfg(test)]
mod tests;

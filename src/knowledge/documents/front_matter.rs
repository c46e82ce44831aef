//! Front matter: the block between two `---` lines at the top of a Markdown file. Ours has four keys and nothing else;
//! other people's may hold anything.

use jiff::civil::Date;
use serde::Deserialize;

use super::dates::find_day;
use crate::knowledge::Language;

/// The front matter of our own documents.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ours {
    title: String,
    as_of: Date,
    language: Language,
    sources: Vec<String>,
}

/// What stands at the top of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FrontMatter {
    #[default]
    Absent,
    /// Ours: all four keys, each as it should be.
    Ours { title: String, as_of: Date, language: Language, sources: Vec<String> },
    /// Somebody else's: what we understand of it.
    Foreign { title: Option<String>, as_of: Option<Date>, language: Option<Language> },
    /// Meant to be ours (it names `as_of` or `sources`) and wrong.
    Invalid {
        line: usize,
        message: String,
        title: Option<String>,
        as_of: Option<Date>,
        language: Option<Language>,
    },
}

impl FrontMatter {
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::Ours { title, .. } => Some(title),
            Self::Foreign { title, .. } | Self::Invalid { title, .. } => title.as_deref(),
        }
    }

    pub fn as_of(&self) -> Option<Date> {
        match self {
            Self::Absent => None,
            Self::Ours { as_of, .. } => Some(*as_of),
            Self::Foreign { as_of, .. } | Self::Invalid { as_of, .. } => *as_of,
        }
    }

    pub fn language(&self) -> Option<Language> {
        match self {
            Self::Absent => None,
            Self::Ours { language, .. } => Some(*language),
            Self::Foreign { language, .. } | Self::Invalid { language, .. } => *language,
        }
    }

    pub fn sources(&self) -> &[String] {
        if let Self::Ours { sources, .. } = self { sources } else { &[] }
    }
}

/// Takes the front matter off: what it says, and the byte at which the document itself begins.
pub(super) fn split(text: &str) -> (FrontMatter, usize) {
    let Some((yaml, end)) = block(text) else { return (FrontMatter::Absent, 0) };
    let (title, as_of, language) = loosely(yaml);
    let meant_as_ours = yaml.lines().any(|line| line.starts_with("as_of:") || line.starts_with("sources:"));
    let front = match serde_saphyr::from_str::<Ours>(yaml) {
        Ok(Ours { title, as_of, language, sources }) => FrontMatter::Ours { title, as_of, language, sources },
        Err(error) if meant_as_ours => {
            let line =
                error.location().map_or(1, |location| usize::try_from(location.line()).unwrap_or(1)) + 1;
            let message = error.to_string();
            let message = message.lines().next().unwrap_or_default().to_owned();
            FrontMatter::Invalid { line, message, title, as_of, language }
        }
        Err(_) => FrontMatter::Foreign { title, as_of, language },
    };
    (front, end)
}

/// The text between the two lines of dashes, and where it ends. A ruler at the top of a file is none: the block must
/// close and hold keys.
fn block(text: &str) -> Option<(&str, usize)> {
    let start = if text.starts_with("---\n") { 4 } else { return None };
    let mut at = start;
    for line in text[start..].split_inclusive('\n').take(400) {
        if matches!(line.trim_end(), "---" | "...") {
            let yaml = &text[start..at];
            let keyed = yaml.lines().any(|line| line.split_once(':').is_some_and(|(key, _)| is_key(key)));
            return (keyed || yaml.trim().is_empty()).then_some((yaml, at + line.len()));
        }
        at += line.len();
    }
    None
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.'))
}

/// Title, day and language out of any front matter, line by line: keys that we don't know are not our business.
fn loosely(yaml: &str) -> (Option<String>, Option<Date>, Option<Language>) {
    let value = |wanted: &[&str]| {
        wanted.iter().find_map(|name| {
            yaml.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                let value = value.trim().trim_matches(['"', '\'']);
                (key.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
            })
        })
    };
    let title = value(&["title", "sidebar_label", "name"]).map(str::to_owned);
    let dated = [
        "as_of",
        "updated",
        "lastmod",
        "last_modified",
        "last_updated",
        "last_update",
        "lastUpdated",
        "date",
    ];
    let as_of = value(&dated).and_then(find_day);
    let language = value(&["language", "lang", "locale"]).and_then(|tag| match tag.get(..2)? {
        "zh" => Some(Language::Chinese),
        "en" => Some(Language::English),
        _ => None,
    });
    (title, as_of, language)
}

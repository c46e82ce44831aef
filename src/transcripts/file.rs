//! The form of a transcript file (YAML), as the contract fixes it, and the errors that name its lines.
//!
//! Reading is strict: a field that is not known, a value of the wrong type, a regex that doesn't compile, an identity
//! without its channel are each one error with file, line and the mend. What is read here needs no more checking.

use std::path::{Path, PathBuf};

use fancy_regex::Regex;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

use crate::domain::records::RecordSet;
use crate::domain::reply::Kind;

/// A transcript file that has been read and checked.
#[derive(Clone, Debug)]
pub struct TranscriptFile {
    pub path: PathBuf,
    /// The fixed clock of every case; `None` leaves it to whoever runs the file.
    pub now: Option<Timestamp>,
    /// The records every case starts from.
    pub records: Option<RecordSet>,
    /// Whether orders are withdrawn and abandoned, or people are only told how.
    pub write_actions: bool,
    pub cases: Vec<TestCase>,
}

/// One conversation.
#[derive(Clone, Debug)]
pub struct TestCase {
    pub name: String,
    pub line: u64,
    /// Channel and user of the speaker.
    pub speaker: Option<(String, String)>,
    pub steps: Vec<Step>,
}

/// What the user says, and what the reply must be like.
#[derive(Clone, Debug)]
pub struct Step {
    pub line: u64,
    pub user: String,
    /// `None`: the step only speaks.
    pub bot: Option<Expectation>,
}

/// What a reply must be like; everything left out is free.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Fields of the reply, by name.
    pub reply: Map<String, Value>,
    /// Every one occurs in the text.
    pub contains: Vec<String>,
    /// None occurs in the text.
    pub not_contains: Vec<String>,
    /// Every one is found in the text.
    pub matches: Vec<Regex>,
    /// Every one occurs in some citation's document or heading.
    pub cites: Vec<String>,
}

/// A transcript file, or the records it names, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: no transcript here: a folder needs at least one file that ends in .yml or .yaml", path.display())]
    NoTranscripts { path: PathBuf },
    #[error("{}:{line}: {what}", path.display())]
    Wrong { path: PathBuf, line: u64, what: String },
}

/// Reads a transcript file, and the records it names.
pub fn load(path: &Path) -> Result<TranscriptFile, TranscriptError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| TranscriptError::Unreadable { path: path.to_owned(), source })?;
    read(path, &text)
}

/// Reads the text of a transcript; the records that it names lie beside `path`.
pub fn read(path: &Path, text: &str) -> Result<TranscriptFile, TranscriptError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let written: WrittenFile = serde_saphyr::from_str(text).map_err(|error| from_yaml(path, text, &error))?;
    let wrong = |line: u64, what: String| TranscriptError::Wrong { path: path.to_owned(), line, what };

    let now =
        written.now.as_ref().map(|now| read_now(now).map_err(|what| wrong(line(now), what))).transpose()?;
    let records = written
        .records
        .as_ref()
        .map(|name| read_records(path, &name.value).map_err(|what| wrong(line(name), what)))
        .transpose()?;
    if written.test_cases.value.is_empty() {
        return Err(wrong(
            line(&written.test_cases),
            "`test_cases` is empty: add a case, or remove the file".to_owned(),
        ));
    }
    let mut cases = Vec::new();
    for case in written.test_cases.value {
        let speaker = case.value.speaker.as_ref();
        let speaker =
            speaker.map(|who| read_speaker(who).map_err(|what| wrong(line(who), what))).transpose()?;
        if case.value.steps.value.is_empty() {
            return Err(wrong(
                line(&case.value.steps),
                "`steps` is empty: a case needs a `user` who speaks".to_owned(),
            ));
        }
        let mut steps = Vec::new();
        for step in case.value.steps.value {
            let line = line(&step);
            let user = spoken(text, &step.value.user).ok_or_else(|| {
                wrong(
                    self::line(&step.value.user),
                    "`user` is empty: write what they say, or \"\" for nothing".to_owned(),
                )
            })?;
            let bot = step.value.bot.map(|bot| bot.read(&wrong)).transpose()?;
            steps.push(Step { line, user, bot });
        }
        cases.push(TestCase { name: case.value.test_case, line: case.defined.line(), speaker, steps });
    }
    Ok(TranscriptFile { path: path.to_owned(), now, records, write_actions: written.write_actions, cases })
}

fn line<T>(spanned: &Spanned<T>) -> u64 {
    spanned.referenced.line()
}

fn read_now(written: &Spanned<String>) -> Result<Timestamp, String> {
    written.value.parse().map_err(|_| {
        format!(
            "`now` is `{}`, which is not a time in RFC 3339: write it like 2019-08-20T10:00:00+08:00",
            written.value
        )
    })
}

fn read_speaker(written: &Spanned<String>) -> Result<(String, String), String> {
    match written.value.split_once(':') {
        Some((channel, user)) if !channel.trim().is_empty() && !user.trim().is_empty() => {
            Ok((channel.to_owned(), user.to_owned()))
        }
        _ => Err(format!("`as` is `{}`: write CHANNEL:USER, such as discord:1001", written.value)),
    }
}

fn read_records(transcript: &Path, name: &str) -> Result<RecordSet, String> {
    let path = transcript.parent().unwrap_or(Path::new("")).join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!("`records`: {} cannot be read: {error}; the path is relative to this file", path.display())
    })?;
    serde_json::from_str(&text).map_err(|error| format!("`records`: {}: {error}", path.display()))
}

/// What the user typed. YAML takes `null`, `~` and nothing at all for null; here the first two are words like any other.
fn spoken(text: &str, written: &Spanned<Option<String>>) -> Option<String> {
    if let Some(user) = &written.value {
        return Some(user.clone());
    }
    let span = written.referenced.span();
    let offset = usize::try_from(span.byte_offset()?).ok()?;
    let rest = text.get(offset..)?;
    ["null", "Null", "NULL", "~"].into_iter().find(|word| rest.starts_with(word)).map(str::to_owned)
}

/// One line out of what the YAML reader says, with the words of the file that it is about and the mend.
fn from_yaml(path: &Path, text: &str, error: &serde_saphyr::Error) -> TranscriptError {
    let place = error.location().filter(|place| *place != Location::UNKNOWN);
    let said = error.without_snippet().to_string();
    let mut what = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line = 1;
    if let Some(place) = place {
        line = place.line();
        // The place stands before the message already.
        what = what.replace(&format!(" at line {line}, column {}", place.column()), "");
    }
    let mend = match what.as_str() {
        "expected sequence start" => "a list is wanted here: write [one, another]",
        "expected mapping start" => "a map is wanted here: write {field: value}",
        "expected string scalar" => "text is wanted here: write it in quotes",
        "invalid floating point" => "a number is wanted here",
        other => other,
    };
    let written = usize::try_from(line).ok().and_then(|line| text.lines().nth(line.saturating_sub(1)));
    let what = match written.map(str::trim) {
        Some(written) if !written.is_empty() => format!("{mend} (in `{written}`)"),
        _ => mend.to_owned(),
    };
    TranscriptError::Wrong { path: path.to_owned(), line, what }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    #[serde(default)]
    now: Option<Spanned<String>>,
    #[serde(default)]
    records: Option<Spanned<String>>,
    #[serde(default)]
    write_actions: bool,
    test_cases: Spanned<Vec<Spanned<WrittenCase>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCase {
    test_case: String,
    #[serde(default, rename = "as")]
    speaker: Option<Spanned<String>>,
    steps: Spanned<Vec<Spanned<WrittenStep>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    user: Spanned<Option<String>>,
    #[serde(default)]
    bot: Option<WrittenBot>,
}

/// The fields of a reply and the four tests on its text and citations. `Option<Option<…>>` where null is an expectation
/// of its own: a field left out is free, a field that says null must be null.
#[expect(clippy::option_option, reason = "left out and null are two things here")]
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenBot {
    kind: Option<Kind>,
    text: Option<String>,
    citations: Option<Vec<WrittenCitation>>,
    #[serde(deserialize_with = "nullable")]
    intent: Option<Option<String>>,
    confidence: Option<f64>,
    slots: Option<Map<String, Value>>,
    #[serde(deserialize_with = "nullable")]
    outcome: Option<Option<Map<String, Value>>>,
    suggestions: Option<Vec<String>>,
    elapsed_us: Option<u64>,
    contains: Vec<String>,
    not_contains: Vec<String>,
    matches: Vec<Spanned<String>>,
    cites: Vec<String>,
}

#[expect(clippy::option_option, reason = "left out and null are two things here")]
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenCitation {
    doc: Option<String>,
    heading: Option<String>,
    #[serde(deserialize_with = "nullable")]
    anchor: Option<Option<String>>,
    #[serde(deserialize_with = "nullable")]
    as_of: Option<Option<String>>,
}

#[expect(clippy::option_option, reason = "left out and null are two things here")]
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl WrittenBot {
    fn read(self, wrong: &dyn Fn(u64, String) -> TranscriptError) -> Result<Expectation, TranscriptError> {
        let mut matches = Vec::new();
        for pattern in &self.matches {
            let regex = Regex::new(&pattern.value).map_err(|error| {
                wrong(line(pattern), format!("`matches`: `{}` is not a regex: {error}", pattern.value))
            })?;
            matches.push(regex);
        }
        Ok(Expectation {
            reply: self.reply(),
            contains: self.contains,
            not_contains: self.not_contains,
            matches,
            cites: self.cites,
        })
    }

    fn reply(&self) -> Map<String, Value> {
        let mut reply = Map::new();
        let mut expect = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                reply.insert(name.to_owned(), value);
            }
        };
        expect("kind", self.kind.and_then(|kind| serde_json::to_value(kind).ok()));
        expect("text", self.text.clone().map(Value::from));
        expect("intent", self.intent.clone().map(Value::from));
        expect("outcome", self.outcome.clone().map(|outcome| outcome.map_or(Value::Null, Value::Object)));
        expect("slots", self.slots.clone().map(Value::Object));
        expect("suggestions", self.suggestions.clone().map(Value::from));
        expect("confidence", self.confidence.map(Value::from));
        expect("elapsed_us", self.elapsed_us.map(Value::from));
        let citations =
            self.citations.as_deref().map(|list| list.iter().map(WrittenCitation::value).collect());
        expect("citations", citations.map(Value::Array));
        reply
    }
}

impl WrittenCitation {
    fn value(&self) -> Value {
        let fields = [
            ("doc", self.doc.clone().map(Value::from)),
            ("heading", self.heading.clone().map(Value::from)),
            ("anchor", self.anchor.clone().map(Value::from)),
            ("as_of", self.as_of.clone().map(Value::from)),
        ];
        Value::Object(
            fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        )
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;

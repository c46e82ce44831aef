//! Plays a transcript file to an assistant, case by case, and notes where a reply is not as expected.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::file::{Expectation, TestCase, TranscriptFile};
use super::matching::{Mismatch, compare};
use crate::assistant::{Answer, Incoming};
use crate::domain::records::RecordSet;
use crate::domain::reply::Reply;

/// What a case starts from.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The fixed clock; `None` when the file names none.
    pub now: Option<Timestamp>,
    pub records: Option<RecordSet>,
    /// Whether orders are withdrawn and abandoned.
    pub write_actions: bool,
}

/// Builds the assistant of one case, on its own copy of the records.
pub type MakeAssistant<'a> = dyn Fn(&Setup) -> anyhow::Result<Box<dyn Answer>> + 'a;

/// How a file went.
#[derive(Debug)]
pub struct FileReport {
    pub path: PathBuf,
    pub cases: Vec<CaseReport>,
    /// No assistant could be built on the file's records: the cases after that were not played.
    pub unusable: Option<String>,
}

impl FileReport {
    pub fn passed(&self) -> usize {
        self.cases.iter().filter(|case| case.failure.is_none()).count()
    }

    pub fn failed(&self) -> usize {
        self.cases.len() - self.passed()
    }
}

/// How a case went.
#[derive(Debug)]
pub struct CaseReport {
    pub name: String,
    pub line: u64,
    pub failure: Option<Failure>,
}

/// The first step whose reply was not as expected. The steps after it are not played: they build on it.
#[derive(Debug)]
pub struct Failure {
    pub line: u64,
    /// The conversation up to and with that reply.
    pub conversation: Vec<Turn>,
    pub mismatches: Vec<Mismatch>,
}

/// One exchange.
#[derive(Debug)]
pub struct Turn {
    pub user: String,
    pub reply: Reply,
}

/// Plays every case of a file.
pub fn run(file: &TranscriptFile, make_assistant: &MakeAssistant<'_>) -> FileReport {
    run_matching(file, "", make_assistant)
}

/// Plays the cases whose name contains `filter`.
pub fn run_matching(file: &TranscriptFile, filter: &str, make_assistant: &MakeAssistant<'_>) -> FileReport {
    let setup = Setup { now: file.now, records: file.records.clone(), write_actions: file.write_actions };
    let mut report = FileReport { path: file.path.clone(), cases: Vec::new(), unusable: None };
    for (index, case) in file.cases.iter().enumerate() {
        if !case.name.contains(filter) {
            continue;
        }
        match make_assistant(&setup) {
            Ok(assistant) => {
                let conversation = format!("{}#{}", file.path.display(), index + 1);
                let failure = play(case, conversation, assistant.as_ref());
                report.cases.push(CaseReport { name: case.name.clone(), line: case.line, failure });
            }
            Err(error) => {
                report.unusable = Some(format!("{error:#}"));
                break;
            }
        }
    }
    report
}

fn play(case: &TestCase, conversation: String, assistant: &dyn Answer) -> Option<Failure> {
    let (channel, user) = match &case.speaker {
        Some((channel, user)) => (channel.clone(), Some(user.clone())),
        None => ("console".to_owned(), None),
    };
    let mut incoming = Incoming { channel, user, conversation, text: String::new() };
    let mut turns = Vec::new();
    for step in &case.steps {
        incoming.text.clone_from(&step.user);
        let reply = assistant.answer(&incoming);
        let mismatches = step.bot.as_ref().map_or_else(Vec::new, |bot| check(bot, &reply));
        turns.push(Turn { user: step.user.clone(), reply });
        if !mismatches.is_empty() {
            return Some(Failure { line: step.line, conversation: turns, mismatches });
        }
    }
    None
}

/// Every place where a reply is not as expected.
fn check(bot: &Expectation, reply: &Reply) -> Vec<Mismatch> {
    // A reply always serialises: its map keys are strings. Were it not so, every expected field would be missing.
    let actual = serde_json::to_value(reply).unwrap_or(Value::Null);
    let mut mismatches: Vec<Mismatch> =
        bot.reply.iter().flat_map(|(name, expected)| compare(name, expected, actual.get(name))).collect();
    let mut differs = |place: &str, expected: &str, actual: Value, note: &str| {
        let (place, expected, note) = (place.to_owned(), Value::from(expected), Some(note.to_owned()));
        mismatches.push(Mismatch { place, expected, actual: Some(actual), note });
    };
    let text = || Value::from(reply.text.as_str());
    for part in bot.contains.iter().filter(|part| !reply.text.contains(part.as_str())) {
        differs("contains", part, text(), "not in the text");
    }
    for part in bot.not_contains.iter().filter(|part| reply.text.contains(part.as_str())) {
        differs("not_contains", part, text(), "in the text, and must not be");
    }
    for regex in &bot.matches {
        match regex.is_match(&reply.text) {
            Ok(true) => {}
            Ok(false) => differs("matches", regex.as_str(), text(), "not found in the text"),
            Err(error) => differs("matches", regex.as_str(), text(), &error.to_string()),
        }
    }
    let cited = |part: &str| {
        reply.citations.iter().any(|cited| cited.doc.contains(part) || cited.heading.contains(part))
    };
    for part in bot.cites.iter().filter(|part| !cited(part)) {
        let sources: Vec<_> =
            reply.citations.iter().map(|cited| format!("{} > {}", cited.doc, cited.heading)).collect();
        differs("cites", part, Value::from(sources), "in no citation's doc or heading");
    }
    mismatches
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;

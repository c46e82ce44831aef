//! Sets of questions and of utterances: JSON Lines, or for utterances Rasa training data. A line that can't be used is an
//! error that names it: figures over what happened to be readable would be figures of something else.

use std::collections::BTreeMap;
use std::fmt;

use fancy_regex::Regex;
use serde::Deserialize;
use similar::TextDiff;

use super::intents::OUT_OF_SCOPE;
use crate::domain::reply::Kind;
use crate::understand::intents::{TrainingError, TrainingSet};

/// A set as one file holds it.
#[derive(Debug)]
pub enum Set {
    Questions(Vec<Question>),
    Utterances(Vec<Utterance>),
}

/// A question with what its reply must be like.
#[derive(Debug)]
pub struct Question {
    pub line: usize,
    pub id: Option<String>,
    pub text: String,
    pub style: Option<String>,
    pub category: Option<String>,
    pub expected: Expected,
    /// Every one must match the reply's text.
    pub must: Vec<Regex>,
    /// At least one must match, if there are any.
    pub any: Vec<Regex>,
    /// None may match.
    pub must_not: Vec<Regex>,
    /// The sections that answer it, each right by itself.
    pub sources: Vec<Source>,
}

impl Question {
    /// Whether there is a fact to look for.
    pub fn has_fact(&self) -> bool {
        !(self.must.is_empty() && self.any.is_empty() && self.must_not.is_empty())
    }
}

/// What a question is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The knowledge base or a rule has the answer.
    Answer,
    /// It is not covered and must be declined.
    Refusal,
    /// Small talk and the like: a reply of this kind.
    Kind(Kind),
}

/// A section that answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    // Anything else says where the section stands in the author's own count: not ours to compare.
    #[serde(default)]
    pub doc: Option<String>,
    pub heading: String,
}

/// A text with the intent it has, [`OUT_OF_SCOPE`] for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    pub line: usize,
    pub text: String,
    pub intent: String,
}

/// The file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    #[error("{file}:{line}: {message}")]
    Line { file: String, line: usize, message: String },
    #[error("{file}: nothing in it to ask; a line is {{\"question\", \"must\"}} or {{\"text\", \"intent\"}}")]
    Empty { file: String },
    #[error(transparent)]
    Training(#[from] TrainingError),
}

#[derive(Deserialize)]
struct QuestionLine {
    question: String,
    #[serde(default)]
    id: Option<Id>,
    #[serde(default)]
    style: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    uncovered: bool,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
    #[serde(default)]
    source: Vec<Source>,
    #[serde(flatten)]
    notes: Notes,
}

#[derive(Deserialize)]
struct UtteranceLine {
    text: String,
    #[serde(default)]
    intent: Option<String>,
    #[serde(default)]
    oos: bool,
    #[serde(flatten)]
    notes: Notes,
}

/// Other fields of a line: notes of whoever wrote it, for people to read.
type Notes = BTreeMap<String, serde_json::Value>;

/// Refuses a note whose name is one of ours misspelt: what it asks for would go unchecked.
fn no_misspelling(notes: &Notes, ours: &[&str]) -> Result<(), String> {
    const ALIKE: f32 = 0.75;
    for name in notes.keys() {
        let alike = |ours: &&&str| TextDiff::from_chars(name.as_str(), **ours).ratio() >= ALIKE;
        if let Some(meant) = ours.iter().find(alike) {
            return Err(format!("unknown field `{name}`; write `{meant}`, or give a note another name"));
        }
    }
    Ok(())
}

/// An id is a word or a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// Reads a set; `file` is named in errors and tells Rasa's YAML from JSON Lines.
pub fn parse(file: &str, text: &str) -> Result<Set, SetError> {
    let text = text.trim_start_matches('\u{feff}');
    let lower = file.to_lowercase();
    if [".yml", ".yaml"].iter().any(|end| lower.ends_with(end)) {
        return rasa(file, text);
    }
    let lines = || (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let empty = || SetError::Empty { file: file.to_owned() };
    let (_, first) = lines().next().ok_or_else(empty)?;
    // What the first line is decides for all: a file of both would be counted as neither.
    let utterances = serde_json::from_str::<serde_json::Value>(first)
        .is_ok_and(|value| value.get("text").is_some() && value.get("question").is_none());
    let named = |line: usize| move |message: String| SetError::Line { file: file.to_owned(), line, message };
    if utterances {
        let read = lines().map(|(line, json)| utterance(line, json).map_err(named(line)));
        Ok(Set::Utterances(read.collect::<Result<_, _>>()?))
    } else {
        let read = lines().map(|(line, json)| question(line, json).map_err(named(line)));
        Ok(Set::Questions(read.collect::<Result<_, _>>()?))
    }
}

fn rasa(file: &str, yaml: &str) -> Result<Set, SetError> {
    let mut training = TrainingSet::default();
    training.read(file, yaml)?;
    if training.examples.is_empty() {
        return Err(SetError::Empty { file: file.to_owned() });
    }
    let utterances = training.examples.into_iter().map(|example| Utterance {
        line: example.line,
        text: example.text,
        intent: example.intent,
    });
    Ok(Set::Utterances(utterances.collect()))
}

fn question(line: usize, json: &str) -> Result<Question, String> {
    let read: QuestionLine = serde_json::from_str(json).map_err(|error| told(&error))?;
    no_misspelling(
        &read.notes,
        &["must", "any", "must_not", "uncovered", "kind", "source", "style", "category"],
    )?;
    if read.question.trim().is_empty() {
        return Err("`question` is empty; write what is asked".to_owned());
    }
    let expected = match (read.uncovered, read.kind) {
        (true, Some(_)) => return Err("`uncovered` and `kind` say two things; leave one out".to_owned()),
        (true, None) => Expected::Refusal,
        (false, Some(kind)) => Expected::Kind(kind),
        (false, None) => Expected::Answer,
    };
    let question = Question {
        line,
        id: read.id.map(|id| id.to_string()),
        text: read.question,
        style: read.style,
        category: read.category,
        expected,
        must: patterns("must", &read.must)?,
        any: patterns("any", &read.any)?,
        must_not: patterns("must_not", &read.must_not)?,
        sources: read.source,
    };
    if expected == Expected::Answer && !question.has_fact() && question.sources.is_empty() {
        return Err(
            "nothing says what is right; add `must`, `any`, `must_not`, `source`, `kind` or `uncovered`"
                .to_owned(),
        );
    }
    Ok(question)
}

fn patterns(field: &str, patterns: &[String]) -> Result<Vec<Regex>, String> {
    let compile = |(number, pattern): (usize, &String)| {
        Regex::new(pattern)
            .map_err(|error| format!("`{field}` {number}: {error}; mend the regular expression"))
    };
    (1..).zip(patterns).map(compile).collect()
}

fn utterance(line: usize, json: &str) -> Result<Utterance, String> {
    let read: UtteranceLine = serde_json::from_str(json).map_err(|error| told(&error))?;
    no_misspelling(&read.notes, &["intent", "oos"])?;
    if read.text.trim().is_empty() {
        return Err("`text` is empty; write what is said".to_owned());
    }
    let intent = match read.intent {
        Some(intent) if read.oos && intent != OUT_OF_SCOPE => {
            return Err(format!("`intent` says `{intent}` and `oos` says none; leave one out"));
        }
        Some(intent) => intent,
        None if read.oos => OUT_OF_SCOPE.to_owned(),
        None => return Err("`intent` is missing; write \"oos\" for out of scope".to_owned()),
    };
    Ok(Utterance { line, text: read.text, intent })
}

/// What serde says, without its line: each of ours is one document to it.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    match error.classify() {
        serde_json::error::Category::Data => message.to_owned(),
        _ => format!("{message} at column {}; each line is one JSON object", error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(file: &str, text: &str) -> String {
        parse(file, text).unwrap_err().to_string()
    }

    #[test]
    fn reads_questions_with_all_that_may_be_said_of_them() {
        let text = "\n{\"id\": 7, \"question\": \"备案要多久\", \"must\": [\"20\"], \"any\": [\"天\"], \"must_not\": [\"年\"], \
                    \"style\": \"plain\", \"lang\": \"zh\", \"wrong_examples\": [\"x\"], \"row\": 3, \
                    \"source\": [{\"doc\": \"003\", \"heading\": \"时长\", \"lines\": [1, 2]}]}\n\
                    {\"question\": \"天气\", \"uncovered\": true, \"category\": \"general\"}\n{\"question\": \"hi\", \"kind\": \"chitchat\"}\n";
        let Set::Questions(questions) = parse("a.jsonl", text).unwrap() else { panic!("questions") };
        assert_eq!(questions.iter().map(|question| question.line).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(questions[0].id.as_deref(), Some("7"));
        assert_eq!(questions[0].sources[0].heading, "时长");
        assert_eq!(questions[1].expected, Expected::Refusal);
        assert_eq!(questions[2].expected, Expected::Kind(Kind::Chitchat));
    }

    #[test]
    fn reads_utterances_of_both_forms() {
        let json = "{\"text\": \"a\", \"intent\": \"x\"}\n{\"text\": \"b\", \"intent\": \"oos\"}\n{\"text\": \"c\", \"oos\": true}\n";
        let Set::Utterances(utterances) = parse("a.jsonl", json).unwrap() else { panic!("utterances") };
        assert_eq!(
            utterances.iter().map(|utterance| utterance.intent.as_str()).collect::<Vec<_>>(),
            ["x", "oos", "oos"]
        );
        let yaml = "version: \"3.1\"\nnlu:\n- intent: x\n  examples: |\n    - a\n    - b [c](d)\n";
        let Set::Utterances(utterances) = parse("a.yml", yaml).unwrap() else { panic!("utterances") };
        assert_eq!(utterances[1], Utterance { line: 6, text: "b c".into(), intent: "x".into() });
    }

    #[test]
    fn a_bad_line_is_named_with_its_mend() {
        let good = "{\"question\": \"a\", \"must\": [\"b\"]}\n";
        for (line, expected) in [
            ("{\"question\": \"a\", \"must\": [\"(\"]}", "`must` 1: "),
            ("{\"question\": \"a\", \"must_nto\": [\"b\"]}", "unknown field `must_nto`"),
            ("{\"question\": \"a\"}", "nothing says what is right"),
            ("{\"question\": \" \", \"must\": [\"b\"]}", "`question` is empty"),
            ("{\"question\": \"a\", \"uncovered\": true, \"kind\": \"handoff\"}", "say two things"),
            ("{\"question\": ", "each line is one JSON object"),
            ("{\"question\": \"a\", \"must\": [\"b\"], \"uncoverd\": true}", "write `uncovered`"),
            ("{\"text\": \"a\", \"intent\": \"b\"}", "missing field `question`"),
        ] {
            let error = error("set.jsonl", &format!("{good}{line}\n"));
            assert!(error.starts_with("set.jsonl:2: ") && error.contains(expected), "{line}: {error}");
            assert!(!error.contains('\n') && !error.contains("line 1"), "{error}");
        }
        assert!(error("set.jsonl", "{\"text\": \"a\"}").contains("`intent` is missing"));
        assert!(error("set.jsonl", "\n\n").contains("nothing in it to ask"));
        assert!(error("set.yml", "version: \"3.1\"\nnlu: []\n").contains("nothing in it to ask"));
    }
}

//! The release gate: on questions that nothing was tuned on, the assistant is right often enough, and silent often enough.
//!
//! The held-back halves of tests/eval are asked one by one, by nobody in particular. The bounds lie a little below what was
//! measured when they were set, so that they fail on a step back and not on a coin's toss.

use std::path::Path;
use std::sync::Arc;

use beian::assistant::{Answer as _, Assistant, Incoming, Mind, Sections};
use beian::cli::wiring;
use beian::config::Options;
use beian::domain::reply::{Kind, Reply};
use beian::knowledge::documents;
use beian::rulebook;
use beian::store::SqliteStore;
use beian::understand::script::simplify;
use fancy_regex::Regex;
use serde_json::Value;

/// What a set of questions came to.
#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    right: usize,
    /// Answered, and not with what was asked for.
    wrong: usize,
    declined: usize,
    /// Some that went wrong, to look at.
    samples: Vec<String>,
}

impl Tally {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred questions")]
    fn share(&self, count: usize) -> f64 {
        count as f64 / self.asked as f64
    }
}

fn assistant() -> Assistant {
    let book = rulebook::built_in().unwrap();
    let sections =
        documents::load_embedded(&wiring::names(&book)).sections.into_iter().map(Arc::new).collect();
    let mind = Mind::new(Sections::Memory(sections), book, wiring::training(None).unwrap());
    Assistant::new(Arc::new(mind), Arc::new(SqliteStore::in_memory().unwrap()), wiring::clock(None))
}

/// The same with the encoder of the data folder that BEIAN_TEST_MODEL names (`beian model install`, `beian index`).
fn assistant_with_encoder() -> Option<Assistant> {
    let Some(data) = std::env::var_os("BEIAN_TEST_MODEL") else {
        eprintln!("skipped: BEIAN_TEST_MODEL doesn't name a data folder with the model");
        return None;
    };
    let options = Options { data: Some(data.into()), ..Options::default() };
    let mind = wiring::mind(&options.settle().unwrap()).unwrap();
    assert!(
        mind.has_semantics(),
        "run `beian --data FOLDER index` on the folder that BEIAN_TEST_MODEL names"
    );
    Some(Assistant::new(Arc::new(mind), Arc::new(SqliteStore::in_memory().unwrap()), wiring::clock(None)))
}

fn ask(set: &str) -> Tally {
    ask_of(&assistant(), set)
}

fn ask_of(assistant: &Assistant, set: &str) -> Tally {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(set);
    let mut tally = Tally::default();
    for (number, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
        let question: Value = serde_json::from_str(line).unwrap();
        let text = question["question"].as_str().unwrap();
        let reply = assistant.answer(&Incoming {
            channel: "test".to_owned(),
            user: None,
            conversation: number.to_string(),
            text: text.to_owned(),
        });
        tally.asked += 1;
        if !matches!(reply.kind, Kind::Answer | Kind::Action) {
            tally.declined += 1;
        } else if holds_the_fact(&question, &reply) {
            tally.right += 1;
        } else {
            tally.wrong += 1;
            tally.samples.push(text.to_owned());
        }
    }
    tally
}

fn holds_the_fact(question: &Value, reply: &Reply) -> bool {
    let text = simplify(&reply.text);
    let Some(must) = question["must"].as_array() else { return false };
    must.iter().all(|pattern| Regex::new(pattern.as_str().unwrap()).unwrap().is_match(&text).unwrap())
}

#[test]
fn held_back_questions_get_the_right_fact() {
    let tally = ask("questions-held.jsonl");
    assert!(tally.asked >= 400);
    assert!(tally.share(tally.right) >= 0.82, "right {:.3}\n{:#?}", tally.share(tally.right), tally.samples);
    assert!(tally.share(tally.declined) <= 0.07, "declined {:.3}", tally.share(tally.declined));
}

#[test]
fn held_back_questions_that_are_not_covered_are_declined() {
    let tally = ask("uncovered-held.jsonl");
    assert!(tally.asked >= 150);
    assert!(
        tally.share(tally.declined) >= 0.87,
        "declined {:.3}\n{:#?}",
        tally.share(tally.declined),
        tally.samples
    );
}

#[test]
fn with_an_encoder_more_of_both_go_right() {
    let Some(assistant) = assistant_with_encoder() else { return };
    let covered = ask_of(&assistant, "questions-held.jsonl");
    let outside = ask_of(&assistant, "uncovered-held.jsonl");
    let figures = format!(
        "right {:.3}, declined {:.3}, outside declined {:.3}",
        covered.share(covered.right),
        covered.share(covered.declined),
        outside.share(outside.declined)
    );
    eprintln!("{figures}");
    assert!(covered.share(covered.right) >= 0.84, "{figures}");
    assert!(covered.share(covered.declined) <= 0.08, "{figures}");
    assert!(outside.share(outside.declined) >= 0.89, "{figures}");
}

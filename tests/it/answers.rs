//! The release gate: on questions that nothing was tuned on, the assistant is right often enough, and silent often enough.
//!
//! The held-back halves of tests/eval are asked one by one, by nobody in particular. The bounds lie a little below what was
//! measured when they were set, so that they fail on a step back and not on a coin's toss.

use std::path::Path;
use std::sync::Arc;

use beian::assistant::{Assistant, Mind, Sections};
use beian::cli::wiring;
use beian::config::Options;
use beian::evaluation::{Fate, Figures, Set, ask_each, judge, parse, share};
use beian::knowledge::documents;
use beian::rulebook;
use beian::store::SqliteStore;
use beian::transcripts::{load, run};

/// Of the covered questions, how many get the right fact at least.
const RIGHT: f64 = 0.90;
/// Of the covered questions, how many are refused or asked back at most.
const NOT_ANSWERED: f64 = 0.05;
/// Of the uncovered questions, how many are refused or asked back at least.
const DECLINED: f64 = 0.91;
/// Of all questions, how many are answered wrongly as if there were no doubt at most.
const SURE_AND_WRONG: f64 = 0.05;
/// Of the covered questions that are answered, how many are answered wrongly at most.
const WRONG: f64 = 0.07;
/// Of the phrasings of actions by somebody who had seen no example, and of the near misses beside them, how many are taken for what
/// they are at least.
const PHRASINGS: f64 = 0.77;
/// The same of phrasings by somebody else, plainer ones.
const PHRASINGS_BY_ANOTHER: f64 = 0.90;
/// The same where an encoder is installed.
const RIGHT_IN_MEANING: f64 = 0.915;
const DECLINED_IN_MEANING: f64 = 0.935;

/// The same of questions by people who had seen nothing of the knowledge base and nothing of the other sets: harder, with long stories.
const FOR_STRANGERS: Bounds = Bounds { asked: 240, right: 0.86, not_answered: 0.06, wrong: 0.085 };
const DECLINED_TO_STRANGERS: f64 = 0.89;

/// The same of a set in the form of the acceptance questions: every topic, plain and colloquial for the most part.
const OVER_ALL_TOPICS: Bounds = Bounds { asked: 240, right: 0.95, not_answered: 0.02, wrong: 0.04 };
const DECLINED_OVER_ALL_TOPICS: f64 = 0.95;
/// The same of two more people, who put facts of the field that nobody wrote down among what is not covered.
const OVER_ALL_TOPICS_AGAIN: Bounds = Bounds { asked: 220, ..OVER_ALL_TOPICS };
const DECLINED_OVER_ALL_TOPICS_AGAIN: f64 = 0.91;
/// The same of the shortest and plainest questions.
const PLAINEST: Bounds = Bounds { asked: 80, not_answered: 0.05, ..OVER_ALL_TOPICS };

/// Of everyday messages that name what actions ask for (a place, a picture, a year), how many are declined at least.
const EVERYDAY: f64 = 0.86;
/// The same of what people with records say of things of theirs that are no filing.
const EVERYDAY_OF_ONES_OWN: f64 = 0.65;

/// What has to hold of a set of covered questions: how many are right at least, not answered and wrongly answered at most.
struct Bounds {
    asked: usize,
    right: f64,
    not_answered: f64,
    wrong: f64,
}

fn mind() -> Arc<Mind> {
    let book = rulebook::built_in().unwrap();
    let sections =
        documents::load_embedded(&wiring::names(&book)).sections.into_iter().map(Arc::new).collect();
    Arc::new(Mind::new(Sections::Memory(sections), book, wiring::training(None).unwrap()))
}

fn assistant() -> Assistant {
    Assistant::new(mind(), Arc::new(SqliteStore::in_memory().unwrap()), wiring::clock(None))
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

/// The figures of a set, and what went wrong in it.
fn ask(set: &str) -> (Figures, Vec<String>) {
    ask_of(&assistant(), set)
}

fn ask_of(assistant: &Assistant, set: &str) -> (Figures, Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(set);
    let Set::Questions(questions) = parse(set, &std::fs::read_to_string(path).unwrap()).unwrap() else {
        panic!("{set} holds no questions")
    };
    let texts: Vec<&str> = questions.iter().map(|question| question.text.as_str()).collect();
    let replies = ask_each(assistant, &texts);
    let cases: Vec<_> = questions
        .iter()
        .zip(&replies)
        .map(|(question, reply)| (question, reply, judge(question, reply)))
        .collect();
    let wrong = cases.iter().filter(|(.., judged)| judged.fate == Fate::Wrong);
    let wrong = wrong.map(|(question, ..)| question.text.clone()).collect();
    (Figures::of(&cases), wrong)
}

fn sure_and_wrong(figures: &Figures) {
    let share = figures.confident_wrong_share.unwrap();
    assert!(share <= SURE_AND_WRONG, "wrong and sure of it {share:.3}");
}

fn right_fact(set: &str, bounds: &Bounds) {
    let (figures, wrong) = ask(set);
    let covered = &figures.covered;
    assert!(covered.asked >= bounds.asked);
    let right = covered.fact_accuracy.unwrap();
    assert!(right >= bounds.right, "right {right:.3}\n{wrong:#?}");
    let not_answered = share(covered.refused + covered.asked_back, covered.asked).unwrap();
    assert!(not_answered <= bounds.not_answered, "refused or asked back {not_answered:.3}");
    let answered = covered.asked - covered.refused - covered.asked_back;
    let share_wrong = share(wrong.len(), answered).unwrap();
    assert!(share_wrong <= bounds.wrong, "of what is answered, wrong {share_wrong:.3}");
    sure_and_wrong(&figures);
}

fn declined(set: &str, asked: usize, least: f64) {
    let (figures, wrong) = ask(set);
    let uncovered = &figures.uncovered;
    assert!(uncovered.asked >= asked);
    let declined = share(uncovered.refused + uncovered.asked_back, uncovered.asked).unwrap();
    assert!(declined >= least, "declined {declined:.3}\n{wrong:#?}");
    sure_and_wrong(&figures);
}

#[test]
fn held_back_questions_get_the_right_fact() {
    let bounds = Bounds { asked: 400, right: RIGHT, not_answered: NOT_ANSWERED, wrong: WRONG };
    right_fact("questions-held.jsonl", &bounds);
}

#[test]
fn held_back_questions_by_strangers_get_the_right_fact() {
    right_fact("questions-held2.jsonl", &FOR_STRANGERS);
}

#[test]
fn held_back_questions_over_all_topics_get_the_right_fact() {
    right_fact("questions-held3.jsonl", &OVER_ALL_TOPICS);
    right_fact("questions-held4.jsonl", &OVER_ALL_TOPICS_AGAIN);
    right_fact("questions-head-held.jsonl", &PLAINEST);
}

#[test]
fn held_back_questions_that_are_not_covered_are_declined() {
    declined("uncovered-held.jsonl", 150, DECLINED);
    declined("uncovered-held2.jsonl", 100, DECLINED_TO_STRANGERS);
    declined("uncovered-held3.jsonl", 100, DECLINED_OVER_ALL_TOPICS);
    declined("uncovered-held4.jsonl", 100, DECLINED_OVER_ALL_TOPICS_AGAIN);
}

#[test]
fn everyday_messages_are_declined_whatever_they_name() {
    declined("uncovered-everyday-held.jsonl", 120, EVERYDAY);
    declined("uncovered-places-held.jsonl", 150, EVERYDAY);
    taken_for_what_they_are("everyday-held.yml", 39, EVERYDAY_OF_ONES_OWN);
}

#[test]
fn held_back_phrasings_run_the_action_that_they_ask_for() {
    taken_for_what_they_are("phrasings-held.yml", 250, PHRASINGS);
    taken_for_what_they_are("phrasings-held2.yml", 230, PHRASINGS_BY_ANOTHER);
}

fn taken_for_what_they_are(file: &str, asked: usize, least: f64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(file);
    let mind = mind();
    let report = run(&load(&path).unwrap(), &|setup| wiring::rehearsal(&mind, setup, None));
    assert!(report.unusable.is_none() && report.cases.len() >= asked, "{file}");
    let taken = share(report.passed(), report.cases.len()).unwrap();
    assert!(taken >= least, "{file}: taken for what they are {taken:.3}");
}

#[test]
fn with_an_encoder_more_of_both_go_right() {
    let Some(assistant) = assistant_with_encoder() else { return };
    let (figures, _) = ask_of(&assistant, "questions-held.jsonl");
    let covered = &figures.covered;
    let right = covered.fact_accuracy.unwrap();
    let not_answered = share(covered.refused + covered.asked_back, covered.asked).unwrap();
    sure_and_wrong(&figures);
    let (figures, _) = ask_of(&assistant, "uncovered-held.jsonl");
    let uncovered = &figures.uncovered;
    let declined = share(uncovered.refused + uncovered.asked_back, uncovered.asked).unwrap();
    sure_and_wrong(&figures);
    let said = format!("right {right:.3}, not answered {not_answered:.3}, outside declined {declined:.3}");
    eprintln!("{said}");
    assert!(
        right >= RIGHT_IN_MEANING && not_answered <= NOT_ANSWERED && declined >= DECLINED_IN_MEANING,
        "{said}"
    );
}

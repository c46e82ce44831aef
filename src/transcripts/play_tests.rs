//! Files played to a stand-in for the assistant.

use std::cell::RefCell;
use std::sync::Mutex;

use serde_json::{Map, json};

use super::*;
use crate::domain::reply::{Citation, Kind};
use crate::transcripts::file::Step;

/// Repeats what it is told, counts, and remembers who spoke.
struct Parrot {
    heard: Mutex<Vec<Incoming>>,
}

impl Answer for Parrot {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let mut heard = self.heard.lock().unwrap();
        heard.push(incoming.clone());
        let mut reply = Reply::new(Kind::Action, format!("你说：{}", incoming.text));
        reply.intent = Some("can_cancel_order".to_owned());
        reply.outcome = Some(json!({"turn": heard.len(), "user": incoming.user, "order": null}));
        reply.citations = vec![Citation {
            doc: "接入备案.md".to_owned(),
            heading: "订单能不能终止".to_owned(),
            anchor: None,
            as_of: None,
        }];
        reply
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form of MakeAssistant")]
fn parrot(_: &Setup) -> anyhow::Result<Box<dyn Answer>> {
    Ok(Box::new(Parrot { heard: Mutex::default() }))
}

fn step(user: &str, bot: Option<Expectation>) -> Step {
    Step { line: 7, user: user.to_owned(), bot }
}

fn case(steps: Vec<Step>) -> TestCase {
    let speaker = Some(("discord".to_owned(), "1001".to_owned()));
    TestCase { name: "an order".to_owned(), line: 3, speaker, steps }
}

fn file(cases: Vec<TestCase>) -> TranscriptFile {
    TranscriptFile { path: "a.yml".into(), now: None, records: None, write_actions: false, cases }
}

fn expects(reply: Value) -> Expectation {
    let Value::Object(reply) = reply else { panic!("a map") };
    Expectation { reply, ..Expectation::default() }
}

fn mismatches(bot: Expectation) -> Vec<Mismatch> {
    let report = run(&file(vec![case(vec![step("还能撤回吗", Some(bot))])]), &parrot);
    report.cases.into_iter().next().unwrap().failure.map_or_else(Vec::new, |failure| failure.mismatches)
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn every_field_of_a_reply_can_be_expected() {
    let whole = json!({
        "kind": "action", "text": "你说：还能撤回吗", "intent": "can_cancel_order", "confidence": 0, "slots": {},
        "outcome": {"turn": 1, "order": null}, "suggestions": [], "elapsed_us": 0,
        "citations": [{"doc": "接入备案.md", "anchor": null, "as_of": null}],
    });
    assert_eq!(mismatches(expects(whole)), []);
    for wrong in [
        json!({"kind": "answer"}),
        json!({"text": "你说"}),
        json!({"intent": null}),
        json!({"confidence": 0.5}),
        json!({"slots": {"order": "1"}}),
        json!({"outcome": null}),
        json!({"suggestions": ["a"]}),
        json!({"elapsed_us": 1}),
        json!({"citations": []}),
    ] {
        assert_eq!(mismatches(expects(wrong.clone())).len(), 1, "{wrong}");
    }
}

#[test]
fn the_text_is_tested_by_its_parts() {
    let parts = |contains: &[&str], not_contains: &[&str], matches: &[&str]| Expectation {
        reply: Map::new(),
        contains: words(contains),
        not_contains: words(not_contains),
        matches: matches.iter().map(|regex| fancy_regex::Regex::new(regex).unwrap()).collect(),
        cites: Vec::new(),
    };
    assert_eq!(mismatches(parts(&["撤回", "还能"], &["放弃"], &["撤回|放弃", "(?<!不)能"])), []);
    let found = mismatches(parts(&["撤回", "放弃"], &["还能"], &["^撤回", "(?<!还)能"]));
    let places: Vec<_> =
        found.iter().map(|one| (one.place.as_str(), one.expected.as_str().unwrap())).collect();
    assert_eq!(
        places,
        [("contains", "放弃"), ("not_contains", "还能"), ("matches", "^撤回"), ("matches", "(?<!还)能")]
    );
}

#[test]
fn cites_looks_at_documents_and_headings() {
    let cites = |list: &[&str]| Expectation { cites: words(list), ..Expectation::default() };
    assert_eq!(mismatches(cites(&["接入", "终止"])), []);
    assert_eq!(mismatches(cites(&["接入", "注销"])).len(), 1);
}

#[test]
fn a_case_is_one_conversation_and_the_next_case_another() {
    let turn = |number: i64| Some(expects(json!({"outcome": {"turn": number, "user": "1001"}})));
    let cases = vec![
        case(vec![step("a", turn(1)), step("b", None), step("c", turn(3))]),
        case(vec![step("d", turn(1))]),
    ];
    let made = RefCell::new(0);
    let report = run(&file(cases), &|setup| {
        *made.borrow_mut() += 1;
        parrot(setup)
    });
    assert_eq!((report.passed(), report.failed(), *made.borrow()), (2, 0, 2));
}

#[test]
fn without_as_nobody_is_known() {
    let mut nobody = case(vec![step("a", Some(expects(json!({"outcome": {"user": null}}))))]);
    nobody.speaker = None;
    assert_eq!(run(&file(vec![nobody]), &parrot).passed(), 1);
}

#[test]
fn a_case_ends_at_its_first_failing_step_with_the_conversation_so_far() {
    let wrong = Some(expects(json!({"kind": "answer"})));
    let cases =
        vec![case(vec![step("a", None), step("b", wrong), step("c", None)]), case(vec![step("d", None)])];
    let report = run(&file(cases), &parrot);
    assert_eq!((report.passed(), report.failed()), (1, 1));
    let failure = report.cases[0].failure.as_ref().unwrap();
    let said: Vec<_> = failure.conversation.iter().map(|turn| turn.user.as_str()).collect();
    assert_eq!((said, failure.line), (vec!["a", "b"], 7));
}

#[test]
fn only_the_cases_asked_for_are_played() {
    let mut other = case(vec![step("a", None)]);
    other.name = "a domain".to_owned();
    let report = run_matching(&file(vec![case(vec![step("a", None)]), other]), "domain", &parrot);
    assert_eq!(report.cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>(), ["a domain"]);
}

#[test]
fn records_that_the_assistant_refuses_make_the_file_unusable() {
    let cases = vec![case(vec![step("a", None)]), case(vec![step("b", None)])];
    let report = run(&file(cases), &|_| Err(anyhow::anyhow!("orders[0].state").context("records refused")));
    assert_eq!(report.unusable.as_deref(), Some("records refused: orders[0].state"));
    assert_eq!(report.cases.len(), 0);
}

#[test]
fn each_case_starts_from_the_clock_and_records_of_the_file() {
    let mut file = file(vec![case(vec![step("a", None)])]);
    file.now = Some(Timestamp::UNIX_EPOCH);
    file.records = Some(RecordSet::default());
    let report = run(&file, &|setup| {
        assert_eq!(setup.now, Some(Timestamp::UNIX_EPOCH));
        assert_eq!(setup.records, Some(RecordSet::default()));
        parrot(setup)
    });
    assert_eq!(report.passed(), 1);
}

//! What a reader sees of a failure.

use serde_json::json;

use super::*;
use crate::domain::reply::{Kind, Reply};
use crate::transcripts::play::Turn;

fn failed() -> FileReport {
    let mut reply = Reply::new(Kind::Action, "不可以。\n核验已经通过。");
    reply.intent = Some("can_cancel_order".to_owned());
    reply.outcome = Some(json!({"allowed": false}));
    let mismatch = |place: &str, expected: Value, actual: Option<Value>, note: Option<&str>| Mismatch {
        place: place.to_owned(),
        expected,
        actual,
        note: note.map(str::to_owned),
    };
    let failure = Failure {
        line: 9,
        conversation: vec![
            Turn {
                user: "这个订单还能撤吗".to_owned(), reply: Reply::new(Kind::Clarify, "哪一个？")
            },
            Turn { user: "20190812001".to_owned(), reply },
        ],
        mismatches: vec![
            mismatch("outcome.allowed", json!(true), Some(json!(false)), None),
            mismatch("outcome.ways", json!(["withdraw", "abandon"]), Some(json!([])), None),
            mismatch("outcome.order", json!("20190812001"), None, Some("no such field")),
            mismatch(
                "contains",
                json!("撤回"),
                Some(json!("不可以。\n核验已经通过。")),
                Some("not in the text"),
            ),
        ],
    };
    let case = |name: &str, failure| CaseReport { name: name.to_owned(), line: 4, failure };
    let cases = vec![case("stopped before the face check", Some(failure)), case("chitchat", None)];
    FileReport { path: "tests/cancel.yml".into(), cases, unusable: None }
}

fn written(report: &FileReport, colour: Colour) -> String {
    let mut out = Vec::new();
    write_report(report, colour, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_failure_shows_the_conversation_and_the_difference() {
    let expected = r#"FAIL tests/cancel.yml:9: stopped before the face check
  user  这个订单还能撤吗
  bot   哪一个？
        kind clarify
  user  20190812001
  bot   不可以。
        核验已经通过。
        kind action, intent can_cancel_order, outcome {"allowed":false}
  - expected, + came
  outcome.allowed
    - true
    + false
  outcome.ways
    - "withdraw"
    - "abandon"
    + []
  outcome.order  (no such field)
    - "20190812001"
  contains  (not in the text)
    - 撤回

FAILED tests/cancel.yml: 1 passed, 1 failed
"#;
    assert_eq!(written(&failed(), Colour::Off), expected);
}

#[test]
fn a_file_without_failures_is_one_line() {
    let mut report = failed();
    report.cases.remove(0);
    assert_eq!(written(&report, Colour::Off), "ok tests/cancel.yml: 1 passed\n");
}

#[test]
fn colour_is_there_when_asked_for_and_changes_no_word() {
    let painted = written(&failed(), Colour::On);
    assert!(painted.contains("\u{1b}[32m- true\u{1b}[0m") && painted.contains("\u{1b}[31m+ false\u{1b}[0m"));
    let codes = regex::Regex::new("\u{1b}\\[\\d+m").unwrap();
    assert_eq!(codes.replace_all(&painted, ""), written(&failed(), Colour::Off));
}

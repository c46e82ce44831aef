//! Transcript files read, and each kind of mistake in one named with its line.

use std::fs;

use serde_json::json;

use super::*;

const WHOLE: &str = r#"now: 2019-08-20T10:00:00+08:00
records: records.json
test_cases:
  - test_case: an order can be stopped before the face check
    as: discord:1001
    steps:
      - user: 这个订单还能撤吗
        bot: {kind: clarify}
      - user: 20190812001
        bot:
          kind: action
          intent: can_cancel_order
          outcome: {allowed: true, ways: [withdraw, abandon]}
          contains: [撤回]        # every one in text
          matches: ["撤回|放弃", "(?<!不)可以"]
          not_contains: [不能]
          cites: [接入]
  - test_case: only spoken
    steps:
      - user: "你好"
"#;

fn read(text: &str) -> Result<TranscriptFile, TranscriptError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yml");
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("records.json"), r#"{"accounts": [{"id": "acc-1", "site": "china"}]}"#)
        .unwrap();
    fs::write(folder.path().join("broken.json"), "{\n  \"acounts\": []\n}").unwrap();
    load(&path)
}

/// The line and the message of the error that a text gives.
fn refused(text: &str) -> (u64, String) {
    match read(text) {
        Err(TranscriptError::Wrong { path, line, what }) => {
            let shown = TranscriptError::Wrong { path: path.clone(), line, what: what.clone() }.to_string();
            assert!(shown.starts_with(&format!("{}:{line}: ", path.display())), "{shown}");
            assert!(!shown.contains('\n'), "one line: {shown}");
            (line, what)
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn one_step(user: &str) -> String {
    format!("test_cases:\n  - test_case: a\n    steps:\n      - user: {user}\n")
}

fn one_bot(bot: &str) -> String {
    format!("{}        bot:\n          {bot}\n", one_step("你好"))
}

#[test]
fn reads_the_example_of_the_contract() {
    let file = read(WHOLE).unwrap();
    assert_eq!(file.now, Some("2019-08-20T02:00:00Z".parse().unwrap()));
    assert_eq!(file.records.unwrap().accounts[0].id, "acc-1");
    assert_eq!(file.cases.len(), 2);
    let case = &file.cases[0];
    assert_eq!((case.name.as_str(), case.line), ("an order can be stopped before the face check", 4));
    assert_eq!(case.speaker, Some(("discord".to_owned(), "1001".to_owned())));
    assert_eq!(case.steps[0].bot.as_ref().unwrap().reply, *json!({"kind": "clarify"}).as_object().unwrap());
    let (step, bot) = (&case.steps[1], case.steps[1].bot.as_ref().unwrap());
    assert_eq!((step.user.as_str(), step.line), ("20190812001", 9));
    let reply = json!({"kind": "action", "intent": "can_cancel_order",
        "outcome": {"allowed": true, "ways": ["withdraw", "abandon"]}});
    assert_eq!(bot.reply, *reply.as_object().unwrap());
    assert_eq!(
        (bot.contains.as_slice(), bot.not_contains.as_slice()),
        (&["撤回".to_owned()][..], &["不能".to_owned()][..])
    );
    assert_eq!((bot.matches.len(), bot.cites.as_slice()), (2, &["接入".to_owned()][..]));
    assert!(file.cases[1].steps[0].bot.is_none());
    assert!(file.cases[1].speaker.is_none());
}

#[test]
fn what_the_user_types_is_read_as_typed() {
    for typed in
        ["20190812001", "yes", "no", "1e3", "0x1F", "007", "2019-08-20", "3.50", "true", "null", "~", "i-bp1"]
    {
        assert_eq!(read(&one_step(typed)).unwrap().cases[0].steps[0].user, typed);
        assert_eq!(read(&one_step(&format!("\"{typed}\""))).unwrap().cases[0].steps[0].user, typed);
    }
    assert_eq!(read(&one_step("\"\"")).unwrap().cases[0].steps[0].user, "");
    assert_eq!(read(&format!("\u{feff}# 备案\n{}", one_step("~"))).unwrap().cases[0].steps[0].user, "~");
    let long = one_step("|\n          第一行\n          第二行");
    assert_eq!(read(&long).unwrap().cases[0].steps[0].user, "第一行\n第二行\n");
}

#[test]
fn null_is_an_expectation_and_a_field_left_out_is_none() {
    let file =
        read(&one_bot("{outcome: null, intent: ~, citations: [{doc: a, anchor: null}], confidence: 1}"))
            .unwrap();
    let reply = &file.cases[0].steps[0].bot.as_ref().unwrap().reply;
    let wanted = json!({"outcome": null, "intent": null, "citations": [{"doc": "a", "anchor": null}], "confidence": 1.0});
    assert_eq!(reply, wanted.as_object().unwrap());
}

#[test]
fn an_unknown_field_is_an_error_that_names_its_line_and_the_fields_there_are() {
    let (line, what) = refused(&one_bot("contain: [撤回]"));
    assert_eq!(line, 6);
    assert!(what.contains("contain") && what.contains("not_contains") && what.contains("outcome"), "{what}");

    let (line, what) = refused(&one_step("你好").replace("user: 你好", "user: 你好\n        reply: {}"));
    assert_eq!(line, 5);
    assert!(what.contains("reply") && what.contains("bot"), "{what}");

    let (line, what) = refused(&one_step("你好").replace("    steps", "    sa: web:u1\n    steps"));
    assert_eq!(line, 3);
    assert!(what.contains("sa") && what.contains("as"), "{what}");

    let (line, what) = refused(&format!("{}clock: 1\n", one_step("你好")));
    assert_eq!(line, 5);
    assert!(what.contains("clock") && what.contains("now"), "{what}");

    let (line, what) = refused(&one_bot("citations:\n            - {document: a}"));
    assert_eq!(line, 7);
    assert!(what.contains("document") && what.contains("heading"), "{what}");
}

#[test]
fn a_wrong_type_is_an_error_that_names_its_line() {
    for (bot, line, word) in [
        ("contains: 撤回", 6, "a list is wanted"),
        ("kind: answered", 6, "answered"),
        ("matches: {a: b}", 6, "matches"),
        ("outcome: [1]", 6, "a map is wanted"),
        ("confidence: high", 6, "a number is wanted"),
        ("kind: action\n          cites: 3", 7, "cites"),
        ("suggestions:\n            - a\n            - {b: c}", 8, "text is wanted"),
    ] {
        let (at, what) = refused(&one_bot(bot));
        assert_eq!(at, line, "{bot}: {what}");
        assert!(what.contains(word), "{bot}: {what}");
    }
    assert_eq!(refused("test_cases:\n  - test_case: a\n    steps: hello\n").0, 3);
    assert_eq!(refused("test_cases: 3\n").0, 1);
}

#[test]
fn a_missing_field_is_an_error() {
    let (line, what) = refused("test_cases:\n  - test_case: a\n    steps:\n      - bot: {}\n");
    assert_eq!(line, 4);
    assert!(what.contains("user"), "{what}");
    assert!(refused("test_cases:\n  - steps: [{user: a}]\n").1.contains("test_case"));
    assert!(refused("now: 2019-08-20T10:00:00+08:00\n").1.contains("test_cases"));
    let (line, what) = refused("test_cases:\n  - test_case: a\n    steps:\n      - user:\n");
    assert_eq!(line, 4);
    assert!(what.contains("user"), "{what}");
}

#[test]
fn values_that_cannot_be_used_are_errors_with_the_mend() {
    let (line, what) = refused(&format!("now: 2019-08-20\n{}", one_step("你好")));
    assert_eq!(line, 1);
    assert!(what.contains("2019-08-20T10:00:00+08:00"), "{what}");

    for who in ["1001", "\"discord:\"", "\":1001\"", "\"\""] {
        let (line, what) =
            refused(&one_step("你好").replace("    steps", &format!("    as: {who}\n    steps")));
        assert_eq!(line, 3);
        assert!(what.contains("CHANNEL:USER"), "{what}");
    }

    let (line, what) = refused(&one_bot("matches:\n            - 撤回\n            - \"(撤回\""));
    assert_eq!(line, 8);
    assert!(what.contains("regex"), "{what}");

    let (line, what) = refused(&format!("records: gone.json\n{}", one_step("你好")));
    assert_eq!(line, 1);
    assert!(what.contains("gone.json") && what.contains("relative"), "{what}");
    let (line, what) = refused(&format!("\nrecords: broken.json\n{}", one_step("你好")));
    assert_eq!(line, 2);
    assert!(what.contains("acounts") && what.contains("line 2"), "{what}");
}

#[test]
fn a_file_that_tests_nothing_is_an_error() {
    assert_eq!(refused("# nothing yet\n\ntest_cases: []\n").0, 3);
    let (line, what) = refused("test_cases:\n  - test_case: a\n    steps: []\n");
    assert_eq!(line, 3);
    assert!(what.contains("steps"), "{what}");
    assert!(read("").is_err());
}

#[test]
fn what_is_not_yaml_is_an_error_with_its_line() {
    assert_eq!(refused("test_cases:\n  - test_case: \"a\" b\n").0, 2);
    let (line, what) = refused(&one_bot("kind: action\n          kind: answer"));
    assert_eq!(line, 7);
    assert!(what.contains("kind"), "{what}");
}

#[test]
fn a_file_that_is_not_there_is_unreadable() {
    assert!(matches!(load(Path::new("gone.yml")), Err(TranscriptError::Unreadable { .. })));
}

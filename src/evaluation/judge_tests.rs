//! What counts as right, wrong, refused and asked back.

use super::super::set::{Set, parse};
use super::*;

fn question(json: &str) -> Question {
    match parse("a.jsonl", json).unwrap() {
        Set::Questions(mut questions) => questions.remove(0),
        Set::Utterances(_) => panic!("a question"),
    }
}

fn reply(kind: Kind, text: &str, confidence: f64) -> Reply {
    Reply { confidence, ..Reply::new(kind, text) }
}

fn fate(json: &str, kind: Kind, text: &str) -> Fate {
    judge(&question(json), &reply(kind, text, 0.9)).fate
}

const COVERED: &str =
    r#"{"question": "q", "must": ["二十", "工作日"], "any": ["最长", "至多"], "must_not": ["一个月"]}"#;
const UNCOVERED: &str = r#"{"question": "q", "uncovered": true}"#;

#[test]
fn a_fact_is_all_of_must_one_of_any_and_none_of_must_not() {
    assert_eq!(fate(COVERED, Kind::Answer, "最长二十个工作日"), Fate::Right);
    assert_eq!(fate(COVERED, Kind::Action, "至多二十个工作日"), Fate::Right);
    assert_eq!(
        fate(COVERED, Kind::Answer, "最長二十個工作日"),
        Fate::Right,
        "traditional script says the same"
    );
    assert_eq!(fate(COVERED, Kind::Answer, "最长二十天"), Fate::Wrong);
    assert_eq!(fate(COVERED, Kind::Answer, "二十个工作日"), Fate::Wrong);
    assert_eq!(fate(COVERED, Kind::Answer, "最长二十个工作日，就是一个月"), Fate::Wrong);
}

#[test]
fn asking_back_is_neither_answer_nor_refusal_unless_it_says_the_fact() {
    assert_eq!(fate(COVERED, Kind::Clarify, "哪个订单？"), Fate::AskedBack);
    assert_eq!(fate(COVERED, Kind::Clarify, "最长二十个工作日。哪个订单？"), Fate::Right);
    for kind in [Kind::NoAnswer, Kind::Handoff, Kind::Chitchat, Kind::Error] {
        assert_eq!(fate(COVERED, kind, "最长二十个工作日"), Fate::Refused, "{kind:?}");
    }
}

#[test]
fn what_is_not_covered_is_right_when_it_is_declined() {
    assert_eq!(fate(UNCOVERED, Kind::NoAnswer, ""), Fate::Right);
    assert_eq!(fate(UNCOVERED, Kind::Handoff, ""), Fate::Right);
    assert_eq!(fate(UNCOVERED, Kind::Answer, ""), Fate::Wrong);
    assert_eq!(fate(UNCOVERED, Kind::Clarify, ""), Fate::AskedBack);
    assert_eq!(fate(r#"{"question": "q", "kind": "chitchat"}"#, Kind::Chitchat, ""), Fate::Right);
    assert_eq!(fate(r#"{"question": "q", "kind": "chitchat"}"#, Kind::NoAnswer, ""), Fate::Wrong);
}

#[test]
fn wrong_in_the_sure_band_is_confidently_wrong() {
    let confident =
        |confidence| judge(&question(UNCOVERED), &reply(Kind::Answer, "", confidence)).confidently_wrong;
    assert!(confident(SURE) && confident(1.0) && !confident(SURE - 0.01));
    assert!(!judge(&question(COVERED), &reply(Kind::Clarify, "", 1.0)).confidently_wrong);
}

#[test]
fn a_source_is_found_by_heading_and_document() {
    let asked = question(
        r#"{"question": "q", "source": [{"doc": "004", "heading": "2 如何注销？"}, {"doc": "003", "heading": "操作步骤"}]}"#,
    );
    let cited = |docs: &[(&str, &str)]| {
        let mut reply = reply(Kind::Answer, "", 0.9);
        reply.citations = docs
            .iter()
            .map(|(doc, heading)| Citation {
                doc: (*doc).to_owned(),
                heading: (*heading).to_owned(),
                anchor: None,
                as_of: None,
            })
            .collect();
        let judged = judge(&asked, &reply);
        assert_eq!(judged.fate, Fate::Shown);
        (judged.rank, judged.comparable)
    };
    assert_eq!(cited(&[("004_0cd3.txt", "如何注销")]), (Some(1), true));
    assert_eq!(cited(&[("a/004.md", "别的"), ("x/003_a.txt", "操作步骤")]), (Some(2), true));
    assert_eq!(cited(&[("004_0cd3.txt", "操作步骤")]), (None, true), "the heading of another document");
    assert_eq!(cited(&[("0045.txt", "如何注销")]), (None, false));
    assert_eq!(
        cited(&[("注销备案.md", "如何注销")]),
        (None, false),
        "another knowledge base can't be compared"
    );
    assert_eq!(cited(&[]), (None, false));
}

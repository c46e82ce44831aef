//! Figures against numbers counted by hand.

use super::super::judge::judge;
use super::super::set::{Set, parse};
use super::*;
use crate::domain::reply::{Citation, Kind};

fn near(value: Option<f64>, expected: f64) {
    assert!(value.is_some_and(|value| (value - expected).abs() < 1e-9), "{value:?} is not {expected}");
}

fn questions(lines: &str) -> Vec<Question> {
    match parse("a.jsonl", lines).unwrap() {
        Set::Questions(questions) => questions,
        Set::Utterances(_) => panic!("questions"),
    }
}

fn figures(questions: &[Question], replies: &[Reply]) -> Figures {
    let cases: Vec<_> = questions
        .iter()
        .zip(replies)
        .map(|(question, reply)| (question, reply, judge(question, reply)))
        .collect();
    Figures::of(&cases)
}

fn reply(kind: Kind, text: &str, confidence: f64, elapsed_us: u64) -> Reply {
    Reply { confidence, elapsed_us, ..Reply::new(kind, text) }
}

#[test]
fn counts_are_those_made_by_hand() {
    let asked = questions(
        "{\"question\": \"1\", \"must\": [\"yes\"], \"style\": \"plain\"}\n\
         {\"question\": \"2\", \"must\": [\"yes\"], \"style\": \"plain\"}\n\
         {\"question\": \"3\", \"must\": [\"yes\"], \"style\": \"short\"}\n\
         {\"question\": \"4\", \"must\": [\"yes\"]}\n\
         {\"question\": \"5\", \"uncovered\": true, \"category\": \"legal\"}\n\
         {\"question\": \"6\", \"uncovered\": true, \"category\": \"legal\"}\n\
         {\"question\": \"7\", \"uncovered\": true, \"category\": \"cheat\"}\n\
         {\"question\": \"8\", \"kind\": \"chitchat\"}\n",
    );
    let figures = figures(
        &asked,
        &[
            reply(Kind::Answer, "yes", 0.8, 10),
            reply(Kind::Answer, "no", 0.9, 20),
            reply(Kind::NoAnswer, "yes", 0.9, 30),
            reply(Kind::Clarify, "which?", 0.9, 40),
            reply(Kind::NoAnswer, "", 0.9, 50),
            reply(Kind::Answer, "", 0.7, 60),
            reply(Kind::Clarify, "", 0.7, 70),
            reply(Kind::Chitchat, "", 0.2, 80),
        ],
    );
    let covered = &figures.covered;
    assert_eq!(
        (covered.asked, covered.right, covered.wrong, covered.refused, covered.asked_back),
        (4, 1, 1, 1, 1)
    );
    near(covered.fact_accuracy, 0.25);
    near(covered.false_refusals, 0.25);
    near(figures.styles["plain"].fact_accuracy, 0.5);
    assert_eq!(figures.styles["short"].refused, 1);
    let uncovered = &figures.uncovered;
    assert_eq!((uncovered.asked, uncovered.refused, uncovered.asked_back, uncovered.answered), (3, 1, 1, 1));
    near(figures.categories["legal"].refused_share, 0.5);
    assert_eq!((figures.kinds_asked, figures.kinds_right), (1, 1));
    // Answered: questions 1, 2 and 6; two of the three wrongly, one of these at the sure band.
    assert_eq!((figures.answered, figures.answered_wrongly, figures.confident_wrong), (3, 2, 1));
    near(figures.wrong_of_answered, 2.0 / 3.0);
    near(figures.confident_wrong_share, 1.0 / 7.0);
    // .8 and right, .9 and wrong, .7 and wrong: off by .2, .9 and .7.
    near(figures.calibration.map(|measured| measured.error), 1.8 / 3.0);
    assert_eq!(figures.recall, None);
    assert_eq!(figures.elapsed_us, Elapsed { p50: 40, p99: 80 });
}

#[test]
fn recall_counts_the_place_of_the_first_right_citation() {
    let line = "{\"question\": \"q\", \"source\": [{\"doc\": \"d\", \"heading\": \"right\"}]}\n";
    let asked = questions(&line.repeat(4));
    let cited = |headings: &[&str]| {
        let citations = headings.iter().map(|heading| Citation {
            doc: "d.md".to_owned(),
            heading: (*heading).to_owned(),
            anchor: None,
            as_of: None,
        });
        Reply { citations: citations.collect(), ..Reply::new(Kind::Answer, "") }
    };
    let replies =
        [cited(&["right", "x"]), cited(&["x", "y", "right"]), cited(&["x", "y", "z", "right"]), cited(&[])];
    let recall = figures(&asked, &replies).recall.unwrap();
    assert_eq!(recall.questions, 4);
    near(recall.at_1, 0.25);
    near(recall.at_3, 0.5);
    near(recall.mrr, (1.0 + 1.0 / 3.0) / 4.0);
}

#[test]
fn an_empty_set_has_no_shares() {
    let figures = Figures::of(&[]);
    assert_eq!(figures.covered.fact_accuracy, None);
    assert_eq!((figures.calibration, figures.elapsed_us), (None, Elapsed::default()));
}

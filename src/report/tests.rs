//! Reports on hand-made turns.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::reply::{Kind, Reply};
use crate::store::SqliteStore;
use crate::store::conversations::{Commit, Committed, Conversations as _, Feedback, Key};

fn now() -> Timestamp {
    "2026-11-22T10:00:00+08:00".parse().unwrap()
}

struct Told {
    store: Arc<SqliteStore>,
}

impl Told {
    fn new() -> Self {
        Self { store: Arc::new(SqliteStore::in_memory().unwrap()) }
    }

    /// A turn, so many hours ago; its id.
    fn turn(&self, user: &str, hours: i64, text: &str, reply: Reply, receipt: &str) -> String {
        let key = Key { channel: "web".into(), user: Some(user.into()), conversation: user.into() };
        let before = self.store.conversation(&key).unwrap();
        let id = format!("{user}-{}", before.turns + 1);
        let at = now() - SignedDuration::from_hours(hours);
        let turn = Turn {
            id: id.clone(),
            key: key.clone(),
            ordinal: before.turns + 1,
            at,
            text: text.to_owned(),
            reply: Reply { id: Some(id.clone()), ..reply },
            receipt: receipt.to_owned(),
            delivery: None,
        };
        let commit = Commit { key: &key, expected: before.version, at, context: None, turn: Some(&turn) };
        assert_eq!(self.store.commit_turn(&commit).unwrap(), Committed::Done);
        id
    }

    fn no_answer(&self, user: &str, text: &str) -> String {
        self.turn(user, 1, text, reply(Kind::NoAnswer, None, 500), "{}")
    }

    fn thinks(&self, id: &str, user: &str, good: bool, reason: Option<&str>) {
        let given = Feedback {
            turn: id.to_owned(),
            channel: "web".to_owned(),
            user: Some(user.to_owned()),
            at: now(),
            good,
            reason: reason.map(str::to_owned),
        };
        assert!(self.store.give_feedback(&given).unwrap());
    }

    fn report(&self, days: u32) -> Report {
        Desk::new(self.store.clone(), Arc::new(now)).report(days).unwrap()
    }
}

fn reply(kind: Kind, intent: Option<&str>, elapsed_us: u64) -> Reply {
    let mut reply = Reply::new(kind, format!("{kind:?}"));
    reply.intent = intent.map(str::to_owned);
    reply.elapsed_us = elapsed_us;
    reply
}

fn texts(cluster: &Cluster) -> Vec<&str> {
    cluster.examples.iter().map(|example| example.text.as_str()).collect()
}

#[test]
fn an_empty_store_makes_an_empty_report() {
    let report = Told::new().report(7);
    assert_eq!((report.from.to_string(), report.to.to_string()), ("2026-11-16".into(), "2026-11-22".into()));
    assert_eq!((report.daily.len(), report.clusters.len(), report.outside.len()), (7, 0, 0));
    assert_eq!((report.totals.answered_share, report.totals.median_us), (None, None));
}

#[test]
fn similar_wordings_are_one_cluster_and_the_most_frequent_comes_first() {
    let told = Told::new();
    told.no_answer("a", "备案期间可以开通邮箱服务吗");
    for (user, text) in [("b", "发票抬头怎么修改"), ("c", "怎么修改发票抬头"), ("d", "发票抬头能修改吗")]
    {
        told.no_answer(user, text);
    }
    told.no_answer("b", "发票抬头怎么修改？");
    let report = told.report(30);
    let found: Vec<(u64, u64)> = report.clusters.iter().map(|one| (one.times, one.people)).collect();
    assert_eq!(found, [(4, 3), (1, 1)]);
    let invoice = &report.clusters[0];
    assert_eq!((invoice.unanswered, invoice.disliked), (4, 0));
    // A question mark makes no other wording: asked twice, it stands first, as it was typed last.
    assert_eq!(invoice.examples.len(), 3, "{:?}", texts(invoice));
    assert!(invoice.stub.contains("<!-- ask\n") && invoice.stub.contains("发票抬头能修改吗"));
    assert_eq!(report, told.report(30), "the same each time");
}

#[test]
fn records_named_make_no_other_question() {
    let told = Told::new();
    for (user, name) in [("a", "alpha-shop.cn"), ("b", "xyz123.com"), ("c", "beta.net")] {
        told.no_answer(user, &format!("{name} 的邮箱收不到信怎么办"));
    }
    let report = told.report(30);
    assert_eq!(report.clusters.len(), 1, "{:?}", report.clusters);
    assert_eq!(report.clusters[0].examples.len(), 3);
}

#[test]
fn a_chain_of_questions_does_not_become_one_cluster() {
    let told = Told::new();
    // Each shares half with the next, the first nothing with the last.
    let chain = ["甲乙丙丁戊己", "丁戊己庚辛壬", "庚辛壬癸子丑", "癸子丑寅卯辰", "寅卯辰巳午未"];
    for text in chain {
        told.no_answer("a", text);
    }
    let report = told.report(30);
    assert!(report.clusters.len() >= 2, "{:?}", report.clusters.iter().map(texts).collect::<Vec<_>>());
}

#[test]
fn five_examples_are_shown_at_most_and_all_are_counted() {
    let told = Told::new();
    for ending in ["", "呢", "啊", "呀", "吧", "嘛", "哦"] {
        told.no_answer("a", &format!("发票抬头怎么修改{ending}"));
    }
    let report = told.report(30);
    assert_eq!((report.clusters[0].times, report.clusters[0].examples.len()), (7, 5));
}

#[test]
fn what_was_disliked_is_open_with_its_reasons_and_a_changed_mind_is_not() {
    let told = Told::new();
    let answer = || reply(Kind::Answer, None, 500);
    let bad = told.turn("a", 2, "幕布从哪里领", answer(), "{}");
    let changed = told.turn("b", 2, "备案要多久", answer(), "{}");
    told.thinks(&bad, "a", false, Some("没说邮寄要几天"));
    told.thinks(&changed, "b", false, Some("急"));
    told.thinks(&changed, "b", true, None);
    let report = told.report(30);
    assert_eq!((report.totals.likes, report.totals.dislikes), (1, 1));
    assert_eq!(report.clusters.len(), 1);
    let cluster = &report.clusters[0];
    assert_eq!((cluster.unanswered, cluster.disliked), (0, 1));
    assert_eq!(cluster.examples[0].reasons, ["没说邮寄要几天"]);
    assert_eq!(
        (cluster.examples[0].shown.as_str(), cluster.examples[0].id.as_str()),
        ("Answer", bad.as_str())
    );
}

#[test]
fn topics_outside_stand_apart() {
    let told = Told::new();
    told.turn("a", 1, "今天天气怎么样", reply(Kind::NoAnswer, Some("outside_weather"), 500), "{}");
    told.turn("a", 1, "帮我做个假营业执照", reply(Kind::NoAnswer, Some("evade"), 500), "{}");
    told.no_answer("b", "发票抬头怎么修改");
    // Nothing found twice: the reply is a handover, what it was about is in the receipt.
    let path = r#"{"path":["knowledge","handed over: failures"],"intents":[{"intent":"outside_tax"}]}"#;
    told.turn("c", 1, "个税怎么报", reply(Kind::Handoff, Some("handoff"), 500), path);
    let report = told.report(30);
    assert_eq!(report.clusters.iter().map(texts).collect::<Vec<_>>(), [["发票抬头怎么修改"]]);
    assert_eq!(report.outside.len(), 3);
}

#[test]
fn only_a_handover_after_failures_is_unanswered() {
    let told = Told::new();
    let handoff = || reply(Kind::Handoff, Some("handoff"), 500);
    told.turn("a", 1, "转人工", handoff(), r#"{"path":["handed over: asked"]}"#);
    told.turn("a", 1, "发票抬头怎么修改", handoff(), r#"{"path":["handed over: failures"]}"#);
    // While a human speaks nothing of ours is measured.
    told.turn("a", 1, "在吗", Reply { text: String::new(), ..handoff() }, "{}");
    let report = told.report(30);
    let totals = &report.totals;
    assert_eq!((totals.turns, totals.with_human, totals.questions, totals.answered), (3, 1, 1, 0));
    assert_eq!(report.clusters.len(), 1);
}

#[test]
fn a_follow_up_is_shown_as_the_question_that_it_meant() {
    let told = Told::new();
    let receipt = r#"{"looked_for":"广东的发票抬头怎么修改"}"#;
    told.turn("a", 1, "那广东呢", reply(Kind::NoAnswer, None, 500), receipt);
    assert_eq!(texts(&told.report(30).clusters[0]), ["广东的发票抬头怎么修改"]);
}

#[test]
fn figures_are_counted_in_days_of_china() {
    let told = Told::new();
    // Ten hours before ten o'clock is the first instant of the day.
    told.turn("a", 10, "一", reply(Kind::Answer, None, 100), "{}");
    told.turn("a", 11, "二", reply(Kind::Action, Some("order_status"), 300), "{}");
    told.turn("b", 11, "三", reply(Kind::NoAnswer, None, 200), "{}");
    told.turn("b", 11, "四", reply(Kind::Clarify, None, 400), "{}");
    told.turn("b", 24 * 40, "很久以前", reply(Kind::NoAnswer, None, 9), "{}");
    let report = told.report(2);
    let days: Vec<(String, u64, Option<f64>, Option<u64>)> = report
        .daily
        .iter()
        .map(|day| (day.day.to_string(), day.turns, day.answered_share, day.median_us))
        .collect();
    assert_eq!(
        days,
        [
            ("2026-11-21".to_owned(), 3, Some(0.5), Some(300)),
            ("2026-11-22".to_owned(), 1, Some(1.0), Some(100)),
        ]
    );
    let totals = &report.totals;
    assert_eq!((totals.turns, totals.conversations, totals.people), (4, 2, 2));
    assert_eq!((totals.median_us, totals.p99_us), (Some(200), Some(400)));
    assert_eq!(totals.answered_share, Some(0.6667));
    assert_eq!(totals.intents.get("order_status"), Some(&1));
    assert_eq!(told.report(1).totals.turns, 1);
}

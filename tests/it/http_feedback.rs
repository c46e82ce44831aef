//! Feedback and the agents' report over HTTP, on the assistant and a store as they are served.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

use beian::assistant::{Assistant, Clock, Mind};
use beian::channels::http::Site;
use beian::cli::wiring;
use beian::config::Options;
use beian::report::Desk;
use beian::store::{Conversations as _, SqliteStore, Store as _, read_record_bytes};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::http::server::{Server, demo_people, reception};

static MIND: LazyLock<Arc<Mind>> =
    LazyLock::new(|| Arc::new(wiring::mind(&Options::default().settle().unwrap()).unwrap()));

fn now() -> Timestamp {
    "2026-11-22T10:00:00+08:00".parse().unwrap()
}

/// A store with the sample records, and what is served on it.
pub(crate) fn site() -> (Arc<SqliteStore>, Site) {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    store.import(&read_record_bytes(include_bytes!("../../demo/records.json")).unwrap()).unwrap();
    let clock: Clock = Arc::new(now);
    let assistant = Assistant::new(MIND.clone(), store.clone(), clock.clone()).keeping(store.clone());
    (store.clone(), Site::new(reception(assistant, store.clone())).with_desk(Desk::new(store, clock)))
}

fn id(reply: &Value) -> String {
    reply["id"].as_str().unwrap_or_else(|| panic!("a kept reply: {reply}")).to_owned()
}

#[test]
fn who_had_the_conversation_rates_a_reply_and_the_newest_opinion_counts() {
    let (store, site) = site();
    let server = Server::start(site);
    let id = id(&server.ask(&json!({"text": "备案要多久", "conversation": "mine"})).json());
    let rate = |opinion: Value| server.send("/v1/feedback", &opinion);

    let reason = format!("{}手机 13812345678", "长".repeat(400));
    let first = rate(json!({"id": id, "good": false, "reason": reason, "conversation": "mine"}));
    assert_eq!((first.status, first.json()), (200, json!({"id": id, "good": false})));
    let kept = store.feedback_since(Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(kept.len(), 1);
    let reason = kept[0].reason.as_deref().unwrap();
    assert!(!kept[0].good && reason.contains("手机") && !reason.contains("13812345678"), "{reason}");

    assert_eq!(rate(json!({"id": id, "good": true, "reason": " ", "conversation": "mine"})).status, 200);
    let kept = store.feedback_since(Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((kept.len(), kept[0].good, kept[0].reason.as_deref()), (1, true, None));
}

#[test]
fn a_reply_of_somebody_else_is_as_unknown_as_one_that_never_was() {
    let (store, site) = site();
    let server = Server::start(site.with_demo(demo_people()));
    let mine = id(&server.ask(&json!({"text": "备案要多久", "conversation": "c"})).json());
    let played = id(&server.ask(&json!({"text": "备案要多久", "conversation": "c", "as": "demo-1"})).json());
    let unknown =
        server.send("/v1/feedback", &json!({"id": "0000000000000000", "good": true, "conversation": "c"}));
    assert_eq!(unknown.error(), (404, "no_such_reply".to_owned()));
    for theirs in [
        json!({"id": mine, "good": true, "conversation": "other"}),
        json!({"id": mine, "good": true, "conversation": "c", "as": "demo-1"}),
        json!({"id": played, "good": true, "conversation": "c"}),
        json!({"id": played, "good": true, "conversation": "c", "as": "demo-2"}),
        json!({"id": "' OR 1=1 --", "good": true, "conversation": "c"}),
        json!({"id": "", "good": true, "conversation": "c"}),
    ] {
        let answered = server.send("/v1/feedback", &theirs);
        assert_eq!((answered.status, &answered.body), (404, &unknown.body), "{theirs}");
    }
    assert_eq!(store.feedback_since(Timestamp::UNIX_EPOCH).unwrap(), []);
    let own = json!({"id": played, "good": true, "conversation": "c", "as": "web:demo-1"});
    assert_eq!(server.send("/v1/feedback", &own).status, 200);
}

#[test]
fn every_unusable_opinion_is_refused_with_its_own_code() {
    let (_, site) = site();
    let server = Server::start(site);
    let id = id(&server.ask(&json!({"text": "备案要多久", "conversation": "c"})).json());
    let long = "字".repeat(501);
    for (opinion, status, code) in [
        (json!({"good": true, "conversation": "c"}), 400, "field_missing"),
        (json!({"id": id, "conversation": "c"}), 400, "field_missing"),
        (json!({"id": id, "good": true}), 400, "field_missing"),
        (json!({"id": id, "good": "yes", "conversation": "c"}), 400, "bad_field"),
        (json!({"id": id, "good": true, "conversation": "a b"}), 400, "bad_field"),
        (json!({"id": id, "good": true, "conversation": "c", "stars": 5}), 400, "bad_field"),
        (json!([id, true, null, "c", null]), 400, "bad_field"),
        (json!({"id": id, "good": false, "reason": long, "conversation": "c"}), 400, "reason_too_long"),
        (json!({"id": id, "good": true, "conversation": "c", "as": "demo-1"}), 403, "identity_refused"),
    ] {
        let answered = server.send("/v1/feedback", &opinion);
        assert_eq!(answered.error(), (status, code.to_owned()), "{opinion}");
    }
    assert_eq!(server.get("/v1/feedback").error(), (405, "method_not_allowed".to_owned()));
    let exact = json!({"id": id, "good": false, "reason": "字".repeat(500), "conversation": "c"});
    assert_eq!(server.send("/v1/feedback", &exact).status, 200, "the limit itself fits");
}

#[test]
fn only_the_demos_agent_sees_the_report() {
    let (_, plain) = site();
    let plain = Server::start(plain);
    let (_, demo) = site();
    let people = serde_json::from_str(include_str!("../../demo/people.json")).unwrap();
    let demo = Server::start(demo.with_demo(people));
    for name in ["", "?as=demo-agent", "?as=demo-1", "?days=7", "?as=ticket:agent-3"] {
        let refused = plain.get(&format!("/v1/report{name}"));
        assert_eq!(refused.error(), (403, "not_an_agent".to_owned()), "{name}");
        let page = plain.get(&format!("/agents/report{name}"));
        assert_eq!((page.status, page.header("content-type")), (403, Some("text/plain; charset=utf-8")));
        assert!(page.body.contains("the report is for agents"), "{}", page.body);
    }
    for name in ["", "?as=demo-1", "?as=nobody", "?as="] {
        assert_eq!(
            demo.get(&format!("/v1/report{name}")).error(),
            (403, "not_an_agent".to_owned()),
            "{name}"
        );
        assert_eq!(demo.get(&format!("/agents/report{name}")).status, 403, "{name}");
    }
    for odd in ["days=0", "days=3651", "days=x", "days=-1", "dais=7"] {
        let refused = demo.get(&format!("/v1/report?as=demo-agent&{odd}"));
        assert_eq!(refused.error(), (400, "bad_query".to_owned()), "{odd}");
    }
    let page = demo.get("/agents/report?as=demo-agent");
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));

    let asked = demo.ask(&json!({"text": "备案要多久", "conversation": "c"})).json();
    let told = demo.get(&format!("/v1/replies/{}?as=demo-agent", id(&asked)));
    assert_eq!(told.status, 200);
    assert_eq!(told.json()["receipt"]["folded"], "备案要多久");
    for name in ["", "?as=demo-1"] {
        let refused = demo.get(&format!("/v1/replies/{}{name}", id(&asked)));
        assert_eq!(refused.error(), (403, "not_an_agent".to_owned()), "{name}");
    }
    assert_eq!(demo.get("/v1/replies/0000?as=demo-agent").status, 404);
    let opinion = json!({"id": id(&asked), "good": false, "reason": "太笼统", "conversation": "c"});
    assert_eq!(demo.send("/v1/feedback", &opinion).status, 200);
    demo.ask(&json!({"text": "今天天气怎么样", "conversation": "d"}));
    let report = demo.get("/v1/report?as=demo-agent&days=3").json();
    assert_eq!(report["daily"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        (&report["totals"]["turns"], &report["totals"]["answered"], &report["totals"]["dislikes"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(report["clusters"][0]["examples"][0]["reasons"], json!(["太笼统"]));
    assert_eq!(report["outside"][0]["examples"][0]["text"], "今天天气怎么样");
}

/// A site with three weeks behind it, for the page.
pub(crate) fn busy_site() -> Site {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    store.import(&read_record_bytes(include_bytes!("../../demo/records.json")).unwrap()).unwrap();
    let asked = [
        "备案要多久",
        "我的订单还能撤回吗",
        "<img src=x onerror=boom()> 进度条卡住不动",
        "备案被驳回了怎么办",
        "今天天气怎么样",
        "浙江要短信核验吗",
        "邮箱收不到信怎么办",
    ];
    for day in 0..21_i64 {
        let at = now() - SignedDuration::from_hours(24 * day);
        let clock: Clock = Arc::new(move || at);
        let assistant = Assistant::new(MIND.clone(), store.clone(), clock).keeping(store.clone());
        // Nothing on two days: the curves have a gap.
        for number in 0..(if day % 9 == 4 { 0 } else { 2 + day * 5 % 4 }) {
            let text = asked[usize::try_from(day + number).unwrap() % asked.len()];
            let user = Some("demo-1".to_owned());
            let conversation = format!("{day}-{number}");
            let incoming =
                beian::assistant::Incoming { channel: "web".into(), user, conversation, text: text.into() };
            beian::assistant::Answer::answer(&assistant, &incoming);
        }
    }
    let clock: Clock = Arc::new(now);
    let assistant = Assistant::new(MIND.clone(), store.clone(), clock.clone()).keeping(store.clone());
    let people = serde_json::from_str(include_str!("../../demo/people.json")).unwrap();
    Site::new(reception(assistant, store.clone())).with_desk(Desk::new(store, clock)).with_demo(people)
}

#[test]
fn in_the_terminal_the_last_reply_is_rated_and_the_report_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let beian = |arguments: &[&str], input: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
        for name in ["KB", "INTENTS", "RULES", "DB", "DATA", "NOW", "LOG", "CONFIG"] {
            command.env_remove(format!("BEIAN_{name}"));
        }
        let mut child = command
            .current_dir(folder.path())
            .args(["--db", "beian.db", "--now", "2026-11-22T10:00:00+08:00"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let [out, error] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code(), out, error)
    };
    let missing = beian(&["report"], "");
    // A database that is named is made; one without a turn makes an empty report.
    assert_eq!(missing.0, Some(0), "{missing:?}");
    assert!(missing.1.contains("no question yet"), "{}", missing.1);

    let said = "/good\n备案要多久\n/good\n/bad 太笼统，我的手机是 13812345678\n今天天气怎么样\n";
    let (code, out, error) = beian(&["chat", "--as", "web:demo-1"], said);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(
        error.lines().collect::<Vec<_>>(),
        ["there is no reply to rate yet; ask something first", "noted, thank you", "noted, thank you"]
    );
    assert!(!out.contains("noted"), "stdout has replies only: {out}");

    let (_, text, _) = beian(&["report", "--days", "7"], "");
    // Times differ from run to run, and so do names with what a section says.
    let steady: Vec<&str> =
        text.lines().filter(|line| !line.starts_with("time ") && !line.starts_with("     ")).collect();
    insta::assert_snapshot!(steady.join("\n"), @r"
    2026-11-16 to 2026-11-22

    messages  2 (conversations: 1, left to a human: 0)
    answered  1 of 2 (50.0 %)
    kinds     answer 1, no_answer 1
    intents   outside_weather_time 1
    opinions  0 good, 1 bad

    unanswered or disliked:

    1. asked once, 1 disliked
       备案要多久

    topics outside, and what is declined:

    1. asked once, 1 unanswered
       今天天气怎么样
    ");
    assert!(text.contains("     disliked: 太笼统，我的手机是") && !text.contains("13812345678"), "{text}");

    let (_, json, _) = beian(&["report", "--json"], "");
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["days"], 30);
    let stub = report["clusters"][0]["stub"].as_str().unwrap();
    let (_, markdown, _) = beian(&["report", "--markdown"], "");
    assert!(markdown.contains(&format!("```markdown\n{stub}```\n")), "{markdown}");
    // The stub is a document that the linter reads, without an error.
    std::fs::create_dir(folder.path().join("kb")).unwrap();
    std::fs::write(folder.path().join("kb/stub.md"), stub).unwrap();
    let (_, found, error) = beian(&["kb", "check", "kb"], "");
    // Of one wording more are wanted; nothing else of the stub is to be mended.
    let of_stub: Vec<&str> = found.lines().filter(|line| line.starts_with("stub.md")).collect();
    assert!(matches!(of_stub[..], [finding] if finding.contains("[no-asks]")), "{found}{error}");

    for wrong in [&["report", "--days", "0"][..], &["report", "--json", "--markdown"]] {
        assert_eq!(beian(wrong, "").0, Some(2), "{wrong:?}");
    }
}

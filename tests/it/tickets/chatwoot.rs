//! Chatwoot.

use std::sync::Arc;

use beian::channels::tickets::chatwoot;
use beian::config::{Chatwoot, ChatwootStatus, Secret, TicketReply};
use beian::store::conversations::HandoverState;
use beian::store::{Conversations as _, Queue as _};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Answer, Bench, Platform, secret, sha256};
use crate::http::server::Answered;

const MESSAGES: &str = "/api/v1/accounts/1/conversations/17/messages";
pub(super) const STATUS: &str = "/api/v1/accounts/1/conversations/17/toggle_status";

fn settings(platform: &Platform) -> Chatwoot {
    Chatwoot {
        url: platform.url(),
        account: 1,
        reply: TicketReply::Public,
        statuses: vec![ChatwootStatus::Pending],
        hand_over_unanswered: false,
        max_age_seconds: 300,
        secret: secret(),
        token: Secret::new("bot-token"),
    }
}

pub(super) fn bench(change: impl FnOnce(&mut Chatwoot)) -> Bench {
    Bench::open(|platform, reception, outgoing| {
        let mut settings = settings(platform);
        change(&mut settings);
        chatwoot::adapter(settings, reception, outgoing)
    })
}

fn recorded() -> Value {
    serde_json::from_str(include_str!("payloads/chatwoot_message.json")).unwrap()
}

/// A customer's message with a number of its own.
pub(super) fn message(id: i64, text: &str) -> Value {
    let mut message = recorded();
    message["id"] = json!(id);
    message["content"] = json!(text);
    message
}

fn send_at(bench: &Bench, seconds: i64, body: &[u8]) -> Answered {
    let timestamp = (bench.now().as_second() - seconds).to_string();
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-chatwoot-delivery", "0f0e0d0c-0b0a-4909-8807-060504030201".to_owned()),
        ("x-chatwoot-signature", sha256(&[timestamp.as_bytes(), b".", body])),
        ("x-chatwoot-timestamp", timestamp),
    ];
    bench.post("/hooks/chatwoot", &headers, body)
}

pub(super) fn send(bench: &Bench, event: &Value) -> Answered {
    send_at(bench, 0, event.to_string().as_bytes())
}

fn is_taken(answered: &Answered) -> bool {
    assert_eq!(answered.status, 200, "{answered:?}");
    answered.json()["taken"].as_bool().unwrap()
}

#[test]
fn a_question_is_answered_once_in_its_conversation() {
    let bench = bench(|_| ());
    assert!(is_taken(&send(&bench, &recorded())));
    let calls = bench.platform.wait_for(1);
    assert_eq!(calls[0].line(), format!("POST {MESSAGES}"));
    assert_eq!(calls[0].header("api_access_token"), "bot-token");
    let sent = calls[0].json();
    assert_eq!((&sent["message_type"], &sent["private"]), (&json!("outgoing"), &json!(false)));
    assert!(sent["content"].as_str().unwrap().contains("工作日"), "{sent}");
    assert!(sent["content"].as_str().unwrap().contains("出处："), "{sent}");
    // The same message again, even under the name of another delivery.
    assert!(!is_taken(&send(&bench, &recorded())));
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 1);
}

#[test]
fn what_is_not_signed_now_is_refused() {
    let bench = bench(|_| ());
    let body = recorded().to_string();
    let now = bench.now().as_second().to_string();
    let right = sha256(&[now.as_bytes(), b".", body.as_bytes()]);
    let all = |signature: &str, timestamp: &str| {
        vec![("x-chatwoot-signature", signature.to_owned()), ("x-chatwoot-timestamp", timestamp.to_owned())]
    };
    let refused = |headers: &[(&str, String)], body: &str| {
        bench.post("/hooks/chatwoot", headers, body.as_bytes()).error()
    };
    let bad = (401, "bad_signature".to_owned());
    assert_eq!(refused(&[], &body), bad);
    assert_eq!(refused(&all(&right, &now)[..1], &body), bad);
    assert_eq!(refused(&all(&right, &now)[1..], &body), bad);
    assert_eq!(refused(&all(&right, &now), &body.replace("备案要多久", "备案要多久?")), bad);
    assert_eq!(refused(&all(&sha256(&[body.as_bytes()]), &now), &body), bad);
    assert_eq!(refused(&all(&right.replace("sha256=", ""), &now), &body), bad);
    let twice = [all(&right, &now), all(&right, &now)].concat();
    assert_eq!(refused(&twice, &body), bad);
    // Signed, but long ago, or in a time to come.
    for seconds in [301, -301] {
        assert_eq!(send_at(&bench, seconds, body.as_bytes()).error(), (401, "stale".to_owned()));
    }
    let soon = sha256(&[b"soon", b".", body.as_bytes()]);
    assert_eq!(refused(&all(&soon, "soon"), &body), (401, "stale".to_owned()));
    // Signed nonsense.
    for nonsense in
        [&b""[..], b"{", b"[]", b"\xff\xfe", b"{\"event\":\"message_created\",\"message_type\":\"incoming\"}"]
    {
        assert_eq!(send_at(&bench, 0, nonsense).error(), (400, "bad_payload".to_owned()), "{nonsense:?}");
    }
    assert_eq!(send_at(&bench, 0, &vec![b' '; 1024 * 1024 + 1]).error(), (413, "body_too_large".to_owned()));
    assert_eq!(bench.store.backlogs().unwrap(), []);
    assert!(bench.platform.calls().is_empty());
}

#[test]
fn agents_the_bot_itself_and_conversations_of_humans_are_left_alone() {
    let bench = bench(|_| ());
    let changed = |pointer: &str, value: Value| {
        let mut event = recorded();
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    for event in [
        changed("/message_type", json!("outgoing")),
        changed("/message_type", json!("template")),
        changed("/message_type", json!("activity")),
        changed("/message_type", json!(1)),
        changed("/private", json!(true)),
        changed("/conversation/status", json!("open")),
        changed("/conversation/status", json!("resolved")),
        changed("/account/id", json!(2)),
        changed("/event", json!("message_updated")),
        changed("/event", json!("conversation_opened")),
        changed("/event", json!("webwidget_triggered")),
    ] {
        assert!(!is_taken(&send(&bench, &event)), "{event}");
    }
    assert_eq!(bench.store.backlogs().unwrap(), []);
}

#[test]
fn records_are_shown_to_who_was_vouched_for_alone() {
    let bench = bench(|_| ());
    let mut doubtful = message(1, "我的订单到哪一步了");
    doubtful["conversation"]["id"] = json!(18);
    doubtful["conversation"]["meta"]["hmac_verified"] = json!(false);
    send(&bench, &doubtful);
    let first = bench.platform.wait_for(1).remove(0);
    assert!(!first.text.contains("20261117001"), "{first:?}");
    send(&bench, &message(2, "我的订单到哪一步了"));
    let second = bench.platform.wait_for(2).remove(1);
    assert!(second.text.contains("20261117001"), "{second:?}");
}

#[test]
fn a_question_back_has_choices_and_a_click_is_an_answer() {
    let bench = bench(|_| ());
    send(&bench, &message(1, "我的服务器还能备案吗"));
    let sent = bench.platform.wait_for(1)[0].json();
    assert_eq!(sent["content_type"], "input_select", "{sent}");
    let items = sent["content_attributes"]["items"].as_array().unwrap().clone();
    assert_eq!(items[0], json!({"title": "i-demo1web01", "value": "i-demo1web01"}));
    let mut click = recorded();
    click["event"] = json!("message_updated");
    click["id"] = json!(2);
    click["message_type"] = json!("template");
    click["content_type"] = json!("input_select");
    click["content_attributes"] = json!({"items": items, "submitted_values": [items[0]]});
    assert!(is_taken(&send(&bench, &click)));
    // Chatwoot says it again when the message is read.
    assert!(!is_taken(&send(&bench, &click)));
    let calls = bench.platform.wait_for(2);
    bench.is_done();
    assert!(calls[1].text.contains("i-demo1web01"), "{calls:?}");
    assert!(calls[1].json().get("content_type").is_none(), "{calls:?}");
    assert_eq!(bench.platform.writes().len(), 2);
}

#[test]
fn who_asks_for_a_human_gets_one_with_all_that_is_known() {
    let bench = bench(|_| ());
    send(&bench, &message(1, "我的订单 20261117001 还能撤吗"));
    bench.platform.wait_for(1);
    send(&bench, &message(2, "<img src=x onerror=alert(1)> 转人工，我的电话 13800138000"));
    let calls = bench.platform.wait_for(4);
    let lines: Vec<String> = calls.iter().map(super::Call::line).collect();
    let post = format!("POST {MESSAGES}");
    assert_eq!(lines, [post.clone(), post.clone(), post, format!("POST {STATUS}")]);
    assert_eq!(calls[1].json()["private"], false);
    let note = calls[2].json();
    assert_eq!(note["private"], true);
    for part in ["转人工", "demo-account-1", "20261117001", "还能撤吗", "\\<img"] {
        assert!(note["content"].as_str().unwrap().contains(part), "{part}: {note}");
    }
    assert!(!calls[2].text.contains("13800138000"), "{note}");
    assert_eq!(calls[3].json(), json!({"status": "open"}));
    bench.is_done();
    // The conversation is over on the platform: nothing waits for a human any more.
    let open = bench.store.handovers_under_way().unwrap();
    assert_eq!((open.len(), open[0].state), (1, HandoverState::Open));
    let resolved =
        json!({"event": "conversation_resolved", "id": 17, "status": "resolved", "messages": [{"id": 1300}]});
    assert!(is_taken(&send(&bench, &resolved)));
    bench.is_done();
    assert_eq!(bench.store.handovers_under_way().unwrap(), []);
}

#[test]
fn what_has_no_answer_goes_to_a_human_where_that_is_wanted() {
    let bench = bench(|settings| settings.hand_over_unanswered = true);
    send(&bench, &message(1, "今天晚饭吃什么好"));
    let calls = bench.platform.wait_for(3);
    assert!(calls[1].json()["content"].as_str().unwrap().contains("没有答案"), "{calls:?}");
    assert!(calls[1].text.contains("晚饭"), "{calls:?}");
    assert_eq!(calls[2].json(), json!({"status": "open"}));
    assert_eq!(bench.store.handovers_under_way().unwrap()[0].reason, "unanswered");
}

#[test]
fn a_proposal_is_for_agents_alone() {
    let bench = bench(|settings| {
        settings.reply = TicketReply::Note;
        settings.statuses.push(ChatwootStatus::Open);
    });
    let mut open = message(1, "备案要多久");
    open["conversation"]["status"] = json!("open");
    assert!(is_taken(&send(&bench, &open)));
    let sent = bench.platform.wait_for(1)[0].json();
    assert_eq!(sent["private"], true);
    assert!(sent["content"].as_str().unwrap().starts_with("**建议回复"), "{sent}");
}

#[test]
fn a_platform_that_is_busy_broken_or_slow_is_called_again() {
    let bench = bench(|_| ());
    bench.platform.will_answer([
        Answer::Status(500, json!({})),
        Answer::TooMany(60),
        Answer::Silence,
        Answer::Status(200, json!({"id": 1})),
    ]);
    send(&bench, &recorded());
    bench.after_setback(1);
    bench.after_setback(2);
    // It asked for a minute: five seconds later nothing has come.
    std::thread::sleep(std::time::Duration::from_millis(1200));
    assert_eq!(bench.platform.writes().len(), 2);
    bench.pass(60);
    bench.platform.wait_for(3);
    bench.after_setback(3);
    bench.pass(10);
    let calls = bench.platform.wait_for(4);
    bench.is_done();
    assert_eq!(calls.len(), 4);
    assert!(calls.iter().all(|call| call.text == calls[0].text), "{calls:?}");
    assert_eq!(bench.store.backlogs().unwrap()[0].dead, 0);
}

#[test]
fn a_refusal_is_given_up_and_can_be_seen() {
    let bench = bench(|_| ());
    bench.platform.will_answer([Answer::Status(401, json!({"error": "Invalid Access Token"}))]);
    send(&bench, &recorded());
    bench.platform.wait_for(1);
    bench.is_done();
    let dead = bench.store.dead_jobs(5).unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].queue.as_str(), dead[0].lane.as_str()), ("chatwoot", "17"));
    assert!(dead[0].error.contains("401") && !dead[0].error.contains("bot-token"), "{dead:?}");
}

#[test]
fn messages_of_a_conversation_keep_their_order_whatever_fails() {
    let bench = bench(|_| ());
    bench.platform.will_answer([Answer::Status(503, json!({}))]);
    send(&bench, &message(1, "浙江要短信核验吗"));
    bench.platform.wait_for(1);
    send(&bench, &message(2, "那广东呢"));
    let mut other = message(3, "备案要多久");
    other["conversation"]["id"] = json!(18);
    send(&bench, &other);
    // Another conversation doesn't wait for this one.
    let calls = bench.platform.wait_for(2);
    assert!(calls[1].path.contains("/18/"), "{calls:?}");
    bench.pass(5);
    let calls = bench.platform.wait_for(4);
    assert!(calls[2].text.contains("浙江") && calls[3].text.contains("广东"), "{calls:?}");
}

/// A worker that was heard of last when it had begun to send an answer.
fn breaks_off(told: Option<&dyn Fn(&str) -> Value>) -> usize {
    let first = bench(|_| ());
    first.platform.will_answer([Answer::Silence]);
    send(&first, &recorded());
    let said = first.platform.wait_for(1)[0].json()["content"].as_str().unwrap().to_owned();
    let store = Arc::clone(&first.store);
    first.server.end().unwrap();
    // A worker of another process takes the job, and the machine stops.
    let later = jiff::Timestamp::now() + SignedDuration::from_secs(10);
    assert!(store.claim("chatwoot", "gone", later, SignedDuration::from_secs(120)).unwrap().is_some());
    let second = Bench::on(store, |platform, reception, outgoing| {
        if let Some(told) = told {
            platform.holds(MESSAGES, json!({"payload": [told(&said)]}));
        }
        chatwoot::adapter(settings(platform), reception, outgoing)
    });
    std::thread::sleep(std::time::Duration::from_millis(800));
    assert!(second.platform.calls().is_empty(), "the lease still runs");
    second.pass(200);
    second.is_done();
    assert!(second.platform.calls().iter().any(|call| call.method == "GET"));
    second.platform.writes().len()
}

#[test]
fn after_a_crash_an_answer_that_is_there_is_not_sent_again() {
    assert_eq!(breaks_off(Some(&|said| json!({"id": 1202, "content": said, "private": false}))), 0);
    // One that says the same and is older is another.
    assert_eq!(breaks_off(Some(&|said| json!({"id": 1100, "content": said, "private": false}))), 1);
    // The token may not read: better twice than never.
    assert_eq!(breaks_off(None), 1);
}

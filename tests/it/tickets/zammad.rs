//! Zammad.

use beian::channels::tickets::zammad;
use beian::config::{Secret, TicketReply, Zammad};
use beian::store::conversations::HandoverState;
use beian::store::{Conversations as _, Queue as _};
use serde_json::{Value, json};

use super::{Answer, Bench, Call, secret, sha1};
use crate::http::server::Answered;

const ARTICLES: &str = "POST /api/v1/ticket_articles";
const BY_TICKET: &str = "/api/v1/ticket_articles/by_ticket/81";
/// The user whom our token belongs to.
const ME: i64 = 40;

fn bench(change: impl FnOnce(&mut Zammad)) -> Bench {
    let bench = Bench::open(|platform, reception, outgoing| {
        let mut settings = Zammad {
            url: platform.url(),
            reply: TicketReply::Note,
            hand_over_unanswered: false,
            handoff_state: None,
            handoff_owner: None,
            handoff_tag: None,
            max_age_seconds: 3600,
            secret: secret(),
            token: Secret::new("our-token"),
        };
        change(&mut settings);
        zammad::adapter(settings, reception, outgoing)
    });
    bench.platform.holds("/api/v1/users/me", json!({"id": ME, "login": "beian"}));
    bench
}

/// The recorded request with an article of its own, as of now.
fn article(bench: &Bench, id: i64, body: &str) -> Value {
    let mut event: Value = serde_json::from_str(include_str!("payloads/zammad_article.json")).unwrap();
    event["article"]["id"] = json!(id);
    event["article"]["body"] = json!(body);
    // Each is another change of the ticket.
    let at = json!((bench.now() + jiff::SignedDuration::from_millis(id)).to_string());
    event["article"]["created_at"] = at.clone();
    event["ticket"]["updated_at"] = at;
    event
}

fn send_bytes(bench: &Bench, body: &[u8]) -> Answered {
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("x-hub-signature", sha1(body)),
        ("x-zammad-delivery", "e2f1e1a8-2a5c-4f0c-9d56-1ea0f2f4b8a1".to_owned()),
        ("x-zammad-trigger", "beian".to_owned()),
    ];
    bench.post("/hooks/zammad", &headers, body)
}

fn send(bench: &Bench, event: &Value) -> bool {
    let answered = send_bytes(bench, event.to_string().as_bytes());
    assert_eq!(answered.status, 200, "{answered:?}");
    answered.json()["taken"].as_bool().unwrap()
}

#[test]
fn an_article_gets_a_proposal_for_the_agents_once() {
    let bench = bench(|_| ());
    let event = article(&bench, 104, "<div>备案要多久？</div><blockquote>以前的信：怎么注销</blockquote>");
    assert!(send(&bench, &event));
    let calls = bench.platform.wait_for(1);
    assert_eq!(calls[0].line(), ARTICLES);
    assert_eq!(calls[0].header("authorization"), "Token token=our-token");
    let sent = calls[0].json();
    assert_eq!(
        (&sent["internal"], &sent["type"], &sent["content_type"]),
        (&json!(true), &json!("note"), &json!("text/html"))
    );
    assert_eq!(sent["ticket_id"], 81);
    assert!(sent["body"].as_str().unwrap().contains("<strong>建议回复"), "{sent}");
    assert!(!send(&bench, &event));
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 1);
    // What was quoted of earlier letters was not asked.
    let key = beian::store::conversations::Key {
        channel: "zammad".to_owned(),
        user: Some("visitor-8".to_owned()),
        conversation: "81".to_owned(),
    };
    assert_eq!(bench.store.turns_of(&key).unwrap()[0].text, "备案要多久？");
}

#[test]
fn an_e_mail_is_answered_by_e_mail_and_other_articles_in_the_ticket() {
    let bench = bench(|settings| settings.reply = TicketReply::Public);
    send(&bench, &article(&bench, 104, "备案要多久？"));
    let mail = bench.platform.wait_for(1)[0].json();
    assert_eq!((&mail["internal"], &mail["type"]), (&json!(false), &json!("email")));
    assert_eq!(mail["to"], "Emily Adams <emily@example.com>");
    assert_eq!(
        (&mail["in_reply_to"], &mail["subject"]),
        (&json!("<abc@mail.example.com>"), &json!("备案咨询"))
    );
    let mut web = article(&bench, 105, "备案要多久？");
    web["article"]["type"] = json!("web");
    send(&bench, &web);
    let note = bench.platform.wait_for(2)[1].json();
    assert_eq!((&note["internal"], &note["type"], note.get("to")), (&json!(false), &json!("note"), None));
}

#[test]
fn what_is_not_signed_or_is_old_is_refused() {
    let bench = bench(|_| ());
    let body = article(&bench, 104, "备案要多久？").to_string();
    let refused = |headers: &[(&str, String)]| bench.post("/hooks/zammad", headers, body.as_bytes()).error();
    let bad = (401, "bad_signature".to_owned());
    assert_eq!(refused(&[]), bad);
    assert_eq!(refused(&[("x-hub-signature", sha1(b"another body"))]), bad);
    assert_eq!(refused(&[("x-hub-signature", super::sha256(&[body.as_bytes()]))]), bad);
    assert_eq!(refused(&[("x-hub-signature", sha1(body.as_bytes()).to_uppercase())]), bad);
    let recorded = include_str!("payloads/zammad_article.json");
    let old = recorded.replace("2026-11-22T02:00:00.000Z", "2020-11-13T14:34:35.318Z");
    assert_eq!(send_bytes(&bench, old.as_bytes()).error(), (401, "stale".to_owned()));
    for nonsense in [&b""[..], b"{", b"[1]", b"{\"ticket\": {}}", b"\xff"] {
        assert_eq!(send_bytes(&bench, nonsense).error(), (400, "bad_payload".to_owned()), "{nonsense:?}");
    }
    assert_eq!(bench.store.backlogs().unwrap(), []);
}

#[test]
fn only_customers_are_answered_and_no_machine_of_theirs() {
    let bench = bench(|_| ());
    let changed = |pointer: &str, value: Value| {
        let mut event = article(&bench, 104, "备案要多久？");
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    for event in [
        changed("/article/internal", json!(true)),
        changed("/article/sender", json!("System")),
        changed("/article/preferences/is-auto-response", json!(true)),
        changed("/article", json!(null)),
        changed("/article", json!({})),
    ] {
        assert!(!send(&bench, &event), "{event}");
    }
    assert_eq!(bench.store.backlogs().unwrap(), []);
}

#[test]
fn only_who_was_signed_in_sees_records() {
    let bench = bench(|settings| settings.reply = TicketReply::Public);
    // Anybody may send an e-mail under this name.
    send(&bench, &article(&bench, 104, "我的订单到哪一步了"));
    assert!(!bench.platform.wait_for(1)[0].text.contains("20261117001"));
    let mut web = article(&bench, 105, "我的订单到哪一步了");
    web["article"]["type"] = json!("web");
    send(&bench, &web);
    assert!(bench.platform.wait_for(2)[1].text.contains("20261117001"));
}

#[test]
fn a_hand_over_sets_the_ticket_and_leaves_word_for_the_agents() {
    let bench = bench(|settings| {
        settings.reply = TicketReply::Public;
        settings.handoff_state = Some("open".to_owned());
        settings.handoff_owner = Some("emma@support.example".to_owned());
        settings.handoff_tag = Some("human".to_owned());
    });
    send(
        &bench,
        &article(&bench, 104, "<p>转人工 &lt;script&gt;alert(1)&lt;/script&gt;</p><script>alert(2)</script>"),
    );
    let calls = bench.platform.wait_for(4);
    let lines: Vec<String> = calls.iter().map(Call::line).collect();
    assert_eq!(lines, [ARTICLES, ARTICLES, "POST /api/v1/tags/add", "PUT /api/v1/tickets/81"]);
    let note = calls[1].json();
    assert_eq!(note["internal"], true);
    let body = note["body"].as_str().unwrap();
    assert!(
        body.contains("转人工") && body.contains("&lt;script&gt;") && !body.contains("<script"),
        "{body}"
    );
    assert_eq!(calls[2].json(), json!({"item": "human", "object": "Ticket", "o_id": 81}));
    assert_eq!(calls[3].json(), json!({"state": "open", "owner": "emma@support.example"}));
    // The ticket is Emma's now.
    let mut next = article(&bench, 105, "备案要多久？");
    next["ticket"]["owner_id"] = json!(5);
    assert!(send(&bench, &next));
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 4);
}

#[test]
fn an_agent_who_answers_speaks_until_the_ticket_is_closed() {
    let bench = bench(|_| ());
    send(&bench, &article(&bench, 104, "转人工"));
    bench.platform.wait_for(2);
    bench.is_done();
    let state = || bench.store.handovers_under_way().unwrap().first().map(|one| one.state);
    let by = |id: i64, user: i64| {
        let mut event = article(&bench, id, "<p>我来看看</p>");
        event["article"]["sender"] = json!("Agent");
        event["article"]["created_by_id"] = json!(user);
        event
    };
    // Our own public article is no human's.
    assert!(send(&bench, &by(105, ME)));
    bench.is_done();
    assert_eq!(state(), Some(HandoverState::Open));
    assert!(send(&bench, &by(106, 5)));
    bench.is_done();
    assert_eq!(state(), Some(HandoverState::Taken));
    send(&bench, &article(&bench, 107, "备案要多久？"));
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 2, "a human speaks");
    let mut closed = article(&bench, 108, "");
    closed["article"] = json!(null);
    closed["ticket"]["state"] = json!("closed");
    assert!(send(&bench, &closed));
    bench.is_done();
    assert_eq!(state(), None);
    send(&bench, &article(&bench, 109, "备案要多久？"));
    bench.platform.wait_for(3);
}

#[test]
fn after_a_try_that_was_cut_off_an_article_that_is_there_is_not_added_again() {
    for (there, writes) in [(105, 1), (90, 2)] {
        let bench = bench(|_| ());
        bench.platform.will_answer([Answer::Silence]);
        send(&bench, &article(&bench, 104, "备案要多久？"));
        let sent = bench.platform.wait_for(1)[0].json()["body"]
            .as_str()
            .unwrap()
            .replace("<strong>", "<b>")
            .replace("</strong>", "</b>");
        bench.platform.holds(BY_TICKET, json!([{"id": there, "internal": true, "body": sent}]));
        bench.after_setback(1);
        bench.is_done();
        assert_eq!(bench.platform.writes().len(), writes);
    }
}

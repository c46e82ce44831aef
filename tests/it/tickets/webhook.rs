//! The webhook for other systems.

use beian::channels::tickets::webhook;
use beian::config::Webhook;
use beian::store::Queue as _;
use serde_json::{Value, json};

use super::{Answer, Bench, secret, sha256};
use crate::http::server::Answered;

fn bench(posts: bool) -> Bench {
    Bench::open(|platform, reception, outgoing| {
        let answer_url = posts.then(|| format!("{}/answers", platform.url()));
        webhook::adapter(Webhook { answer_url, max_age_seconds: 300, secret: secret() }, reception, outgoing)
    })
}

fn send_bytes(bench: &Bench, seconds_ago: i64, body: &[u8]) -> Answered {
    let timestamp = (bench.now().as_second() - seconds_ago).to_string();
    let signature = sha256(&[timestamp.as_bytes(), b".", body]);
    bench.post("/hooks/webhook", &[("x-beian-timestamp", timestamp), ("x-beian-signature", signature)], body)
}

fn send(bench: &Bench, message: &Value) -> Answered {
    send_bytes(bench, 0, message.to_string().as_bytes())
}

fn message(id: &str, text: &str) -> Value {
    json!({"id": id, "conversation": "c-1", "user": "u7", "text": text})
}

#[test]
fn an_answer_in_the_response_is_signed_and_the_same_each_time() {
    let bench = bench(false);
    let first = send(&bench, &message("m1", "我的订单到哪一步了"));
    assert_eq!(first.status, 200, "{first:?}");
    let told = first.json();
    assert_eq!(
        (&told["id"], &told["speaker"], &told["reply"]["kind"]),
        (&json!("m1"), &json!("assistant"), &json!("action"))
    );
    assert!(told["reply"]["text"].as_str().unwrap().contains("20261117001"), "{told}");
    let timestamp = first.header("x-beian-timestamp").unwrap();
    let parts: [&[u8]; 3] = [timestamp.as_bytes(), b".", first.body.as_bytes()];
    assert_eq!(first.header("x-beian-signature").unwrap(), sha256(&parts));
    let again = send(&bench, &message("m1", "我的订单到哪一步了")).json();
    assert_eq!(again["reply"]["id"], told["reply"]["id"]);
    let mut nobody = message("m2", "我的订单到哪一步了");
    nobody.as_object_mut().unwrap().remove("user");
    assert!(!send(&bench, &nobody).body.contains("20261117001"));
}

#[test]
fn an_answer_that_is_posted_is_signed_and_tried_again() {
    let bench = bench(true);
    bench.platform.will_answer([Answer::Status(502, json!({}))]);
    let taken = send(&bench, &message("m1", "转人工"));
    assert_eq!((taken.status, taken.json()), (202, json!({"id": "m1", "taken": true})));
    bench.after_setback(1);
    let calls = bench.platform.wait_for(2);
    for call in &calls {
        let parts: [&[u8]; 3] = [call.header("x-beian-timestamp").as_bytes(), b".", call.text.as_bytes()];
        assert_eq!(call.header("x-beian-signature"), sha256(&parts));
        assert_eq!((call.line().as_str(), call.header("x-beian-delivery")), ("POST /answers", "message:m1"));
    }
    let told = calls[1].json();
    assert_eq!((&told["reply"]["kind"], &told["handover"]["reason"]), (&json!("handoff"), &json!("asked")));
    assert_eq!(told["handover"]["packet"]["account"], "demo-account-1");
    assert_eq!(send(&bench, &message("m1", "转人工")).json(), json!({"id": "m1", "taken": false}));
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 2);
}

#[test]
fn what_is_not_signed_now_or_says_too_much_is_refused() {
    let bench = bench(true);
    let body = message("m1", "备案要多久").to_string();
    assert_eq!(bench.post("/hooks/webhook", &[], body.as_bytes()).error(), (401, "bad_signature".to_owned()));
    assert_eq!(send_bytes(&bench, 301, body.as_bytes()).error(), (401, "stale".to_owned()));
    for wrong in [
        json!([]),
        json!({}),
        json!({"id": "m1", "conversation": "c", "text": 1}),
        json!({"id": "", "conversation": "c", "text": "t"}),
        json!({"id": "m1", "conversation": "c\n", "text": "t"}),
        json!({"id": "m1", "conversation": "c", "text": "t", "role": "admin"}),
        json!({"id": "x".repeat(129), "conversation": "c", "text": "t"}),
        json!({"id": "m1", "conversation": "c", "user": " ", "text": "t"}),
    ] {
        assert_eq!(send(&bench, &wrong).error(), (400, "bad_payload".to_owned()), "{wrong}");
    }
    assert_eq!(bench.store.backlogs().unwrap(), []);
    // Empty, long and odd texts are questions like any other.
    for (at, text) in ["", "🙂", &"备案".repeat(20_000), "\u{0}\u{202e}x"].into_iter().enumerate() {
        assert_eq!(send(&bench, &message(&format!("odd{at}"), text)).status, 202);
    }
    bench.platform.wait_for(4);
    bench.is_done();
    assert_eq!(bench.store.backlogs().unwrap()[0].dead, 0);
}

//! Feishu: the vectors, what is refused, groups, tries, links.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beian::channels::{Linking, feishu};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::platform::Received;
use super::{Stage, VECTORS, encrypted, read, text_of};
use crate::http::server::Answered;
use crate::tickets::hex;

fn stage_at(seconds: i64) -> Stage {
    let vectors = &VECTORS["feishu"];
    let secrets = [
        ("app", "an-app-secret"),
        ("key", text_of(vectors, "/encrypt_key")),
        ("token", text_of(vectors, "/verification_token")),
    ];
    let table = "app_id = 'cli_invented'\napp_secret_file = '{secrets}/app'\nencrypt_key_file = '{secrets}/key'\nverification_token_file = '{secrets}/token'\napi = '{platform}/'";
    Stage::set(seconds, &secrets, table, |table, _, reception| feishu::open(&read(table), reception).unwrap())
}

fn seconds() -> i64 {
    VECTORS["feishu"]["seconds"].as_i64().unwrap()
}

fn stage() -> Stage {
    stage_at(seconds())
}

/// Sends a vector.
fn send_vector(stage: &Stage, name: &str) -> Answered {
    let vector = &VECTORS["feishu"][name];
    let headers: Vec<(&str, &str)> = vector["headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    stage.post("/hooks/feishu", &headers, text_of(vector, "/body"))
}

/// Sends bytes, encrypted and signed with the app's key.
fn send_sealed(stage: &Stage, plain: &[u8]) -> Answered {
    let key: [u8; 32] = Sha256::digest(text_of(&VECTORS["feishu"], "/encrypt_key")).into();
    let sealed = encrypted(&key, &[7; 16], plain, 16);
    send_signed(stage, &json!({"encrypt": STANDARD.encode([&[7; 16][..], &sealed].concat())}).to_string())
}

fn send_signed(stage: &Stage, body: &str) -> Answered {
    let (timestamp, nonce) = (seconds().to_string(), "n");
    let key = text_of(&VECTORS["feishu"], "/encrypt_key");
    let hash = Sha256::digest(format!("{timestamp}{nonce}{key}{body}"));
    let signature = hex(&hash);
    let headers = [
        ("X-Lark-Request-Timestamp", timestamp.as_str()),
        ("X-Lark-Request-Nonce", nonce),
        ("X-Lark-Signature", &signature),
    ];
    stage.post("/hooks/feishu", &headers, body)
}

/// A message as the platform sends it; a group's mentions the robot.
fn message(id: &str, user: &str, group: bool, text: &str) -> Value {
    let mentions = if group { json!([{"key": "@_user_1", "id": {"open_id": "ou_bot"}}]) } else { json!([]) };
    let text = if group { format!("@_user_1 {text}") } else { text.to_owned() };
    json!({
        "schema": "2.0",
        "header": {
            "event_id": id, "event_type": "im.message.receive_v1",
            "token": VECTORS["feishu"]["verification_token"],
        },
        "event": {
            "sender": {"sender_id": {"open_id": user}, "sender_type": "user"},
            "message": {
                "message_id": format!("om_{id}"), "chat_type": if group { "group" } else { "p2p" },
                "message_type": "text", "content": json!({"text": text}).to_string(), "mentions": mentions,
            },
        },
    })
}

fn send(stage: &Stage, event: &Value) {
    let answered = send_sealed(stage, event.to_string().as_bytes());
    assert_eq!((answered.status, answered.body.as_str()), (200, "{}"));
}

/// The Markdown of what was said.
fn said(received: &Received) -> String {
    assert_eq!(received.body["msg_type"], "post");
    let content: Value = serde_json::from_str(text_of(&received.body, "/content")).unwrap();
    assert_eq!(content["zh_cn"]["content"][0][0]["tag"], "md");
    text_of(&content, "/zh_cn/content/0/0/text").to_owned()
}

fn replies(stage: &Stage) -> Vec<String> {
    stage.settle();
    stage.platform.received("/reply").iter().map(said).collect()
}

fn alone(stage: &Stage) -> Vec<(String, String)> {
    stage.settle();
    let sent = stage.platform.received("receive_id_type=open_id");
    sent.iter().map(|one| (text_of(&one.body, "/receive_id").to_owned(), said(one))).collect()
}

#[test]
fn what_the_platforms_own_client_accepts_is_accepted() {
    let stage = stage();
    let verification = send_vector(&stage, "verification");
    assert_eq!((verification.status, verification.json()), (200, json!({"challenge": "a-challenge"})));
    assert_eq!(send_vector(&stage, "message").status, 200);
    // The platform delivers again when it is in doubt.
    assert_eq!(send_vector(&stage, "message").status, 200);
    assert_eq!(replies(&stage), ["**备案被驳回了怎么办？🙂**\n\n**地区 · 天数**\n\n- 浙江 · 20"]);
    let heard = stage.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].channel, "feishu");
    assert_eq!(heard[0].user.as_deref(), Some("ou_lin"));
    assert_eq!(heard[0].text, "备案被驳回了怎么办？🙂");
    let [reply] = &stage.platform.received("/reply")[..] else { panic!("one reply") };
    assert_eq!(reply.target, "/open-apis/im/v1/messages/om_ev-1/reply");
    assert_eq!(reply.headers["authorization"], "Bearer t-feishu");
    assert_eq!(text_of(&reply.body, "/uuid").len(), 32);
    let [token] = &stage.platform.received("tenant_access_token")[..] else { panic!("one token") };
    assert_eq!(token.body, json!({"app_id": "cli_invented", "app_secret": "an-app-secret"}));
}

#[test]
fn what_is_about_records_goes_from_a_group_to_the_person_alone() {
    let stage = stage();
    assert_eq!(send_vector(&stage, "group").status, 200);
    assert_eq!(alone(&stage), [("ou_lin".to_owned(), "您的订单 20190812001 正在初审。".to_owned())]);
    let [line] = &replies(&stage)[..] else { panic!("one line") };
    assert!(
        line.starts_with("这和您自己的备案信息有关，已经单独发给您了。") && !line.contains("2019"),
        "{line}"
    );
    assert_eq!(stage.heard()[0].text, "我的订单到哪了");

    // What is general stays there; so does everything for somebody who is not on record.
    send(&stage, &message("g1", "ou_lin", true, "备案要多久"));
    send(&stage, &message("g2", "ou_stranger", true, "我的订单到哪了"));
    // A section that is followed by a word on an order.
    send(&stage, &message("g3", "ou_lin", true, "还没确认的呢"));
    let replies = replies(&stage);
    assert!(replies.iter().any(|reply| reply.starts_with("**备案要多久**")), "{replies:?}");
    assert_eq!(replies.iter().filter(|reply| reply.contains("20190812001")).count(), 1, "{replies:?}");
    assert_eq!(alone(&stage).len(), 2);
}

#[test]
fn who_cannot_be_written_to_alone_is_asked_to_come() {
    let stage = stage();
    stage.platform.answers_next("/im/v1/messages", 400, json!({"code": 230_013, "msg": "no availability"}));
    send(&stage, &message("n1", "ou_lin", true, "我的订单到哪了"));
    let [line] = &replies(&stage)[..] else { panic!("one line") };
    assert!(line.contains("请单独找我聊"), "{line}");
}

#[test]
fn in_a_group_only_who_names_the_robot_is_answered() {
    let stage = stage();
    let mut other = message("m1", "ou_lin", true, "你看一下");
    other["event"]["message"]["mentions"][0]["id"]["open_id"] = json!("ou_somebody");
    send(&stage, &other);
    let mut none = message("m2", "ou_lin", true, "你看一下");
    none["event"]["message"]["mentions"] = json!([]);
    send(&stage, &none);
    assert_eq!(replies(&stage), [""; 0]);
    assert!(stage.heard().is_empty());
}

#[test]
fn what_is_not_signed_is_refused_and_never_heard() {
    let stage = stage();
    let vector = &VECTORS["feishu"]["message"];
    let header = |name: &str| vector["headers"][name].as_str().unwrap().to_owned();
    let (timestamp, nonce, signature) =
        (header("X-Lark-Request-Timestamp"), header("X-Lark-Request-Nonce"), header("X-Lark-Signature"));
    let body = text_of(vector, "/body");
    let later = (seconds() + 1).to_string();
    let other = signature.replace(&signature[..1], "0");
    let tampered = body.replacen('A', "B", 1);
    assert!(other != signature && tampered != body);
    for (timestamp, nonce, signature, body) in [
        (&*timestamp, "other", &*signature, body),
        (&later, &nonce, &signature, body),
        (&timestamp, &nonce, &other, body),
        (&timestamp, &nonce, "", body),
        (&timestamp, &nonce, &signature, &tampered),
        (&timestamp, &nonce, &signature, "{}"),
        (&timestamp, &nonce, &signature, ""),
    ] {
        let headers = [
            ("x-lark-request-timestamp", timestamp),
            ("x-lark-request-nonce", nonce),
            ("x-lark-signature", signature),
        ];
        let answered = stage.post("/hooks/feishu", &headers, body);
        assert_eq!(answered.error(), (401, "not_signed".to_owned()), "{answered:?}");
    }
    assert_eq!(stage.post("/hooks/feishu", &[], body).status, 401);
    // Signed, but a day ago.
    let tomorrow = stage_at(seconds() + 24 * 60 * 60);
    assert_eq!(send_vector(&tomorrow, "message").error(), (401, "not_signed".to_owned()));
    stage.settle();
    assert!(stage.heard().is_empty() && tomorrow.heard().is_empty());
}

#[test]
fn what_is_signed_and_broken_is_refused_alike() {
    let stage = stage();
    // No JSON, no base64, too short, bad padding, encrypted rubbish.
    for body in [
        "x".to_owned(),
        json!({"encrypt": "%%"}).to_string(),
        json!({"encrypt": ""}).to_string(),
        json!({"encrypt": STANDARD.encode([0; 16])}).to_string(),
        json!({"encrypt": STANDARD.encode([0; 48])}).to_string(),
        json!({"encrypt": STANDARD.encode([0; 47])}).to_string(),
    ] {
        let answered = send_signed(&stage, &body);
        assert_eq!(answered.error(), (400, "unreadable".to_owned()), "{body}");
        assert_eq!(answered.body, send_signed(&stage, "x").body);
    }
    assert_eq!(send_sealed(&stage, b"\xff\xfe").status, 400);
    // The wrong token within, and a challenge with the wrong token.
    let mut event = message("w1", "ou_lin", false, "备案");
    event["header"]["token"] = json!("another");
    assert_eq!(send_sealed(&stage, event.to_string().as_bytes()).status, 401);
    let challenge = json!({"type": "url_verification", "challenge": "x", "token": "another"});
    assert_eq!(send_sealed(&stage, challenge.to_string().as_bytes()).status, 401);
    let huge = stage.post("/hooks/feishu", &[], &"x".repeat(70_000));
    assert_eq!(huge.error(), (413, "body_too_large".to_owned()));
    assert!(stage.heard().is_empty());
}

#[test]
fn other_events_and_other_robots_are_left_alone() {
    let stage = stage();
    let mut event = message("o1", "ou_lin", false, "备案");
    event["header"]["event_type"] = json!("im.chat.member.bot.added_v1");
    send(&stage, &event);
    let mut event = message("o2", "ou_lin", false, "备案");
    event["event"]["sender"]["sender_type"] = json!("app");
    send(&stage, &event);
    stage.settle();
    assert!(stage.heard().is_empty());
}

#[test]
fn it_is_acknowledged_before_it_is_answered() {
    let stage = stage();
    let start = Instant::now();
    send(&stage, &message("s1", "ou_lin", false, "慢慢说"));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(replies(&stage).len(), 1);
}

#[test]
fn what_fails_is_tried_again_and_said_once() {
    let stage = stage();
    // Busy, then a token that was taken back, then too often: the answer comes all the same.
    stage.platform.answers_next("/reply", 502, json!(null));
    stage.platform.answers_next("/reply", 400, json!({"code": 99_991_663, "msg": "Invalid access token"}));
    stage.platform.answers_next("/reply", 400, json!({"code": 99_991_400, "msg": "frequency limit"}));
    send(&stage, &message("t1", "ou_lin", false, "备案要多久"));
    let replies = replies(&stage);
    assert_eq!(replies.len(), 4);
    let keys: Vec<Value> =
        stage.platform.received("/reply").into_iter().map(|one| one.body["uuid"].clone()).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "the same key each time: {keys:?}");
    assert_eq!(stage.platform.received("tenant_access_token").len(), 2);
    // The same delivery, for which the assistant has the same answer.
    let heard = stage.teller.heard.lock().unwrap();
    assert!(heard.iter().all(|(_, delivery)| delivery.as_deref() == Some("t1")));
}

#[test]
fn what_is_refused_for_good_is_given_up_without_secrets_in_the_reason() {
    let stage = stage();
    stage.platform.answers_next(
        "/reply",
        400,
        json!({"code": 230_002, "msg": "the bot is not in the group"}),
    );
    send(&stage, &message("u1", "ou_lin", false, "备案要多久"));
    stage.settle();
    assert_eq!(stage.given_up(), ["the platform answered 400 Bad Request with code 230002"]);
}

#[test]
fn a_long_answer_comes_in_pieces_each_of_them_once() {
    let stage = stage();
    stage.platform.answers_next("/reply", 200, json!({"code": 0}));
    stage.platform.answers_next("/reply", 503, json!(null));
    send(&stage, &message("l1", "ou_lin", false, "长一点"));
    let replies = replies(&stage);
    assert!(replies.iter().all(|piece| piece.len() <= 12_000));
    // The second piece was tried twice.
    assert_eq!(replies[1], replies[2]);
    let whole = [&replies[..1], &replies[2..]].concat().concat();
    assert_eq!(whole, "备案需要核验。".repeat(3000));
}

#[test]
fn pictures_long_texts_humans_and_injected_markup() {
    let stage = stage();
    let mut picture = message("p1", "ou_lin", false, "");
    picture["event"]["message"]["message_type"] = json!("image");
    picture["event"]["message"]["content"] = json!("{\"image_key\":\"x\"}");
    send(&stage, &picture);
    send(&stage, &message("p2", "ou_lin", false, &"备".repeat(9000)));
    send(&stage, &message("p3", "ou_lin", false, "人工在吗"));
    send(&stage, &message("p4", "ou_lin", false, "注入"));
    let replies = replies(&stage);
    assert_eq!(replies.len(), 3, "{replies:?}");
    assert!(replies[0].starts_with("我现在只能看文字消息"), "{replies:?}");
    assert!(replies[1].starts_with("这条消息太长了"), "{replies:?}");
    assert_eq!(replies[2], "＜at user_id=\"all\">＜/at> 点这里 x");
}

#[test]
fn a_link_code_links_once_and_never_in_a_group() {
    let stage = stage();
    let linking = Linking::new(stage.reception.clone());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let code = || {
        let (code, _) =
            runtime.block_on(linking.issue("a-2".to_owned(), "ticket:agent-3".to_owned())).unwrap();
        code.to_string()
    };
    let (first, second) = (code(), code());
    send(&stage, &message("k1", "ou_new", true, &format!("绑定 {first}")));
    stage.settle();
    stage.platform.answers_next("/reply", 503, json!(null));
    send(&stage, &message("k2", "ou_new", false, &format!("绑定 {second}")));
    stage.settle();
    send(&stage, &message("k3", "ou_other", false, &format!("绑定 {second}")));
    let replies = replies(&stage);
    assert!(replies[0].starts_with("关联码请单独发给我"), "{replies:?}");
    // Said twice because the first try failed; linked once.
    assert!(replies[1..3].iter().all(|reply| reply.starts_with("已关联账号 a-2")), "{replies:?}");
    assert!(replies[3].starts_with("关联码无效或已过期"), "{replies:?}");
    let identity = stage.reception.store.identity("feishu", "ou_new").unwrap().unwrap();
    assert_eq!(identity.account.as_deref(), Some("a-2"));
    assert!(stage.heard().is_empty(), "a code is no question");
}

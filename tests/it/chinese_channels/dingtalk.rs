//! DingTalk: the signature, where answers may go, groups, people from outside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beian::channels::dingtalk;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Stage, VECTORS, read, text_of};
use crate::http::server::Answered;

const TABLE: &str = "client_id = 'dinginvented'\nclient_secret_file = '{secrets}/secret'\napi = '{platform}'";

fn milliseconds() -> i64 {
    text_of(&VECTORS["dingtalk"], "/timestamp").parse().unwrap()
}

fn stage() -> Stage {
    let secrets = [("secret", text_of(&VECTORS["dingtalk"], "/secret"))];
    Stage::set(milliseconds() / 1000, &secrets, TABLE, |table, platform, reception| {
        // Leaked once a test: the real address is a constant.
        dingtalk::open_with(&read(table), reception, platform.to_owned().leak()).unwrap()
    })
}

fn message(stage: &Stage, id: &str, group: bool, text: &str) -> Value {
    json!({
        "conversationId": "cid", "chatbotUserId": "$:robot", "msgId": id, "senderNick": "林", "isAdmin": false,
        "senderStaffId": "lin", "sessionWebhookExpiredTime": milliseconds() + 5_400_000, "createAt": milliseconds(),
        "senderCorpId": "dingcorp", "conversationType": if group { "2" } else { "1" }, "senderId": "$:LWCP_v1:$lin",
        "sessionWebhook": format!("{}/robot/sendBySession?session=s1", stage.platform.url()),
        "text": {"content": format!(" {text} ")}, "robotCode": "dinginvented", "msgtype": "text",
    })
}

fn post(stage: &Stage, timestamp: &str, sign: &str, body: &str) -> Answered {
    stage.post("/hooks/dingtalk", &[("timestamp", timestamp), ("sign", sign)], body)
}

fn send(stage: &Stage, message: &Value) -> Answered {
    let vectors = &VECTORS["dingtalk"];
    post(stage, text_of(vectors, "/timestamp"), text_of(vectors, "/sign"), &message.to_string())
}

fn signed(at: i64) -> (String, String) {
    let secret = text_of(&VECTORS["dingtalk"], "/secret");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}\n{secret}").as_bytes());
    (at.to_string(), STANDARD.encode(mac.finalize().into_bytes()))
}

fn answers(stage: &Stage) -> Vec<String> {
    stage.settle();
    let sent = stage.platform.received("/robot/sendBySession");
    sent.iter().map(|one| text_of(&one.body, "/markdown/text").to_owned()).collect()
}

#[test]
fn a_signed_message_is_answered_where_it_says_once() {
    let stage = stage();
    let question = message(&stage, "m1", false, "备案要多久🙂");
    for _ in 0..2 {
        let answered = send(&stage, &question);
        assert_eq!((answered.status, answered.json()), (200, json!({"msgtype": "empty"})));
    }
    assert_eq!(answers(&stage), ["**备案要多久🙂**\n\n**地区 · 天数**\n\n- 浙江 · 20"]);
    let [sent] = &stage.platform.received("/robot/sendBySession")[..] else { panic!("one") };
    assert_eq!(sent.target, "/robot/sendBySession?session=s1");
    assert_eq!(
        (&sent.body["msgtype"], text_of(&sent.body, "/markdown/title")),
        (&json!("markdown"), "备案要多久🙂")
    );
    let heard = stage.heard();
    assert_eq!(
        (heard.len(), heard[0].channel.as_str(), heard[0].user.as_deref()),
        (1, "dingtalk", Some("lin"))
    );
    assert_eq!(heard[0].text, "备案要多久🙂");
}

#[test]
fn wrong_signatures_and_old_times_are_refused() {
    let stage = stage();
    let body = message(&stage, "m1", false, "备案").to_string();
    let vectors = &VECTORS["dingtalk"];
    let (timestamp, sign) = (text_of(vectors, "/timestamp"), text_of(vectors, "/sign"));
    let hour = 60 * 60 * 1000;
    let (old, old_sign) = signed(milliseconds() - hour - 60_000);
    let (early, early_sign) = signed(milliseconds() + hour + 600_000);
    for (timestamp, sign) in [
        (timestamp, "x"),
        (timestamp, ""),
        (timestamp, &sign.replace('5', "6")),
        (&(milliseconds() + 1).to_string(), sign),
        ("", sign),
        (&old, &old_sign),
        (&early, &early_sign),
        ("9223372036854775807", sign),
    ] {
        assert_eq!(
            post(&stage, timestamp, sign, &body).error(),
            (401, "not_signed".to_owned()),
            "{timestamp} {sign}"
        );
    }
    assert_eq!(stage.post("/hooks/dingtalk", &[], &body).status, 401);
    let (recent, recent_sign) = signed(milliseconds() - hour + 60_000);
    assert_eq!(post(&stage, &recent, &recent_sign, &body).status, 200);
    stage.settle();
    assert_eq!(stage.heard().len(), 1);
}

#[test]
fn answers_go_nowhere_but_to_the_platform() {
    let stage = stage();
    for webhook in [
        "http://127.0.0.1:1/robot",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "",
        "oapi.dingtalk.com",
    ] {
        let mut message = message(&stage, "m1", false, "备案");
        message["sessionWebhook"] = json!(webhook);
        assert_eq!(send(&stage, &message).error(), (400, "unreadable".to_owned()), "{webhook}");
    }
    for field in ["msgId", "senderId", "sessionWebhook", "conversationType"] {
        let mut message = message(&stage, "m1", false, "备案");
        message.as_object_mut().unwrap().remove(field);
        assert_eq!(send(&stage, &message).status, 400, "{field}");
    }
    for body in ["", "x", "[]", "null", "{\"msgId\": 1}"] {
        let (timestamp, sign) = signed(milliseconds());
        assert_eq!(post(&stage, &timestamp, &sign, body).status, 400, "{body}");
    }
    stage.settle();
    assert!(stage.heard().is_empty());
}

#[test]
fn what_is_about_records_goes_from_a_group_to_the_person_alone() {
    let stage = stage();
    stage.platform.answers_next("/batchSend", 503, json!({"code": "ServiceUnavailable"}));
    assert_eq!(send(&stage, &message(&stage, "g1", true, "我的订单到哪了")).status, 200);
    let lines = answers(&stage);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("这和您自己的备案信息有关，已经单独发给您了。"), "{lines:?}");
    let sent = stage.platform.received("/batchSend");
    assert_eq!(sent.len(), 2, "tried again");
    assert_eq!(sent[1].headers["x-acs-dingtalk-access-token"], "t-dingtalk");
    assert_eq!(
        (&sent[1].body["userIds"], &sent[1].body["robotCode"]),
        (&json!(["lin"]), &json!("dinginvented"))
    );
    let parameters: Value = serde_json::from_str(text_of(&sent[1].body, "/msgParam")).unwrap();
    assert_eq!(parameters["text"], "您的订单 20190812001 正在初审。");
    let [token] = &stage.platform.received("/accessToken")[..] else { panic!("one token") };
    assert_eq!(token.body["appSecret"], VECTORS["dingtalk"]["secret"]);
}

#[test]
fn who_is_not_known_to_the_platform_is_asked_to_come() {
    let stage = stage();
    stage.platform.answers_next("/batchSend", 200, json!({"invalidStaffIdList": ["lin"]}));
    assert_eq!(send(&stage, &message(&stage, "g1", true, "我的订单到哪了")).status, 200);
    let lines = answers(&stage);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("请单独找我聊") && !lines[0].contains("2019"), "{lines:?}");
}

#[test]
fn people_from_outside_are_known_by_another_name() {
    let stage = stage();
    let mut question = message(&stage, "o1", true, "备案要多久");
    question["senderStaffId"] = json!("");
    assert_eq!(send(&stage, &question).status, 200);
    assert_eq!(answers(&stage).len(), 1);
    assert_eq!(stage.heard()[0].user.as_deref(), Some("$:LWCP_v1:$lin"));
}

#[test]
fn an_address_that_has_expired_is_not_used() {
    let stage = stage();
    let mut question = message(&stage, "e1", false, "备案要多久");
    question["sessionWebhookExpiredTime"] = json!(milliseconds() - 1);
    assert_eq!(send(&stage, &question).status, 200);
    let mut in_group = message(&stage, "e2", true, "备案要多久");
    in_group["sessionWebhookExpiredTime"] = json!(milliseconds() - 1);
    assert_eq!(send(&stage, &in_group).status, 200);
    assert_eq!(answers(&stage), [""; 0]);
    assert_eq!(stage.platform.received("/batchSend").len(), 1);
    assert_eq!(stage.given_up(), ["the conversation's address for answers has expired"]);
}

#[test]
fn codes_of_the_platform_are_heeded() {
    let stage = stage();
    stage.platform.answers_next(
        "/sendBySession",
        200,
        json!({"errcode": 130_101, "errmsg": "send too fast"}),
    );
    assert_eq!(send(&stage, &message(&stage, "c1", false, "备案要多久")).status, 200);
    assert_eq!(answers(&stage).len(), 2);
    stage.platform.answers_next("/sendBySession", 200, json!({"errcode": 300_001, "errmsg": "no"}));
    assert_eq!(send(&stage, &message(&stage, "c2", false, "备案要多久")).status, 200);
    stage.settle();
    assert_eq!(stage.given_up(), ["the platform answered with code 300001"]);
}

#[test]
fn a_voice_message_gets_a_line() {
    let stage = stage();
    let mut voice = message(&stage, "v1", false, "");
    voice["msgtype"] = json!("audio");
    voice.as_object_mut().unwrap().remove("text");
    assert_eq!(send(&stage, &voice).status, 200);
    assert!(answers(&stage)[0].starts_with("我现在只能看文字消息"));
}

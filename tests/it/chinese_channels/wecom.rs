//! WeCom: the vectors, what is refused, pieces, tokens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beian::channels::wecom;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::{Stage, VECTORS, encrypted, read, text_of};
use crate::http::server::Answered;
use crate::tickets::hex;

fn stage_at(seconds: i64) -> Stage {
    let vectors = &VECTORS["wecom"];
    let secrets = [
        ("secret", "an-app-secret"),
        ("token", text_of(vectors, "/token")),
        ("key", text_of(vectors, "/aes_key")),
    ];
    let table = "corp_id = 'wwinvented'\nagent_id = 1000002\nsecret_file = '{secrets}/secret'\ntoken_file = '{secrets}/token'\naes_key_file = '{secrets}/key'\napi = '{platform}'";
    Stage::set(seconds, &secrets, table, |table, _, reception| wecom::open(&read(table), reception).unwrap())
}

fn seconds() -> i64 {
    VECTORS["wecom"]["seconds"].as_i64().unwrap()
}

fn stage() -> Stage {
    stage_at(seconds())
}

/// An address with a query; each value is a map's.
fn target(query: &Value) -> String {
    let pairs = query.as_object().unwrap().iter().map(|(name, value)| {
        let value = value.as_str().unwrap().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        format!("{name}={value}")
    });
    format!("/hooks/wecom?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn send_vector(stage: &Stage) -> Answered {
    let vector = &VECTORS["wecom"]["message"];
    stage.post(&target(&vector["query"]), &[], text_of(vector, "/body"))
}

/// Something encrypted and its signature, both as the platform makes them.
fn sealed(plain: &str, corp: &str) -> (String, Value) {
    let vectors = &VECTORS["wecom"];
    let key = format!("{}=", text_of(vectors, "/aes_key"));
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let key: [u8; 32] = lenient.decode(key).unwrap().try_into().unwrap();
    let length = u32::try_from(plain.len()).unwrap().to_be_bytes();
    let bytes = [&[9_u8; 16][..], &length, plain.as_bytes(), corp.as_bytes()].concat();
    let bytes = encrypted(&key, &key[..16].try_into().unwrap(), &bytes, 32);
    signed(&STANDARD.encode(bytes))
}

fn signed(encrypted: &str) -> (String, Value) {
    let (timestamp, nonce) = (seconds().to_string(), "n0nce".to_owned());
    let mut parts = [text_of(&VECTORS["wecom"], "/token"), &timestamp, &nonce, encrypted];
    parts.sort_unstable();
    let signature = hex(&Sha1::digest(parts.concat()));
    (encrypted.to_owned(), json!({"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}))
}

fn post(stage: &Stage, (encrypted, query): (String, Value)) -> Answered {
    let body = format!(
        "<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><AgentID><![CDATA[1000002]]></AgentID></xml>"
    );
    stage.post(&target(&query), &[], &body)
}

fn message(id: &str, user: &str, agent: u32, content: &str) -> String {
    format!(
        "<xml><ToUserName>wwinvented</ToUserName><FromUserName><![CDATA[{user}]]></FromUserName><CreateTime>1</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content><MsgId>{id}</MsgId><AgentID>{agent}</AgentID></xml>"
    )
}

fn send(stage: &Stage, id: &str, content: &str) {
    let answered = post(stage, sealed(&message(id, "lin", 1_000_002, content), "wwinvented"));
    assert_eq!((answered.status, answered.body.as_str()), (200, ""));
}

fn said(stage: &Stage) -> Vec<String> {
    stage.settle();
    let sent = stage.platform.received("/message/send");
    sent.iter().map(|one| text_of(&one.body, "/text/content").to_owned()).collect()
}

#[test]
fn the_address_is_confirmed_to_the_platform_only() {
    let stage = stage();
    let vectors = &VECTORS["wecom"];
    let confirmed = stage.get(&target(&vectors["echo"]));
    assert_eq!((confirmed.status, confirmed.body.as_str()), (200, text_of(vectors, "/echoed")));
    // Signed and for another company.
    let other = stage.get(&target(&vectors["echo_of_another_company"]));
    assert_eq!(other.error(), (400, "unreadable".to_owned()));
    for (field, value) in [
        ("nonce", "1"),
        ("timestamp", "1795000001"),
        ("msg_signature", "0000000000000000000000000000000000000000"),
        ("echostr", "AAAA"),
    ] {
        let mut query = vectors["echo"].clone();
        query[field] = json!(value);
        assert_eq!(stage.get(&target(&query)).error(), (401, "not_signed".to_owned()), "{field}");
        query.as_object_mut().unwrap().remove(field);
        assert_eq!(stage.get(&target(&query)).status, 401, "{field}");
    }
    assert_eq!(stage.get("/hooks/wecom").status, 401);
    let tomorrow = stage_at(seconds() + 24 * 60 * 60);
    assert_eq!(tomorrow.get(&target(&vectors["echo"])).status, 401);
}

#[test]
fn what_a_published_client_encrypts_is_answered_once() {
    let stage = stage();
    for _ in 0..2 {
        let answered = send_vector(&stage);
        assert_eq!((answered.status, answered.body.as_str()), (200, ""));
    }
    // The assistant's answer repeats the question; what looks like a tag is none.
    assert_eq!(said(&stage), ["备案要多久 ＜b>&＜/b> 🙂\n\n地区 | 天数\n浙江 | 20"]);
    let [sent] = &stage.platform.received("/message/send")[..] else { panic!("one") };
    assert_eq!(sent.target, "/cgi-bin/message/send?access_token=t-wecom");
    assert_eq!((&sent.body["touser"], &sent.body["agentid"]), (&json!("lin"), &json!(1_000_002)));
    let heard = stage.heard();
    assert_eq!((heard.len(), heard[0].text.as_str()), (1, "备案要多久 <b>&amp;</b> 🙂"));
    let [token] = &stage.platform.received("/gettoken")[..] else { panic!("one token") };
    assert_eq!(token.target, "/cgi-bin/gettoken?corpid=wwinvented&corpsecret=an-app-secret");
}

#[test]
fn what_is_broken_or_old_is_refused() {
    let stage = stage();
    let vector = &VECTORS["wecom"]["message"];
    let (query, body) = (target(&vector["query"]), text_of(vector, "/body"));
    for body in
        ["", "x", "<xml></xml>", "<xml><Encrypt></Encrypt></xml>", &body.replacen("CDATA[", "CDATA[A", 3)]
    {
        assert_eq!(stage.post(&query, &[], body).error(), (401, "not_signed".to_owned()), "{body}");
    }
    assert_eq!(stage.post("/hooks/wecom", &[], body).status, 401);
    // Signed, and sent once more a day later or before its time.
    for seconds in [seconds() + 24 * 60 * 60, seconds() - 24 * 60 * 60] {
        let stage = stage_at(seconds);
        assert_eq!(stage.post(&query, &[], body).error(), (401, "not_signed".to_owned()));
        stage.settle();
        assert!(stage.heard().is_empty());
    }
    let mut bodies = Vec::new();
    for sealed in [
        signed("%%%"),
        signed(&STANDARD.encode([0; 31])),
        signed(&STANDARD.encode([0; 64])),
        sealed("not xml", "wwinvented"),
        sealed(&message("1", "lin", 1_000_002, "备案"), "wwanother"),
        sealed(&message("1", "lin", 1_000_002, "备案"), ""),
    ] {
        let answered = post(&stage, sealed);
        assert_eq!(answered.error(), (400, "unreadable".to_owned()));
        bodies.push(answered.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "no word of what was wrong");
    stage.settle();
    assert!(stage.heard().is_empty());
}

#[test]
fn events_other_apps_and_names_for_many_are_left_alone() {
    let stage = stage();
    let event = "<xml><FromUserName>lin</FromUserName><MsgType>event</MsgType><Event>enter_agent</Event><AgentID>1000002</AgentID></xml>";
    for plain in [
        event.to_owned(),
        message("1", "lin", 1_000_003, "备案"),
        message("2", "@all", 1_000_002, "备案"),
        message("3", "lin|wang", 1_000_002, "备案"),
    ] {
        assert_eq!(post(&stage, sealed(&plain, "wwinvented")).status, 200, "{plain}");
    }
    stage.settle();
    assert!(stage.heard().is_empty());
}

#[test]
fn pieces_are_as_long_as_the_platform_takes() {
    let stage = stage();
    send(&stage, "1", "长一点");
    let said = said(&stage);
    assert!(said.len() > 20 && said.iter().all(|piece| piece.len() <= 2048), "{}", said.len());
    assert_eq!(said.concat(), "备案需要核验。".repeat(3000));
}

#[test]
fn a_token_that_was_taken_back_is_asked_for_anew() {
    let stage = stage();
    stage.platform.answers_next("/gettoken", 200, json!({"errcode": 40_001, "errmsg": "invalid credential"}));
    stage.platform.answers_next(
        "/message/send",
        200,
        json!({"errcode": 42_001, "errmsg": "access_token expired"}),
    );
    send(&stage, "1", "备案要多久");
    assert_eq!(said(&stage).len(), 2);
    assert_eq!(stage.platform.received("/gettoken").len(), 3);
    stage.platform.answers_next("/message/send", 200, json!({"errcode": 60_111, "errmsg": "no such user"}));
    send(&stage, "2", "备案要多久");
    stage.settle();
    assert_eq!(stage.given_up(), ["the platform answered with code 60111"]);
}

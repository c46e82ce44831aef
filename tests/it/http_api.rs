//! The HTTP interface for programs: keys, scopes, and what each route gives to whom, on real servers.

use std::sync::Arc;

use beian::channels::Key;
use beian::channels::http::Site;
use beian::store::keys::{ApiKey, Scope};
use beian::store::{Keys as _, SqliteStore};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::server::{Answered, Parrot, Server, exchange, reception};

/// A store, and a server on it that says back what it is asked.
fn parrot() -> (Arc<SqliteStore>, Server) {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let site = Site::new(reception(Parrot { heard: None }, store.clone()));
    (store, Server::start(site))
}

/// A key on record.
fn key(store: &SqliteStore, scope: Scope, user: Option<&str>) -> Key {
    let key = Key::new().unwrap();
    let kept = ApiKey {
        handle: key.handle().to_owned(),
        key_hash: key.hash(),
        label: "a test".to_owned(),
        scopes: vec![scope],
        channel: "shop".to_owned(),
        user: user.map(str::to_owned),
        created_at: Timestamp::UNIX_EPOCH,
        revoked_at: None,
    };
    assert!(store.add_key(&kept).unwrap());
    key
}

/// A request with whatever headers, and a body that is JSON unless it is null.
fn call(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answered {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str("content-type: application/json\r\n");
    }
    exchange(server.addr, format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
}

fn with_key(server: &Server, key: &Key, method: &str, path: &str, body: &Value) -> Answered {
    call(server, method, path, &[("authorization", &format!("Bearer {key}"))], body)
}

#[test]
fn a_program_asks_on_behalf_of_its_channels_users() {
    let (store, server) = parrot();
    let key = key(&store, Scope::Channel, None);
    let message = json!({"text": "备案要多久", "user": "u-1", "conversation": "c1"});
    let answered = with_key(&server, &key, "POST", "/v1/messages", &message);
    assert_eq!(answered.status, 200);
    assert_eq!(answered.header("x-conversation"), Some("c1"));
    let slots = &answered.json()["slots"];
    assert_eq!(*slots, json!({"channel": "shop", "user": "u-1", "conversation": "c1"}));
    // Nobody named: nobody is known.
    let answered = with_key(&server, &key, "POST", "/v1/messages", &json!({"text": "备案要多久"}));
    assert_eq!(answered.json()["slots"]["user"], Value::Null);
}

#[test]
fn a_bound_key_speaks_as_its_user_and_as_nobody_else() {
    let (store, server) = parrot();
    let key = key(&store, Scope::Channel, Some("u-1"));
    let ask = |message: Value| with_key(&server, &key, "POST", "/v1/messages", &message);
    assert_eq!(ask(json!({"text": "好"})).json()["slots"]["user"], "u-1");
    assert_eq!(ask(json!({"text": "好", "user": "u-1"})).json()["slots"]["user"], "u-1");
    assert_eq!(ask(json!({"text": "好", "user": "u-2"})).error(), (403, "user_refused".to_owned()));
    assert_eq!(ask(json!({"text": "好", "as": "demo-1"})).error(), (403, "identity_refused".to_owned()));
}

#[test]
fn unknown_wrong_and_revoked_keys_are_refused_alike() {
    let (store, server) = parrot();
    let good = key(&store, Scope::Channel, None);
    let revoked = key(&store, Scope::Channel, None);
    let ask = |bearer: &str| {
        let headers = [("authorization", bearer)];
        let answered = call(&server, "POST", "/v1/messages", &headers, &json!({"text": "好"}));
        (answered.status, answered.header("www-authenticate").map(str::to_owned), answered.body)
    };
    assert_eq!(ask(&format!("Bearer {revoked}")).0, 200);
    assert!(store.revoke_key(revoked.handle(), Timestamp::UNIX_EPOCH).unwrap());
    let unknown = format!("Bearer {}", Key::new().unwrap());
    let refused = ask(&unknown);
    assert_eq!(
        (refused.0, refused.1.as_deref()),
        (401, Some("Bearer realm=\"beian\", error=\"invalid_token\""))
    );
    assert!(refused.2.contains("key_refused"), "{}", refused.2);
    let other = Key::new().unwrap().to_string();
    let wrong = format!("Bearer bk_{}_{}", good.handle(), other.rsplit('_').next().unwrap());
    for bearer in [&wrong, &format!("Bearer {revoked}"), "Bearer", "Bearer x", "bearer bk__", "Bearer 备案"]
    {
        assert_eq!(ask(bearer), refused, "{bearer}");
    }
    // The scheme is written in any case; what belongs to a proxy is none of ours.
    assert_eq!(ask(&format!("bearer  {good}")).0, 200);
    assert_eq!(ask("Basic dTpw").0, 200);
}

#[test]
fn a_key_is_good_for_its_scope_alone() {
    let (store, server) = parrot();
    let agent = key(&store, Scope::Agent, None);
    let admin = key(&store, Scope::Admin, None);
    let message = json!({"text": "好", "user": "u-1"});
    let answered = with_key(&server, &agent, "POST", "/v1/messages", &message);
    assert_eq!(answered.error(), (403, "scope_missing".to_owned()));
    assert_eq!(with_key(&server, &admin, "POST", "/v1/messages", &message).status, 200);
    // Without a key nobody names a user or a delivery.
    for field in ["user", "delivery"] {
        assert_eq!(server.ask(&json!({"text": "好", field: "x"})).error(), (400, "bad_field".to_owned()));
    }
}

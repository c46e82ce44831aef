//! What every operation that needs the store says while nothing can be read of it: come back later, and never that it broke.

use std::time::{Duration, Instant};

use beian::channels::Key;
use beian::store::keys::{ApiKey, Scope};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::connections::end;
use crate::http::server::{Answered, exchange};
use crate::places::{Keeper, Place};
use crate::program::Program;

/// How long one request may take before the test fails.
const LONG: Duration = Duration::from_secs(60);

/// Operations that need no store, or that have an answer without it: people are told so in a reply, readiness and figures of their
/// own, and nobody is signed in on a server without secrets.
const WITHOUT: [&str; 9] = [
    "post /v1/messages",
    "post /v1/search",
    "get /v1/session",
    "post /v1/link_codes/mine",
    "get /v1/demo",
    "get /healthz",
    "get /readyz",
    "get /metrics",
    "get /openapi.json",
];

/// The others, with a request each.
fn requests() -> Vec<(&'static str, &'static str, Value)> {
    let feedback = json!({"id": "0123456789abcdef", "good": true, "conversation": "c"});
    vec![
        ("get /v1/answers", "/v1/answers?conversation=c", Value::Null),
        ("post /v1/feedback", "/v1/feedback", feedback),
        ("get /v1/replies/{id}", "/v1/replies/x", Value::Null),
        ("get /v1/replies/{id}/proposal", "/v1/replies/x/proposal", Value::Null),
        ("get /v1/report", "/v1/report", Value::Null),
        ("get /v1/desk", "/v1/desk", Value::Null),
        ("get /v1/handovers", "/v1/handovers", Value::Null),
        ("post /v1/handovers/{number}/take", "/v1/handovers/1/take", json!({})),
        ("post /v1/handovers/{number}/give_back", "/v1/handovers/1/give_back", Value::Null),
        ("post /v1/handovers/{number}/answer", "/v1/handovers/1/answer", json!({"text": "好"})),
        ("get /v1/conversations/{id}", "/v1/conversations/c", Value::Null),
        ("get /v1/records/accounts/{id}", "/v1/records/accounts/a", Value::Null),
        ("get /v1/records", "/v1/records", Value::Null),
        ("post /v1/records", "/v1/records", json!({"accounts": [{"id": "a", "site": "china"}]})),
        ("post /v1/link_codes", "/v1/link_codes", json!({"account": "a"})),
    ]
}

fn admin(place: &Place) -> Key {
    let key = Key::new().unwrap();
    let kept = ApiKey {
        handle: key.handle().to_owned(),
        key_hash: key.hash(),
        label: String::new(),
        scopes: vec![Scope::Admin],
        channel: "shop".to_owned(),
        user: None,
        created_at: Timestamp::UNIX_EPOCH,
        revoked_at: None,
    };
    assert!(place.open().add_key(&kept).unwrap());
    key
}

fn call(program: &Program, key: &Key, operation: &str, path: &str, body: &Value) -> Answered {
    let method = operation.split(' ').next().unwrap().to_uppercase();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n{kind}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(program.addr, head)
}

#[test]
fn whoever_asks_while_the_store_is_away_is_told_to_come_back() {
    let Some(place) = Keeper::Postgres.place() else { return };
    let key = admin(&place);
    let program = place.serve();
    let description = program.get("/openapi.json").json();
    let mut left_out: Vec<String> = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        let names = operations.as_object().unwrap().keys().map(|method| format!("{method} {path}"));
        left_out.extend(names.filter(|name| {
            let asked = requests().iter().any(|(operation, ..)| operation == name);
            !asked && !WITHOUT.contains(&name.as_str())
        }));
    }
    assert!(left_out.is_empty(), "not asked while the store is away: {left_out:?}");

    let mut client = place.client();
    let tables = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public' \
         AND tablename NOT IN ('api_keys', 'limits', 'beian_schema')";
    let tables: String = client.query_one(tables, &[]).unwrap().get(0);
    // Keys can be looked up, nothing else: what comes after the key is what fails.
    let mut holding = client.transaction().unwrap();
    holding.batch_execute(&format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")).unwrap();
    for (operation, path, body) in requests() {
        let answered = std::thread::scope(|scope| {
            let asked = scope.spawn(|| call(&program, &key, operation, path, &body));
            let began = Instant::now();
            while !asked.is_finished() {
                assert!(began.elapsed() < LONG, "{operation}");
                end(&place, "wait_event_type = 'Lock'");
                std::thread::sleep(Duration::from_millis(5));
            }
            asked.join().unwrap()
        });
        assert_eq!(answered.error(), (503, "not_ready".to_owned()), "{operation}: {answered:?}");
        assert!(answered.header("retry-after").is_some(), "{operation}: {answered:?}");
    }
    holding.rollback().unwrap();
    for (operation, path, body) in requests() {
        let answered = call(&program, &key, operation, path, &body);
        assert!([200, 404].contains(&answered.status), "{operation}: {answered:?}");
    }
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[test]
fn a_write_that_meets_another_writer_for_too_long_may_come_back_too() {
    let place = Keeper::File.place().unwrap();
    let key = admin(&place);
    let program = place.serve();
    let other = rusqlite::Connection::open(place.folder().join("beian.db")).unwrap();
    let records = json!({"accounts": [{"id": "a", "site": "china"}]});
    let import = || call(&program, &key, "post /v1/records", "/v1/records", &records);
    // Counted once, so that its limit needs no writing for a while.
    assert_eq!(import().status, 200);
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let refused = import();
    assert_eq!(refused.error(), (503, "not_ready".to_owned()), "{refused:?}");
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(import().status, 200);
}

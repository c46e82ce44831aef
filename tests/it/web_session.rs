//! Signed sessions over HTTP: who is believed, what they get, and that the programs in docs/web.md make tokens that are taken.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beian::channels::http::Site;
use beian::channels::{Code, Linking};
use beian::config::{Secret, WebSettings};
use beian::store::acts::Linked;
use beian::store::{Database, SqliteStore, Store as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::http::server::{Answered, Parrot, Server, demo_people, exchange, reception};

pub(crate) const SECRET: &str = "only-the-tests-know-this-secret-of-the-web";

/// A token for somebody, which ends in so many seconds.
pub(crate) fn token(user: &str, seconds: i64) -> String {
    let claims = json!({"user": user, "expires_at": jiff::Timestamp::now().as_second() + seconds});
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&payload);
    format!("{payload}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

pub(crate) fn settings(origins: &[&str]) -> WebSettings {
    WebSettings {
        origins: origins.iter().map(|&origin| origin.to_owned()).collect(),
        secrets: vec![Secret::new(SECRET)],
        link_to: Some("Discord".to_owned()),
    }
}

/// A store in which u7 has an account, u8 has none, and u9 is an agent.
pub(crate) fn records() -> Arc<SqliteStore> {
    let store = SqliteStore::in_memory().unwrap();
    let set = json!({
        "accounts": [{"id": "acc-1", "site": "china"}],
        "identities": [
            {"channel": "web", "user": "u7", "account": "acc-1", "role": "applicant"},
            {"channel": "web", "user": "u8", "account": null, "role": "applicant"},
            {"channel": "web", "user": "u9", "account": null, "role": "agent"}
        ]
    });
    store.import(&serde_json::from_value(set).unwrap()).unwrap();
    Arc::new(store)
}

fn signed_site(store: Arc<dyn Database>) -> Site {
    Site::new(reception(Parrot { heard: None }, store)).with_web(settings(&["https://shop.example"]))
}

fn request(server: &Server, line: &str, authorization: &str, body: &Value) -> Answered {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    exchange(
        server.addr,
        format!(
            "{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             authorization: {authorization}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn session(token: &str) -> String {
    format!("Beian-Session {token}")
}

#[test]
fn a_token_says_who_asks_and_nothing_else_does() {
    let server = Server::start(signed_site(records()));
    let ask =
        |authorization: &str, message: Value| request(&server, "POST /v1/messages", authorization, &message);
    let answered = ask(&session(&token("u7", 600)), json!({"text": "我的订单", "conversation": "c1"}));
    let slots = &answered.json()["slots"];
    assert_eq!(*slots, json!({"channel": "web", "user": "u7", "conversation": "u7/c1"}));
    assert_eq!(answered.header("x-conversation"), Some("c1"));

    // The same conversation is another one for everybody else.
    let stranger = server.ask(&json!({"text": "我的订单", "conversation": "c1"}));
    assert!(stranger.json()["slots"]["user"].as_str().unwrap().starts_with("session-"));
    // Where one's name ends can't be moved by the name of a conversation.
    let [one, other] = [("a", "b/c"), ("a/b", "c")].map(|(user, conversation)| {
        let told =
            ask(&session(&token(user, 600)), json!({"text": "我的订单", "conversation": conversation}))
                .json();
        told["slots"]["conversation"].clone()
    });
    assert_ne!(one, other);

    for (authorization, expected) in [
        (session(&token("u7", -600)), "session_expired"),
        (session(&token("u7", 100_000)), "session_too_long"),
        (session(&format!("{}x", token("u7", 600))), "session_refused"),
        (session(""), "session_malformed"),
        ("beian-session".to_owned(), "session_malformed"),
    ] {
        let answered = ask(&authorization, json!({"text": "我的订单"}));
        assert_eq!(answered.error(), (401, expected.to_owned()), "{authorization}");
        assert_eq!(answered.header("www-authenticate"), Some(r#"Beian-Session realm="beian""#));
        // Neither the token nor the secret comes back.
        assert!(!answered.body.contains(SECRET) && !answered.body.contains("eyJ"), "{answered:?}");
    }
    // What isn't even text is no stranger's either.
    assert_eq!(ask(&session("🙂"), json!({"text": "我的订单"})).status, 401);
}

#[test]
fn without_a_secret_no_token_is_taken() {
    let server = Server::start(crate::http::server::site());
    let answered = request(&server, "GET /v1/session", &session(&token("u7", 600)), &Value::Null);
    assert_eq!(answered.error(), (401, "sessions_off".to_owned()));
    let anonymous = server.get("/v1/session");
    assert_eq!(anonymous.json(), json!({"user": null, "linked": false, "expires_at": null, "link_to": null}));
}

#[test]
fn a_token_and_a_demo_person_are_one_too_many() {
    let server = Server::start(signed_site(records()).with_demo(demo_people()));
    let message = json!({"text": "我的订单", "as": "demo-1"});
    let answered = request(&server, "POST /v1/messages", &session(&token("u7", 600)), &message);
    assert_eq!(answered.error(), (400, "two_identities".to_owned()));
}

#[test]
fn the_page_learns_who_is_signed_in_and_whether_an_account_is_linked() {
    let server = Server::start(signed_site(records()));
    let told = |user: &str| {
        let answered = request(&server, "GET /v1/session", &session(&token(user, 600)), &Value::Null);
        assert_eq!(answered.header("cache-control"), Some("no-store"));
        answered.json()
    };
    for (user, linked) in [("u7", true), ("u8", false), ("u9", false), ("u10", false)] {
        let told = told(user);
        assert_eq!((&told["user"], &told["linked"]), (&json!(user), &json!(linked)));
        assert_eq!(told["link_to"], if linked { json!("Discord") } else { Value::Null });
        assert!(told["expires_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    }
}

#[test]
fn a_code_of_the_page_links_another_channel_once() {
    let store = records();
    let server = Server::start(signed_site(store.clone()));
    let ask = |authorization: &str| request(&server, "POST /v1/link_codes/mine", authorization, &Value::Null);
    assert_eq!(server.send("/v1/link_codes/mine", &json!({})).error(), (401, "session_needed".to_owned()));
    for user in ["u8", "u9", "u10"] {
        assert_eq!(ask(&session(&token(user, 600))).error(), (403, "not_linked".to_owned()), "{user}");
    }
    let issued = ask(&session(&token("u7", 600)));
    assert_eq!(issued.status, 200, "{issued:?}");
    let code = issued.json()["code"].as_str().unwrap().to_owned();
    assert!(Code::read(&code).is_some());
    let life = issued.json()["expires_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let left = life.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((590..=600).contains(&left), "{left} s");

    let linking = Linking::new(reception(Parrot { heard: None }, store.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let enter = |user: &str| runtime.block_on(linking.enter(&code, "discord", user.to_owned())).unwrap();
    assert_eq!(enter("1001"), Linked::To { account: "acc-1".to_owned() });
    assert_eq!(enter("1002"), Linked::Gone);
    let linked = store.identity("discord", "1001").unwrap().unwrap();
    assert_eq!(linked.account.as_deref(), Some("acc-1"));

    for _ in 1..10 {
        assert_eq!(ask(&session(&token("u7", 600))).status, 200);
    }
    let enough = ask(&session(&token("u7", 600)));
    assert_eq!(enough.error(), (429, "too_many_codes".to_owned()));
    let seconds: i64 = enough.header("retry-after").unwrap().parse().unwrap();
    assert!((3500..=3600).contains(&seconds), "{seconds} s");
}

#[test]
fn only_listed_sites_may_frame_the_chat_and_nothing_else_may_be_framed() {
    let plain = Server::start(crate::http::server::site());
    for path in ["/embed", "/widget.js"] {
        assert_eq!(plain.get(path).status, 404, "{path}");
    }
    let web = WebSettings {
        origins: vec!["https://shop.example".to_owned(), "http://localhost:3000".to_owned()],
        ..WebSettings::default()
    };
    let server = Server::start(crate::http::server::site().with_web(web));
    let embed = server.get("/embed");
    let policy = embed.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors https://shop.example http://localhost:3000;"), "{policy}");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(policy.contains("trusted-types 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(embed.header("x-frame-options"), None);
    assert!(embed.body.contains(r#"data-origins="https://shop.example http://localhost:3000""#));
    for path in ["/", "/widget.js", "/page/host.js", "/v1/session", "/nothing"] {
        let answered = server.get(path);
        let policy = answered.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answered.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answered.header("access-control-allow-origin"), None, "{path}");
    }
    let widget = server.get("/widget.js");
    assert_eq!(widget.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(widget.header("cross-origin-resource-policy"), Some("cross-origin"));
    // A browser that has the page already gets the policy with the word that it is still good.
    let tag = embed.header("etag").unwrap();
    let again = exchange(
        server.addr,
        format!("GET /embed HTTP/1.1\r\nhost: x\r\nif-none-match: {tag}\r\nconnection: close\r\n\r\n"),
    );
    assert_eq!(again.status, 304);
    assert!(again.header("content-security-policy").unwrap().contains("https://shop.example"));
}

/// The first block of a language in docs/web.md.
fn program(language: &str) -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/web.md")).unwrap();
    let start = format!("```{language}\n");
    let block = text.split(&start).nth(1).unwrap_or_else(|| panic!("docs/web.md has no {language}"));
    block.split("\n```").next().unwrap().to_owned() + "\n"
}

#[test]
fn the_programs_in_the_documents_make_tokens_that_are_taken() {
    let server = Server::start(signed_site(records()));
    let folder = tempfile::tempdir().unwrap();
    let mut ran = 0;
    for (language, command, file) in [
        ("js", &["node"][..], "token.cjs"),
        ("python", &["python3"], "token.py"),
        ("php", &["php"], "token.php"),
        ("go", &["go", "run"], "token.go"),
    ] {
        let path = folder.path().join(file);
        fs::write(&path, program(language)).unwrap();
        let version = if language == "go" { "version" } else { "--version" };
        let there =
            Command::new(command[0]).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !there.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: no {} here, its program in docs/web.md is not run", command[0]);
            continue;
        }
        for user in ["u7", "用户/7 \"🙂\" <b>"] {
            let output = Command::new(command[0])
                .args(&command[1..])
                .arg(&path)
                .arg(user)
                .current_dir(folder.path())
                .env("BEIAN_WEB_SECRET", SECRET)
                .output()
                .unwrap();
            let token = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "{language}: {}", String::from_utf8_lossy(&output.stderr));
            let told = request(&server, "GET /v1/session", &session(token.trim()), &Value::Null).json();
            assert_eq!(told["user"], json!(user), "{language}: {told}");
        }
        ran += 1;
    }
    eprintln!("{ran} of 4 programs run");
}

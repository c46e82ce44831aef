//! The HTTP interface for programs: keys, scopes, and what each route gives to whom, on real servers.

mod described;
mod page;
mod patience;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use beian::channels::Key;
use beian::channels::http::{RECORDS_LIMIT, Site};
use beian::config::HttpConfig;
use beian::store::keys::{ApiKey, Scope};
use beian::store::{Keys as _, SqliteStore, Store as _};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::server::{Answered, Parrot, Server, demo_people, exchange, reception};
use crate::http_feedback;

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
        assert_eq!(server.ask(&json!({"text": "好", field: "x"})).error(), (401, "key_missing".to_owned()));
    }
}

/// A store with the sample records, the assistant as it is served on it, and a key of each scope.
struct Shop {
    store: Arc<SqliteStore>,
    server: Server,
    channel: Key,
    agent: Key,
    admin: Key,
}

impl Shop {
    fn open() -> Self {
        let (store, site) = http_feedback::site();
        let [channel, agent, admin] =
            [Scope::Channel, Scope::Agent, Scope::Admin].map(|scope| key(&store, scope, None));
        Self { server: Server::start(site), store, channel, agent, admin }
    }

    fn get(&self, key: &Key, path: &str) -> Answered {
        with_key(&self.server, key, "GET", path, &Value::Null)
    }

    fn post(&self, key: &Key, path: &str, body: &Value) -> Answered {
        with_key(&self.server, key, "POST", path, body)
    }
}

#[test]
fn who_may_what_is_the_same_on_every_route() {
    let shop = Shop::open();
    let record = json!({});
    let message = json!({"text": "备案要多久", "user": "u-1"});
    let query = json!({"query": "备案要多久"});
    let code = json!({"account": "demo-account-1"});
    let answer = json!({"text": "好"});
    let opinion = json!({"id": "0", "good": true, "conversation": "c", "user": "u-1"});
    // What each key gets: channel, agent, admin.
    let routes: [(&str, &str, &Value, [u16; 3]); 18] = [
        ("POST", "/v1/messages", &message, [200, 403, 200]),
        ("POST", "/v1/search", &query, [200, 200, 200]),
        ("GET", "/v1/handovers", &Value::Null, [403, 200, 200]),
        ("POST", "/v1/handovers/99/take", &Value::Null, [403, 404, 404]),
        ("POST", "/v1/handovers/99/give_back", &Value::Null, [403, 404, 404]),
        ("POST", "/v1/handovers/99/answer", &answer, [403, 404, 404]),
        ("GET", "/v1/desk", &Value::Null, [403, 200, 200]),
        ("GET", "/v1/replies/0/proposal", &Value::Null, [403, 404, 404]),
        ("GET", "/v1/answers?conversation=c&user=u-1", &Value::Null, [200, 403, 200]),
        ("POST", "/v1/feedback", &opinion, [404, 403, 404]),
        ("GET", "/v1/conversations/none", &Value::Null, [403, 404, 404]),
        ("GET", "/v1/report", &Value::Null, [403, 200, 200]),
        ("GET", "/v1/replies/0", &Value::Null, [403, 404, 404]),
        ("GET", "/v1/records/accounts/demo-account-1", &Value::Null, [403, 200, 200]),
        ("GET", "/v1/records", &Value::Null, [403, 403, 200]),
        ("POST", "/v1/records", &record, [403, 403, 200]),
        ("POST", "/v1/link_codes", &code, [403, 200, 200]),
        ("GET", "/metrics", &Value::Null, [403, 200, 200]),
    ];
    for (method, path, body, expected) in routes {
        let keys = [&shop.channel, &shop.agent, &shop.admin];
        let got = keys.map(|key| with_key(&shop.server, key, method, path, body).status);
        assert_eq!(got, expected, "{method} {path}");
        // Without a key: refused, but for what somebody at the page may do, and the figures on this machine.
        let bare = call(&shop.server, method, path, &[], body);
        match path {
            "/v1/report" | "/v1/replies/0" => assert_eq!(bare.error(), (403, "not_an_agent".to_owned())),
            "/metrics" => assert_eq!(bare.status, 200),
            _ => {
                assert_eq!(bare.error(), (401, "key_missing".to_owned()), "{method} {path}");
                assert!(bare.header("www-authenticate").is_some());
            }
        }
        let wrong = [("authorization", "Bearer bk_0_0")];
        let refused = call(&shop.server, method, path, &wrong, body);
        assert_eq!(refused.error(), (401, "key_refused".to_owned()), "{method} {path}");
    }
    // That was all of them: whatever takes a key stands above.
    let described = shop.server.get("/openapi.json").json();
    let is_of = |template: &str, path: &str| {
        let path = path.split('?').next().unwrap_or_default();
        template.split('/').count() == path.split('/').count()
            && template
                .split('/')
                .zip(path.split('/'))
                .all(|(one, other)| one.starts_with('{') || one == other)
    };
    for (template, operations) in described["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let takes_a_key =
                operation["security"].as_array().into_iter().flatten().any(|way| !way["key"].is_null());
            let is_tried = routes
                .iter()
                .any(|(verb, path, ..)| method.eq_ignore_ascii_case(verb) && is_of(template, path));
            assert_eq!(takes_a_key, is_tried, "{method} {template}");
        }
    }
}

#[test]
fn the_same_delivery_gets_the_same_reply_and_is_kept_once() {
    let shop = Shop::open();
    let message = json!({"text": "备案要多久", "user": "u-1", "delivery": "m-1"});
    let first = shop.post(&shop.channel, "/v1/messages", &message);
    let again = shop.post(&shop.channel, "/v1/messages", &message);
    assert_eq!(first.json()["id"], again.json()["id"]);
    let conversation = first.header("x-conversation").unwrap();
    assert_eq!(again.header("x-conversation"), Some(conversation));
    let kept = shop.get(&shop.agent, &format!("/v1/conversations/{conversation}")).json();
    assert_eq!(kept["conversations"][0]["turns"].as_array().unwrap().len(), 1, "{kept}");
    // The same name of somebody else is another delivery.
    let other = json!({"text": "备案要多久", "user": "u-2", "delivery": "m-1"});
    assert_ne!(shop.post(&shop.channel, "/v1/messages", &other).json()["id"], first.json()["id"]);
}

#[test]
fn a_linked_user_asks_about_records_and_a_link_code_is_good_for_an_account_on_record() {
    let shop = Shop::open();
    let refused = shop.post(&shop.agent, "/v1/link_codes", &json!({"account": "nobody's"}));
    assert_eq!(refused.error(), (404, "no_such_account".to_owned()));
    let issued = shop.post(&shop.agent, "/v1/link_codes", &json!({"account": "demo-account-1"})).json();
    assert_eq!(issued["account"], "demo-account-1");
    let code = issued["code"].as_str().unwrap();
    assert_eq!(code.len(), "7KQM-X4TBZ2".len(), "{code}");
    let expires_at: Timestamp = issued["expires_at"].as_str().unwrap().parse().unwrap();
    assert!(expires_at > Timestamp::now());

    let identity = json!({"identities": [{"channel": "shop", "user": "u-1", "account": "demo-account-1", "role": "applicant"}]});
    assert_eq!(shop.post(&shop.admin, "/v1/records", &identity).json()["total"], 1);
    let ask = |user: &str| {
        let message = json!({"text": "我还剩几个备案服务号", "user": user, "conversation": user});
        shop.post(&shop.channel, "/v1/messages", &message).json()
    };
    assert!(ask("u-1")["outcome"]["left"].is_number(), "{}", ask("u-1"));
    assert!(!ask("u-2")["outcome"]["left"].is_number(), "{}", ask("u-2"));
}

#[test]
fn an_agent_takes_a_conversation_over_and_gives_it_back() {
    let shop = Shop::open();
    let ask = |text: &str| {
        let message = json!({"text": text, "user": "u-1", "conversation": "c/1"});
        shop.post(&shop.channel, "/v1/messages", &message).json()
    };
    assert_eq!(ask("转人工")["kind"], "handoff");
    let waiting = shop.get(&shop.agent, "/v1/handovers").json();
    let handover = &waiting["handovers"][0];
    assert_eq!((&handover["state"], &handover["conversation"]), (&json!("open"), &json!("c/1")));
    let number = handover["number"].as_i64().unwrap();
    let take = format!("/v1/handovers/{number}/take");
    let taken = shop.post(&shop.agent, &take, &json!({"holder": " 小王 "})).json();
    assert_eq!((&taken["state"], &taken["taken_by"]), (&json!("taken"), &json!("小王")));
    assert_eq!(shop.post(&shop.agent, &take, &Value::Null).error(), (404, "no_such_handover".to_owned()));
    assert_eq!(ask("在吗"), json!({"reply": null, "speaker": "human"}));
    let told = shop.get(&shop.agent, "/v1/conversations/c%2F1").json();
    let told = &told["conversations"][0];
    assert_eq!((&told["speaker"], &told["holder"]), (&json!("human"), &json!("小王")));
    assert_eq!(told["turns"].as_array().unwrap().len(), 2);
    let back = shop.post(&shop.agent, &format!("/v1/handovers/{number}/give_back"), &Value::Null).json();
    assert_eq!(back["state"], "closed");
    assert_ne!(ask("备案要多久")["text"], Value::Null);
    assert_eq!(shop.get(&shop.agent, "/v1/handovers").json(), json!({"handovers": []}));
    for wrong in [json!({"holder": " "}), json!({"holder": "a\nb"}), json!({"who": "me"}), json!([])] {
        assert_eq!(shop.post(&shop.agent, &take, &wrong).error(), (400, "bad_field".to_owned()), "{wrong}");
    }
    for number in ["0", "-1", "x", "99999999999999999999", "%FF"] {
        let refused = shop.post(&shop.agent, &format!("/v1/handovers/{number}/take"), &Value::Null);
        assert_eq!(refused.error(), (404, "no_such_handover".to_owned()), "{number}");
    }
}

#[test]
fn what_a_human_answers_on_the_web_is_heard_by_who_asked_and_by_nobody_else() {
    let shop = Shop::open();
    let said = |path: &str| call(&shop.server, "GET", path, &[], &Value::Null).json();
    let message = json!({"text": "转人工", "conversation": "c1"});
    assert_eq!(call(&shop.server, "POST", "/v1/messages", &[], &message).json()["kind"], "handoff");
    assert_eq!(
        said("/v1/answers?conversation=c1"),
        json!({"speaker": "assistant", "waiting": true, "answers": []})
    );
    assert!(shop.get(&shop.agent, "/v1/desk").json()["reaches"].as_array().unwrap().contains(&json!("web")));
    let number = shop.get(&shop.agent, "/v1/handovers").json()["handovers"][0]["number"].as_i64().unwrap();
    let path = format!("/v1/handovers/{number}/answer");
    // Sent twice under one name, it is said once.
    for taken in [true, false] {
        let sent = shop.post(
            &shop.agent,
            &path,
            &json!({"text": "您好，我是小王", "holder": "小王", "delivery": "a1"}),
        );
        assert_eq!((sent.status, sent.json()["taken"].clone()), (202, json!(taken)));
    }
    let refused = shop.post(&shop.agent, &path, &json!({"text": "我来", "holder": "小李"}));
    assert_eq!(refused.error(), (409, "not_yours".to_owned()));
    let heard = said("/v1/answers?conversation=c1");
    assert_eq!((&heard["speaker"], &heard["waiting"]), (&json!("human"), &json!(false)));
    assert_eq!(heard["answers"].as_array().unwrap().len(), 1);
    assert_eq!(heard["answers"][0]["text"], "您好，我是小王");
    let after = format!("/v1/answers?conversation=c1&after={}", heard["answers"][0]["id"].as_str().unwrap());
    assert_eq!(said(&after)["answers"], json!([]));
    shop.post(&shop.agent, &path, &json!({"text": "好了", "holder": "小王"}));
    assert_eq!(said(&after)["answers"][0]["text"], "好了");
    // Somebody else's conversation of that name is another one.
    let stranger = shop.get(&shop.channel, "/v1/answers?conversation=c1&user=u-1").json();
    assert_eq!(stranger, json!({"speaker": "assistant", "waiting": false, "answers": []}));
    for (query, code) in
        [("", "field_missing"), ("?conversation=", "bad_field"), ("?conversation=c1&x=1", "bad_query")]
    {
        let refused = call(&shop.server, "GET", &format!("/v1/answers{query}"), &[], &Value::Null);
        assert_eq!(refused.error(), (400, code.to_owned()), "{query}");
    }
    let refused = call(&shop.server, "GET", "/v1/answers?conversation=c1&user=u-1", &[], &Value::Null);
    assert_eq!(refused.error(), (401, "key_missing".to_owned()));
    // Given back, the assistant answers again.
    shop.post(&shop.agent, &format!("/v1/handovers/{number}/give_back"), &Value::Null);
    let told = said(&after);
    assert_eq!((&told["speaker"], &told["waiting"]), (&json!("assistant"), &json!(false)));
}

#[test]
fn agents_see_an_account_with_its_numbers_masked_and_admins_see_all() {
    let shop = Shop::open();
    let seen = shop.get(&shop.agent, "/v1/records/accounts/demo-account-1");
    let all = shop.get(&shop.admin, "/v1/records");
    let number = all.json()["entities"][0]["person"]["id_number"].as_str().unwrap().to_owned();
    assert!(number.len() >= 15 && !number.contains('*'), "{number}");
    assert!(!seen.body.contains(&number) && seen.body.contains("***"), "{}", seen.body);
    assert_eq!(seen.json()["accounts"].as_array().unwrap().len(), 1);
    for none in ["nobody", "%FF", "%E5%A4%87"] {
        let refused = shop.get(&shop.agent, &format!("/v1/records/accounts/{none}"));
        assert_eq!(refused.error(), (404, "no_such_account".to_owned()), "{none}");
    }
}

#[test]
fn records_are_imported_whole_or_not_at_all_and_may_be_larger_than_messages() {
    let shop = Shop::open();
    let import = |body: &Value| shop.post(&shop.admin, "/v1/records", body);
    let before = shop.store.export().unwrap();
    let half = json!({"accounts": [{"id": "new", "site": "china"}],
        "service_numbers": [{"number": "n", "instance": "i-nowhere", "used_by": null}]});
    let refused = import(&half);
    assert_eq!(refused.error(), (409, "records_refused".to_owned()));
    assert!(refused.body.contains("i-nowhere"), "{}", refused.body);
    let odd = import(&json!({"accounts": [{"id": "new", "site": "mars"}]}));
    assert_eq!(odd.error(), (400, "bad_records".to_owned()));
    assert!(odd.body.contains("accounts[0].site"), "{}", odd.body);
    assert_eq!(shop.store.export().unwrap(), before);

    let many: Vec<Value> =
        (0..3000).map(|number| json!({"id": format!("many-{number:030}"), "site": "china"})).collect();
    let imported = import(&json!({"accounts": many}));
    assert_eq!((imported.status, &imported.json()["accounts"]), (200, &json!(3000)));
    let huge = json!({"accounts": [{"id": "x".repeat(RECORDS_LIMIT), "site": "china"}]});
    assert_eq!(import(&huge).error(), (413, "body_too_large".to_owned()));
    // Everywhere else 64 KB is the most.
    let long = json!({"query": "长".repeat(30_000)});
    assert_eq!(shop.post(&shop.admin, "/v1/search", &long).error(), (413, "body_too_large".to_owned()));
}

#[test]
fn search_gives_sections_best_first_and_as_many_as_asked_for() {
    let shop = Shop::open();
    let search = |body: Value| shop.post(&shop.channel, "/v1/search", &body);
    let found = search(json!({"query": "备案被驳回了怎么办", "limit": 3})).json();
    let sections = found["sections"].as_array().unwrap();
    assert_eq!(sections.len(), 3);
    assert!(sections[0]["text"].as_str().unwrap().contains("驳回"), "{}", sections[0]);
    let scores: Vec<f64> = sections.iter().map(|section| section["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|one, next| one >= next), "{scores:?}");
    assert_eq!(
        search(json!({"query": "filing", "limit": 1.0})).json()["sections"].as_array().unwrap().len(),
        1
    );
    for (body, code) in [
        (json!({}), "field_missing"),
        (json!({"query": " "}), "text_empty"),
        (json!({"query": "长".repeat(8001)}), "text_too_long"),
        (json!({"query": "好", "limit": 0}), "bad_field"),
        (json!({"query": "好", "limit": 21}), "bad_field"),
        (json!({"query": "好", "limit": 1.5}), "bad_field"),
    ] {
        assert_eq!(search(body).error(), (400, code.to_owned()));
    }
}

#[test]
fn a_program_rates_what_its_user_was_told_and_nothing_else() {
    let shop = Shop::open();
    let message = json!({"text": "备案要多久", "user": "u-1", "conversation": "c1"});
    let id = shop.post(&shop.channel, "/v1/messages", &message).json()["id"].clone();
    let rate = |user: &str| {
        let opinion = json!({"id": id, "good": true, "conversation": "c1", "user": user});
        shop.post(&shop.channel, "/v1/feedback", &opinion)
    };
    assert_eq!(rate("u-1").json(), json!({"id": id, "good": true}));
    assert_eq!(rate("u-2").error(), (404, "no_such_reply".to_owned()));
    let told = shop.get(&shop.agent, &format!("/v1/replies/{}", id.as_str().unwrap())).json();
    assert_eq!((&told["text"], &told["reply"]["id"]), (&json!("备案要多久"), &id));
    assert_eq!(shop.get(&shop.agent, "/v1/report?days=1").json()["days"], 1);
    let refused = shop.get(&shop.agent, "/v1/report?as=demo-agent");
    assert_eq!(refused.error(), (403, "identity_refused".to_owned()));
}

/// Reads a connection until a text has come.
fn read_until(socket: &mut TcpStream, text: &str) -> String {
    let (mut read, mut bytes) = (String::new(), [0_u8; 4096]);
    while !read.contains(text) {
        let length = socket.read(&mut bytes).unwrap();
        assert!(length > 0, "ended before {text:?}: {read}");
        read.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
    read
}

#[test]
fn events_say_at_once_that_it_is_worked_on_and_end_with_the_reply() {
    let (heard, asked) = mpsc::channel();
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let server = Server::start(Site::new(reception(Parrot { heard: Some(heard) }, store)));
    let ask = |text: &str| {
        let body = json!({"text": text, "conversation": "c1"}).to_string();
        let mut socket = TcpStream::connect(server.addr).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let begin =
            "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept: text/event-stream\r\n";
        let request =
            format!("{begin}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        socket.write_all(request.as_bytes()).unwrap();
        socket
    };
    let mut socket = ask("slowly");
    let begun = read_until(&mut socket, "event: typing");
    assert!(
        begun.contains("content-type: text/event-stream") && begun.contains("x-conversation: c1"),
        "{begun}"
    );
    assert!(!begun.contains("event: reply"), "{begun}");
    assert_eq!(asked.recv_timeout(Duration::from_secs(5)).unwrap(), "slowly");
    let rest = read_until(&mut socket, "\r\n0\r\n\r\n");
    let data = rest.lines().skip_while(|line| *line != "event: reply").nth(1).unwrap();
    let reply: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(reply["text"], "**slowly**");

    let mut socket = ask("fall over");
    let whole = read_until(&mut socket, "\r\n0\r\n\r\n");
    let data = whole.lines().skip_while(|line| *line != "event: error").nth(1).unwrap();
    let failure: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(failure["error"]["code"], "internal");

    // What can't be asked is refused in the one form, before there is a stream.
    let events = [("accept", "text/event-stream")];
    let refused = call(&server, "POST", "/v1/messages", &events, &json!({"text": " "}));
    assert_eq!(refused.error(), (400, "text_empty".to_owned()));
}

#[test]
fn a_limit_holds_for_all_servers_on_a_store_together() {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let server = |per_key: u32, per_user: u32| {
        let config = HttpConfig {
            per_key_per_minute: NonZeroU32::new(per_key),
            per_user_per_minute: NonZeroU32::new(per_user),
            ..HttpConfig::default()
        };
        Server::start(Site::new(reception(Parrot { heard: None }, store.clone())).with_limits(config))
    };
    let key_of_many = key(&store, Scope::Channel, None);
    let servers = [server(10, 1000), server(10, 1000)];
    let message = json!({"text": "好"});
    let ask = |number: usize| with_key(&servers[number % 2], &key_of_many, "POST", "/v1/messages", &message);
    let answered = (0..20).map(ask).filter(|answered| answered.status == 200).count();
    assert_eq!(answered, 10);
    for number in 0..2 {
        let refused = ask(number);
        assert_eq!(refused.error(), (429, "too_many".to_owned()));
        let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    // Another key has a limit of its own, and each of its users too.
    let other = key(&store, Scope::Channel, None);
    let server = server(1000, 3);
    let ask = |user: &str| {
        with_key(&server, &other, "POST", "/v1/messages", &json!({"text": "好", "user": user})).status
    };
    assert_eq!([ask("u-1"), ask("u-1"), ask("u-1"), ask("u-1")], [200, 200, 200, 429]);
    assert_eq!(ask("u-2"), 200);
}

#[test]
fn addresses_without_a_key_are_limited_where_a_trusted_proxy_tells_them_apart() {
    let server = |trusted: bool| {
        let config = HttpConfig {
            per_address_per_minute: NonZeroU32::new(2),
            trust_forwarded_for: Some(trusted),
            ..HttpConfig::default()
        };
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        Server::start(Site::new(reception(Parrot { heard: None }, store)).with_limits(config))
    };
    let ask = |server: &Server, address: &str| {
        let headers = [("x-forwarded-for", address)];
        call(server, "POST", "/v1/messages", &headers, &json!({"text": "好"})).status
    };
    let behind_a_proxy = server(true);
    let one = "10.9.8.7, 203.0.113.5";
    assert_eq!([one; 3].map(|address| ask(&behind_a_proxy, address)), [200, 200, 429]);
    assert_eq!(ask(&behind_a_proxy, "203.0.113.6"), 200);
    // A client that makes up what was before it is still the same.
    assert_eq!(ask(&behind_a_proxy, "1.1.1.1, 203.0.113.5"), 429);
    let alone = server(false);
    assert_eq!([one; 4].map(|address| ask(&alone, address)), [200; 4]);
}

#[test]
fn looks_at_what_a_human_said_are_limited_apart_from_questions() {
    let config = HttpConfig {
        per_address_per_minute: NonZeroU32::new(1),
        listening_per_address_per_minute: NonZeroU32::new(3),
        trust_forwarded_for: Some(true),
        ..HttpConfig::default()
    };
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let key = key(&store, Scope::Channel, None);
    let server = Server::start(Site::new(reception(Parrot { heard: None }, store)).with_limits(config));
    let from = |address| [("x-forwarded-for", address)];
    let look = |address| call(&server, "GET", "/v1/answers?conversation=c", &from(address), &Value::Null);
    let one = "203.0.113.5";
    assert_eq!([one; 3].map(|address| look(address).status), [200; 3]);
    let refused = look(one);
    assert_eq!(refused.error(), (429, "too_many".to_owned()));
    assert!(refused.header("retry-after").is_some());
    // Nobody else waits for that, neither their questions nor programs, which have limits of their own.
    assert_eq!(look("203.0.113.6").status, 200);
    assert_eq!(call(&server, "POST", "/v1/messages", &from(one), &json!({"text": "好"})).status, 200);
    let headers = [("x-forwarded-for", one), ("authorization", &format!("Bearer {key}"))];
    assert_eq!(call(&server, "GET", "/v1/answers?conversation=c", &headers, &Value::Null).status, 200);
}

#[test]
fn every_error_has_the_one_form() {
    let (_, server) = parrot();
    let get = |path: &str| call(&server, "GET", path, &[], &Value::Null);
    assert_eq!(get("/v1/nothing").error(), (404, "not_found".to_owned()));
    assert_eq!(get("/v1/%FF%FE").error(), (404, "not_found".to_owned()));
    assert_eq!(get("/v1/messages").error(), (405, "method_not_allowed".to_owned()));
    assert_eq!(get("/v1/report?days=x").error(), (400, "bad_query".to_owned()));
    let long = format!("/v1/report?as={}", "x".repeat(10_000));
    assert_eq!(get(&long).error(), (414, "address_too_long".to_owned()));
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
        let refused = call(&server, "DELETE", path, &[], &Value::Null);
        assert_eq!(refused.error(), (405, "method_not_allowed".to_owned()), "{path}");
    }
}

#[test]
fn a_server_whose_store_is_broken_is_alive_and_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    let server = Server::start(Site::new(reception(Parrot { heard: None }, store)));
    let get = |path: &str| call(&server, "GET", path, &[], &Value::Null);
    assert_eq!(get("/readyz").status, 200);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA foreign_keys = OFF; DROP TABLE turns;").unwrap();
    let refused = get("/readyz");
    assert_eq!(refused.error(), (503, "not_ready".to_owned()));
    assert!(refused.body.contains("the store"), "{}", refused.body);
    assert_eq!(get("/healthz").status, 200);
}

#[test]
fn figures_count_and_are_not_for_everybody() {
    let (_, server) = parrot();
    server.ask(&json!({"text": "秘密的问题", "conversation": "secret-name"}));
    let figures = server.get("/metrics");
    assert!(figures.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    for line in [
        "beian_http_requests_total{method=\"POST\",route=\"/v1/messages\",status=\"200\"} 1",
        "beian_replies_total{channel=\"web\",kind=\"answer\"} 1",
        "# EOF",
    ] {
        assert!(figures.body.lines().any(|other| other == line), "{line}: {}", figures.body);
    }
    assert!(!figures.body.contains("秘密") && !figures.body.contains("secret-name"));
    // What a proxy on this machine hands on comes from anywhere.
    let forwarded = [("x-forwarded-for", "127.0.0.1")];
    let refused = call(&server, "GET", "/metrics", &forwarded, &Value::Null);
    assert_eq!(refused.error(), (401, "key_missing".to_owned()));
}

#[test]
fn a_key_is_made_listed_and_revoked_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_beian"));
        let output = command.arg("--data").arg(folder.path()).args(arguments).output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code().unwrap(), out, err)
    };
    let (code, out, _) =
        run(&["key", "create", "--scope", "agent", "--channel", "shop", "--user", "u-1", "--label", "商城"]);
    assert_eq!((code, out.lines().count()), (0, 1));
    let key = Key::read(out.trim()).expect("a key");
    let (_, listed, _) = run(&["key", "list"]);
    assert!(listed.contains(key.handle()) && listed.contains("商城") && !listed.contains(out.trim()));
    let secret = out.trim().rsplit('_').next().unwrap();
    let kept = std::fs::read(folder.path().join("beian.db")).unwrap();
    assert!(
        !kept.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()),
        "the secret is in the database"
    );
    assert_eq!(run(&["key", "revoke", key.handle()]).0, 0);
    let (code, _, error) = run(&["key", "revoke", key.handle()]);
    assert_eq!((code, error.lines().count()), (2, 1));
    assert!(error.contains("beian key list"), "{error}");
    assert_eq!(run(&["key", "create"]).0, 2);
    assert_eq!(run(&["key", "create", "--scope", "king"]).0, 2);
    assert_eq!(run(&["link", "--account", "nobody"]).0, 2);
}

#[test]
fn a_demo_and_a_key_do_not_mix() {
    let (store, site) = http_feedback::site();
    let agent = key(&store, Scope::Agent, None);
    let server = Server::start(site.with_demo(demo_people()));
    let refused = with_key(&server, &agent, "GET", "/v1/report?as=demo-agent", &Value::Null);
    assert_eq!(refused.error(), (403, "identity_refused".to_owned()));
}

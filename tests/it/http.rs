//! The HTTP interface over real sockets: what it takes, what it refuses and how, and how it stops.

#[path = "http_server.rs"]
pub(crate) mod server;

use std::io::Write as _;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use beian::assistant::{Answer, Heard, Incoming};
use beian::channels::http::{BODY_LIMIT, TEXT_LIMIT};
use beian::cli::serve::{self, Args};
use beian::domain::reply::Reply;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use server::{Parrot, Server, answered_by, demo_people, exchange, receive, site};

/// A conversation that a human has.
struct TakenOver;

impl Answer for TakenOver {
    fn answer(&self, _: &Incoming) -> Reply {
        panic!("nothing is to be said")
    }

    fn hear(&self, _: &Incoming, _: Option<&str>) -> Heard {
        Heard::Human
    }
}

#[test]
fn while_a_human_speaks_there_is_no_reply() {
    let server = Server::start(answered_by(TakenOver));
    let answered = server.ask(&json!({"text": "在吗"}));
    assert_eq!(answered.status, 200);
    assert_eq!(answered.json(), json!({"reply": null, "speaker": "human"}));
}

#[test]
fn a_question_gets_a_reply_in_the_contracts_form() {
    let server = Server::start(site());
    let answered = server.ask(&json!({"text": "备案被驳回了怎么办"}));
    assert_eq!(answered.status, 200);
    assert_eq!(answered.header("content-type"), Some("application/json"));
    let reply: Reply = serde_json::from_value(answered.json()).expect("a reply");
    assert_eq!(reply.text, "**备案被驳回了怎么办**");
    let mut fields: Vec<String> = answered.json().as_object().expect("an object").keys().cloned().collect();
    fields.sort();
    let contract = "citations confidence elapsed_us intent kind outcome slots suggestions text";
    assert_eq!(fields.join(" "), contract);
}

#[test]
fn health_names_the_version() {
    let server = Server::start(site());
    let answered = server.get("/healthz");
    assert_eq!(answered.status, 200);
    assert_eq!(answered.json(), json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}));
}

#[test]
fn a_conversation_is_kept_by_its_name_and_named_when_it_has_none() {
    let server = Server::start(site());
    let first = server.ask(&json!({"text": "一", "conversation": "c1"}));
    let second = server.ask(&json!({"text": "二", "conversation": "c1"}));
    assert_eq!(first.header("x-conversation"), Some("c1"));
    assert_eq!(first.json()["slots"], second.json()["slots"], "the same speaker in the same conversation");

    let unnamed = server.ask(&json!({"text": "一"}));
    let name = unnamed.header("x-conversation").expect("a name").to_owned();
    let on = server.ask(&json!({"text": "二", "conversation": name}));
    assert_eq!(unnamed.json()["slots"], on.json()["slots"]);
    let another = server.ask(&json!({"text": "一"}));
    assert_ne!(unnamed.json()["slots"]["conversation"], another.json()["slots"]["conversation"]);
}

#[test]
fn nobody_is_believed_about_who_they_are_without_a_demo() {
    let server = Server::start(site());
    for name in ["demo-1", "web:demo-1", "ticket:agent-3", "discord:1001", "", "session-1"] {
        let answered = server.ask(&json!({"text": "我的订单", "as": name}));
        assert_eq!(answered.error(), (403, "identity_refused".to_owned()), "{name}");
    }
    assert_eq!(server.get("/v1/demo").error(), (404, "no_demo".to_owned()));
    // A null is the same as no field; the speaker is then a session that no client can choose.
    for conversation in ["demo-1", "web:demo-1", "ticket:agent-3"] {
        let answered = server.ask(&json!({"text": "我的订单", "as": null, "conversation": conversation}));
        let slots = &answered.json()["slots"];
        assert_eq!(slots["channel"], "web");
        let user = slots["user"].as_str().expect("a user");
        assert!(user.starts_with("session-") && user.len() == "session-".len() + 32, "{user}");
    }
}

#[test]
fn the_demo_has_its_own_people_and_nobody_else() {
    let server = Server::start(site().with_demo(demo_people()));
    let people = server.get("/v1/demo");
    assert_eq!(people.status, 200);
    assert_eq!(people.json()["people"][0]["as"], "demo-1");
    assert!(people.json()["people"][1]["about"]["zh"].as_str().is_some_and(|about| about.contains("企业")));

    for name in ["demo-2", "web:demo-2"] {
        let slots = &server.ask(&json!({"text": "我的订单", "as": name})).json()["slots"];
        assert_eq!((&slots["channel"], &slots["user"]), (&json!("web"), &json!("demo-2")));
    }
    for name in ["demo-3", "discord:demo-1", "ticket:agent-3", "", "DEMO-1"] {
        let answered = server.ask(&json!({"text": "我的订单", "as": name}));
        assert_eq!(answered.error(), (403, "not_a_demo_person".to_owned()), "{name}");
        assert!(answered.body.contains("demo-1, demo-2"), "the hint names whom one may play");
    }
    let nobody = server.ask(&json!({"text": "我的订单"}));
    assert!(nobody.json()["slots"]["user"].as_str().is_some_and(|user| user.starts_with("session-")));
}

#[test]
fn one_name_of_a_conversation_under_two_people_is_two_conversations() {
    let server = Server::start(site().with_demo(demo_people()));
    let mut seen: Vec<String> = ["demo-1", "demo-2"]
        .iter()
        .map(|person| {
            server.ask(&json!({"text": "一", "conversation": "c1", "as": person})).json()["slots"].clone()
        })
        .map(|slots| slots["conversation"].to_string())
        .collect();
    seen.push(
        server.ask(&json!({"text": "一", "conversation": "c1"})).json()["slots"]["conversation"].to_string(),
    );
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn every_unusable_body_is_refused_with_its_own_code() {
    let server = Server::start(site());
    let long = format!(r#"{{"text": "{}"}}"#, "备".repeat(TEXT_LIMIT + 1));
    let cases: &[(&[u8], u16, &str)] = &[
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (br#"{"text": "a"} {"#, 400, "bad_json"),
        (b"{\"text\": \"\xff\xfe\"}", 400, "bad_json"),
        (br#"["a", null, null]"#, 400, "bad_field"),
        (br#""a""#, 400, "bad_field"),
        (b"null", 400, "bad_field"),
        (br#"{"text": 1}"#, 400, "bad_field"),
        (br#"{"text": "a", "role": "admin"}"#, 400, "bad_field"),
        (br#"{"text": "a", "conversation": ""}"#, 400, "bad_field"),
        (br#"{"text": "a", "conversation": "a b"}"#, 400, "bad_field"),
        (r#"{"text": "a", "conversation": "甲"}"#.as_bytes(), 400, "bad_field"),
        (br"{}", 400, "text_missing"),
        (br#"{"text": null}"#, 400, "text_missing"),
        (br#"{"text": ""}"#, 400, "text_empty"),
        (r#"{"text": " \n　"}"#.as_bytes(), 400, "text_empty"),
        (long.as_bytes(), 400, "text_too_long"),
    ];
    for (body, status, code) in cases {
        let answered = server.post("application/json", body);
        assert_eq!(answered.error(), (*status, (*code).to_owned()), "{}", String::from_utf8_lossy(body));
        assert_eq!(answered.header("content-type"), Some("application/json"));
    }
    let deep = "[".repeat(20_000);
    assert_eq!(server.post("application/json", deep.as_bytes()).error().0, 400);
    let odd = server.post("application/json", br#"{"text": "a", "role": "admin"}"#);
    assert!(odd.body.contains("role"), "the message names the field: {}", odd.body);
    assert_eq!(server.ask(&json!({"text": "备".repeat(TEXT_LIMIT)})).status, 200, "the limit itself fits");
}

#[test]
fn only_json_is_taken() {
    let server = Server::start(site());
    let body = r#"{"text": "a"}"#.as_bytes();
    for good in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.beian+json"] {
        assert_eq!(server.post(good, body).status, 200, "{good}");
    }
    for bad in
        ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x", "json"]
    {
        assert_eq!(server.post(bad, body).error(), (415, "not_json".to_owned()), "{bad}");
    }
}

#[test]
fn bodies_have_a_limit_however_they_come() {
    let server = Server::start(site());
    let padded = |length: usize| {
        let message = r#"{"text": "a"}"#;
        format!("{message}{}", " ".repeat(length - message.len()))
    };
    assert_eq!(server.post("application/json", padded(BODY_LIMIT).as_bytes()).status, 200);
    for length in [BODY_LIMIT + 1, 1024 * 1024] {
        let answered = server.post("application/json", padded(length).as_bytes());
        assert_eq!(answered.error(), (413, "body_too_large".to_owned()), "{length}");
    }
    // In pieces, with no length announced.
    let piece = "x".repeat(30_000);
    let pieces = format!("7530\r\n{piece}\r\n").repeat(3);
    let request = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n{pieces}0\r\n\r\n"
    );
    assert_eq!(exchange(server.addr, request).error(), (413, "body_too_large".to_owned()));
    // Announced, never sent: refused without waiting for it.
    let request = "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                   content-type: application/json\r\ncontent-length: 99999999999\r\n\r\n";
    assert_eq!(exchange(server.addr, request).error(), (413, "body_too_large".to_owned()));
}

#[test]
fn a_body_that_breaks_off_is_refused_and_nothing_is_asked() {
    let (heard, questions) = mpsc::channel();
    let server = Server::start(answered_by(Parrot { heard: Some(heard) }));
    let mut socket = TcpStream::connect(server.addr).expect("connect");
    let half = "POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 100\r\n\r\n{\"text\": \"a\"}";
    socket.write_all(half.as_bytes()).expect("send");
    socket.shutdown(Shutdown::Write).expect("close our half");
    assert_eq!(receive(&mut socket).error(), (400, "body_broken".to_owned()));
    assert!(questions.try_recv().is_err());
}

#[test]
fn other_addresses_and_methods_are_refused_as_json_below_v1() {
    let server = Server::start(site());
    for path in ["/v1/message", "/v1/messages/", "/v1/", "/v1/..%2f"] {
        assert_eq!(server.get(path).error(), (404, "not_found".to_owned()), "{path}");
    }
    let answered = server.get("/v1/messages?text=a");
    assert_eq!(answered.error(), (405, "method_not_allowed".to_owned()));
    assert_eq!(answered.header("allow"), Some("POST"));
    let request = "DELETE /v1/demo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert_eq!(exchange(server.addr, request).error(), (405, "method_not_allowed".to_owned()));

    let elsewhere = server.get("/favicon.php");
    assert_eq!(
        (elsewhere.status, elsewhere.header("content-type")),
        (404, Some("text/plain; charset=utf-8"))
    );
    let request = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(exchange(server.addr, request).status, 405);
    for path in ["/page/../chat.js", "/page/..%2f..%2fCargo.toml", "/%00"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn every_answer_carries_the_headers_that_keep_the_page_safe() {
    let server = Server::start(site());
    for path in ["/", "/page/chat.js", "/healthz", "/v1/nothing", "/nothing"] {
        let answered = server.get(path);
        let policy = answered.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answered.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answered.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answered.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answered.header("access-control-allow-origin"), None, "{path}");
        assert!(answered.header("x-request-id").is_some_and(|id| id.len() == 16), "{path}");
    }
    assert_eq!(server.ask(&json!({"text": "a"})).header("cache-control"), Some("no-store"));
}

#[test]
fn a_request_id_is_taken_over_when_it_may_stand_in_a_log() {
    let server = Server::start(site());
    let id = |id: &str| {
        let request =
            format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-request-id: {id}\r\nconnection: close\r\n\r\n");
        exchange(server.addr, request).header("x-request-id").expect("an id").to_owned()
    };
    assert_eq!(id("proxy-7.a_b"), "proxy-7.a_b");
    for odd in ["a b", "<script>", &"x".repeat(65)] {
        assert_ne!(id(odd), odd);
    }
}

#[test]
fn page_files_are_sent_once_and_then_only_confirmed() {
    let server = Server::start(site());
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/page/chat.css", "text/css; charset=utf-8"),
        ("/page/chat.js", "text/javascript; charset=utf-8"),
        ("/page/mark.svg", "image/svg+xml"),
    ] {
        let first = server.get(path);
        assert_eq!((first.status, first.header("content-type")), (200, Some(kind)));
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        let tag = first.header("etag").expect("a tag");
        let ask = |known: &str| {
            let head = format!(
                "GET {path} HTTP/1.1\r\nhost: x\r\nif-none-match: {known}\r\nconnection: close\r\n\r\n"
            );
            exchange(server.addr, head)
        };
        let again = ask(&format!("\"old\", W/{tag}"));
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        assert_eq!(again.header("etag"), Some(tag));
        assert_eq!(ask("\"old\"").status, 200);
    }
}

#[test]
fn the_page_knows_whether_it_is_a_demo() {
    let plain = Server::start(site());
    assert!(plain.get("/").body.contains(r#"data-demo="no""#));
    let demo = Server::start(site().with_demo(demo_people()));
    assert!(demo.get("/").body.contains(r#"data-demo="yes""#));
    assert_ne!(plain.get("/").header("etag"), demo.get("/").header("etag"));
}

#[test]
fn markup_in_a_text_comes_back_as_the_same_text_and_never_as_a_page() {
    let server = Server::start(site());
    let text = "<script>alert(1)</script><img src=x onerror=alert(1)> \u{202e}\u{0} '; DROP TABLE orders; --";
    let answered = server.ask(&json!({ "text": text }));
    assert_eq!(answered.header("content-type"), Some("application/json"));
    assert_eq!(answered.json()["text"], json!(format!("**{text}**")));
    // Nor in an error that repeats a part of the request.
    let refused = server.post("application/json", br#"{"text": "a", "<script>alert(1)</script>": 1}"#);
    assert_eq!(refused.error(), (400, "bad_field".to_owned()));
    assert_eq!(refused.header("content-type"), Some("application/json"));
}

#[test]
fn two_hundred_at_once_each_get_their_own_answer() {
    let server = Server::start(site());
    std::thread::scope(|scope| {
        for number in 0..200 {
            let server = &server;
            scope.spawn(move || {
                let answered = server.ask(&json!({"text": format!("question {number}")}));
                assert_eq!(answered.status, 200);
                assert_eq!(answered.json()["text"], json!(format!("**question {number}**")));
            });
        }
    });
}

#[test]
fn one_answer_that_fails_is_an_error_and_the_server_goes_on() {
    let server = Server::start(site());
    assert_eq!(server.ask(&json!({"text": "fall over"})).error(), (500, "internal".to_owned()));
    assert_eq!(server.ask(&json!({"text": "still there?"})).status, 200);
}

#[test]
fn garbage_on_the_socket_harms_nobody() {
    let server = Server::start(site());
    for garbage in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"\r\n\r\n\r\n", b"GET", &[0xff; 5000]] {
        let mut socket = TcpStream::connect(server.addr).expect("connect");
        socket.write_all(garbage).expect("send");
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn on_stopping_what_was_taken_is_finished_and_nothing_new_is_taken() {
    let (heard, questions) = mpsc::channel();
    let mut server = Server::start(answered_by(Parrot { heard: Some(heard) }));
    let addr = server.addr;
    // An idle connection must not hold the end up.
    let _idle = TcpStream::connect(addr).expect("connect");
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let body = r#"{"text": "slowly"}"#;
            exchange(addr, format!(
                "POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ))
        });
        assert_eq!(questions.recv_timeout(Duration::from_secs(10)), Ok("slowly".to_owned()));
        server.tell_to_stop();
        std::thread::sleep(Duration::from_millis(200));
        assert!(TcpStream::connect(addr).is_err(), "nothing new is taken");
        let answered = asking.join().expect("an answer");
        assert_eq!((answered.status, answered.json()["text"].clone()), (200, json!("**slowly**")));
    });
    server.end().expect("a clean end");
}

#[test]
#[ignore = "the child of the next test, in a process of its own"]
fn serves_until_a_signal() {
    let args = Args { addr: "127.0.0.1:0".to_owned(), demo: false, keep_days: None };
    serve::run(&args, site(), Vec::new(), &mut std::io::stdout()).expect("a clean end");
}

#[cfg(unix)]
#[test]
fn sigterm_and_ctrl_c_end_the_process_cleanly_with_the_last_answer_given() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    for signal in ["-TERM", "-INT"] {
        let mut child = Command::new(std::env::current_exe().expect("this test binary"))
            .args(["--exact", "http::serves_until_a_signal", "--ignored", "--nocapture"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process of its own");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.split_once("http://").map(|(_, rest)| rest.to_owned()));
        let addr = address.and_then(|rest| rest.trim_end_matches('/').parse().ok()).expect("an address");
        let asking = std::thread::spawn(move || {
            let head = "POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
            exchange(addr, format!("{head}content-length: 18\r\n\r\n{{\"text\": \"slowly\"}}"))
        });
        std::thread::sleep(Duration::from_millis(300));
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{signal}");
        assert_eq!(asking.join().expect("an answer").status, 200, "{signal}");
        assert!(child.wait().is_ok_and(|status| status.success()), "{signal}");
    }
}

#[test]
fn the_address_is_the_one_line_printed() {
    let server = Server::start(site());
    assert_eq!(server.printed, format!("http://127.0.0.1:{}/\n", server.addr.port()));
    assert_ne!(server.addr.port(), 0);
}

#[test]
fn an_address_in_use_or_out_of_reach_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().map(|addr| (taken, addr.to_string())).expect("an address");
    for (addr, says) in [
        (taken.1.as_str(), "is in use: stop what listens there"),
        ("nonsense", "--addr takes HOST:PORT"),
        ("1.2.3.4:99999", "--addr"),
    ] {
        let args = Args { addr: addr.to_owned(), demo: false, keep_days: None };
        let mut out = Vec::new();
        let error = serve::run_until(&args, site(), Vec::new(), &mut out, std::future::ready(()))
            .expect_err("cannot listen");
        let error = error.to_string();
        assert!(error.contains(addr) && error.contains(says) && !error.contains('\n'), "{error}");
        assert!(out.is_empty(), "nothing on stdout");
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'writer> MakeWriter<'writer> for Log {
    type Writer = Self;

    fn make_writer(&'writer self) -> Self {
        self.clone()
    }
}

#[test]
fn a_request_is_one_line_in_the_log_without_its_text_or_its_person() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
    let (port, listening) = mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    // One thread for the whole server, because a subscriber for one test belongs to one thread.
    let server = std::thread::spawn(move || {
        tracing::subscriber::with_default(subscriber, || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let (listener, addr) = beian::channels::http::open("127.0.0.1:0").await.expect("a free port");
                port.send(addr).expect("the test waits");
                beian::channels::http::serve(listener, site().with_demo(demo_people()), Vec::new(), async {
                    drop(stopped.await);
                })
                .await
            })
        })
    });
    let addr = listening.recv_timeout(Duration::from_secs(10)).expect("an address");
    let body = r#"{"text": "secret-text 13800138000", "conversation": "secret-talk", "as": "demo-1"}"#;
    let answered = exchange(
        addr,
        format!(
            "POST /v1/messages?secret-query HTTP/1.1\r\nhost: x\r\nx-request-id: trace-me\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    assert_eq!(answered.status, 200);
    assert_eq!(
        exchange(addr, "GET /secret-path HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").status,
        404
    );
    drop(stop);
    server.join().expect("no panic").expect("a clean end");

    let written = String::from_utf8(log.0.lock().expect("the log").clone()).expect("text");
    let lines: Vec<&str> = written.lines().filter(|line| line.contains("request")).collect();
    assert_eq!(lines.len(), 2, "{written}");
    for part in ["id=\"trace-me\"", "method=POST", "route=\"/v1/messages\"", "status=200", "elapsed_us="] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    for private in ["secret", "13800138000", "demo-1", "127.0.0.1"] {
        assert!(!written.contains(private), "{private}: {written}");
    }
}

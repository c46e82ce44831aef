//! Ticket systems: a platform that remembers what it is told, the real server and the real assistant, requests in the form that the
//! platforms send.

mod chatwoot;
mod desk;
mod webhook;
mod zammad;

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use beian::assistant::{Assistant, Clock};
use beian::channels::http::Site;
use beian::channels::{Adapter, Outgoing, Reception};
use beian::config::Secret;
use beian::report::Desk;
use beian::store::{Queue as _, SqliteStore, Store as _, read_record_bytes};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::conversations::MIND;
use crate::http::server::{Answered, Server, exchange};

/// How long anything may take before a test fails.
const LONG: Duration = Duration::from_secs(30);

/// How long a platform may take to answer here.
const PATIENCE: Duration = Duration::from_millis(400);

pub(crate) fn secret() -> Secret {
    Secret::new("示例密钥-not-a-real-one")
}

/// A call to the platform.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// `POST /path`
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// How the platform answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Status(u16, Value),
    /// With seconds to wait.
    TooMany(u32),
    /// Takes the call and never says so.
    Silence,
}

/// A platform: what it was told, how it answers next, and what it answers to reads.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) addr: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    /// Answers to writes, one after the other; 200 when there is none left.
    next: Arc<Mutex<VecDeque<Answer>>>,
    /// Answers to reads, by path.
    reads: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Platform {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let platform = Self {
            addr: listener.local_addr().unwrap(),
            calls: Arc::default(),
            next: Arc::default(),
            reads: Arc::default(),
        };
        let ours = platform.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let platform = ours.clone();
                std::thread::spawn(move || platform.serve(socket));
            }
        });
        platform
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn will_answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.next.lock().unwrap().extend(answers);
    }

    pub(crate) fn holds(&self, path: &str, value: Value) {
        self.reads.lock().unwrap().push((path.to_owned(), value));
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// What was written to it.
    pub(crate) fn writes(&self) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method != "GET").collect()
    }

    /// Waits until so many writes have come.
    pub(crate) fn wait_for(&self, writes: usize) -> Vec<Call> {
        wait(|| (self.writes().len() >= writes).then(|| self.writes()), || format!("{:#?}", self.calls()))
    }

    fn serve(&self, mut socket: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(socket.try_clone().ok()?);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
        reader.read_exact(&mut body).ok()?;
        let call = Call { method, path, headers, text: String::from_utf8(body).unwrap() };
        let answer = if call.method == "GET" {
            let reads = self.reads.lock().unwrap();
            let found = reads.iter().rev().find(|(path, _)| *path == call.path);
            found.map_or(Answer::Status(401, json!({"error": "no"})), |(_, value)| {
                Answer::Status(200, value.clone())
            })
        } else {
            self.next.lock().unwrap().pop_front().unwrap_or(Answer::Status(200, json!({"id": 5000})))
        };
        self.calls.lock().unwrap().push(call);
        let (status, extra, body) = match answer {
            Answer::Status(status, body) => (status, String::new(), body),
            Answer::TooMany(seconds) => (429, format!("retry-after: {seconds}\r\n"), json!({})),
            Answer::Silence => {
                std::thread::sleep(PATIENCE * 4);
                return None;
            }
        };
        let body = body.to_string();
        write!(
            socket,
            "HTTP/1.1 {status} X\r\nconnection: close\r\n{extra}content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .ok()
    }
}

fn wait<T>(found: impl Fn() -> Option<T>, seen: impl Fn() -> String) -> T {
    let start = Instant::now();
    while start.elapsed() < LONG {
        if let Some(found) = found() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("waited too long: {}", seen());
}

/// A server with a channel whose platform is ours, on sample records.
pub(crate) struct Bench {
    pub(crate) platform: Platform,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) server: Server,
    reception: Arc<Reception>,
    /// How far ahead of the real time the server's clock is, in seconds.
    ahead: Arc<AtomicI64>,
}

impl Bench {
    /// With the adapter that `open` makes.
    pub(crate) fn open(open: impl FnOnce(&Platform, &Arc<Reception>, Outgoing) -> Adapter) -> Self {
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        store.import(&read_record_bytes(include_bytes!("../../demo/records.json")).unwrap()).unwrap();
        let linked = json!({"identities": [
            {"channel": "chatwoot", "user": "u7", "account": "demo-account-1", "role": "applicant"},
            {"channel": "zammad", "user": "emily@example.com", "account": "demo-account-1", "role": "applicant"},
            {"channel": "webhook", "user": "u7", "account": "demo-account-1", "role": "applicant"},
        ]});
        store.import(&read_record_bytes(linked.to_string().as_bytes()).unwrap()).unwrap();
        Self::on(store, open)
    }

    /// The same on a store that is there.
    pub(crate) fn on(
        store: Arc<SqliteStore>,
        open: impl FnOnce(&Platform, &Arc<Reception>, Outgoing) -> Adapter,
    ) -> Self {
        let platform = Platform::start();
        let ahead = Arc::new(AtomicI64::new(0));
        let hands = ahead.clone();
        let clock: Clock =
            Arc::new(move || Timestamp::now() + SignedDuration::from_secs(hands.load(Ordering::Relaxed)));
        let asked: Clock = Arc::new(|| "2026-11-22T10:00:00+08:00".parse().unwrap());
        let assistant = Assistant::new(MIND.clone(), store.clone(), asked).keeping(store.clone());
        let reception = Arc::new(Reception::new(Arc::new(assistant), store.clone(), clock));
        let adapter = open(&platform, &reception, Outgoing::within(PATIENCE).unwrap());
        let desk = Desk::new(store.clone(), Arc::new(Timestamp::now));
        let server = Server::with(Site::new(Arc::clone(&reception)).with_desk(desk), vec![adapter]);
        Self { platform, store, server, reception, ahead }
    }

    /// The server's time.
    pub(crate) fn now(&self) -> Timestamp {
        (self.reception.clock)()
    }

    /// Lets time pass, so that what waits for another try is due.
    pub(crate) fn pass(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, String)], body: &[u8]) -> Answered {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        exchange(self.server.addr, [head.as_bytes(), b"\r\n", body].concat())
    }

    /// Waits until nothing is left to be worked off.
    pub(crate) fn is_done(&self) {
        let left = || self.store.backlogs().unwrap().iter().map(|backlog| backlog.waiting).sum::<u64>();
        wait(|| (left() == 0).then_some(()), || format!("{:?}", self.store.backlogs()));
    }

    /// Waits until a job was tried and put back, then lets the wait pass.
    pub(crate) fn after_setback(&self, writes: usize) {
        self.platform.wait_for(writes);
        // The answer of the platform is one thing, that it is kept another.
        std::thread::sleep(PATIENCE * 2);
        self.pass(5);
    }
}

pub(crate) fn sha256(parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret().expose().as_bytes()).unwrap();
    for part in parts {
        mac.update(part);
    }
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}

pub(crate) fn sha1(bytes: &[u8]) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret().expose().as_bytes()).unwrap();
    mac.update(bytes);
    format!("sha1={}", hex(&mac.finalize().into_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

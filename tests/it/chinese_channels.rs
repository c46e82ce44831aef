//! Feishu, DingTalk and WeCom, each against a platform that is made up. Signatures and encryption are those of published clients:
//! `tests/fixtures/chinese_channels/vectors.json`, and how they were made beside it.

mod dingtalk;
mod feishu;
mod platform;
mod wecom;

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use aes::Aes256;
use aes::cipher::{Block, BlockModeEncrypt as _, KeyIvInit as _};
use beian::assistant::{Answer, Clock, Heard, Incoming};
use beian::channels::http::{self, Site};
use beian::channels::{Adapter, Reception};
use beian::domain::reply::{Kind, Reply};
use beian::store::{Database, SqliteStore, Store as _, read_record_set};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::http::server::{Answered, exchange};
use platform::Platform;

/// What published clients made.
static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fixtures/chinese_channels/vectors.json")).unwrap()
});

/// How much faster the channels' clock goes, so that waits between tries are short.
const FASTER: i64 = 20;

/// A message, and the name of its delivery.
type Delivered = (Incoming, Option<String>);

/// Answers by what it is asked, and remembers what that was.
#[derive(Clone, Default)]
struct Teller {
    heard: Arc<Mutex<Vec<Delivered>>>,
}

impl Answer for Teller {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let text = incoming.text.as_str();
        if text.contains("慢") {
            std::thread::sleep(Duration::from_secs(2));
        }
        let mut reply =
            Reply::new(Kind::Answer, format!("**{text}**\n\n| 地区 | 天数 |\n|---|---|\n| 浙江 | 20 |"));
        if text.contains("我的") {
            reply = Reply::new(Kind::Action, "您的订单 20190812001 正在初审。");
            reply.outcome = Some(json!({"order": "20190812001"}));
        } else if text.contains("还没确认") {
            reply = Reply::new(Kind::Answer, "需要三天。另外，订单20190812001要撤回吗？");
        } else if text.contains("长") {
            reply = Reply::new(Kind::Answer, "备案需要核验。".repeat(3000));
        } else if text.contains("注入") {
            reply = Reply::new(
                Kind::Answer,
                "<at user_id=\"all\"></at> [点这里](javascript:alert(1)) ![x](https://evil/p.png)",
            );
        }
        reply
    }

    fn hear(&self, incoming: &Incoming, delivery: Option<&str>) -> Heard {
        self.heard.lock().unwrap().push((incoming.clone(), delivery.map(str::to_owned)));
        if incoming.text.contains("人工在") {
            return Heard::Human;
        }
        Heard::Reply(Box::new(self.answer(incoming)))
    }
}

/// A server with one channel, the platform that it talks to, and what it asked the assistant.
struct Stage {
    addr: SocketAddr,
    platform: Platform,
    teller: Teller,
    reception: Arc<Reception>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _secrets: tempfile::TempDir,
}

impl Stage {
    /// `open` makes the channel from its table, whose secrets are files in the folder named by `{secrets}` and whose platform is at
    /// `{platform}`. The clock starts at `seconds`.
    fn set(
        seconds: i64,
        secrets: &[(&str, &str)],
        table: &str,
        open: impl FnOnce(&toml::Table, &str, &Arc<Reception>) -> Adapter,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, secret) in secrets {
            std::fs::write(folder.path().join(name), format!("{secret}\n")).unwrap();
        }
        let platform = Platform::start();
        let table = table
            .replace("{secrets}", folder.path().to_str().unwrap())
            .replace("{platform}", &platform.url());
        let teller = Teller::default();
        let store = SqliteStore::in_memory().unwrap();
        store.import(&read_record_set(&records().to_string()).unwrap()).unwrap();
        let store: Arc<dyn Database> = Arc::new(store);
        let reception = Arc::new(Reception::new(Arc::new(teller.clone()), store, fast_clock(seconds)));
        let adapter = open(&table.parse().unwrap(), &platform.url(), &reception);
        let site = Site::new(Arc::clone(&reception));
        let (stop, stopped) = oneshot::channel::<()>();
        let (addrs, addr) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let (listener, addr) = http::open("127.0.0.1:0").await.unwrap();
                addrs.send(addr).unwrap();
                http::serve(listener, site, vec![adapter], async { drop(stopped.await) }).await.unwrap();
            });
        });
        Self {
            addr: addr.recv().unwrap(),
            platform,
            teller,
            reception,
            stop: Some(stop),
            thread: Some(thread),
            _secrets: folder,
        }
    }

    fn post(&self, target: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let headers =
            headers.iter().fold(String::new(), |lines, (name, value)| format!("{lines}{name}: {value}\r\n"));
        let request = format!(
            "POST {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        exchange(self.addr, request)
    }

    fn get(&self, target: &str) -> Answered {
        exchange(self.addr, format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
    }

    /// What the assistant was asked so far.
    fn heard(&self) -> Vec<Incoming> {
        self.teller.heard.lock().unwrap().iter().map(|(incoming, _)| incoming.clone()).collect()
    }

    /// Waits until nothing is left to be worked off.
    fn settle(&self) {
        let patience = Instant::now();
        while self.reception.store.backlogs().unwrap().iter().any(|backlog| backlog.waiting > 0) {
            assert!(patience.elapsed() < Duration::from_secs(60), "the queue doesn't empty");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Why what was given up was given up.
    fn given_up(&self) -> Vec<String> {
        self.reception.store.dead_jobs(10).unwrap().into_iter().map(|job| job.error).collect()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(std::thread::panicking() || ended.is_ok(), "the server panicked");
        }
    }
}

/// Somebody who is on record on every platform; everybody else is a stranger.
fn records() -> Value {
    let linked = |channel: &str, user: &str| json!({"channel": channel, "user": user, "account": "a-1", "role": "applicant"});
    json!({
        "accounts": [{"id": "a-1", "site": "china"}, {"id": "a-2", "site": "china"}],
        "identities": [linked("feishu", "ou_lin"), linked("dingtalk", "lin"), linked("wecom", "lin")],
    })
}

/// A clock that starts at some second and goes fast.
fn fast_clock(seconds: i64) -> Clock {
    let start = Timestamp::from_second(seconds).unwrap();
    let watch = Instant::now();
    Arc::new(move || {
        let passed = i64::try_from(watch.elapsed().as_millis()).unwrap() * FASTER;
        start.checked_add(SignedDuration::from_millis(passed)).unwrap()
    })
}

/// What a platform encrypts: padded to a multiple of `block` bytes, then AES-256-CBC.
fn encrypted(key: &[u8; 32], vector: &[u8; 16], plain: &[u8], block: usize) -> Vec<u8> {
    let padding = block - plain.len() % block;
    let padded = [plain, &vec![u8::try_from(padding).unwrap(); padding]].concat();
    let mut blocks: Vec<Block<Aes256>> =
        padded.chunks_exact(16).map(|chunk| Block::<Aes256>::try_from(chunk).unwrap()).collect();
    cbc::Encryptor::<Aes256>::new(key.into(), vector.into()).encrypt_blocks(&mut blocks);
    blocks.into_iter().flatten().collect()
}

/// What a table of the configuration is made of.
fn read<T: serde::de::DeserializeOwned>(table: &toml::Table) -> T {
    table.clone().try_into().unwrap()
}

fn text_of<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("{path} in {value}"))
}

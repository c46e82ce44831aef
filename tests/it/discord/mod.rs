//! The Discord bot: the real client and the real assistant against a stand-in for Discord.

mod fake;
mod linking;
mod places;
mod shapes;
mod storms;

use std::sync::Arc;

use axum::http::Method;
use beian::assistant::{Answer, Assistant, Clock, Incoming};
use beian::channels::{Reception, Stop, discord};
use beian::config::{DiscordConfig, Secret};
use beian::domain::reply::{Kind, Reply};
use beian::store::{SqliteStore, Store as _, read_record_bytes};
use fake::{Call, DIRECT, Fake, ME, PUBLIC, interaction, message, slash};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::conversations::MIND;

/// Linked to the account with the order 20261117001, and to another; an agent; and nobody.
const LINKED: u64 = 1001;
const OTHER: u64 = 1002;
const AGENT: u64 = 1009;
const STRANGER: u64 = 4004;
const ORDER: &str = "20261117001";

/// A bot at work.
struct Stage {
    fake: Fake,
    store: Arc<SqliteStore>,
    reception: Arc<Reception>,
    stop: watch::Sender<bool>,
    ended: JoinHandle<anyhow::Result<()>>,
}

fn fixed() -> Clock {
    Arc::new(|| "2026-11-22T10:00:00+08:00".parse().unwrap())
}

fn store() -> Arc<SqliteStore> {
    let store = SqliteStore::in_memory().unwrap();
    store.import(&read_record_bytes(include_bytes!("../../../demo/records.json")).unwrap()).unwrap();
    let identities = json!({"identities": [
        {"channel": "discord", "user": LINKED.to_string(), "account": "demo-account-1", "role": "applicant"},
        {"channel": "discord", "user": OTHER.to_string(), "account": "demo-account-2", "role": "applicant"},
        {"channel": "discord", "user": AGENT.to_string(), "account": null, "role": "agent"},
    ]});
    store.import(&read_record_bytes(identities.to_string().as_bytes()).unwrap()).unwrap();
    Arc::new(store)
}

fn config(toml: &str) -> DiscordConfig {
    toml::from_str(toml).unwrap()
}

impl Stage {
    /// The real assistant on the demo's records.
    async fn real(toml: &str) -> Self {
        let store = store();
        let assistant = Assistant::new(MIND.clone(), store.clone(), fixed()).keeping(store.clone());
        Self::with(toml, Arc::new(assistant), store, Fake::start().await)
    }

    /// Something that says what it is told to.
    async fn scripted(script: impl Fn(&Incoming) -> Reply + Send + Sync + 'static) -> Self {
        Self::with("", Arc::new(Script(script)), store(), Fake::start().await)
    }

    fn with(toml: &str, answer: Arc<dyn Answer>, store: Arc<SqliteStore>, fake: Fake) -> Self {
        let reception = Arc::new(Reception::new(answer, store.clone(), fixed()));
        let adapter = discord::adapter(&config(toml), Secret::new("s3cret"), &fake.base, &reception).unwrap();
        let (stop, stopped) = Stop::heard_from();
        let task = adapter.task.unwrap();
        let ended = tokio::spawn(task(stopped));
        Self { fake, store, reception, stop, ended }
    }

    /// Somebody says something.
    fn says(&self, id: u64, channel: u64, author: u64, content: &str) {
        self.fake.tell("MESSAGE_CREATE", message(id, channel, author, content, channel != DIRECT));
    }

    /// Somebody uses a command.
    fn uses(&self, id: u64, user: u64, data: &Value) {
        self.fake.tell("INTERACTION_CREATE", interaction(id, 2, user, "zh-CN", data));
    }

    /// Somebody clicks something below a message of ours.
    fn clicks(&self, id: u64, user: u64, locale: &str, below: &Value, data: &Value) {
        let mut click = interaction(id, 3, user, locale, data);
        let mut ours = message(2, PUBLIC, ME, "…", true);
        ours["components"] = below.clone();
        click["message"] = ours;
        self.fake.tell("INTERACTION_CREATE", click);
    }

    /// What a command was answered with in the place of its acknowledgement.
    async fn told(&self, id: u64) -> Call {
        self.fake.wait(Method::PATCH, &format!("/token-{id}/messages/@original"), 1).await
    }

    /// Everything that was said where everybody reads.
    fn in_public(&self) -> Vec<Call> {
        self.fake.to(&Method::POST, &format!("/channels/{PUBLIC}/messages"))
    }

    async fn end(self) -> anyhow::Result<()> {
        let _ = self.stop.send(true);
        tokio::time::timeout(std::time::Duration::from_secs(10), self.ended).await.unwrap().unwrap()
    }
}

struct Script<F>(F);

impl<F: Fn(&Incoming) -> Reply + Send + Sync> Answer for Script<F> {
    fn answer(&self, incoming: &Incoming) -> Reply {
        (self.0)(incoming)
    }
}

fn content(call: &Call) -> &str {
    call.body["content"].as_str().unwrap_or_else(|| panic!("no content: {call:?}"))
}

/// Nobody is called by anything that was sent.
fn assert_calls_nobody(fake: &Fake) {
    let mut sent = 0;
    for call in fake.calls().iter().filter(|call| call.body["content"].is_string()) {
        assert_eq!(call.body["allowed_mentions"], json!({"parse": [], "replied_user": false}), "{call:?}");
        sent += 1;
    }
    assert!(sent > 0, "nothing was sent");
}

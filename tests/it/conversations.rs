//! Conversations that last: what is remembered over restarts and between workers, what is kept of a turn, and what of it
//! can be told, played again and written as a test.

mod doing;
mod humans;
mod privacy;

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use beian::assistant::{Answer as _, Assistant, Clock, Incoming, Mind, Receipt};
use beian::cli::{batch, record, serve, wiring};
use beian::config::Options;
use beian::domain::reply::{Kind, Reply};
use beian::store::conversations::{
    Commit, Committed, Conversation, Conversations, Feedback, Handover, Key, Removed, Turn,
};
use beian::store::{Database, SqliteStore, Store as _, StoreError, read_record_bytes};
use beian::transcripts::{self, load, transcript_files};
use jiff::{SignedDuration, Timestamp};

pub(crate) static MIND: LazyLock<Arc<Mind>> =
    LazyLock::new(|| Arc::new(wiring::mind(&Options::default().settle().unwrap()).unwrap()));

fn start() -> Timestamp {
    "2026-11-22T10:00:00+08:00".parse().unwrap()
}

fn fixed() -> Clock {
    Arc::new(start)
}

/// A database in a file with the sample records in it.
fn database(folder: &Path) -> Arc<SqliteStore> {
    let store = SqliteStore::open(&folder.join("beian.db")).unwrap();
    store.import(&read_record_bytes(include_bytes!("../../demo/records.json")).unwrap()).unwrap();
    Arc::new(store)
}

fn keeping(store: &Arc<SqliteStore>, clock: Clock) -> Assistant {
    Assistant::new(MIND.clone(), store.clone(), clock).keeping(store.clone())
}

fn says(text: &str) -> Incoming {
    Incoming {
        channel: "web".to_owned(),
        user: Some("demo-1".to_owned()),
        conversation: "c".to_owned(),
        text: text.to_owned(),
    }
}

fn key() -> Key {
    Key { channel: "web".to_owned(), user: Some("demo-1".to_owned()), conversation: "c".to_owned() }
}

fn receipt(turn: &Turn) -> Receipt {
    serde_json::from_str(&turn.receipt).unwrap()
}

fn turn_of(store: &SqliteStore, reply: &Reply) -> Turn {
    store.turn(reply.id.as_deref().unwrap()).unwrap().unwrap()
}

#[test]
fn a_conversation_goes_on_after_a_restart_and_in_another_worker() {
    let folder = tempfile::tempdir().unwrap();
    keeping(&database(folder.path()), fixed()).answer(&says("浙江要短信核验吗"));
    let store = Arc::new(SqliteStore::open(&folder.path().join("beian.db")).unwrap());
    let reply = keeping(&store, fixed()).answer(&says("那广东呢"));
    assert_eq!(reply.intent.as_deref(), Some("sms_required"));
    assert_eq!(reply.outcome.unwrap()["province"], "广东");
    // Somebody else in a conversation of the same name knows nothing of it.
    let other = Incoming { user: Some("demo-2".to_owned()), ..says("那北京呢") };
    assert_ne!(keeping(&store, fixed()).answer(&other).intent.as_deref(), Some("sms_required"));
}

#[test]
fn a_conversation_is_over_after_its_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let minutes = Arc::new(AtomicI64::new(0));
    let hands = minutes.clone();
    let clock: Clock = Arc::new(move || start() + SignedDuration::from_mins(hands.load(Ordering::Relaxed)));
    for (span, lasts) in [(30, 30), (5, 5)] {
        let assistant = keeping(&store, clock.clone()).remembering(SignedDuration::from_mins(span));
        let after = |wait: i64| {
            assistant.answer(&says("浙江要短信核验吗"));
            minutes.fetch_add(wait, Ordering::Relaxed);
            assistant.answer(&says("那广东呢")).intent
        };
        assert_eq!(after(lasts).as_deref(), Some("sms_required"));
        assert_ne!(after(lasts + 1).as_deref(), Some("sms_required"));
    }
}

#[test]
fn a_memory_of_another_version_is_dropped_and_the_question_answered() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    for context in ["{\"mood\": \"good\"}", "[]", "not JSON"] {
        let version = store.conversation(&key()).unwrap().version;
        let commit =
            Commit { key: &key(), expected: version, at: start(), context: Some(context), turn: None };
        assert_eq!(store.commit_turn(&commit).unwrap(), Committed::Done);
        let reply = keeping(&store, fixed()).answer(&says("我的订单还能撤回吗"));
        assert_eq!((reply.kind, reply.id.is_some()), (Kind::Action, true), "{context}");
    }
}

#[test]
fn an_id_follows_from_what_was_said_where() {
    let ids = || -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let assistant = keeping(&database(folder.path()), fixed());
        let said = [says("备案要多久"), says("备案要多久"), Incoming { user: None, ..says("备案要多久") }];
        said.iter().map(|incoming| assistant.answer(incoming).id.unwrap()).collect()
    };
    let first = ids();
    assert_eq!(first, ids());
    for (number, id) in first.iter().enumerate() {
        assert!(id.len() == 16 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{id}");
        assert!(!first[..number].contains(id), "{id} twice");
    }
}

#[test]
fn what_is_not_kept_has_no_id() {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let reply = Assistant::new(MIND.clone(), store, fixed()).answer(&says("备案要多久"));
    assert_eq!(reply.id, None);
    assert!(!serde_json::to_string(&reply).unwrap().contains("\"id\""));
}

#[test]
fn workers_lose_no_turn_and_answer_a_delivery_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = keeping(&database(folder.path()), fixed());
    let second = keeping(&Arc::new(SqliteStore::open(&folder.path().join("beian.db")).unwrap()), fixed());
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let workers: Vec<_> = [&first, &second, &first]
            .into_iter()
            .map(|worker| {
                scope.spawn(move || {
                    let own = (0..4).map(|_| worker.answer(&says("我的订单还能撤回吗"))).collect::<Vec<_>>();
                    assert!(own.iter().all(|reply| reply.id.is_some()));
                    worker.answer_delivery(&says("备案要多久"), "message-1")
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let store = SqliteStore::open(&folder.path().join("beian.db")).unwrap();
    let turns = store.turns_of(&key()).unwrap();
    // Three workers with four turns each, and one delivery that came three times.
    assert_eq!(turns.iter().map(|turn| turn.ordinal).collect::<Vec<_>>(), (1..=13).collect::<Vec<_>>());
    assert!(replies.iter().all(|reply| reply.id == replies[0].id && reply.text == replies[0].text));
    assert_eq!(turns.iter().filter(|turn| turn.delivery.is_some()).count(), 1);
}

#[test]
fn what_is_older_than_the_days_goes_when_a_server_starts() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let at = |days: i64| -> Clock { Arc::new(move || start() + SignedDuration::from_hours(24 * days)) };
    keeping(&store, at(0)).answer(&says("备案要多久"));
    let kept = keeping(&store, at(3)).answer(&says("备案要多久")).id.unwrap();
    let left = || store.turns_of(&key()).unwrap().into_iter().map(|turn| turn.id).collect::<Vec<_>>();
    let database: Arc<dyn Database> = store.clone();
    serve::purge_daily(&database, at(5), 5);
    assert_eq!(left().len(), 2);
    serve::purge_daily(&database, at(6), 5);
    assert_eq!(left(), [kept]);
}

/// Two runs over the same lines are the same bytes but for the time taken, and what was said before counts within a run.
#[test]
fn batch_keeps_nothing_and_repeats_itself() {
    let lines = "{\"id\":1,\"text\":\"浙江要短信核验吗\",\"conversation\":\"a\"}\n\
                 {\"id\":2,\"text\":\"那广东呢\",\"conversation\":\"a\"}\n{\"id\":3,\"text\":\"那广东呢\"}\n";
    let run = || -> Vec<serde_json::Value> {
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        let mut out = Vec::new();
        let assistant = Assistant::new(MIND.clone(), store, fixed());
        batch::answer_lines(&assistant, None, lines.as_bytes(), &mut out).unwrap();
        let lines = std::str::from_utf8(&out).unwrap().lines();
        let timeless = |line: &str| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["reply"].as_object_mut().unwrap().remove("elapsed_us").is_some());
            line
        };
        lines.map(timeless).collect()
    };
    let first = run();
    assert_eq!(first, run());
    assert_eq!(first[1]["reply"]["intent"], "sms_required");
    assert_ne!(first[2]["reply"]["intent"], "sms_required");
    assert!(first.iter().all(|line| line["reply"].get("id").is_none()));
}

/// Fails from the outset, or when something is to be written; counts what it was asked.
struct Broken {
    reads: bool,
    asked: AtomicUsize,
}

impl Broken {
    fn fails<T>(&self) -> Result<T, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Err(StoreError::Database("the disk is gone".into()))
    }
}

impl Conversations for Broken {
    fn conversation(&self, _: &Key) -> Result<Conversation, StoreError> {
        if self.reads { Ok(Conversation::default()) } else { self.fails() }
    }
    fn begin(&self, _: &str, _: Option<&str>, _: &str, _: Timestamp) -> Result<Key, StoreError> {
        self.fails()
    }
    fn commit_turn(&self, _: &Commit<'_>) -> Result<Committed, StoreError> {
        self.fails()
    }
    fn delivered(&self, _: &str, _: &str) -> Result<Option<Reply>, StoreError> {
        self.fails()
    }
    fn turn(&self, _: &str) -> Result<Option<Turn>, StoreError> {
        self.fails()
    }
    fn turns_of(&self, _: &Key) -> Result<Vec<Turn>, StoreError> {
        self.fails()
    }
    fn turns_since(&self, _: Timestamp) -> Result<Vec<Turn>, StoreError> {
        self.fails()
    }
    fn conversations_named(&self, _: &str) -> Result<Vec<Key>, StoreError> {
        self.fails()
    }
    fn open_handover(&self, _: &Key, _: Timestamp, _: &str, _: &str) -> Result<Handover, StoreError> {
        self.fails()
    }
    fn take_handover(&self, _: i64, _: &str, _: Timestamp) -> Result<Option<Handover>, StoreError> {
        self.fails()
    }
    fn close_handover(&self, _: i64, _: Timestamp) -> Result<Option<Handover>, StoreError> {
        self.fails()
    }
    fn handovers_under_way(&self) -> Result<Vec<Handover>, StoreError> {
        self.fails()
    }
    fn give_feedback(&self, _: &Feedback) -> Result<bool, StoreError> {
        self.fails()
    }
    fn feedback_since(&self, _: Timestamp) -> Result<Vec<Feedback>, StoreError> {
        self.fails()
    }
    fn purge(&self, _: Timestamp) -> Result<Removed, StoreError> {
        self.fails()
    }
    fn forget(&self, _: &str, _: &str) -> Result<Removed, StoreError> {
        self.fails()
    }
}

#[test]
fn a_store_that_fails_costs_the_memory_and_not_the_reply() {
    let folder = tempfile::tempdir().unwrap();
    for reads in [false, true] {
        let broken = Arc::new(Broken { reads, asked: AtomicUsize::new(0) });
        let assistant =
            Assistant::new(MIND.clone(), database(folder.path()), fixed()).keeping(broken.clone());
        let log = tempfile::NamedTempFile::new().unwrap();
        let writer = std::sync::Mutex::new(log.reopen().unwrap());
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(writer).finish();
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..2 {
                let reply = assistant.answer_delivery(&says("我的订单还能撤回吗"), "d");
                assert_eq!((reply.kind, reply.id), (Kind::Action, None));
            }
        });
        // In vain four times, told once, and not what was said.
        let log = std::fs::read_to_string(log.path()).unwrap();
        assert_eq!(log.matches("the disk is gone").count(), 1, "{log}");
        assert!(log.contains("ERROR") && !log.contains("撤回"), "{log}");
        // Nothing is tried again and again: once to see whether it was delivered, once to read or to write.
        assert_eq!(broken.asked.load(Ordering::Relaxed), 4);
    }
}

#[test]
fn a_receipt_tells_what_decided() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = keeping(&store, fixed());
    let acted = receipt(&turn_of(&store, &assistant.answer(&says("我的订单还能撤回吗"))));
    assert_eq!(
        (acted.asker.as_str(), acted.path.as_slice()),
        ("applicant", &["action can_cancel_order".to_owned()][..])
    );
    assert_eq!(acted.now.parse::<Timestamp>().unwrap(), start());
    assert!(acted.records.contains_key("order 20261117001"), "{:?}", acted.records);
    assert_eq!(acted.intents[0].intent, "can_cancel_order");
    assert_eq!(acted.sections.len(), 5);
    let rule = acted.rule.unwrap();
    assert_eq!((rule.intent.as_str(), rule.source.is_some()), ("can_cancel_order", true));
    assert_eq!(&acted.contents, MIND.contents());

    let asked = receipt(&turn_of(&store, &assistant.answer(&says("浙江要短信核验吗"))));
    assert_eq!(asked.rule.unwrap().tables, ["sms.toml", "terms.toml"]);
    assert_eq!(asked.before.intent.as_deref(), Some("can_cancel_order"));
    let again = receipt(&turn_of(&store, &assistant.answer(&says("那广东呢"))));
    assert_eq!((again.follow_up.as_str(), again.slots["province"].as_str()), ("again sms_required", "广东"));
    let foreign = receipt(&turn_of(&store, &assistant.answer(&says("订单 20190812001 到哪了"))));
    assert_eq!(foreign.path, ["named_record"]);
    let talk = receipt(&turn_of(&store, &assistant.answer(&says("谢谢"))));
    assert_eq!(talk.path, ["small chitchat_thanks"]);
    let known = receipt(&turn_of(&store, &assistant.answer(&says("忘记备案密码怎么找回"))));
    assert_eq!((known.path.as_slice(), known.band.is_some()), (&["knowledge".to_owned()][..], true));
}

#[test]
fn a_receipt_tells_which_rule_tables_exist() {
    for action in beian::assistant::actions::REGISTRY {
        let basis = action.basis();
        assert!(!basis.tables.is_empty() || basis.origin.is_some(), "{} rests on nothing", action.intent());
        for table in basis.tables {
            assert!(
                beian::domain::rules::book::RuleBook::FILES.contains(table),
                "{}: {table}",
                action.intent()
            );
        }
    }
}

/// Every conversation of the repository, kept: each turn comes out the same when it is taken once more, and each
/// conversation written as a transcript passes, without a name that was in it.
#[test]
fn every_kept_turn_can_be_replayed_and_every_conversation_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let files = transcript_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts")).unwrap();
    let (mut turns, mut recorded) = (0, 0);
    for file in files.iter().map(|path| load(path).unwrap()) {
        for (number, case) in file.cases.iter().enumerate() {
            let store = Arc::new(SqliteStore::in_memory().unwrap());
            if let Some(records) = &file.records {
                store.import(records).unwrap();
            }
            let now = file.now.unwrap_or_else(start);
            let mut assistant = keeping(&store, Arc::new(move || now));
            if file.write_actions {
                assistant = assistant.acting(store.clone());
            }
            let (channel, user) = case
                .speaker
                .clone()
                .map_or_else(|| ("console".to_owned(), None), |(channel, user)| (channel, Some(user)));
            let mut last = String::new();
            for step in &case.steps {
                let incoming = Incoming {
                    channel: channel.clone(),
                    user: user.clone(),
                    conversation: "c".to_owned(),
                    text: step.user.clone(),
                };
                let reply = assistant.answer(&incoming);
                let turn = turn_of(&store, &reply);
                let then = receipt(&turn);
                let again = assistant.rehearse(&turn, &then);
                // What was taken out may change the reply; nothing else may.
                if !then.masked {
                    let kept = Reply { id: None, elapsed_us: 0, ..turn.reply.clone() };
                    assert_eq!(Reply { elapsed_us: 0, ..again.reply }, kept, "{}: {}", case.name, step.user);
                    assert_eq!(again.receipt.records, then.records, "{}", case.name);
                }
                last = turn.id;
                turns += 1;
            }
            // One in three is written out, read and played: some of each file.
            if number % 3 == 0 && !file.write_actions {
                round_trip(&store, &last, folder.path(), &case.name);
                recorded += 1;
            }
        }
    }
    assert!(turns > 280 && recorded > 90, "{turns} turns, {recorded} recorded");
}

fn round_trip(store: &Arc<SqliteStore>, id: &str, folder: &Path, name: &str) {
    let made = record::record(&**store, &MIND, id, Some("recorded.json"))
        .unwrap_or_else(|error| panic!("{name}: {error:#}"));
    if let Some(records) = &made.records {
        let text = serde_json::to_string(records).unwrap();
        std::fs::write(folder.join("recorded.json"), text).unwrap();
    }
    let path = folder.join("recorded.yml");
    std::fs::write(&path, &made.transcript).unwrap();
    let file = load(&path).unwrap_or_else(|error| panic!("{name}: {error}\n{}", made.transcript));
    let report = transcripts::run(&file, &|setup| wiring::rehearsal(&MIND, setup, None));
    assert_eq!((report.failed(), report.unusable.as_deref()), (0, None), "{name}\n{}", made.transcript);
    let real = store.export().unwrap();
    let texts = made.transcript.clone() + &serde_json::to_string(&made.records).unwrap();
    for entity in &real.entities {
        for own in [
            &entity.person.name,
            &entity.person.id_number,
            &entity.person.phone,
            &entity.id_number,
            &entity.name,
        ] {
            assert!(!texts.contains(own.as_str()), "{name}: {own}");
        }
    }
    for id in real.orders.iter().map(|order| &order.id).chain(real.domains.iter().map(|domain| &domain.name))
    {
        assert!(!texts.contains(&format!("\"{id}\"")), "{name}: {id}\n{}", made.transcript);
    }
}

//! What must be in a store after a crash.

use std::collections::{BTreeMap, BTreeSet};

use beian::domain::records::RecordSet;
use beian::store::conversations::Key;
use beian::store::queue::Delivery;
use beian::store::{Database, read_record_set};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// How many orders are acted on.
pub(super) const ORDERS: usize = 8;

/// How many lanes deliveries are in.
pub(super) const LANES: usize = 4;

/// How many records of each kind an import brings, each with its version in it.
const WIDE: usize = 120;

pub(super) fn order(index: usize) -> String {
    format!("2019081200{index}")
}

/// Records of a version; version nought has the orders, too, which are acted on and so not imported again.
pub(super) fn records(version: u64) -> RecordSet {
    let each = |make: &dyn Fn(usize) -> serde_json::Value| (0..WIDE).map(make).collect::<Vec<_>>();
    let orders = if version == 0 { 0..ORDERS } else { 0..0 };
    let set = json!({
        "accounts": [{"id": "a", "site": "china"}],
        "entities": each(&|index| json!({"id": format!("e{index}"), "account": "a", "name": format!("v{version}"),
            "nature": "enterprise", "id_type": "t", "id_number": "n", "province": "浙江", "status": "unfiled",
            "person": {"name": "n", "id_type": "t", "id_number": "n", "phone": "p", "legal_representative": true}})),
        "websites": each(&|index| json!({"id": format!("w{index}"), "entity": format!("e{index}"),
            "name": format!("v{version}"), "domains": [format!("v{version}-{index}.com")], "status": "unfiled",
            "resolves_to": "none"})),
        "orders": orders.map(|index| json!({"id": order(index), "account": "a", "type": "first", "domains": ["a.com"],
            "province": "浙江", "state": "draft", "rejections": [],
            "events": [{"at": "2019-08-12T10:00:00+08:00", "event": "created"}]})).collect::<Vec<_>>(),
    });
    read_record_set(&set.to_string()).unwrap()
}

/// What processes had said before they were killed.
#[derive(Default)]
pub(super) struct Acknowledged {
    /// Deliveries taken in, with their lanes, that nobody said were worked off.
    enqueued: BTreeMap<String, String>,
    half: BTreeSet<String>,
    finished: BTreeSet<String>,
    /// Turns, with their conversations.
    turned: BTreeMap<String, Key>,
    /// Keys of acts, by order.
    acted: BTreeMap<String, Vec<String>>,
    /// The last import that had begun, and the last that had ended.
    importing: u64,
    imported: u64,
    lines: u64,
}

impl Acknowledged {
    pub(super) fn count(&self) -> u64 {
        self.lines
    }

    pub(super) fn note(&mut self, line: &str) {
        self.lines += 1;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["enqueued", delivery, of] => drop(self.enqueued.insert(delivery.to_owned(), of.to_owned())),
            ["half", delivery] => drop(self.half.insert(delivery.to_owned())),
            ["finished", delivery] => drop(self.finished.insert(delivery.to_owned())),
            ["turned", id, user, conversation] => {
                let (channel, user) = ("web".to_owned(), Some(user.to_owned()));
                let key = Key { channel, user, conversation: conversation.to_owned() };
                self.turned.insert(id.to_owned(), key);
            }
            ["acted", order, key] => self.acted.entry(order.to_owned()).or_default().push(key.to_owned()),
            ["importing", version] => self.importing = version.parse().unwrap(),
            ["imported", version] => self.imported = version.parse().unwrap(),
            ["there"] => {}
            _ => panic!("{line}"),
        }
    }
}

/// Everything acknowledged is there, whole, and once.
pub(super) fn all_there(store: &dyn Database, known: &mut Acknowledged, place: &str) {
    import_whole(store, known, place);
    turns(store, known, place);
    orders(store, known, place);
    queue(store, known, place);
}

fn import_whole(store: &dyn Database, known: &Acknowledged, place: &str) {
    let set = store.export().unwrap();
    assert_eq!((set.entities.len(), set.websites.len(), set.orders.len()), (WIDE, WIDE, ORDERS), "{place}");
    let names =
        set.entities.iter().map(|entity| &entity.name).chain(set.websites.iter().map(|site| &site.name));
    let versions: BTreeSet<&str> = names.map(String::as_str).collect();
    assert_eq!(versions.len(), 1, "{place}: half an import: {versions:?}");
    let version: u64 = versions.first().and_then(|name| name.strip_prefix('v')?.parse().ok()).unwrap();
    for (index, site) in set.websites.iter().enumerate() {
        assert_eq!(site.domains, [format!("v{version}-{index}.com")], "{place}: half an import");
    }
    assert!(
        known.imported <= version && version <= known.importing.max(known.imported),
        "{place}: import {} was acknowledged, {} begun, and {version} is there",
        known.imported,
        known.importing
    );
}

fn turns(store: &dyn Database, known: &Acknowledged, place: &str) {
    for (id, key) in &known.turned {
        let turn = store.turn(id).unwrap().unwrap_or_else(|| panic!("{place}: turn {id} is lost"));
        assert_eq!((&turn.key, &turn.text), (key, id), "{place}");
        let delivered = store.delivered("web", id).unwrap();
        assert_eq!(
            delivered.map(|reply| reply.text),
            Some(format!("to {id}")),
            "{place}: answered and forgotten"
        );
    }
    for key in known.turned.values().collect::<BTreeSet<_>>() {
        let (state, turns) = (store.conversation(key).unwrap(), store.turns_of(key).unwrap());
        let ordinals: Vec<u64> = turns.iter().map(|turn| turn.ordinal).collect();
        assert_eq!(ordinals, (1..=state.turns).collect::<Vec<_>>(), "{place}: {key:?}");
        let last = turns.last().map(|turn| format!("after {}", turn.id));
        assert_eq!(state.context, last, "{place}: a memory of another turn than the last");
    }
}

fn orders(store: &dyn Database, known: &Acknowledged, place: &str) {
    let orders = store.export().unwrap().orders;
    for order in &orders {
        let rows = store.audit_of(&order.id).unwrap();
        let keys: Vec<&String> = rows.iter().map(|row| &row.key).collect();
        for key in known.acted.get(&order.id).into_iter().flatten() {
            assert_eq!(keys.iter().filter(|kept| **kept == key).count(), 1, "{place}: {} {key}", order.id);
        }
        if let Some(last) = rows.last() {
            assert_eq!(last.after, *order, "{place}: the order is elsewhere than its last act left it");
        }
        assert_eq!(order.events.len(), rows.len() + 1, "{place}: {}: an event for each act", order.id);
    }
}

/// Everything taken in is there; what was ended isn't given out again, the rest is, once each and in the order of its lane.
fn queue(store: &dyn Database, known: &mut Acknowledged, place: &str) {
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    for (delivery, lane) in &known.enqueued {
        let again = Delivery { queue: "test", delivery, lane, user: None, payload: delivery };
        assert!(!store.enqueue(&again, later).unwrap(), "{place}: delivery {delivery} is lost");
    }
    let mut drained: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    while let Some(job) = store.claim("test", "after the crash", later, SignedDuration::from_mins(1)).unwrap()
    {
        assert!(!known.finished.contains(&job.delivery), "{place}: {} is done twice", job.delivery);
        assert_eq!(job.payload, job.delivery, "{place}");
        if known.half.contains(&job.delivery) {
            assert_eq!(job.progress.as_deref(), Some("half"), "{place}: how far it had come is lost");
        }
        drained.entry(job.lane).or_default().push(job.number);
        assert!(store.finish(job.number, "after the crash", later).unwrap());
        known.enqueued.remove(&job.delivery);
        assert!(known.finished.insert(job.delivery), "{place}: given out twice");
    }
    for (lane, numbers) in drained {
        assert!(numbers.is_sorted(), "{place}: {lane} out of order: {numbers:?}");
    }
    let unfinished = |(delivery, _): &(&String, &String)| !known.finished.contains(*delivery);
    let missing: Vec<_> = known.enqueued.iter().filter(unfinished).collect();
    // Its end may have been written and not said: one for each life.
    assert!(missing.len() <= 1, "{place}: taken in and never given out: {missing:?}");
    known.enqueued.clear();
}

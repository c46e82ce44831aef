//! Whatever a stranger can name or say goes through every call of a store, as SQL of either database would have it: it comes out
//! as the text that went in, finds nothing but itself, and leaves what belongs to others alone.

use std::collections::{BTreeMap, BTreeSet};

use beian::domain::moment::Moment;
use beian::domain::order::Event;
use beian::domain::records::Role;
use beian::domain::reply::{Kind, Reply};
use beian::store::acts::{Acted, LinkCode, Linked, OrderAct};
use beian::store::conversations::{Commit, Committed, Conversation, Feedback, Key, Removed, Turn};
use beian::store::keys::{ApiKey, Scope};
use beian::store::queue::Delivery;
use beian::store::{Database, SqliteStore, copy};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::json;

use super::set;

stores!(injections_are_only_text_in_every_column);

/// Ends of strings, of comments and of statements, marks of parameters and of formats, in both dialects.
const INJECTIONS: [&str; 9] = [
    "' OR '1'='1",
    "'; DROP TABLE turns; DROP TABLE accounts CASCADE; -- ",
    "\"; DELETE FROM orders; /* ",
    "\\'; UPDATE accounts SET site = 'international'; -- ",
    "$1 ?1 :id @id $$; DELETE FROM conversations; $$ ",
    "%' OR channel LIKE '%_",
    "') ON CONFLICT DO NOTHING; DELETE FROM api_keys; -- ",
    "{} {0} {id} %s ",
    "\u{0}' UNION SELECT * FROM identities -- \u{1}\u{2}",
];

/// Columns whose text is one of a few names, a time or a number: what a stranger says doesn't get there.
const FIXED: [&str; 32] = [
    "accounts.site",
    "identities.role",
    "entities.nature",
    "entities.status",
    "entities.filed_with",
    "entities.filed_on",
    "websites.status",
    "websites.filed_with",
    "websites.filed_on",
    "websites.resolves_to",
    "domains.expires_on",
    "domains.real_name_status",
    "domains.real_name_verified_on",
    "instances.region",
    "instances.billing",
    "instances.expires_on",
    "instances.amount_yuan",
    "instances.plan",
    "orders.type",
    "orders.state",
    "orders.waiting_for",
    "order_rejections.stage",
    "order_rejections.reason",
    "order_rejections.at",
    "order_events.at",
    "order_events.event",
    "conversations.speaker",
    "turns.kind",
    "handovers.state",
    "audit.at",
    "jobs.state",
    "api_keys.scopes",
];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_566_266_400 + second).unwrap()
}

/// Everything that is named after `tag`, which stands at the start of each text.
struct Named<'a>(&'a str);

impl Named<'_> {
    fn text(&self, name: &str) -> String {
        format!("{}{name}", self.0)
    }

    fn key(&self) -> Key {
        let user = Some(self.text("user"));
        Key { channel: self.text("channel"), user, conversation: self.text("conversation") }
    }

    /// Writes something to every text of every table.
    fn write(&self, store: &dyn Database) {
        self.import(store);
        self.converse(store);
        self.act(store);
        self.work(store);
    }

    fn import(&self, store: &dyn Database) {
        let t = |name: &str| self.text(name);
        let person = json!({"name": t("n"), "id_type": t("t"), "id_number": t("i"), "phone": t("p"), "legal_representative": true});
        let records = json!({
            "accounts": [{"id": t("account"), "site": "china"}],
            "identities": [{"channel": t("channel"), "user": t("user"), "account": t("account"), "role": "applicant"}],
            "entities": [{"id": t("entity"), "account": t("account"), "name": t("n"), "nature": "enterprise", "id_type": t("t"),
                "id_number": t("i"), "province": t("p"), "icp_number": t("icp"), "status": "filed", "person": person}],
            "websites": [{"id": t("website"), "entity": t("entity"), "name": t("n"), "domains": [t("domain")],
                "icp_number": t("icp"), "status": "filed", "resolves_to": "none"}],
            "domains": [{"name": t("domain"), "registrar": t("r"), "registrar_approved": true, "expires_on": "2030-01-01",
                "holder": {"name": t("n"), "id_type": t("t"), "id_number": t("i")}, "real_name": {"status": "none"}}],
            "instances": [{"id": t("instance"), "account": t("account"), "product": t("p"), "region": "mainland",
                "billing": "subscription", "months": 12, "expires_on": "2030-01-01", "public_bandwidth": true}],
            "service_numbers": [{"number": t("number"), "instance": t("instance"), "used_by": t("used by")}],
            "orders": [{"id": t("order"), "account": t("account"), "entity": t("entity"), "type": "first",
                "domains": [t("domain")], "province": t("p"), "state": "draft", "instance": t("instance"),
                "rejections": [{"stage": "provider", "reason": "phone_reused", "note": t("note"),
                    "at": "2019-08-12T10:00:00+08:00"}],
                "events": [{"at": "2019-08-12T10:00:00+08:00", "event": "created"}]}],
        });
        store.import(&set(&records)).unwrap();
    }

    fn converse(&self, store: &dyn Database) {
        let (t, key) = (|name: &str| self.text(name), self.key());
        let mut reply = Reply::new(Kind::Answer, t("reply"));
        reply.intent = Some(t("intent"));
        let turn = Turn {
            id: t("turn"),
            key: key.clone(),
            ordinal: 1,
            at: at(10),
            text: t("text"),
            reply,
            receipt: json!(t("receipt")).to_string(),
            delivery: Some(t("delivery")),
        };
        let commit =
            Commit { key: &key, expected: 0, at: at(10), context: Some(&t("context")), turn: Some(&turn) };
        assert_eq!(store.commit_turn(&commit).unwrap(), Committed::Done);
        let handover = store.open_handover(&key, at(11), &t("reason"), &t("packet")).unwrap();
        assert!(store.take_handover(handover.number, &t("holder"), at(12)).unwrap().is_some());
        let (turn, channel, reason) = (t("turn"), t("channel"), Some(t("reason")));
        assert!(
            store
                .give_feedback(&Feedback { turn, channel, user: key.user, at: at(13), good: false, reason })
                .unwrap()
        );
        let begun = store.begin(&t("channel"), Some(&t("other user")), &t("prefix"), at(14)).unwrap();
        assert!(begun.conversation.starts_with(&t("prefix")), "{begun:?}");
    }

    fn act(&self, store: &dyn Database) {
        let t = |name: &str| self.text(name);
        let act = OrderAct {
            order: &t("order"),
            event: Event::Submitted,
            at: Moment::of(at(20)),
            sms_required: false,
            channel: &t("channel"),
            user: Some(&t("user")),
            action: &t("action"),
            key: &t("key"),
        };
        assert!(matches!(store.record_event(&act).unwrap(), Acted::Done(_)));
        let code = LinkCode {
            handle: t("handle"),
            code_hash: t("hash"),
            account: t("account"),
            issued_by: t("agent"),
            expires_at: at(1000),
            tries_left: 5,
        };
        store.issue_link_code(&code).unwrap();
        let redeem = |hash: &str| store.redeem_link_code(&t("handle"), hash, &t("chat"), &t("user"), at(21));
        assert_eq!(redeem(self.0).unwrap(), Linked::Wrong { tries_left: 4 });
        assert_eq!(redeem(&t("hash")).unwrap(), Linked::To { account: t("account") });
    }

    fn work(&self, store: &dyn Database) {
        let t = |name: &str| self.text(name);
        let (queue, delivery, lane, user, payload) =
            (t("queue"), t("delivery"), t("lane"), t("user"), t("payload"));
        let new = Delivery {
            queue: &queue,
            delivery: &delivery,
            lane: &lane,
            user: Some(&user),
            payload: &payload,
        };
        assert!(store.enqueue(&new, at(30)).unwrap());
        assert!(!store.enqueue(&new, at(30)).unwrap());
        let claim = || store.claim(&queue, &t("worker"), at(31), SignedDuration::from_secs(60)).unwrap();
        let job = claim().expect("a job");
        assert_eq!((&job.delivery, &job.lane, &job.payload), (&delivery, &lane, &payload));
        assert!(store.note_progress(job.number, &t("worker"), &t("progress"), at(31)).unwrap());
        assert!(store.put_back(job.number, &t("worker"), &t("error"), at(31)).unwrap());
        // Whoever has it by another name doesn't have it.
        assert!(claim().is_some() && !store.finish(job.number, self.0, at(32)).unwrap());
        let key = ApiKey {
            handle: t("handle"),
            key_hash: t("hash"),
            label: t("label"),
            scopes: vec![Scope::Channel],
            channel: t("channel"),
            user: Some(t("user")),
            created_at: at(0),
            revoked_at: None,
        };
        assert!(store.add_key(&key).unwrap() && !store.add_key(&key).unwrap());
        assert_eq!(store.key(&key.handle).unwrap(), Some(key));
        let span = SignedDuration::from_mins(1);
        assert_eq!(store.take_of_limit(&t("bucket"), 10, span, 3, at(0)).unwrap().0, 3);
    }

    /// Each look-up gives what is its own; `tag` by itself, which names nothing, gives nothing.
    fn look_up(&self, store: &dyn Database) {
        let (t, key) = (|name: &str| self.text(name), self.key());
        let identity = store.identity(&key.channel, &t("user")).unwrap().unwrap();
        assert_eq!((identity.account, identity.role), (Some(t("account")), Role::Applicant));
        assert_eq!(store.account(&t("account")).unwrap().map(|account| account.id), Some(t("account")));
        let file = store.case_file(&t("account")).unwrap();
        assert_eq!((file.accounts.len(), file.orders.len(), file.domains.len()), (1, 1, 1));
        assert_eq!(store.owner_of_order(&t("order")).unwrap(), Some(t("account")));
        assert_eq!(store.owner_of_instance(&t("instance")).unwrap(), Some(t("account")));
        assert_eq!(store.owners_of_domain(&t("domain")).unwrap(), [t("account")]);
        assert_eq!(store.domain(&t("domain")).unwrap().map(|domain| domain.name), Some(t("domain")));
        assert_eq!(store.conversation(&key).unwrap().holder, Some(t("holder")));
        let turn = store.turn(&t("turn")).unwrap().expect("the turn");
        assert_eq!((&turn.text, turn.reply.intent.as_ref()), (&t("text"), Some(&t("intent"))));
        assert_eq!(store.turns_of(&key).unwrap(), [turn]);
        assert_eq!(store.delivered(&key.channel, &t("delivery")).unwrap().unwrap().text, t("reply"));
        assert_eq!(store.conversations_named(&key.conversation).unwrap(), [key]);
        assert_eq!(store.audit_of(&t("order")).unwrap().len(), 1);

        let nobody = Key {
            channel: self.0.to_owned(),
            user: Some(self.0.to_owned()),
            conversation: self.0.to_owned(),
        };
        assert_eq!(store.identity(self.0, self.0).unwrap(), None);
        assert_eq!(store.account(self.0).unwrap(), None);
        assert_eq!(store.case_file(self.0).unwrap().orders, []);
        assert_eq!(store.owner_of_order(self.0).unwrap(), None);
        assert_eq!(store.owner_of_instance(self.0).unwrap(), None);
        assert_eq!(store.owners_of_domain(self.0).unwrap(), [] as [String; 0]);
        assert_eq!(store.domain(self.0).unwrap(), None);
        assert_eq!(store.conversation(&nobody).unwrap(), Conversation::default());
        assert_eq!(store.turn(self.0).unwrap(), None);
        assert_eq!(store.turns_of(&nobody).unwrap(), []);
        assert_eq!(store.delivered(self.0, self.0).unwrap(), None);
        assert_eq!(store.conversations_named(self.0).unwrap(), []);
        assert_eq!(store.audit_of(self.0).unwrap(), []);
        assert_eq!(store.key(self.0).unwrap(), None);
        assert!(!store.revoke_key(self.0, at(40)).unwrap());
        let redeemed = store.redeem_link_code(self.0, self.0, self.0, self.0, at(40)).unwrap();
        assert_eq!(redeemed, Linked::Gone);
        assert_eq!(store.claim(self.0, self.0, at(500), SignedDuration::from_secs(1)).unwrap(), None);
        assert_eq!(store.forget(self.0, self.0).unwrap(), Removed::default());
    }
}

/// All rows by table, and the columns that hold text; read from a copy, so that it is one way for all databases.
struct Contents {
    rows: BTreeMap<String, Vec<Vec<Cell>>>,
    texts: Vec<(String, usize)>,
}

impl Contents {
    fn of(store: &dyn Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        copy(store, &SqliteStore::open(&path).unwrap(), false).unwrap();
        let connection = Connection::open(&path).unwrap();
        let pairs = |sql: &str, of: &str| -> Vec<(String, String)> {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([of], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let (mut rows, mut texts) = (BTreeMap::new(), Vec::new());
        let tables = "SELECT name, type FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite%'";
        for (table, _) in pairs(tables, "table") {
            let columns = pairs("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid", &table);
            for (place, (name, kind)) in columns.iter().enumerate() {
                if kind == "TEXT" {
                    texts.push((format!("{table}.{name}"), place));
                }
            }
            let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let found = statement.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect());
            rows.insert(table, found.unwrap().map(Result::unwrap).collect());
        }
        Self { rows, texts }
    }

    /// The columns where no row has a text with `tag` in it, as it is or inside JSON.
    fn without(&self, tag: &str) -> BTreeSet<&str> {
        let quoted = json!(tag).to_string();
        let quoted = quoted.trim_matches('"');
        let has =
            |cell: &Cell| matches!(cell, Cell::Text(text) if text.contains(tag) || text.contains(quoted));
        let empty = self.texts.iter().filter(|(column, place)| {
            let table = column.split('.').next().unwrap();
            !self.rows[table].iter().any(|row| has(&row[*place]))
        });
        empty.map(|(column, _)| column.as_str()).collect()
    }
}

fn injections_are_only_text_in_every_column(store: &dyn Database) {
    let fixed: BTreeSet<&str> = FIXED.into_iter().collect();
    Named("harmless ").write(store);
    let before = Contents::of(store);
    for (number, injection) in INJECTIONS.into_iter().enumerate() {
        let named = Named(injection);
        named.write(store);
        named.look_up(store);
        let after = Contents::of(store);
        for (table, rows) in &before.rows {
            let new = after.rows[table].len() - rows.len();
            assert_eq!(new, rows.len() * (number + 1), "{injection:?}: rows of {table}");
            assert!(rows.iter().all(|row| after.rows[table].contains(row)), "{injection:?} changed {table}");
        }
        assert_eq!(after.without(injection), fixed, "{injection:?}: columns that it isn't in");
    }
    // Who is forgotten is one person, however they are called.
    for injection in INJECTIONS {
        let named = Named(injection);
        let removed = store.forget(&named.text("channel"), &named.text("user")).unwrap();
        assert_eq!(
            (removed.conversations, removed.turns, removed.audit_without_name),
            (1, 1, 1),
            "{injection:?}"
        );
        assert!(store.revoke_key(&named.text("handle"), at(50)).unwrap());
    }
    let after = Contents::of(store);
    for (table, rows) in &before.rows {
        assert!(
            rows.iter().all(|row| after.rows[table].contains(row)),
            "{table} has lost what was another's"
        );
    }
}

//! Databases that earlier versions wrote: each is opened, brought up to date, and has all that was in it.

use beian::store::conversations::{Commit, Committed, Key};
use beian::store::{Acts as _, Conversations as _, Keys as _, Queue as _, SqliteStore, Store as _};

use super::{demo, json_of};

#[test]
fn a_database_of_version_1_is_migrated_with_its_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    let script = include_str!("../../fixtures/databases/version-1.sql");
    rusqlite::Connection::open(&path).unwrap().execute_batch(script).unwrap();
    for _ in 0..2 {
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(json_of(&store.export().unwrap()), json_of(&demo()));
        // What is new works on it.
        let key = Key { channel: "web".to_owned(), user: None, conversation: "1".to_owned() };
        let before = store.conversation(&key).unwrap();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let commit = Commit { key: &key, expected: before.version, at, context: Some("{}"), turn: None };
        assert_eq!(store.commit_turn(&commit).unwrap(), Committed::Done);
    }
    let version: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 3);
}

#[test]
fn a_database_of_version_2_is_migrated_with_its_conversations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    let script = include_str!("../../fixtures/databases/version-2.sql");
    rusqlite::Connection::open(&path).unwrap().execute_batch(script).unwrap();
    for _ in 0..2 {
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(store.conversations_named("chat").unwrap().len(), 3);
        let turns = store.turns_since(jiff::Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(turns.len(), 11);
        assert!(turns.iter().any(|turn| turn.text == "备案服务号是什么"));
        assert_eq!(store.handovers_under_way().unwrap().len(), 1);
        assert_eq!(store.feedback_since(jiff::Timestamp::UNIX_EPOCH).unwrap().len(), 2);
        assert!(store.delivered("discord", "delivery-1").unwrap().is_some());
        assert_eq!(store.audit_of("20261117001").unwrap().len(), 1);
        // What is new works on it.
        assert_eq!(store.backlogs().unwrap(), []);
        assert_eq!(store.keys().unwrap(), []);
    }
}

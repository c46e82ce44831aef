//! Databases that earlier versions wrote: each is opened, brought up to date, and has all that was in it.

use beian::store::conversations::{Commit, Committed, Key};
use beian::store::{Conversations as _, SqliteStore, Store as _};

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
    assert_eq!(version, 2);
}

//! Whole databases: copied from any kind to any, backed up while they are in use, restored, looked at.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use beian::store::conversations::{Commit, Feedback, Key};
use beian::store::keys::{ApiKey, Scope};
use beian::store::queue::Delivery;
use beian::store::{
    Conversations as _, Database, Keys as _, PostgresStore, Queue as _, SqliteStore, Store as _, StoreError,
    backup, checksums, copy, restore, status,
};
use jiff::{SignedDuration, Timestamp};

use super::postgres::Scratch;
use super::{demo, json_of};

const HOSTILE: &str = "'; DROP TABLE jobs; -- \u{0}\u{1}\u{1}\u{2}\u{202e}😀备案";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_566_266_400 + second).unwrap()
}

/// A database with something in every table: the one that version 2 wrote, and what came later.
fn full(path: &Path) -> SqliteStore {
    let script = include_str!("../../fixtures/databases/version-2.sql");
    rusqlite::Connection::open(path).unwrap().execute_batch(script).unwrap();
    let store = SqliteStore::open(path).unwrap();
    for number in 0..700 {
        let name = format!("{HOSTILE}{number}");
        let delivery =
            Delivery { queue: "q", delivery: &name, lane: HOSTILE, user: Some("u"), payload: HOSTILE };
        assert!(store.enqueue(&delivery, at(number)).unwrap());
    }
    // The last numbers were given and are gone: they mustn't come again.
    while let Some(job) = store.claim("q", "w", at(800), SignedDuration::from_secs(60)).unwrap() {
        if job.number > 650 {
            store.finish(job.number, "w", at(1000)).unwrap();
        } else {
            store.give_up(job.number, "w", HOSTILE, at(5000)).unwrap();
        }
    }
    rusqlite::Connection::open(path).unwrap().execute("DELETE FROM jobs WHERE state = 'done'", []).unwrap();
    let key = ApiKey {
        handle: HOSTILE.to_owned(),
        key_hash: "0".repeat(64),
        label: String::new(),
        scopes: vec![Scope::Admin],
        channel: "ticket".to_owned(),
        user: None,
        created_at: at(0),
        revoked_at: Some(at(i64::from(u32::MAX))),
    };
    assert!(store.add_key(&key).unwrap());
    store.take_of_limit("b", 10, SignedDuration::from_mins(1), 3, at(0)).unwrap();
    store
}

/// The number that the next job gets.
fn next_number(store: &dyn Database) -> i64 {
    let delivery = Delivery { queue: "later", delivery: "d", lane: "l", user: None, payload: "" };
    assert!(store.enqueue(&delivery, at(0)).unwrap());
    store.claim("later", "w", at(0), SignedDuration::from_secs(60)).unwrap().unwrap().number
}

#[test]
fn every_row_comes_over_in_every_direction() {
    let folder = tempfile::tempdir().unwrap();
    let first = full(&folder.path().join("first.db"));
    let before = checksums(&first).unwrap();
    let tables: Vec<_> = before.iter().filter(|table| table.rows == 0).map(|table| table.table).collect();
    assert!(tables.len() <= 1, "nothing in {tables:?} to be copied");
    let Some(scratch) = Scratch::new() else {
        let second = SqliteStore::in_memory().unwrap();
        assert_eq!(copy(&first, &second, false).unwrap(), before);
        assert_eq!(next_number(&second), 701);
        return;
    };
    let server = PostgresStore::open(&scratch.url).unwrap();
    assert_eq!(copy(&first, &server, false).unwrap(), before);
    let back = SqliteStore::open(&folder.path().join("back.db")).unwrap();
    assert_eq!(copy(&server, &back, false).unwrap(), before);
    let elsewhere = Scratch::new().unwrap();
    let second_server = PostgresStore::open(&elsewhere.url).unwrap();
    assert_eq!(copy(&server, &second_server, false).unwrap(), before);
    for store in [&server as &dyn Database, &back, &second_server] {
        assert_eq!(checksums(store).unwrap(), before);
        assert_eq!(json_of(&store.export().unwrap()), json_of(&first.export().unwrap()));
        assert_eq!(store.turns_since(Timestamp::MIN).unwrap(), first.turns_since(Timestamp::MIN).unwrap());
        assert_eq!(store.dead_jobs(1000).unwrap(), first.dead_jobs(1000).unwrap());
        // It goes on where the other one stopped.
        assert_eq!(next_number(store), 701);
        let begun = store.begin("console", None, "ask", at(0)).unwrap();
        assert_eq!(store.conversation(&begun).unwrap().version, 1);
        store.import(&demo()).unwrap();
    }
}

#[test]
fn only_an_empty_database_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let first = full(&folder.path().join("first.db"));
    let mut targets: Vec<Box<dyn Database>> = vec![Box::new(SqliteStore::in_memory().unwrap())];
    let scratch = Scratch::new();
    if let Some(scratch) = &scratch {
        targets.push(Box::new(PostgresStore::open(&scratch.url).unwrap()));
    }
    for target in targets {
        target.take_of_limit("other", 10, SignedDuration::from_mins(1), 3, at(0)).unwrap();
        let before = checksums(&*target).unwrap();
        let error = copy(&first, &*target, false).unwrap_err();
        assert!(matches!(error, StoreError::NotEmpty { table: "limits", rows: 1 }), "{error}");
        assert_eq!(checksums(&*target).unwrap(), before);
        // Unless it is to be replaced.
        assert_eq!(copy(&first, &*target, true).unwrap(), checksums(&first).unwrap());
    }
}

#[test]
fn a_copy_that_fails_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("first.db");
    let first = full(&path);
    // Something that no database may hold: a turn of no conversation.
    let damage = "PRAGMA foreign_keys = OFF; UPDATE feedback SET turn = 4711 WHERE turn = (SELECT min(turn) FROM feedback)";
    rusqlite::Connection::open(&path).unwrap().execute_batch(damage).unwrap();
    let mut targets: Vec<Box<dyn Database>> = vec![Box::new(SqliteStore::in_memory().unwrap())];
    let scratch = Scratch::new();
    if let Some(scratch) = &scratch {
        targets.push(Box::new(PostgresStore::open(&scratch.url).unwrap()));
    }
    for target in targets {
        target.import(&demo()).unwrap();
        let before = checksums(&*target).unwrap();
        let error = copy(&first, &*target, true).unwrap_err().to_string();
        assert!(!error.contains('\n'), "{error}");
        assert_eq!(checksums(&*target).unwrap(), before);
        target.import(&demo()).unwrap();
    }
}

/// Says something again and again until it is told to stop.
fn talk(store: &dyn Database, stop: &AtomicBool) {
    let key = Key { channel: "web".to_owned(), user: None, conversation: "talk".to_owned() };
    while !stop.load(Ordering::Relaxed) {
        let expected = store.conversation(&key).unwrap().version;
        let commit = Commit { key: &key, expected, at: at(0), context: Some("{}"), turn: None };
        store.commit_turn(&commit).unwrap();
    }
}

#[test]
fn a_backup_is_made_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("first.db");
    let first = full(&path);
    let mut databases: Vec<(String, Box<dyn Database>)> = vec![(path.display().to_string(), Box::new(first))];
    let scratch = Scratch::new();
    if let Some(scratch) = &scratch {
        let server = PostgresStore::open(&scratch.url).unwrap();
        copy(&*databases[0].1, &server, false).unwrap();
        databases.push((scratch.url.clone(), Box::new(server)));
    }
    for (number, (url, store)) in databases.iter().enumerate() {
        let file = folder.path().join(format!("backup-{number}.db"));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| talk(&**store, &stop));
            backup(url, &file).unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        assert!(matches!(backup(url, &file), Err(StoreError::Exists { .. })));
        let found = status(&file.display().to_string()).unwrap();
        assert_eq!((found.version, found.waiting), (found.latest, 0));
        // One file and no other, which only its owner may read.
        let names = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
        let ours = names.filter(|name| name.to_string_lossy().starts_with(&format!("backup-{number}")));
        assert_eq!(ours.count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        }
        let bytes = std::fs::read(&file).unwrap();
        // Gone back to, whatever was said since.
        store.forget("web", "u").unwrap();
        let error = restore(&file, &**store, false, folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::NotEmpty { .. }), "{error}");
        let restored = restore(&file, &**store, true, folder.path()).unwrap();
        assert_eq!(checksums(&**store).unwrap(), restored);
        assert_eq!(
            json_of(&SqliteStore::open(&file).unwrap().export().unwrap()),
            json_of(&store.export().unwrap())
        );
        assert_eq!(std::fs::read(&file).unwrap().len(), bytes.len());
    }
}

#[test]
fn a_backup_of_an_earlier_version_is_restored_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old.db");
    let script = include_str!("../../fixtures/databases/version-2.sql");
    rusqlite::Connection::open(&old).unwrap().execute_batch(script).unwrap();
    let file = folder.path().join("old-backup.db");
    backup(&old.display().to_string(), &file).unwrap();
    for path in [&old, &file] {
        let found = status(&path.display().to_string()).unwrap();
        assert_eq!(found.version, 2, "{}", path.display());
        assert!(found.rows.contains(&("turns", 11)) && !found.rows.iter().any(|(table, _)| *table == "jobs"));
    }
    let store = SqliteStore::in_memory().unwrap();
    restore(&file, &store, false, folder.path()).unwrap();
    assert_eq!(store.turns_since(Timestamp::UNIX_EPOCH).unwrap().len(), 11);
    assert_eq!(status(&file.display().to_string()).unwrap().version, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "something was left behind");
}

#[test]
fn looking_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    let missing = status(&path.display().to_string()).unwrap_err();
    assert!(matches!(missing, StoreError::NotThere { .. }), "{missing}");
    assert!(!path.exists());
    if let Some(scratch) = Scratch::new() {
        assert_eq!(status(&scratch.url).unwrap().version, 0);
        PostgresStore::open(&scratch.url).unwrap().import(&demo()).unwrap();
        let found = status(&scratch.url).unwrap();
        assert!(found.kind.starts_with("PostgreSQL ") && found.rows.contains(&("orders", 4)), "{found:?}");
        assert_eq!(found.version, found.latest);
    }
    for refused in ["notes.txt", "."] {
        let path = folder.path().join(refused);
        if refused == "notes.txt" {
            std::fs::write(&path, "no database").unwrap();
        }
        let refused = backup(&path.display().to_string(), &folder.path().join("b.db")).unwrap_err();
        assert!(!refused.to_string().contains('\n'), "{refused}");
    }
    assert!(!folder.path().join("b.db").exists());
}

#[test]
fn an_opinion_on_a_turn_that_goes_at_the_same_time_breaks_nothing() {
    // Two that meet: one removes turns, the other says what it thinks of them.
    super::postgres::with_a_store(|store| {
        let folder = tempfile::tempdir().unwrap();
        copy(&full(&folder.path().join("first.db")), store, false).unwrap();
        let turns = store.turns_since(Timestamp::MIN).unwrap();
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let turns = &turns;
                scope.spawn(move || {
                    for (round, turn) in turns.iter().cycle().take(60).enumerate() {
                        let given = Feedback {
                            turn: turn.id.clone(),
                            channel: "web".to_owned(),
                            user: Some(format!("{worker}-{round}")),
                            at: at(0),
                            good: true,
                            reason: None,
                        };
                        store.give_feedback(&given).unwrap();
                    }
                });
            }
            for turn in &turns {
                store.forget(&turn.key.channel, turn.key.user.as_deref().unwrap_or_default()).unwrap();
            }
        });
        let left = store.turns_since(Timestamp::MIN).unwrap();
        assert!(left.len() < turns.len());
    });
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let Some(scratch) = Scratch::new() else { return };
    drop(PostgresStore::open(&scratch.url).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    drop(SqliteStore::open(&path).unwrap());
    let file = rusqlite::Connection::open(&path).unwrap();
    let sql = "SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE '?' END \
         FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1";
    let in_file: Vec<String> = file
        .prepare(sql)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut on_server: Vec<String> = scratch.texts(
        "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END \
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'beian_schema'",
    );
    on_server.sort();
    assert_eq!(on_server, in_file);
    let names: std::collections::BTreeSet<&str> =
        in_file.iter().map(|column| column.split('.').next().unwrap()).collect();
    let copied: Vec<_> = checksums(&SqliteStore::open(&path).unwrap()).unwrap();
    assert_eq!(copied.iter().map(|table| table.table).collect::<std::collections::BTreeSet<_>>(), names);
}

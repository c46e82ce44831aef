//! The log of a database in a file, and how it is folded in while turns are written.
//!
//! A turn is appended to the log, and the log is folded into the file from time to time, which waits for the disk. Whoever
//! writes the turn that is one too many would wait, and all behind them. So a thread with a connection of its own does it
//! beside the writing. What is written meanwhile keeps the log from beginning anew; once it has grown long, the little
//! that is left is folded in while nobody writes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, OpenFlags};

use super::BUSY;

/// After how many turns the log is folded in: about 16 MB, in which the same few pages stand many times.
const TURNS: u32 = 500;

/// The pages in the log beyond which it has to begin anew: 48 MB.
const LONG: i64 = 12_000;

/// Folds the log of one database in.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// Who folds in is alone: SQLite would send the second one away.
    alone: Arc<Mutex<()>>,
    turns: AtomicU32,
    thread: OnceLock<Option<Folding>>,
}

#[derive(Debug)]
struct Folding {
    due: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Log {
    pub(super) fn of(path: &Path) -> Self {
        let (path, alone) = (path.to_owned(), Arc::default());
        Self { path, alone, turns: AtomicU32::new(0), thread: OnceLock::new() }
    }

    /// A turn was written through `connection`. The thread begins when there is something to do for it.
    pub(super) fn grew(&self, connection: &Arc<Mutex<Connection>>) {
        if (self.turns.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TURNS)
            && let Some(folding) = self.thread.get_or_init(|| self.start(connection))
        {
            // Full: it is told already.
            let _ = folding.due.try_send(());
        }
    }

    /// Keeps everybody else from folding in.
    pub(super) fn alone(&self) -> MutexGuard<'_, ()> {
        alone(&self.alone)
    }

    /// Ends the thread, when it has done what it is at.
    pub(super) fn end(&mut self) {
        if let Some(Some(Folding { due, thread })) = self.thread.take() {
            drop(due);
            // A panic there was logged, and the database is whole.
            let _ = thread.join();
        }
    }

    /// `None`: it can't be done beside the writing, and is done by who writes, as SQLite has it.
    fn start(&self, connection: &Arc<Mutex<Connection>>) -> Option<Folding> {
        let (due, is_due) = sync_channel(1);
        let (path, writing, alone) = (self.path.clone(), Arc::clone(connection), Arc::clone(&self.alone));
        let work = move || {
            if let Err(error) = fold_in(&path, &writing, &alone, &is_due) {
                tracing::warn!(%error, "the database's log is not folded in beside the writing any more");
            }
        };
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(work);
        let thread = thread.map_err(|error| tracing::warn!(%error, "no thread for the database's log"));
        Some(Folding { due, thread: thread.ok()? })
    }
}

fn alone(lock: &Mutex<()>) -> MutexGuard<'_, ()> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fold_in(
    path: &Path,
    writing: &Mutex<Connection>,
    lock: &Mutex<()>,
    is_due: &Receiver<()>,
) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let beside = Connection::open_with_flags(path, flags)?;
    beside.busy_timeout(BUSY)?;
    beside.execute_batch("PRAGMA synchronous = NORMAL;")?;
    while is_due.recv().is_ok() {
        let _alone = alone(lock);
        if pages_after(&beside)? > LONG {
            // What was written during the first time, so that less is left for the moment in which nobody may write.
            pages_after(&beside)?;
            pages_after(&writing.lock().unwrap_or_else(PoisonError::into_inner))?;
        }
    }
    Ok(())
}

/// Folds in what can be without waiting for anybody; gives the pages in the log.
fn pages_after(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get("log"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::SqliteStore;
    use super::*;
    use crate::store::Conversations as _;
    use crate::store::conversations::{Commit, Committed, Key};

    fn write(store: &SqliteStore, times: u32) {
        let key = Key { channel: "web".to_owned(), user: None, conversation: "c".to_owned() };
        for _ in 0..times {
            let expected = store.conversation(&key).unwrap().version;
            let at = Timestamp::UNIX_EPOCH;
            let commit = Commit { key: &key, expected, at, context: Some("{}"), turn: None };
            assert_eq!(store.commit_turn(&commit).unwrap(), Committed::Done);
        }
    }

    #[test]
    fn the_log_is_folded_in_beside_the_writing_and_gone_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = SqliteStore::open(&path).unwrap();
        let log = store.log.as_ref().unwrap();
        write(&store, TURNS - 1);
        assert!(log.thread.get().is_none(), "nothing is begun before it is needed");
        write(&store, TURNS + 2);
        assert!(log.thread.get().is_some_and(Option::is_some));
        drop(store);
        assert!(!folder.path().join("a.db-wal").exists());
        let key = Key { channel: "web".to_owned(), user: None, conversation: "c".to_owned() };
        let kept = SqliteStore::open(&path).unwrap().conversation(&key).unwrap();
        assert_eq!(kept.version, u64::from(2 * TURNS + 1));
    }

    #[test]
    fn a_long_log_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = SqliteStore::open(&path).unwrap();
        write(&store, 10);
        let pages = || pages_after(&store.lock()).unwrap();
        assert!(pages() > 1);
        // All of it is folded in: the next turn is written at the start.
        write(&store, 1);
        let beside = Connection::open(&path).unwrap();
        let left = pages_after(&beside).unwrap();
        assert!((1..10).contains(&left), "{left}");
    }
}

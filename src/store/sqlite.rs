//! The record store in SQLite: one connection behind a lock, every value a parameter.
//!
//! - `migrate`: the tables, by version
//! - `write`: an import, inside one transaction
//! - `select`: records out again, all of them or one account's
//! - `acts`: an order moved, a speaker linked
//! - `conversations`: what was said, `removal`: what is forgotten again
//! - `queue`: what is to be worked off, `keys`: keys and limits
//! - `upkeep`: the database as a whole, `log`: what was written last, on its way into the file
//! - `fields`: rows, which `store::rows` makes types of

mod acts;
mod conversations;
mod fields;
mod keys;
mod log;
mod migrate;
mod queue;
mod removal;
mod select;
mod upkeep;
mod write;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::rows::{Fields, records as rows};
use super::{Imported, Store, StoreError};
use crate::domain::records::check::check;
use crate::domain::records::{Account, Domain, Identity, RecordSet};
use log::Log;
use select::Scope;

/// How long to wait for another process that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// Statements kept compiled: all that the store uses.
const STATEMENTS: usize = 128;

/// Records in a SQLite database, in a file or in memory.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Arc<Mutex<Connection>>,
    /// `None` in memory.
    log: Option<Log>,
}

impl SqliteStore {
    /// Opens or creates the database in a file.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let name = path.display().to_string();
        let refused =
            |error: &rusqlite::Error| StoreError::Open { path: name.clone(), reason: reason(error) };
        // Without SQLITE_OPEN_URI: a name that begins with `file:` is a name.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(|error| refused(&error))?;
        connection.busy_timeout(BUSY).map_err(|error| refused(&error))?;
        // Whose database it is comes first: one of another program is left as it was.
        migrate::inspect(&connection, &name, refused)?;
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
             PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 16000;";
        // What is deleted here was somebody's: its bytes go too. The log is folded in beside the writing; at 64 MB, where that
        // hasn't been done, by who writes.
        patiently(|| connection.execute_batch(settings)).map_err(|error| refused(&error))?;
        migrate::migrate(&mut connection, &name, refused)?;
        Ok(Self::with(connection, Some(Log::of(path))))
    }

    /// A store that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        connection.execute_batch("PRAGMA foreign_keys = ON;")?;
        migrate::migrate(&mut connection, ":memory:", |error| StoreError::Open {
            path: ":memory:".to_owned(),
            reason: reason(error),
        })?;
        Ok(Self::with(connection, None))
    }

    fn with(connection: Connection, log: Option<Log>) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self { connection: Arc::new(Mutex::new(connection)), log }
    }

    /// Takes what was there before out of the log, too; where a reader is in the way, the next time.
    fn empty_log(&self) -> Result<(), StoreError> {
        let _alone = self.log.as_ref().map(Log::alone);
        Ok(self.lock().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }

    /// A panic in another thread leaves no half-done write behind: transactions roll back when they are dropped.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self, sql: &str, id: &str) -> Result<Option<String>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row([id], |row| row.get(0)).optional()?)
    }

    /// One record by its key, or none.
    fn one<T>(
        &self,
        sql: &str,
        key: impl rusqlite::Params,
        read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(sql)?;
        let mut found = statement.query(key)?;
        found.next()?.map(|row| read(row)).transpose()
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The connection that is closed last leaves the file alone, without a log.
        if let Some(log) = &mut self.log {
            log.end();
        }
    }
}

impl Store for SqliteStore {
    fn import(&self, set: &RecordSet) -> Result<Imported, StoreError> {
        let mut connection = self.lock();
        // Immediate: what the checks read can't change before the records are written.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        check(set, &write::known(&transaction, set)?)?;
        write::records(&transaction, set)?;
        transaction.commit()?;
        Ok(Imported::of(set))
    }

    fn export(&self) -> Result<RecordSet, StoreError> {
        let mut connection = self.lock();
        // One transaction: a writer in another process can't come between the tables.
        let transaction = connection.transaction()?;
        select::records(&transaction, Scope::All)
    }

    fn identity(&self, channel: &str, user: &str) -> Result<Option<Identity>, StoreError> {
        let sql = "SELECT channel, user, account, role FROM identities WHERE channel = ?1 AND user = ?2";
        self.one(sql, params![channel, user], rows::identity)
    }

    fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        self.one("SELECT id, site FROM accounts WHERE id = ?1", [id], rows::account)
    }

    fn case_file(&self, account: &str) -> Result<RecordSet, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        select::records(&transaction, Scope::Account(account))
    }

    fn owner_of_order(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.text("SELECT account FROM orders WHERE id = ?1", id)
    }

    fn owner_of_instance(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.text("SELECT account FROM instances WHERE id = ?1", id)
    }

    fn owners_of_domain(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(
            "SELECT e.account FROM website_domains d JOIN websites w ON w.id = d.website \
             JOIN entities e ON e.id = w.entity WHERE d.name = ?1 AND e.account IS NOT NULL \
             UNION SELECT o.account FROM order_domains d JOIN orders o ON o.id = d.order_id WHERE d.name = ?1 \
             ORDER BY 1",
        )?;
        let owners = statement.query_map([name], |row| row.get(0))?;
        Ok(owners.collect::<Result<_, _>>()?)
    }

    fn domain(&self, name: &str) -> Result<Option<Domain>, StoreError> {
        self.one(&format!("{} WHERE name = ?1", select::DOMAINS), [name], rows::domain)
    }
}

/// Does it again while another process is in the way. Whoever makes a new file keep a log isn't made to wait by SQLite where another one
/// does the same: each would wait for the other, so it sends one away at once.
fn patiently(mut work: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let until = Instant::now() + BUSY;
    loop {
        match work() {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

/// What SQLite says, without its wrapping: `unable to open database file`.
fn reason(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}

/// Whether an error of SQLite's may pass by itself: somebody else writes, or the disk is full.
pub(super) fn may_pass(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let passing = [ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked, ErrorCode::DiskFull];
    let code = error.downcast_ref().and_then(rusqlite::Error::sqlite_error_code);
    code.is_some_and(|code| passing.contains(&code))
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

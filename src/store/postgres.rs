//! The record store in PostgreSQL, for several programs on one database: a pool of connections, every value a parameter.
//!
//! What SQLite gets from having one writer is had here from locks on rows, unique indexes and conditions on what was read; each
//! statement or transaction says beside it which. Work that PostgreSQL undoes because two met is done again.
//!
//! - `address`: what a URL means; `session`: a connection and the pool; `failure`: what went wrong, in one line
//! - `migrate`: the tables, by version
//! - `text`, `fields`: how texts are written, how rows are read
//! - `write`, `select`: records in and out
//! - `acts`, `conversations`, `removal`, `queue`, `keys`, `upkeep`: the other traits
//!
//! The client blocks: calls come from plain threads, from those for blocking work, or from the threads of a runtime that has
//! several.

mod acts;
mod address;
mod conversations;
mod failure;
mod fields;
mod keys;
mod migrate;
mod queue;
mod removal;
mod select;
mod session;
mod text;
mod upkeep;
mod write;

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use postgres::{Client, Row, Transaction};
use r2d2::Pool;
use tokio::runtime::{Handle, RuntimeFlavor};

use super::rows::{Fields, records as rows};
use super::{Imported, Store, StoreError};
use crate::domain::records::check::check;
use crate::domain::records::{Account, Domain, Identity, RecordSet};
use address::Address;
pub(super) use failure::may_pass;
use failure::worth_another_try;
use select::Scope;
use session::{On, Pooled, Session, Sessions, Values};
use text::{Back, Text};

/// Connections at the most. PostgreSQL allows 100 where nobody changes it, and other programs want some.
const CONNECTIONS: u32 = 16;

/// How long to wait for a connection.
const WAIT: Duration = Duration::from_secs(5);

/// Held while records are imported: one import at a time, since each checks first what is there.
const IMPORTING: i64 = migrate::MIGRATING + 1;

/// Everything that is kept, in a PostgreSQL database.
pub struct PostgresStore {
    /// Always there, until the store is dropped.
    pool: Option<Pool<Sessions>>,
    place: String,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("place", &self.place).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects, and brings the tables up to date.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let place = address.place.clone();
        // The first connection is made by hand: what is wrong is said at once, and not after the pool's patience.
        on_blocking_thread(|| {
            let mut session = connect(&address)?;
            migrate::migrate(&mut session, &place)
        })?;
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            // Asked only where it was idle for long, see `session`.
            .test_on_check_out(false)
            .connection_timeout(WAIT)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(Sessions(address));
        Ok(Self { pool: Some(pool), place })
    }

    fn lost(&self, reason: impl fmt::Display) -> StoreError {
        StoreError::Unreachable { place: self.place.clone(), reason: reason.to_string() }
    }

    /// A connection that was alive a moment ago.
    fn session(&self) -> Result<Pooled, StoreError> {
        let Some(pool) = &self.pool else { return Err(self.lost("the store is closed")) };
        loop {
            let mut session = pool.get().map_err(|error| self.lost(error))?;
            if !session.has_ended() {
                return Ok(session);
            }
            // Dropped, it is replaced; after as many as the pool has, one is new.
        }
    }

    /// Works on a connection. What broke it is said, and the connection isn't used again. `harmless` says whether what was done
    /// on one that was lost may be done again on another.
    fn on_session<T>(
        &self,
        harmless: impl Fn() -> bool,
        mut work: impl FnMut(&mut Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        on_blocking_thread(|| {
            let mut tries = 0;
            loop {
                tries += 1;
                let mut session = self.session()?;
                let error = match work(&mut session) {
                    Ok(done) => return Ok(done),
                    Err(error) => error,
                };
                let (mut lost, mut stale) = (false, false);
                if let Some(failure) = failure::of(&error) {
                    lost = failure.lost;
                    stale = session::is_stale(failure);
                }
                session.broken |= lost || stale;
                drop(session);
                // A stale statement was refused before it did anything. Every connection in the pool may be of such a kind.
                let again = (stale || lost && harmless()) && tries <= CONNECTIONS;
                if again || worth_another_try(&error, tries) {
                    continue;
                }
                return Err(if lost {
                    self.lost(format!("the connection was lost: {error}"))
                } else {
                    error
                });
            }
        })
    }

    /// Reads: done again on another connection where one was lost.
    fn read<T>(
        &self,
        mut work: impl FnMut(&mut On<'_, Client>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.on_session(|| true, |session| work(&mut session.plain()))
    }

    /// Writes with single statements, each of which is a transaction. Nobody knows whether one on a connection that was lost was
    /// done, so that it isn't done again.
    fn write_at_once<T>(
        &self,
        mut work: impl FnMut(&mut On<'_, Client>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.on_session(|| false, |session| work(&mut session.plain()))
    }

    /// One transaction of several statements, each of which sees what was committed before it. On a connection that was lost before
    /// it began it is done on another.
    fn write<T>(
        &self,
        mut work: impl FnMut(&mut On<'_, Transaction<'_>>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let begun = Cell::new(false);
        let not_begun = || !begun.get();
        self.on_session(not_begun, |session| {
            begun.set(false);
            let mut within = session.transaction()?;
            begun.set(true);
            let done = work(&mut within.on())?;
            within.commit()?;
            Ok(done)
        })
    }

    /// One record by its key, or none.
    fn one<T>(
        &self,
        sql: &str,
        values: Values<'_>,
        read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.read(|on| on.row(sql, values)?.map(|row| read(&row)).transpose())
    }

    fn all<T>(
        &self,
        sql: &str,
        values: Values<'_>,
        read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.read(|on| on.query(sql, values)?.iter().map(|row| read(row)).collect())
    }

    fn owner(&self, sql: &str, id: &str) -> Result<Option<String>, StoreError> {
        self.read(|on| on.row(sql, &[&Text(id)])?.map(|row| first_text(&row)).transpose())
    }
}

impl Drop for PostgresStore {
    /// Closing connections blocks too, and whoever drops the store last may be a thread that mustn't.
    fn drop(&mut self) {
        let pool = self.pool.take();
        // On a thread of its own: there it may, wherever this is.
        let _ = std::thread::spawn(move || drop(pool)).join();
    }
}

fn connect(address: &Address) -> Result<Session, StoreError> {
    Session::connect(address).map_err(|failure| StoreError::Unreachable {
        place: address.place.clone(),
        reason: failure.to_string(),
    })
}

fn first_text(row: &Row) -> Result<String, StoreError> {
    Ok(row.try_get::<_, Back<'_>>(0)?.0.into_owned())
}

/// Tells the runtime, where there is one, that this thread is going to block.
fn on_blocking_thread<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(work)
        }
        _ => work(),
    }
}

impl Store for PostgresStore {
    fn import(&self, set: &RecordSet) -> Result<Imported, StoreError> {
        self.write(|on| {
            on.execute("SELECT pg_advisory_xact_lock($1)", &[&IMPORTING])?;
            check(set, &write::known(on, set)?)?;
            write::records(on, set)?;
            Ok(Imported::of(set))
        })
    }

    fn export(&self) -> Result<RecordSet, StoreError> {
        self.read(|on| select::records(on, Scope::All))
    }

    fn identity(&self, channel: &str, user: &str) -> Result<Option<Identity>, StoreError> {
        let sql =
            "SELECT channel, \"user\", account, role FROM identities WHERE channel = $1 AND \"user\" = $2";
        self.one(sql, &[&Text(channel), &Text(user)], rows::identity)
    }

    fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        self.one("SELECT id, site FROM accounts WHERE id = $1", &[&Text(id)], rows::account)
    }

    fn case_file(&self, account: &str) -> Result<RecordSet, StoreError> {
        self.read(|on| select::records(on, Scope::Account(account)))
    }

    fn owner_of_order(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.owner("SELECT account FROM orders WHERE id = $1", id)
    }

    fn owner_of_instance(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.owner("SELECT account FROM instances WHERE id = $1", id)
    }

    fn owners_of_domain(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT e.account FROM website_domains d JOIN websites w ON w.id = d.website \
             JOIN entities e ON e.id = w.entity WHERE lower(d.name) = $1 AND e.account IS NOT NULL \
             UNION SELECT o.account FROM order_domains d JOIN orders o ON o.id = d.order_id WHERE lower(d.name) = $1 \
             ORDER BY 1";
        let name = name.to_ascii_lowercase();
        self.read(|on| on.query(sql, &[&Text(&name)])?.iter().map(first_text).collect())
    }

    fn domain(&self, name: &str) -> Result<Option<Domain>, StoreError> {
        let name = name.to_ascii_lowercase();
        self.one("SELECT * FROM domains WHERE lower(name) = $1", &[&Text(&name)], rows::domain)
    }
}

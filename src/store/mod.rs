//! The store: five traits, a database behind them, the record set in and out.
//!
//! - [`Store`]: the records
//! - [`Acts`]: what is done to them, one by one, with a row that says by whom
//! - [`Conversations`]: what was said, and why
//! - [`Queue`]: what channels took in and have still to work off
//! - [`Keys`]: keys that programs come with, and how much they may ask
//!
//! An operator has a sixth, [`Upkeep`]: all tables at once, for copies and backups.
//!
//! What a record set must satisfy is decided in [`crate::domain::records::check`]; reading its JSON is in [`read`];
//! what the records mean is nobody's business here.

pub mod acts;
mod backup;
pub mod conversations;
pub mod keys;
mod open;
mod postgres;
pub mod queue;
pub mod read;
mod rows;
mod sqlite;
mod status;
mod transfer;

use std::fmt;

use crate::domain::records::check::Findings;
use crate::domain::records::{Account, Domain, Identity, RecordSet};

pub use acts::Acts;
pub use backup::{Unfinished, backup, restore, throwaway_copy};
pub use conversations::{Conversations, MemoryConversations};
pub use keys::Keys;
pub use open::open;
pub use postgres::PostgresStore;
pub use queue::Queue;
pub use read::{RecordSetError, read_record_bytes, read_record_set};
pub use sqlite::SqliteStore;
pub use status::{Status, file_of, status};
pub use transfer::{Copied, Upkeep, checksums, copy};

/// Where records are kept. Calls block for the time of a query; a server calls them off its async threads or accepts
/// the microseconds.
pub trait Store: Send + Sync {
    /// Takes a record set in, all of it or nothing. A record whose key is known replaces the one there, so that
    /// the same file can be imported twice.
    fn import(&self, set: &RecordSet) -> Result<Imported, StoreError>;

    /// Everything, in the order in which it came in.
    fn export(&self) -> Result<RecordSet, StoreError>;

    /// Who speaks on a channel.
    fn identity(&self, channel: &str, user: &str) -> Result<Option<Identity>, StoreError>;

    fn account(&self, id: &str) -> Result<Option<Account>, StoreError>;

    /// Everything of one account: the account, its entities, their websites, its instances with their service
    /// numbers, its orders, and the domains that these websites and orders name. Empty for an unknown account.
    fn case_file(&self, account: &str) -> Result<RecordSet, StoreError>;

    /// The account that an order belongs to.
    fn owner_of_order(&self, id: &str) -> Result<Option<String>, StoreError>;

    /// The account that an instance belongs to.
    fn owner_of_instance(&self, id: &str) -> Result<Option<String>, StoreError>;

    /// The accounts whose websites or orders name a domain, each once, sorted.
    fn owners_of_domain(&self, name: &str) -> Result<Vec<String>, StoreError>;

    /// The record of a domain; names compare without regard to ASCII case.
    fn domain(&self, name: &str) -> Result<Option<Domain>, StoreError>;
}

/// A database: everything that is kept.
pub trait Database: Store + Acts + Conversations + Queue + Keys + Upkeep {}
impl<T: Store + Acts + Conversations + Queue + Keys + Upkeep> Database for T {}

/// How many records an import took in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub accounts: usize,
    pub identities: usize,
    pub entities: usize,
    pub websites: usize,
    pub domains: usize,
    pub instances: usize,
    pub service_numbers: usize,
    pub orders: usize,
}

impl Imported {
    fn of(set: &RecordSet) -> Self {
        Self {
            accounts: set.accounts.len(),
            identities: set.identities.len(),
            entities: set.entities.len(),
            websites: set.websites.len(),
            domains: set.domains.len(),
            instances: set.instances.len(),
            service_numbers: set.service_numbers.len(),
            orders: set.orders.len(),
        }
    }

    /// All records together.
    pub fn total(self) -> usize {
        self.accounts
            + self.identities
            + self.entities
            + self.websites
            + self.domains
            + self.instances
            + self.service_numbers
            + self.orders
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} accounts, {} identities, {} entities, {} websites, {} domains, {} instances, {} service numbers, {} orders",
            self.accounts,
            self.identities,
            self.entities,
            self.websites,
            self.domains,
            self.instances,
            self.service_numbers,
            self.orders
        )
    }
}

/// Why the store did not do it. Each is one line that names the mend where there is one.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The record set is refused; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Findings),
    #[error("cannot open the database `{path}`: {reason}; give a file in a folder that can be written to")]
    Open { path: String, reason: String },
    #[error(
        "the database `{path}` is of version {found}, this program knows versions up to {known}; use a newer program"
    )]
    Newer { path: String, found: i64, known: i64 },
    #[error("`{path}` is a database of another program; give another one")]
    Foreign { path: String },
    #[error(
        "the address of the database can't be used: {reason}; give postgres://USER:PASSWORD@HOST:PORT/NAME"
    )]
    Address { reason: String },
    /// A server that isn't there, doesn't let us in, or has gone. The next call tries anew.
    #[error(
        "the database {place} can't be used: {reason}; see that PostgreSQL runs there, and name, user and password are right"
    )]
    Unreachable { place: String, reason: String },
    #[error(
        "`{scheme}:` is not a kind of database this program knows; give sqlite:PATH, a path, or postgres://…"
    )]
    UnknownScheme { scheme: String },
    #[error("there is no database of ours at `{path}`; give the one that `beian serve` writes")]
    NotThere { path: String },
    #[error("`{path}` is there already; give another name")]
    Exists { path: String },
    #[error(
        "the database {place} is of version {version} and not of {latest}; run `beian db migrate` on it first"
    )]
    Outdated { place: String, version: i64, latest: i64 },
    #[error(
        "the database to write to isn't empty: {table} has {rows} rows; nothing was changed; give an empty one (beian restore has --replace)"
    )]
    NotEmpty { table: &'static str, rows: u64 },
    /// What was written is not what was read.
    #[error(
        "{table} didn't come over as it was; nothing was changed; see that nothing else writes to the two databases"
    )]
    NotTheSame { table: &'static str },
    #[error("the name of the database is empty; give sqlite:PATH, a path, or postgres://…")]
    NoName,
    /// A value in the database that this program could not have written.
    #[error("the database holds `{value}` where {what} is expected; restore it from an export")]
    Damaged { what: &'static str, value: String },
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same may work a little later, with nothing changed: the database is away, or too busy with others.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Database(error) => postgres::may_pass(error.as_ref()) || sqlite::may_pass(error.as_ref()),
            Self::Refused(_)
            | Self::Open { .. }
            | Self::Newer { .. }
            | Self::Foreign { .. }
            | Self::Address { .. }
            | Self::UnknownScheme { .. }
            | Self::NotThere { .. }
            | Self::Exists { .. }
            | Self::Outdated { .. }
            | Self::NotEmpty { .. }
            | Self::NotTheSame { .. }
            | Self::NoName
            | Self::Damaged { .. } => false,
        }
    }
}

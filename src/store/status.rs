//! What a database is, looked at without changing it: not even its tables are brought up to date.

use std::path::Path;

use super::open::{Named, named};
use super::sqlite::SqliteStore;
use super::{PostgresStore, StoreError};

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `SQLite` or `PostgreSQL`, with its version.
    pub kind: String,
    /// Where it is, without a password.
    pub place: String,
    /// 0: there are no tables yet.
    pub version: i64,
    /// What this program brings it up to.
    pub latest: i64,
    /// Rows of each table that is there.
    pub rows: Vec<(&'static str, u64)>,
    /// Jobs that wait to be worked off.
    pub waiting: u64,
}

/// Looks at a database. One in a file has to be there.
pub fn status(url: &str) -> Result<Status, StoreError> {
    match named(url)? {
        Named::Memory => Err(StoreError::NotThere { path: ":memory:".to_owned() }),
        Named::File(path) => SqliteStore::status(Path::new(path)),
        Named::Postgres(url) => PostgresStore::status(url),
    }
}

/// The file of a database that is one.
pub fn file_of(url: &str) -> Result<Option<&Path>, StoreError> {
    Ok(match named(url)? {
        Named::File(path) => Some(Path::new(path)),
        Named::Memory | Named::Postgres(_) => None,
    })
}

//! The tables, by version: each file in `migrations/` brings the database one version further, in one transaction.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// Version n is reached by the n-th script. A script that was released is never changed: a new one is added.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_records.sql"),
    include_str!("../migrations/0002_conversations.sql"),
    include_str!("../migrations/0003_channels.sql"),
];

/// Marks a database as ours (`beia` in ASCII), so that another program's is never written to.
const APPLICATION: i64 = 0x6265_6961;

/// What kind of error it is that a database can't be read or written at all.
pub(super) trait Unusable: Fn(&rusqlite::Error) -> StoreError {}
impl<F: Fn(&rusqlite::Error) -> StoreError> Unusable for F {}

/// Refuses a database that is another program's, or newer than this one. Returns its version; writes nothing.
pub(super) fn inspect(
    connection: &Connection,
    name: &str,
    unusable: impl Unusable,
) -> Result<i64, StoreError> {
    let number = |sql: &str| {
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| unusable(&error))
    };
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let application = number("PRAGMA application_id")?;
    if application != APPLICATION && (tables > 0 || application != 0) {
        return Err(StoreError::Foreign { path: name.to_owned() });
    }
    let found = number("PRAGMA user_version")?;
    let known = latest();
    if found > known {
        return Err(StoreError::Newer { path: name.to_owned(), found, known });
    }
    Ok(found)
}

/// Brings the tables up to date.
pub(super) fn migrate(
    connection: &mut Connection,
    name: &str,
    unusable: impl Unusable,
) -> Result<(), StoreError> {
    if inspect(connection, name, &unusable)? == latest() {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| unusable(&error))?;
    // Read again under the lock: another process may have been faster.
    let from = inspect(&transaction, name, &unusable)?;
    for (version, script) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > from) {
        transaction.execute_batch(script)?;
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.commit().map_err(|error| unusable(&error))
}

pub(in crate::store) fn latest() -> i64 {
    (1_i64..).zip(MIGRATIONS).last().map_or(0, |(version, _)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(error: &rusqlite::Error) -> StoreError {
        StoreError::Open { path: "test".to_owned(), reason: error.to_string() }
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(inspect(&connection, "test", plain).unwrap(), 0);
        migrate(&mut connection, "test", plain).unwrap();
        migrate(&mut connection, "test", plain).unwrap();
        assert_eq!(inspect(&connection, "test", plain).unwrap(), latest());
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, "test", plain).unwrap();
        connection.pragma_update(None, "user_version", latest() + 1).unwrap();
        let error = migrate(&mut connection, "test", plain).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found, known, .. } if found == known + 1), "{error}");
    }

    #[test]
    fn a_database_of_another_program_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
        let error = migrate(&mut connection, "test", plain).unwrap_err();
        assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    }
}

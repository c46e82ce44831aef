//! The tables in PostgreSQL, by version. A table of our own, `beian_schema`, holds the version and marks the schema as ours.

use postgres::Transaction;

use super::session::Session;
use crate::store::StoreError;

/// Each version with the script that reaches it from the one before. PostgreSQL came with version 3; versions are those of
/// SQLite, so that the tables of one version are the same in both. A script that was released is never changed.
const MIGRATIONS: &[(i64, &str)] = &[(3, include_str!("../migrations/postgres/0003_everything.sql"))];

/// Held while tables are made: `beian` as a number.
pub(super) const MIGRATING: i64 = 0x62_6569_616e;

pub(in crate::store) fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, _)| *version)
}

/// Refuses a database that is another program's, can't hold our texts, or is newer than this program. Returns its version, 0 where
/// nothing is there; writes nothing.
pub(super) fn inspect(transaction: &mut Transaction<'_>, place: &str) -> Result<i64, StoreError> {
    let row = transaction.query_one(
        "SELECT current_schema()::text, current_setting('server_encoding'), \
         (SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace \
             AND c.relkind IN ('r', 'p') AND NOT EXISTS \
             (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')), \
         (SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace \
             AND c.relkind = 'r' AND c.relname = 'beian_schema')",
        &[],
    )?;
    let refused =
        |reason: &str| StoreError::Unreachable { place: place.to_owned(), reason: reason.to_owned() };
    if row.get::<_, Option<&str>>(0).is_none() {
        return Err(refused("the schema that search_path names isn't there: create it"));
    }
    if row.get::<_, &str>(1) != "UTF8" {
        return Err(refused("its encoding is not UTF8: create it with ENCODING 'UTF8' TEMPLATE template0"));
    }
    let (tables, ours): (i64, i64) = (row.get(2), row.get(3));
    if ours == 0 {
        return if tables == 0 { Ok(0) } else { Err(StoreError::Foreign { path: place.to_owned() }) };
    }
    let found: i64 = transaction.query_one("SELECT version FROM beian_schema", &[])?.get(0);
    let known = latest();
    if found > known {
        return Err(StoreError::Newer { path: place.to_owned(), found, known });
    }
    Ok(found)
}

/// Brings the tables up to date. Where two programs start at once, one makes them and the other finds them made.
pub(super) fn migrate(session: &mut Session, place: &str) -> Result<(), StoreError> {
    {
        let mut within = session.transaction()?;
        if inspect(within.on().client, place)? == latest() {
            return Ok(());
        }
    }
    let mut within = session.transaction()?;
    let transaction = within.on().client;
    transaction.batch_execute("SET LOCAL lock_timeout = 0")?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
    // Read again under the lock: another process may have been faster.
    let from = inspect(transaction, place)?;
    if from == 0 {
        transaction.batch_execute(
            "CREATE TABLE beian_schema (only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row), version BIGINT NOT NULL); \
             INSERT INTO beian_schema (version) VALUES (0)",
        )?;
    }
    for (version, script) in MIGRATIONS.iter().filter(|(version, _)| *version > from) {
        transaction.batch_execute(script)?;
        transaction.execute("UPDATE beian_schema SET version = $1", &[version])?;
    }
    within.commit()?;
    Ok(())
}

//! A PostgreSQL database as a whole: its tables copied, what is in it.

use postgres::Transaction;
use serde_json::Value;

use super::address::Address;
use super::session::On;
use super::text::read;
use super::write::{insert, quoted};
use super::{PostgresStore, connect, migrate, on_blocking_thread};
use crate::store::transfer::{AT_ONCE, Row, TABLES, Table, Tables, Upkeep, Work};
use crate::store::{Status, StoreError};

impl Upkeep for PostgresStore {
    fn look_at_tables(&self, work: &mut Work<'_>) -> Result<(), StoreError> {
        // Not done again where it was lost: what was given out is given out.
        self.on_session(
            || false,
            |session| {
                let mut within = session.transaction()?;
                let mut on = within.on();
                on.client.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
                work(&mut In(&mut on))
            },
        )
    }

    fn is_elsewhere(&self) -> bool {
        true
    }

    fn change_tables(&self, work: &mut Work<'_>) -> Result<(), StoreError> {
        self.write(|on| work(&mut In(on)))
    }
}

/// Tables inside a transaction.
struct In<'a, 'b, 'c>(&'a mut On<'b, Transaction<'c>>);

impl In<'_, '_, '_> {
    /// The columns of a table, sorted.
    fn columns(&mut self, table: &Table) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 \
             AND NOT attisdropped ORDER BY attname::text COLLATE \"C\"";
        let rows = self.0.query(sql, &[&table.name])?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }
}

fn sequence(table: &Table, column: &str) -> String {
    format!("{}_{column}_seq", table.name)
}

impl Tables for In<'_, '_, '_> {
    fn lock(&mut self) -> Result<(), StoreError> {
        let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        // Readers go on.
        self.0.client.batch_execute(&format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", ")))?;
        Ok(())
    }

    fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        let row = self.0.client.query_one(&format!("SELECT count(*) FROM {}", table.name), &[])?;
        Ok(u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default())
    }

    fn clear(&mut self, table: &Table) -> Result<(), StoreError> {
        self.0.client.execute(&format!("DELETE FROM {}", table.name), &[])?;
        Ok(())
    }

    fn read(
        &mut self,
        table: &Table,
        take: &mut dyn FnMut(Vec<Row>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let columns = self.columns(table)?;
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let names = names.join(", ");
        let sql = format!(
            "SELECT row_to_json(t)::text FROM (SELECT {names} FROM {} ORDER BY {}) t",
            table.name, table.order
        );
        let portal = self.0.client.bind(&sql, &[])?;
        loop {
            let found = self.0.client.query_portal(&portal, i32::try_from(AT_ONCE).unwrap_or(i32::MAX))?;
            let (some, last) = (!found.is_empty(), found.len() < AT_ONCE);
            let rows = found.iter().map(|row| {
                serde_json::from_str(row.try_get(0)?)
                    .map(canonical)
                    .map_err(|_| StoreError::Damaged { what: table.name, value: "no row".to_owned() })
            });
            let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
            if some {
                take(rows)?;
            }
            if last {
                return Ok(());
            }
        }
    }

    fn insert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), StoreError> {
        insert(self.0, table.name, rows.into_iter().map(|row| Ok(Value::Object(row))))
    }

    fn last_number(&mut self, table: &Table, column: &str) -> Result<i64, StoreError> {
        let sql = format!(
            "SELECT greatest(coalesce(pg_sequence_last_value('{}'), 0), (SELECT coalesce(max({column}), 0) FROM {}))",
            sequence(table, column),
            table.name
        );
        Ok(self.0.client.query_one(&sql, &[])?.try_get(0)?)
    }

    fn skip_numbers(&mut self, table: &Table, column: &str, last: i64) -> Result<(), StoreError> {
        // Never back: a sequence stays where it was set even when the transaction is undone.
        let sequence = sequence(table, column);
        let sql = format!(
            "SELECT setval('{sequence}', greatest($1, pg_sequence_last_value('{sequence}'))) WHERE $1 > 0::bigint"
        );
        self.0.client.query_opt(&sql, &[&last])?;
        Ok(())
    }
}

/// A row as SQLite has it.
fn canonical(mut row: Row) -> Row {
    for value in row.values_mut() {
        match value {
            Value::Bool(truth) => *value = i64::from(*truth).into(),
            Value::String(text) => {
                if let std::borrow::Cow::Owned(other) = read(text) {
                    *text = other;
                }
            }
            _ => {}
        }
    }
    row
}

impl PostgresStore {
    /// What is in a database; nothing is changed.
    pub(in crate::store) fn status(url: &str) -> Result<Status, StoreError> {
        let address = Address::parse(url)?;
        on_blocking_thread(|| {
            let mut session = connect(&address)?;
            let mut within = session.transaction()?;
            let mut on = within.on();
            let version = migrate::inspect(on.client, &address.place)?;
            let server: String =
                on.client.query_one("SELECT current_setting('server_version')", &[])?.try_get(0)?;
            let mut tables = In(&mut on);
            let mut rows = Vec::new();
            for table in TABLES.iter().filter(|_| version > 0) {
                rows.push((table.name, tables.count(table)?));
            }
            let waiting = if version > 0 {
                let sql = "SELECT count(*) FROM jobs WHERE state = 'waiting'";
                on.client.query_one(sql, &[])?.try_get(0)?
            } else {
                0_i64
            };
            Ok(Status {
                kind: format!("PostgreSQL {}", server.split(' ').next().unwrap_or_default()),
                place: address.place.clone(),
                version,
                latest: migrate::latest(),
                rows,
                waiting: u64::try_from(waiting).unwrap_or_default(),
            })
        })
    }
}

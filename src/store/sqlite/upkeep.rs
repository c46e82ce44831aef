//! A SQLite database as a whole: its tables copied, the file copied while it is in use, what is in it.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params, params_from_iter};
use serde_json::Value;

use super::{BUSY, SqliteStore, migrate, reason};
use crate::store::transfer::{AT_ONCE, Row, TABLES, Table, Tables, Upkeep, Work};
use crate::store::{Status, StoreError};

impl Upkeep for SqliteStore {
    fn look_at_tables(&self, work: &mut Work<'_>) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        work(&mut In(&transaction))
    }

    fn is_elsewhere(&self) -> bool {
        false
    }

    fn change_tables(&self, work: &mut Work<'_>) -> Result<(), StoreError> {
        {
            let mut connection = self.lock();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            work(&mut In(&transaction))?;
            transaction.commit()?;
        }
        self.empty_log()
    }
}

/// Tables inside a transaction.
struct In<'a>(&'a Transaction<'a>);

impl In<'_> {
    /// The columns of a table, sorted.
    fn columns(&self, table: &Table) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT name FROM pragma_table_info(?1) ORDER BY name")?;
        let names = statement.query_map([table.name], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}

impl Tables for In<'_> {
    fn lock(&mut self) -> Result<(), StoreError> {
        // Whoever changes anything here is alone.
        Ok(())
    }

    fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        count(self.0, table)
    }

    fn clear(&mut self, table: &Table) -> Result<(), StoreError> {
        self.0.execute(&format!("DELETE FROM {}", table.name), [])?;
        Ok(())
    }

    fn read(
        &mut self,
        table: &Table,
        take: &mut dyn FnMut(Vec<Row>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let columns = self.columns(table)?;
        let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        let sql = format!("SELECT {} FROM {} ORDER BY {}", names.join(", "), table.name, table.order);
        let mut statement = self.0.prepare(&sql)?;
        let mut found = statement.query([])?;
        let mut rows = Vec::with_capacity(AT_ONCE);
        while let Some(row) = found.next()? {
            let mut read = Row::new();
            for (place, column) in columns.iter().enumerate() {
                read.insert(column.clone(), value(table, row.get_ref(place)?)?);
            }
            rows.push(read);
            if rows.len() == AT_ONCE {
                take(std::mem::replace(&mut rows, Vec::with_capacity(AT_ONCE)))?;
            }
        }
        if rows.is_empty() { Ok(()) } else { take(rows) }
    }

    fn insert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), StoreError> {
        for row in rows {
            let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
            let places: Vec<String> = (1..=row.len()).map(|place| format!("?{place}")).collect();
            let sql =
                format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), places.join(", "));
            let cells = row.into_iter().map(|(_, value)| match value {
                Value::String(text) => Cell::Text(text),
                Value::Number(number) => number.as_i64().map_or(Cell::Null, Cell::Integer),
                Value::Bool(truth) => Cell::Integer(i64::from(truth)),
                _ => Cell::Null,
            });
            self.0.prepare_cached(&sql)?.execute(params_from_iter(cells))?;
        }
        Ok(())
    }

    fn last_number(&mut self, table: &Table, column: &str) -> Result<i64, StoreError> {
        let sql = format!(
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?1), 0), \
             coalesce((SELECT max({column}) FROM {}), 0))",
            table.name
        );
        Ok(self.0.query_row(&sql, [table.name], |row| row.get(0))?)
    }

    fn skip_numbers(&mut self, table: &Table, _column: &str, last: i64) -> Result<(), StoreError> {
        // Only tables whose numbers must not come again have a row there, once something was written to them.
        let sql = "SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        if !self.0.query_row(sql, [table.name], |row| row.get(0))? {
            return Ok(());
        }
        let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1";
        if self.0.execute(sql, params![table.name, last])? == 0 {
            self.0.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                params![table.name, last],
            )?;
        }
        Ok(())
    }
}

fn value(table: &Table, cell: ValueRef<'_>) -> Result<Value, StoreError> {
    match cell {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(number.into()),
        ValueRef::Text(_) => Ok(cell.as_str().map_err(rusqlite::Error::from)?.into()),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(StoreError::Damaged {
            what: table.name,
            value: "neither a text nor a whole number".to_owned(),
        }),
    }
}

fn count(connection: &Connection, table: &Table) -> Result<u64, StoreError> {
    let rows: i64 =
        connection.query_row(&format!("SELECT count(*) FROM {}", table.name), [], |row| row.get(0))?;
    Ok(u64::try_from(rows).unwrap_or_default())
}

/// Opens a file that has to be there, and doesn't change it.
fn look(path: &Path) -> Result<Connection, StoreError> {
    let name = path.display().to_string();
    if !path.exists() {
        return Err(StoreError::NotThere { path: name });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let refused = |error: rusqlite::Error| StoreError::Open { path: name.clone(), reason: reason(&error) };
    let connection = Connection::open_with_flags(path, flags).map_err(refused)?;
    connection.busy_timeout(BUSY).map_err(refused)?;
    Ok(connection)
}

impl SqliteStore {
    /// What is in a file; nothing is changed.
    pub(in crate::store) fn status(path: &Path) -> Result<Status, StoreError> {
        let connection = look(path)?;
        let place = path.display().to_string();
        let refused =
            |error: &rusqlite::Error| StoreError::Open { path: place.clone(), reason: reason(error) };
        let version = migrate::inspect(&connection, &place, refused)?;
        let mut rows = Vec::new();
        for table in &TABLES {
            let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
            if connection.query_row(sql, [table.name], |row| row.get::<_, i64>(0))? > 0 {
                rows.push((table.name, count(&connection, table)?));
            }
        }
        let waiting = if rows.iter().any(|(table, _)| *table == "jobs") {
            let sql = "SELECT count(*) FROM jobs WHERE state = 'waiting'";
            connection.query_row(sql, [], |row| row.get::<_, i64>(0))?
        } else {
            0
        };
        Ok(Status {
            kind: format!("SQLite {}", rusqlite::version()),
            place,
            version,
            latest: migrate::latest(),
            rows,
            waiting: u64::try_from(waiting).unwrap_or_default(),
        })
    }

    /// Copies a database into another file as it is at this moment, whatever its version, while others use it.
    pub(in crate::store) fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
        let source = look(from)?;
        let name = from.display().to_string();
        migrate::inspect(&source, &name, |error| StoreError::Open {
            path: name.clone(),
            reason: reason(error),
        })?;
        let mut target = Connection::open(to)?;
        {
            let backup = Backup::new(&source, &mut target)?;
            // All pages in one step: what others write meanwhile can't make it begin anew.
            let mut tries = 0;
            loop {
                match backup.step(-1)? {
                    StepResult::Done => break,
                    _ if tries < 50 => tries += 1,
                    _ => {
                        let busy = "another program keeps it busy".to_owned();
                        return Err(StoreError::Open { path: name, reason: busy });
                    }
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        into_one_file(&target)?;
        let sound: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            return Err(StoreError::Damaged { what: "a sound database", value: sound.replace('\n', " ") });
        }
        Ok(())
    }

    /// Leaves everything in the one file, without a log beside it.
    pub(in crate::store) fn into_one_file(self) -> Result<(), StoreError> {
        into_one_file(&self.lock())
    }
}

fn into_one_file(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(())
}

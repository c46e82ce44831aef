//! All rows of one database into another, whichever two they are: copies, backups, what is restored.
//!
//! A copy is one transaction on the target. What was read is hashed on the way, what was written is read again and hashed before
//! the commit, over the same canonical text: a row is a JSON object with its columns sorted, truths as 0 and 1.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Database, StoreError};

/// A row, by the names of its columns: texts, whole numbers and nulls.
pub type Row = Map<String, Value>;

/// A table, as far as both databases have to agree on it. Its columns are asked of the database.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// What its rows are sorted by.
    pub order: &'static str,
    /// The column that the database numbers.
    pub numbered: Option<&'static str>,
}

const fn table(name: &'static str, order: &'static str, numbered: Option<&'static str>) -> Table {
    Table { name, order, numbered }
}

/// Every table, after those it refers to.
pub const TABLES: [Table; 22] = [
    table("accounts", "position", Some("position")),
    table("identities", "position", Some("position")),
    table("entities", "position", Some("position")),
    table("websites", "position", Some("position")),
    table("website_domains", "website, place", None),
    table("domains", "position", Some("position")),
    table("instances", "position", Some("position")),
    table("service_numbers", "position", Some("position")),
    table("orders", "position", Some("position")),
    table("order_domains", "order_id, place", None),
    table("order_rejections", "order_id, place", None),
    table("order_events", "order_id, place", None),
    table("conversations", "number", Some("number")),
    table("turns", "number", Some("number")),
    table("deliveries", "channel, delivery", None),
    table("handovers", "number", Some("number")),
    table("feedback", "turn, channel, \"user\"", None),
    table("audit", "number", Some("number")),
    table("link_codes", "handle", None),
    table("jobs", "number", Some("number")),
    table("api_keys", "handle", None),
    table("limits", "bucket", None),
];

/// Rows that go from one database to the other at once.
pub(super) const AT_ONCE: usize = 500;

/// The tables of a database inside one transaction.
pub trait Tables {
    /// Keeps others from writing until the transaction ends.
    fn lock(&mut self) -> Result<(), StoreError>;

    fn count(&mut self, table: &Table) -> Result<u64, StoreError>;

    fn clear(&mut self, table: &Table) -> Result<(), StoreError>;

    /// Gives all rows in their order, some at a time.
    fn read(
        &mut self,
        table: &Table,
        take: &mut dyn FnMut(Vec<Row>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    fn insert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), StoreError>;

    /// The highest number that was ever given in a numbered table, as far as it is known.
    fn last_number(&mut self, table: &Table, column: &str) -> Result<i64, StoreError>;

    /// Numbers up to this one aren't given any more.
    fn skip_numbers(&mut self, table: &Table, column: &str, last: i64) -> Result<(), StoreError>;
}

/// Work with tables.
pub type Work<'a> = dyn FnMut(&mut dyn Tables) -> Result<(), StoreError> + 'a;

/// What an operator does with a database as a whole.
pub trait Upkeep: Send + Sync {
    /// Looks at all tables at one moment.
    fn look_at_tables(&self, work: &mut Work<'_>) -> Result<(), StoreError>;

    /// Changes tables in one transaction: all of it or nothing.
    fn change_tables(&self, work: &mut Work<'_>) -> Result<(), StoreError>;

    /// Whether its work is done by another program, so that whoever asks it mostly waits.
    fn is_elsewhere(&self) -> bool;
}

/// What came over of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub table: &'static str,
    pub rows: u64,
    /// SHA-256 of the rows' canonical text, in hexadecimal.
    pub checksum: String,
}

/// Copies everything, verified. The target has to be empty, or is emptied first where `replace` says so.
pub fn copy(from: &dyn Database, to: &dyn Database, replace: bool) -> Result<Vec<Copied>, StoreError> {
    let mut copied = Vec::new();
    to.change_tables(&mut |target| {
        // Begun anew where the target had to.
        copied.clear();
        target.lock()?;
        make_room(target, replace)?;
        from.look_at_tables(&mut |source| {
            for table in &TABLES {
                copied.push(copy_table(source, target, table)?);
            }
            Ok(())
        })?;
        for (table, copied) in TABLES.iter().zip(&copied) {
            let mut sum = Sum::default();
            target.read(table, &mut |rows| sum.add_all(&rows))?;
            if sum.of(table.name) != *copied {
                return Err(StoreError::NotTheSame { table: table.name });
            }
        }
        Ok(())
    })?;
    Ok(copied)
}

/// What every table holds at one moment.
pub fn checksums(of: &dyn Database) -> Result<Vec<Copied>, StoreError> {
    let mut found = Vec::new();
    of.look_at_tables(&mut |tables| {
        found.clear();
        for table in &TABLES {
            let mut sum = Sum::default();
            tables.read(table, &mut |rows| sum.add_all(&rows))?;
            found.push(sum.of(table.name));
        }
        Ok(())
    })?;
    Ok(found)
}

fn make_room(target: &mut dyn Tables, replace: bool) -> Result<(), StoreError> {
    if replace {
        return TABLES.iter().rev().try_for_each(|table| target.clear(table));
    }
    for table in &TABLES {
        let rows = target.count(table)?;
        if rows > 0 {
            return Err(StoreError::NotEmpty { table: table.name, rows });
        }
    }
    Ok(())
}

fn copy_table(source: &mut dyn Tables, target: &mut dyn Tables, table: &Table) -> Result<Copied, StoreError> {
    let mut sum = Sum::default();
    source.read(table, &mut |rows| {
        sum.add_all(&rows)?;
        target.insert(table, rows)
    })?;
    if let Some(column) = table.numbered {
        let last = source.last_number(table, column)?;
        target.skip_numbers(table, column, last)?;
    }
    Ok(sum.of(table.name))
}

/// Rows counted and hashed.
#[derive(Default)]
struct Sum {
    rows: u64,
    hash: Sha256,
}

impl Sum {
    fn add_all(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        for row in rows {
            let text = serde_json::to_string(row).map_err(|error| StoreError::Database(Box::new(error)))?;
            self.hash.update(text);
            self.hash.update("\n");
            self.rows += 1;
        }
        Ok(())
    }

    fn of(self, table: &'static str) -> Copied {
        let mut checksum = String::with_capacity(64);
        for byte in self.hash.finalize() {
            checksum.push_str(&format!("{byte:02x}"));
        }
        Copied { table, rows: self.rows, checksum }
    }
}

//! Rows of conversations as types: turns, handovers, instants.

use jiff::Timestamp;
use rusqlite::Row;

use super::text::variant;
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::store::conversations::{Handover, Key, Turn};

pub(super) fn turn(row: &Row<'_>) -> Result<Turn, StoreError> {
    Ok(Turn {
        id: row.get("id")?,
        key: key(row)?,
        ordinal: count(row, "ordinal")?,
        at: instant(row, "at")?,
        text: row.get("text")?,
        reply: reply(row)?,
        receipt: row.get("receipt")?,
        delivery: row.get("delivery")?,
    })
}

pub(super) fn handover(row: &Row<'_>) -> Result<Handover, StoreError> {
    let closed_at: Option<i64> = row.get("closed_at")?;
    Ok(Handover {
        number: row.get("number")?,
        key: key(row)?,
        opened_at: instant(row, "opened_at")?,
        reason: row.get("reason")?,
        packet: row.get("packet")?,
        state: variant(row, "state")?,
        taken_by: row.get("taken_by")?,
        closed_at: closed_at.map(|at| at_microsecond("closed_at", at)).transpose()?,
    })
}

pub(super) fn key(row: &Row<'_>) -> Result<Key, StoreError> {
    Ok(Key { channel: row.get("channel")?, user: user(row)?, conversation: row.get("conversation")? })
}

pub(super) fn user(row: &Row<'_>) -> Result<Option<String>, StoreError> {
    let user: String = row.get("user")?;
    Ok(Some(user).filter(|user| !user.is_empty()))
}

pub(super) fn reply(row: &Row<'_>) -> Result<Reply, StoreError> {
    let text = row.get_ref("reply")?.as_str().map_err(rusqlite::Error::from)?;
    // What it says is somebody's and goes into no error.
    serde_json::from_str(text)
        .map_err(|_| StoreError::Damaged { what: "a reply", value: format!("{} bytes", text.len()) })
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(Box::new(error)))
}

pub(super) fn count(row: &Row<'_>, column: &'static str) -> Result<u64, StoreError> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| StoreError::Damaged { what: column, value: number.to_string() })
}

pub(super) fn instant(row: &Row<'_>, column: &'static str) -> Result<Timestamp, StoreError> {
    at_microsecond(column, row.get(column)?)
}

pub(super) fn at_microsecond(column: &'static str, number: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(number)
        .map_err(|_| StoreError::Damaged { what: column, value: number.to_string() })
}

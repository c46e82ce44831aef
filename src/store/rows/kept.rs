//! Rows of conversations as types: turns, handovers, opinions.

use super::{Fields, count, instant, optional_instant, optional_text, text, user, variant};
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::store::conversations::{Conversation, Feedback, Handover, Key, Turn};

pub(in crate::store) fn conversation(row: &dyn Fields) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        context: optional_text(row, "context")?,
        speaker: variant(row, "speaker")?,
        holder: optional_text(row, "holder")?,
        version: count(row, "version")?,
        turns: count(row, "turns")?,
        updated_at: Some(instant(row, "updated_at")?),
    })
}

pub(in crate::store) fn turn(row: &dyn Fields) -> Result<Turn, StoreError> {
    Ok(Turn {
        id: text(row, "id")?,
        key: key(row)?,
        ordinal: count(row, "ordinal")?,
        at: instant(row, "at")?,
        text: text(row, "text")?,
        reply: reply(row)?,
        receipt: text(row, "receipt")?,
        delivery: optional_text(row, "delivery")?,
    })
}

pub(in crate::store) fn handover(row: &dyn Fields) -> Result<Handover, StoreError> {
    Ok(Handover {
        number: row.integer("number")?,
        key: key(row)?,
        opened_at: instant(row, "opened_at")?,
        reason: text(row, "reason")?,
        packet: text(row, "packet")?,
        state: variant(row, "state")?,
        taken_by: optional_text(row, "taken_by")?,
        closed_at: optional_instant(row, "closed_at")?,
    })
}

pub(in crate::store) fn feedback(row: &dyn Fields) -> Result<Feedback, StoreError> {
    Ok(Feedback {
        turn: text(row, "id")?,
        channel: text(row, "channel")?,
        user: user(row)?,
        at: instant(row, "at")?,
        good: row.boolean("good")?,
        reason: optional_text(row, "reason")?,
    })
}

pub(in crate::store) fn key(row: &dyn Fields) -> Result<Key, StoreError> {
    Ok(Key { channel: text(row, "channel")?, user: user(row)?, conversation: text(row, "conversation")? })
}

pub(in crate::store) fn reply(row: &dyn Fields) -> Result<Reply, StoreError> {
    let text = row.text("reply")?;
    // What it says is somebody's and goes into no error.
    serde_json::from_str(&text)
        .map_err(|_| StoreError::Damaged { what: "a reply", value: format!("{} bytes", text.len()) })
}

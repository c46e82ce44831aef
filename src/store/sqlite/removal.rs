//! What is forgotten again: old turns, and everything a person said. The bytes go too: SQLite is told to overwrite what it
//! frees (`secure_delete`), and the log beside the database is emptied.

use jiff::Timestamp;
use rusqlite::{Connection, Params, Transaction, params};

use super::SqliteStore;
use crate::store::StoreError;
use crate::store::conversations::Removed;

/// Turns of these conversations.
const THEIR_TURNS: &str = "SELECT t.number FROM turns t JOIN conversations c ON c.number = t.conversation \
     WHERE c.channel = ?1 AND c.user = ?2";

impl SqliteStore {
    pub(super) fn remove(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<Removed, StoreError>,
    ) -> Result<Removed, StoreError> {
        let removed = self.write(work)?;
        if removed != Removed::default() {
            // A reader elsewhere may be in the way: then the log is emptied the next time.
            self.empty_log()?;
        }
        Ok(removed)
    }
}

pub(super) fn purge(transaction: &Transaction<'_>, before: Timestamp) -> Result<Removed, StoreError> {
    let before = before.as_microsecond();
    let old = "SELECT number FROM turns WHERE at < ?1";
    let feedback = delete(transaction, &format!("DELETE FROM feedback WHERE turn IN ({old})"), [before])?;
    delete(transaction, &format!("DELETE FROM deliveries WHERE turn IN ({old})"), [before])?;
    let turns = delete(transaction, "DELETE FROM turns WHERE at < ?1", [before])?;
    let handovers =
        delete(transaction, "DELETE FROM handovers WHERE state = 'closed' AND closed_at < ?1", [before])?;
    let conversations = delete(
        transaction,
        "DELETE FROM conversations WHERE updated_at < ?1 \
         AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.conversation = conversations.number) \
         AND NOT EXISTS (SELECT 1 FROM handovers h WHERE h.conversation = conversations.number)",
        [before],
    )?;
    delete(transaction, "DELETE FROM link_codes WHERE expires_at < ?1", [before])?;
    delete(transaction, "DELETE FROM limits WHERE span_began_at < ?1", [before])?;
    delete(transaction, "DELETE FROM jobs WHERE ended_at < ?1", [before])?;
    Ok(Removed { conversations, turns, feedback, handovers, audit_without_name: 0 })
}

pub(super) fn forget(
    transaction: &Transaction<'_>,
    channel: &str,
    user: &str,
) -> Result<Removed, StoreError> {
    let who = params![channel, user];
    let feedback = delete(
        transaction,
        &format!("DELETE FROM feedback WHERE (channel = ?1 AND user = ?2) OR turn IN ({THEIR_TURNS})"),
        who,
    )?;
    delete(transaction, &format!("DELETE FROM deliveries WHERE turn IN ({THEIR_TURNS})"), who)?;
    let turns = delete(transaction, &format!("DELETE FROM turns WHERE number IN ({THEIR_TURNS})"), who)?;
    let handovers = delete(
        transaction,
        "DELETE FROM handovers WHERE conversation IN \
         (SELECT number FROM conversations WHERE channel = ?1 AND user = ?2)",
        who,
    )?;
    let conversations =
        delete(transaction, "DELETE FROM conversations WHERE channel = ?1 AND user = ?2", who)?;
    // Its name stays: the channel may deliver it once more.
    delete(
        transaction,
        "UPDATE jobs SET user = '', payload = '', progress = NULL, error = NULL, worker = NULL, \
         ended_at = coalesce(ended_at, arrived_at), state = CASE state WHEN 'waiting' THEN 'done' ELSE state END \
         WHERE queue = ?1 AND user = ?2",
        who,
    )?;
    let audit_without_name =
        delete(transaction, "UPDATE audit SET user = '' WHERE channel = ?1 AND user = ?2", who)?;
    Ok(Removed { conversations, turns, feedback, handovers, audit_without_name })
}

fn delete(connection: &Connection, sql: &str, parameters: impl Params) -> Result<u64, StoreError> {
    let count = connection.prepare_cached(sql)?.execute(parameters)?;
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

//! Conversations in SQLite: their state, turns, handovers and opinions. What is removed again is in `removal`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::SqliteStore;
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::store::conversations::{
    Commit, Committed, Conversation, Conversations, Feedback, Handover, Key, Removed, Turn,
};
use crate::store::rows::kept::{conversation, feedback, handover, key, reply, turn};
use crate::store::rows::{Fields, json, name};

const TURNS: &str = "SELECT t.id, t.ordinal, t.at, t.text, t.reply, t.receipt, c.channel, c.user, \
     c.conversation, (SELECT delivery FROM deliveries d WHERE d.turn = t.number) AS delivery \
     FROM turns t JOIN conversations c ON c.number = t.conversation";

const HANDOVERS: &str = "SELECT h.number, h.opened_at, h.reason, h.packet, h.state, h.taken_by, h.closed_at, \
     c.channel, c.user, c.conversation FROM handovers h JOIN conversations c ON c.number = h.conversation";

impl Conversations for SqliteStore {
    fn conversation(&self, key: &Key) -> Result<Conversation, StoreError> {
        let sql = "SELECT context, speaker, holder, version, turns, updated_at FROM conversations \
             WHERE channel = ?1 AND user = ?2 AND conversation = ?3";
        let found = self.one(sql, params![key.channel, key.user_text(), key.conversation], conversation)?;
        Ok(found.unwrap_or_default())
    }

    fn begin(
        &self,
        channel: &str,
        user: Option<&str>,
        prefix: &str,
        at: Timestamp,
    ) -> Result<Key, StoreError> {
        self.write(|transaction| {
            let mut key = Key {
                channel: channel.to_owned(),
                user: user.map(str::to_owned),
                conversation: String::new(),
            };
            // The number of the row that comes next is one that no conversation here has had.
            let next: i64 = transaction
                .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM conversations")?
                .query_row([], |row| row.get(0))?;
            for number in next.. {
                key.conversation = format!("{prefix}-{number}");
                let made = transaction
                    .prepare_cached(
                        "INSERT INTO conversations (channel, user, conversation, version, turns, updated_at) \
                         VALUES (?1, ?2, ?3, 1, 0, ?4) ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![key.channel, key.user_text(), key.conversation, at.as_microsecond()])?;
                if made == 1 {
                    break;
                }
            }
            Ok(key)
        })
    }

    fn commit_turn(&self, commit: &Commit<'_>) -> Result<Committed, StoreError> {
        let delivery = commit.turn.and_then(|turn| turn.delivery.as_deref());
        // What takes time is done before the lock is taken.
        let reply = commit.turn.map(|turn| json(&turn.reply)).transpose()?;
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(delivery) = delivery
            && let Some(reply) = delivered(&transaction, &commit.key.channel, delivery)?
        {
            return Ok(Committed::AlreadyDelivered(Box::new(reply)));
        }
        let Some(conversation) = write_state(&transaction, commit)? else {
            return Ok(Committed::Conflict);
        };
        if let (Some(turn), Some(reply)) = (commit.turn, reply) {
            let number: i64 = transaction
                .prepare_cached(
                    "INSERT INTO turns (id, conversation, ordinal, at, text, kind, intent, reply, receipt, elapsed_us) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING number",
                )?
                .query_row(
                    params![
                        turn.id,
                        conversation,
                        turn.ordinal.cast_signed(),
                        turn.at.as_microsecond(),
                        turn.text,
                        name(turn.reply.kind)?,
                        turn.reply.intent,
                        reply,
                        turn.receipt,
                        turn.reply.elapsed_us.cast_signed(),
                    ],
                    |row| row.get(0),
                )?;
            if let Some(delivery) = delivery {
                transaction
                    .prepare_cached(
                        "INSERT INTO deliveries (channel, delivery, turn, at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![commit.key.channel, delivery, number, turn.at.as_microsecond()])?;
            }
        }
        transaction.commit()?;
        drop(connection);
        if let Some(log) = &self.log {
            log.grew(&self.connection);
        }
        Ok(Committed::Done)
    }

    fn delivered(&self, channel: &str, delivery: &str) -> Result<Option<Reply>, StoreError> {
        delivered(&self.lock(), channel, delivery)
    }

    fn turn(&self, id: &str) -> Result<Option<Turn>, StoreError> {
        self.one(&format!("{TURNS} WHERE t.id = ?1"), [id], turn)
    }

    fn turns_of(&self, key: &Key) -> Result<Vec<Turn>, StoreError> {
        let sql = format!(
            "{TURNS} WHERE c.channel = ?1 AND c.user = ?2 AND c.conversation = ?3 ORDER BY t.ordinal"
        );
        self.all(&sql, params![key.channel, key.user_text(), key.conversation], turn)
    }

    fn turns_since(&self, since: Timestamp) -> Result<Vec<Turn>, StoreError> {
        self.all(&format!("{TURNS} WHERE t.at >= ?1 ORDER BY t.at, t.number"), [since.as_microsecond()], turn)
    }

    fn conversations_named(&self, name: &str) -> Result<Vec<Key>, StoreError> {
        let sql = "SELECT channel, user, conversation FROM conversations WHERE conversation = ?1 ORDER BY channel, user";
        self.all(sql, [name], key)
    }

    fn open_handover(
        &self,
        of: &Key,
        at: Timestamp,
        reason: &str,
        packet: &str,
    ) -> Result<Handover, StoreError> {
        self.write(|transaction| {
            let conversation: i64 = transaction
                .prepare_cached(
                    // A conversation that was never written is made; one that was is left as it is.
                    "INSERT INTO conversations (channel, user, conversation, version, turns, updated_at) \
                     VALUES (?1, ?2, ?3, 1, 0, ?4) \
                     ON CONFLICT (channel, user, conversation) DO UPDATE SET version = version RETURNING number",
                )?
                .query_row(
                    params![of.channel, of.user_text(), of.conversation, at.as_microsecond()],
                    |row| row.get(0),
                )?;
            transaction
                .prepare_cached(
                    "INSERT INTO handovers (conversation, opened_at, reason, packet, state) \
                     VALUES (?1, ?2, ?3, ?4, 'open') ON CONFLICT DO NOTHING",
                )?
                .execute(params![conversation, at.as_microsecond(), reason, packet])?;
            let sql = format!("{HANDOVERS} WHERE h.conversation = ?1 AND h.state <> 'closed'");
            one(transaction, &sql, [conversation], handover)?
                .ok_or(StoreError::Damaged { what: "a handover under way", value: conversation.to_string() })
        })
    }

    fn take_handover(
        &self,
        number: i64,
        holder: &str,
        at: Timestamp,
    ) -> Result<Option<Handover>, StoreError> {
        self.write(|transaction| {
            let taken = transaction
                .prepare_cached(
                    "UPDATE handovers SET state = 'taken', taken_by = ?2 WHERE number = ?1 AND state = 'open'",
                )?
                .execute(params![number, holder])?;
            if taken == 0 {
                return Ok(None);
            }
            speak(transaction, number, "human", Some(holder), at)?;
            one(transaction, &format!("{HANDOVERS} WHERE h.number = ?1"), [number], handover)
        })
    }

    fn close_handover(&self, number: i64, at: Timestamp) -> Result<Option<Handover>, StoreError> {
        self.write(|transaction| {
            let closed = transaction
                .prepare_cached(
                    "UPDATE handovers SET state = 'closed', closed_at = ?2 WHERE number = ?1 AND state <> 'closed'",
                )?
                .execute(params![number, at.as_microsecond()])?;
            if closed == 0 {
                return Ok(None);
            }
            speak(transaction, number, "assistant", None, at)?;
            one(transaction, &format!("{HANDOVERS} WHERE h.number = ?1"), [number], handover)
        })
    }

    fn handovers_under_way(&self) -> Result<Vec<Handover>, StoreError> {
        let sql = format!("{HANDOVERS} WHERE h.state <> 'closed' ORDER BY h.opened_at, h.number");
        self.all(&sql, [], handover)
    }

    fn give_feedback(&self, given: &Feedback) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let kept = transaction
                .prepare_cached(
                    "INSERT INTO feedback (turn, channel, user, at, good, reason) \
                     SELECT number, ?2, ?3, ?4, ?5, ?6 FROM turns WHERE id = ?1 \
                     ON CONFLICT (turn, channel, user) DO UPDATE SET at = excluded.at, good = excluded.good, \
                     reason = excluded.reason",
                )?
                .execute(params![
                    given.turn,
                    given.channel,
                    given.user.as_deref().unwrap_or_default(),
                    given.at.as_microsecond(),
                    given.good,
                    given.reason,
                ])?;
            Ok(kept > 0)
        })
    }

    fn feedback_since(&self, since: Timestamp) -> Result<Vec<Feedback>, StoreError> {
        let sql = "SELECT t.id, f.channel, f.user, f.at, f.good, f.reason FROM feedback f \
             JOIN turns t ON t.number = f.turn WHERE f.at >= ?1 ORDER BY f.at, t.id, f.channel, f.user";
        self.all(sql, [since.as_microsecond()], feedback)
    }

    fn purge(&self, before: Timestamp) -> Result<Removed, StoreError> {
        self.remove(|transaction| super::removal::purge(transaction, before))
    }

    fn forget(&self, channel: &str, user: &str) -> Result<Removed, StoreError> {
        self.remove(|transaction| super::removal::forget(transaction, channel, user))
    }
}

impl SqliteStore {
    /// One transaction that writes: what it reads can't change before it ends.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        key: impl rusqlite::Params,
        read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(key)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }
}

/// One record by its key, or none, inside a transaction.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    key: impl rusqlite::Params,
    read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(key)?;
    rows.next()?.map(|row| read(row)).transpose()
}

/// Writes the state on top of the version that was read, and gives the row's number; `None`: it is another by now.
fn write_state(transaction: &Transaction<'_>, commit: &Commit<'_>) -> Result<Option<i64>, StoreError> {
    let key = commit.key;
    let turns = i64::from(commit.turn.is_some());
    let at = commit.at.as_microsecond();
    let number = if commit.expected == 0 {
        transaction
            .prepare_cached(
                "INSERT INTO conversations (channel, user, conversation, context, version, turns, updated_at) \
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6) ON CONFLICT DO NOTHING RETURNING number",
            )?
            .query_row(params![key.channel, key.user_text(), key.conversation, commit.context, turns, at], |row| row.get(0))
            .optional()?
    } else {
        transaction
            .prepare_cached(
                "UPDATE conversations SET context = ?4, version = version + 1, turns = turns + ?5, updated_at = ?6 \
                 WHERE channel = ?1 AND user = ?2 AND conversation = ?3 AND version = ?7 RETURNING number",
            )?
            .query_row(
                params![
                    key.channel,
                    key.user_text(),
                    key.conversation,
                    commit.context,
                    turns,
                    at,
                    commit.expected.cast_signed()
                ],
                |row| row.get(0),
            )
            .optional()?
    };
    Ok(number)
}

/// Who speaks in the conversation of a handover from now on.
fn speak(
    transaction: &Transaction<'_>,
    handover: i64,
    speaker: &str,
    holder: Option<&str>,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE conversations SET speaker = ?2, holder = ?3, version = version + 1, updated_at = ?4 \
             WHERE number = (SELECT conversation FROM handovers WHERE number = ?1)",
        )?
        .execute(params![handover, speaker, holder, at.as_microsecond()])?;
    Ok(())
}

fn delivered(connection: &Connection, channel: &str, delivery: &str) -> Result<Option<Reply>, StoreError> {
    let sql = "SELECT t.reply FROM deliveries d JOIN turns t ON t.number = d.turn WHERE d.channel = ?1 AND d.delivery = ?2";
    one(connection, sql, [channel, delivery], reply)
}

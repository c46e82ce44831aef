//! Conversations in PostgreSQL: their state, turns, handovers and opinions. What is removed again is in `removal`.
//!
//! Who changes a conversation holds its row first, and then what hangs on it: nobody waits in a circle.

use jiff::Timestamp;
use postgres::Transaction;

use super::session::On;
use super::text::Text;
use super::{PostgresStore, first_text};
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::store::conversations::{
    Commit, Committed, Conversation, Conversations, Feedback, Handover, Key, Removed, Turn,
};
use crate::store::rows::kept::{conversation, feedback, handover, key, reply, turn};
use crate::store::rows::{json, name};

const TURNS: &str = "SELECT t.id, t.ordinal, t.at, t.text, t.reply, t.receipt, c.channel, c.\"user\", \
     c.conversation, (SELECT delivery FROM deliveries d WHERE d.turn = t.number) AS delivery \
     FROM turns t JOIN conversations c ON c.number = t.conversation";

const HANDOVERS: &str = "SELECT h.number, h.opened_at, h.reason, h.packet, h.state, h.taken_by, h.closed_at, \
     c.channel, c.\"user\", c.conversation FROM handovers h JOIN conversations c ON c.number = h.conversation";

const DELIVERED: &str = "SELECT t.reply FROM deliveries d JOIN turns t ON t.number = d.turn \
     WHERE d.channel = $1 AND d.delivery = $2";

/// The state of a conversation that is new, and of one that is as it was read. Who comes second finds the name taken or the version
/// another one, once the first has committed.
const NEW_STATE: &str = "INSERT INTO conversations (channel, \"user\", conversation, context, version, turns, updated_at) \
     SELECT $1, $2, $3, $4, 1, $5, $6 WHERE $7 = 0::bigint AND NOT EXISTS (SELECT 1 FROM known) \
     ON CONFLICT DO NOTHING RETURNING number";
const NEXT_STATE: &str = "UPDATE conversations SET context = $4, version = version + 1, turns = turns + $5, \
     updated_at = $6 WHERE channel = $1 AND \"user\" = $2 AND conversation = $3 AND version = $7 \
     AND NOT EXISTS (SELECT 1 FROM known) RETURNING number";

/// The turn and its delivery, with the state.
const SAID: &str = ", said AS (INSERT INTO turns \
     (id, conversation, ordinal, at, text, kind, intent, reply, receipt, elapsed_us) \
     SELECT $9, number, $10, $6, $11, $12, $13, $14, $15, $16 FROM state RETURNING number), \
     seen AS (INSERT INTO deliveries (channel, delivery, turn, at) \
     SELECT $1, $8, number, $6 FROM said WHERE $8::text IS NOT NULL)";

impl Conversations for PostgresStore {
    fn conversation(&self, key: &Key) -> Result<Conversation, StoreError> {
        let sql = "SELECT context, speaker, holder, version, turns, updated_at FROM conversations \
             WHERE channel = $1 AND \"user\" = $2 AND conversation = $3";
        let values: super::Values<'_> =
            &[&Text(&key.channel), &Text(key.user_text()), &Text(&key.conversation)];
        Ok(self.one(sql, values, conversation)?.unwrap_or_default())
    }

    fn begin(
        &self,
        channel: &str,
        user: Option<&str>,
        prefix: &str,
        at: Timestamp,
    ) -> Result<Key, StoreError> {
        // The row's own number is one that no conversation here has had; a name may be taken all the same.
        let sql = "WITH next AS MATERIALIZED (SELECT nextval('conversations_number_seq') AS number) \
             INSERT INTO conversations (number, channel, \"user\", conversation, version, turns, updated_at) \
             SELECT number, $1, $2, $3 || '-' || number, 1, 0, $4 FROM next ON CONFLICT DO NOTHING \
             RETURNING conversation";
        self.write_at_once(|on| {
            loop {
                let values: super::Values<'_> =
                    &[&Text(channel), &Text(user.unwrap_or_default()), &Text(prefix), &at.as_microsecond()];
                if let Some(row) = on.row(sql, values)? {
                    return Ok(Key {
                        channel: channel.to_owned(),
                        user: user.map(str::to_owned),
                        conversation: first_text(&row)?,
                    });
                }
            }
        })
    }

    fn commit_turn(&self, commit: &Commit<'_>) -> Result<Committed, StoreError> {
        let key = commit.key;
        let delivery = commit.turn.and_then(|turn| turn.delivery.as_deref());
        let (context, seen) = (commit.context.map(Text), delivery.map(Text));
        let (at, version) = (commit.at.as_microsecond(), commit.expected.cast_signed());
        let (channel, user, conversation) =
            (Text(&key.channel), Text(key.user_text()), Text(&key.conversation));
        let turns = i64::from(commit.turn.is_some());
        let state = if commit.expected == 0 { NEW_STATE } else { NEXT_STATE };
        let said = if commit.turn.is_some() { SAID } else { "" };
        // One statement, and so one transaction and one round trip.
        let sql = format!(
            "WITH known AS (SELECT t.reply FROM deliveries d JOIN turns t ON t.number = d.turn \
             WHERE d.channel = $1 AND d.delivery = $8::text), state AS ({state}){said} \
             SELECT (SELECT reply FROM known) AS reply, EXISTS (SELECT 1 FROM state) AS written"
        );
        let mut values: Vec<&(dyn postgres::types::ToSql + Sync)> =
            vec![&channel, &user, &conversation, &context, &turns, &at, &version, &seen];
        let parts;
        if let Some(turn) = commit.turn {
            parts = (
                (Text(&turn.id), turn.ordinal.cast_signed(), Text(&turn.text), name(turn.reply.kind)?),
                (turn.reply.intent.as_deref().map(Text), json(&turn.reply)?),
                (Text(&turn.receipt), turn.reply.elapsed_us.cast_signed()),
            );
            let ((id, ordinal, text, kind), (intent, reply), (receipt, elapsed)) = &parts;
            values.extend::<[&(dyn postgres::types::ToSql + Sync); 8]>([
                id, ordinal, text, kind, intent, reply, receipt, elapsed,
            ]);
        }
        self.write_at_once(|on| {
            let Some(row) = on.row(&sql, &values)? else { return Ok(Committed::Conflict) };
            if row.try_get::<_, Option<&str>>("reply")?.is_some() {
                return Ok(Committed::AlreadyDelivered(Box::new(reply(&row)?)));
            }
            if row.try_get("written")? {
                return Ok(Committed::Done);
            }
            // Whoever was first may have answered this very delivery, after this statement had begun.
            let Some(delivery) = &seen else { return Ok(Committed::Conflict) };
            Ok(match on.row(DELIVERED, &[&channel, delivery])? {
                Some(row) => Committed::AlreadyDelivered(Box::new(reply(&row)?)),
                None => Committed::Conflict,
            })
        })
    }

    fn delivered(&self, channel: &str, delivery: &str) -> Result<Option<Reply>, StoreError> {
        self.one(DELIVERED, &[&Text(channel), &Text(delivery)], reply)
    }

    fn turn(&self, id: &str) -> Result<Option<Turn>, StoreError> {
        self.one(&format!("{TURNS} WHERE t.id = $1"), &[&Text(id)], turn)
    }

    fn turns_of(&self, key: &Key) -> Result<Vec<Turn>, StoreError> {
        let sql = format!(
            "{TURNS} WHERE c.channel = $1 AND c.\"user\" = $2 AND c.conversation = $3 ORDER BY t.ordinal"
        );
        self.all(&sql, &[&Text(&key.channel), &Text(key.user_text()), &Text(&key.conversation)], turn)
    }

    fn turns_since(&self, since: Timestamp) -> Result<Vec<Turn>, StoreError> {
        let sql = format!("{TURNS} WHERE t.at >= $1 ORDER BY t.at, t.number");
        self.all(&sql, &[&since.as_microsecond()], turn)
    }

    fn conversations_named(&self, name: &str) -> Result<Vec<Key>, StoreError> {
        let sql = "SELECT channel, \"user\", conversation FROM conversations WHERE conversation = $1 \
             ORDER BY channel, \"user\"";
        self.all(sql, &[&Text(name)], key)
    }

    fn open_handover(
        &self,
        of: &Key,
        at: Timestamp,
        reason: &str,
        packet: &str,
    ) -> Result<Handover, StoreError> {
        let at = at.as_microsecond();
        self.write(|on| {
            // A conversation that was never written is made; one that was is left as it is, and held.
            let sql = "INSERT INTO conversations AS c (channel, \"user\", conversation, version, turns, updated_at) \
                 VALUES ($1, $2, $3, 1, 0, $4) \
                 ON CONFLICT (channel, \"user\", conversation) DO UPDATE SET version = c.version RETURNING number";
            let values: super::Values<'_> =
                &[&Text(&of.channel), &Text(of.user_text()), &Text(&of.conversation), &at];
            let number: i64 = match on.row(sql, values)? {
                Some(row) => row.try_get(0)?,
                None => return Err(StoreError::Damaged { what: "a conversation", value: of.conversation.clone() }),
            };
            let sql = "INSERT INTO handovers (conversation, opened_at, reason, packet, state) \
                 VALUES ($1, $2, $3, $4, 'open') ON CONFLICT DO NOTHING";
            on.execute(sql, &[&number, &at, &Text(reason), &Text(packet)])?;
            let sql = format!("{HANDOVERS} WHERE h.conversation = $1 AND h.state <> 'closed'");
            let found = on.row(&sql, &[&number])?.map(|row| handover(&row)).transpose()?;
            found.ok_or(StoreError::Damaged { what: "a handover under way", value: number.to_string() })
        })
    }

    fn take_handover(
        &self,
        number: i64,
        holder: &str,
        at: Timestamp,
    ) -> Result<Option<Handover>, StoreError> {
        self.write(|on| {
            hold_conversation(on, number)?;
            let sql =
                "UPDATE handovers SET state = 'taken', taken_by = $2 WHERE number = $1 AND state = 'open'";
            if on.execute(sql, &[&number, &Text(holder)])? == 0 {
                return Ok(None);
            }
            speak(on, number, "human", Some(holder), at)
        })
    }

    fn close_handover(&self, number: i64, at: Timestamp) -> Result<Option<Handover>, StoreError> {
        self.write(|on| {
            hold_conversation(on, number)?;
            let sql = "UPDATE handovers SET state = 'closed', closed_at = $2 WHERE number = $1 AND state <> 'closed'";
            if on.execute(sql, &[&number, &at.as_microsecond()])? == 0 {
                return Ok(None);
            }
            speak(on, number, "assistant", None, at)
        })
    }

    fn handovers_under_way(&self) -> Result<Vec<Handover>, StoreError> {
        let sql = format!("{HANDOVERS} WHERE h.state <> 'closed' ORDER BY h.opened_at, h.number");
        self.all(&sql, &[], handover)
    }

    fn give_feedback(&self, given: &Feedback) -> Result<bool, StoreError> {
        let sql = "INSERT INTO feedback (turn, channel, \"user\", at, good, reason) \
             SELECT number, $2, $3, $4, $5, $6 FROM turns WHERE id = $1 \
             ON CONFLICT (turn, channel, \"user\") DO UPDATE SET at = excluded.at, good = excluded.good, \
             reason = excluded.reason";
        self.write_at_once(|on| {
            let values: super::Values<'_> = &[
                &Text(&given.turn),
                &Text(&given.channel),
                &Text(given.user.as_deref().unwrap_or_default()),
                &given.at.as_microsecond(),
                &given.good,
                &given.reason.as_deref().map(Text),
            ];
            Ok(on.execute(sql, values)? > 0)
        })
    }

    fn feedback_since(&self, since: Timestamp) -> Result<Vec<Feedback>, StoreError> {
        let sql = "SELECT t.id, f.channel, f.\"user\", f.at, f.good, f.reason FROM feedback f \
             JOIN turns t ON t.number = f.turn WHERE f.at >= $1 ORDER BY f.at, t.id, f.channel, f.\"user\"";
        self.all(sql, &[&since.as_microsecond()], feedback)
    }

    fn purge(&self, before: Timestamp) -> Result<Removed, StoreError> {
        self.write(|on| super::removal::purge(on, before.as_microsecond()))
    }

    fn forget(&self, channel: &str, user: &str) -> Result<Removed, StoreError> {
        self.write(|on| super::removal::forget(on, channel, user))
    }
}

/// Holds the conversation of a handover, until the transaction ends.
fn hold_conversation(on: &mut On<'_, Transaction<'_>>, handover: i64) -> Result<(), StoreError> {
    let sql = "SELECT c.number FROM conversations c \
         WHERE c.number = (SELECT conversation FROM handovers WHERE number = $1) FOR UPDATE";
    on.row(sql, &[&handover])?;
    Ok(())
}

/// Who speaks in the conversation of a handover from now on; gives the handover as it is then.
fn speak(
    on: &mut On<'_, Transaction<'_>>,
    number: i64,
    speaker: &str,
    holder: Option<&str>,
    at: Timestamp,
) -> Result<Option<Handover>, StoreError> {
    let sql = "UPDATE conversations SET speaker = $2, holder = $3, version = version + 1, updated_at = $4 \
         WHERE number = (SELECT conversation FROM handovers WHERE number = $1)";
    on.execute(sql, &[&number, &speaker, &holder.map(Text), &at.as_microsecond()])?;
    let sql = format!("{HANDOVERS} WHERE h.number = $1");
    on.row(&sql, &[&number])?.map(|row| handover(&row)).transpose()
}

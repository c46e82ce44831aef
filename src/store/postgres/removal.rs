//! What is forgotten again: old turns, and everything a person said. Where somebody adds to what is being removed, PostgreSQL
//! undoes one of the two, and it is done again.

use postgres::Transaction;

use super::session::On;
use super::text::Text;
use crate::store::StoreError;
use crate::store::conversations::Removed;

/// Turns of these conversations.
const THEIR_TURNS: &str = "SELECT t.number FROM turns t JOIN conversations c ON c.number = t.conversation \
     WHERE c.channel = $1 AND c.\"user\" = $2";

pub(super) fn purge(on: &mut On<'_, Transaction<'_>>, before: i64) -> Result<Removed, StoreError> {
    let old = "SELECT number FROM turns WHERE at < $1";
    hold(on, old, &[&before])?;
    let feedback = on.execute(&format!("DELETE FROM feedback WHERE turn IN ({old})"), &[&before])?;
    on.execute(&format!("DELETE FROM deliveries WHERE turn IN ({old})"), &[&before])?;
    let turns = on.execute("DELETE FROM turns WHERE at < $1", &[&before])?;
    let handovers =
        on.execute("DELETE FROM handovers WHERE state = 'closed' AND closed_at < $1", &[&before])?;
    let conversations = on.execute(
        "DELETE FROM conversations c WHERE updated_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.number) \
         AND NOT EXISTS (SELECT 1 FROM handovers h WHERE h.conversation = c.number)",
        &[&before],
    )?;
    on.execute("DELETE FROM link_codes WHERE expires_at < $1", &[&before])?;
    on.execute("DELETE FROM limits WHERE span_began_at < $1", &[&before])?;
    on.execute("DELETE FROM jobs WHERE ended_at < $1", &[&before])?;
    Ok(Removed { conversations, turns, feedback, handovers, audit_without_name: 0 })
}

pub(super) fn forget(
    on: &mut On<'_, Transaction<'_>>,
    channel: &str,
    user: &str,
) -> Result<Removed, StoreError> {
    let who: super::Values<'_> = &[&Text(channel), &Text(user)];
    // Held first: no turn is added to them meanwhile, and no opinion to a turn.
    hold(on, "SELECT number FROM conversations WHERE channel = $1 AND \"user\" = $2 ORDER BY number", who)?;
    hold(
        on,
        "SELECT number FROM turns WHERE conversation IN \
         (SELECT number FROM conversations WHERE channel = $1 AND \"user\" = $2) ORDER BY number",
        who,
    )?;
    let feedback = on.execute(
        &format!("DELETE FROM feedback WHERE (channel = $1 AND \"user\" = $2) OR turn IN ({THEIR_TURNS})"),
        who,
    )?;
    on.execute(&format!("DELETE FROM deliveries WHERE turn IN ({THEIR_TURNS})"), who)?;
    let turns = on.execute(&format!("DELETE FROM turns WHERE number IN ({THEIR_TURNS})"), who)?;
    let handovers = on.execute(
        "DELETE FROM handovers WHERE conversation IN \
         (SELECT number FROM conversations WHERE channel = $1 AND \"user\" = $2)",
        who,
    )?;
    let conversations = on.execute("DELETE FROM conversations WHERE channel = $1 AND \"user\" = $2", who)?;
    // Its name stays: the channel may deliver it once more.
    on.execute(
        "UPDATE jobs SET \"user\" = '', payload = '', progress = NULL, error = NULL, worker = NULL, \
         ended_at = coalesce(ended_at, arrived_at), state = CASE state WHEN 'waiting' THEN 'done' ELSE state END \
         WHERE queue = $1 AND \"user\" = $2",
        who,
    )?;
    let audit_without_name =
        on.execute("UPDATE audit SET \"user\" = '' WHERE channel = $1 AND \"user\" = $2", who)?;
    Ok(Removed { conversations, turns, feedback, handovers, audit_without_name })
}

/// Locks the rows that a question finds, until the transaction ends: nothing is hung on them meanwhile.
fn hold(on: &mut On<'_, Transaction<'_>>, rows: &str, values: super::Values<'_>) -> Result<(), StoreError> {
    on.row(&format!("SELECT count(*) FROM ({rows} FOR UPDATE) held"), values)?;
    Ok(())
}

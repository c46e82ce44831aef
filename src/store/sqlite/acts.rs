//! Acts on records in SQLite: an order moved by the domain's machine, a speaker linked by a code.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::SqliteStore;
use super::conversations::one;
use super::select;
use crate::domain::order::apply;
use crate::domain::order::history::standing;
use crate::domain::records::{Order, Role};
use crate::store::StoreError;
use crate::store::acts::{Acted, Acts, AuditRow, LinkCode, Linked, OrderAct, moved};
use crate::store::rows::json;
use crate::store::rows::records::identity;
use crate::store::rows::work::{audit, link_code};

const AUDIT: &str = "SELECT at, channel, user, action, before, after, key FROM audit";

impl Acts for SqliteStore {
    fn record_event(&self, act: &OrderAct<'_>) -> Result<Acted, StoreError> {
        self.write(|transaction| {
            if let Some(row) = one(transaction, &format!("{AUDIT} WHERE key = ?1"), [act.key], audit)? {
                return Ok(Acted::Repeated(Box::new(row)));
            }
            let Some(before) = select::one_order(transaction, act.order)? else {
                return Ok(Acted::NoSuchOrder);
            };
            let next = match apply(before.kind, standing(&before), act.event, act.sms_required) {
                Ok(next) => next.state(),
                Err(illegal) => return Ok(Acted::Illegal(illegal)),
            };
            let after = moved(&before, next, act);
            write_move(transaction, &before, &after)?;
            let row = AuditRow {
                at: act.at.clone(),
                channel: act.channel.to_owned(),
                user: act.user.map(str::to_owned),
                action: act.action.to_owned(),
                before,
                after,
                key: act.key.to_owned(),
            };
            transaction
                .prepare_cached(
                    "INSERT INTO audit (at, channel, user, action, order_id, before, after, key) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    row.at.as_str(),
                    row.channel,
                    row.user.as_deref().unwrap_or_default(),
                    row.action,
                    row.after.id,
                    json(&row.before)?,
                    json(&row.after)?,
                    row.key,
                ])?;
            Ok(Acted::Done(Box::new(row)))
        })
    }

    fn audit_of(&self, order: &str) -> Result<Vec<AuditRow>, StoreError> {
        self.all(&format!("{AUDIT} WHERE order_id = ?1 ORDER BY number"), [order], audit)
    }

    fn issue_link_code(&self, code: &LinkCode) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO link_codes (handle, code_hash, account, issued_by, expires_at, tries_left) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (handle) DO UPDATE SET \
                     code_hash = excluded.code_hash, account = excluded.account, issued_by = excluded.issued_by, \
                     expires_at = excluded.expires_at, tries_left = excluded.tries_left, used_at = NULL",
                )?
                .execute(params![
                    code.handle,
                    code.code_hash,
                    code.account,
                    code.issued_by,
                    code.expires_at.as_microsecond(),
                    code.tries_left,
                ])?;
            Ok(())
        })
    }

    fn redeem_link_code(
        &self,
        handle: &str,
        code_hash: &str,
        channel: &str,
        user: &str,
        at: Timestamp,
    ) -> Result<Linked, StoreError> {
        self.write(|transaction| {
            let Some(found) = open_code(transaction, handle, at)? else { return Ok(Linked::Gone) };
            if found.code_hash != code_hash {
                transaction
                    .prepare_cached("UPDATE link_codes SET tries_left = tries_left - 1 WHERE handle = ?1")?
                    .execute([handle])?;
                return Ok(Linked::Wrong { tries_left: found.tries_left.saturating_sub(1) });
            }
            let sql = "SELECT channel, user, account, role FROM identities WHERE channel = ?1 AND user = ?2";
            let known = one(transaction, sql, [channel, user], identity)?;
            if known.is_some_and(|identity| identity.role != Role::Applicant) {
                return Ok(Linked::NotAnApplicant);
            }
            transaction
                .prepare_cached(
                    "INSERT INTO identities (channel, user, account, role) VALUES (?1, ?2, ?3, 'applicant') \
                     ON CONFLICT (channel, user) DO UPDATE SET account = excluded.account",
                )?
                .execute(params![channel, user, found.account])?;
            transaction
                .prepare_cached("UPDATE link_codes SET used_at = ?2 WHERE handle = ?1")?
                .execute(params![handle, at.as_microsecond()])?;
            Ok(Linked::To { account: found.account })
        })
    }
}

fn write_move(connection: &Connection, before: &Order, after: &Order) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE orders SET state = ?2, waiting_for = NULL WHERE id = ?1")?
        .execute(params![after.id, after.state.as_str()])?;
    let mut statement = connection
        .prepare_cached("INSERT INTO order_events (order_id, place, at, event) VALUES (?1, ?2, ?3, ?4)")?;
    for (place, event) in (0_i64..).zip(&after.events).skip(before.events.len()) {
        statement.execute(params![after.id, place, event.at.as_str(), event.event.as_str()])?;
    }
    Ok(())
}

/// A code that can still be entered.
fn open_code(connection: &Connection, handle: &str, at: Timestamp) -> Result<Option<LinkCode>, StoreError> {
    let sql = "SELECT handle, code_hash, account, issued_by, expires_at, tries_left FROM link_codes \
         WHERE handle = ?1 AND used_at IS NULL AND tries_left > 0 AND expires_at > ?2";
    one(connection, sql, params![handle, at.as_microsecond()], link_code)
}

//! Acts on records in PostgreSQL: an order moved by the domain's machine, a speaker linked by a code.

use jiff::Timestamp;
use postgres::Transaction;

use super::select;
use super::session::On;
use super::text::Text;
use super::{PostgresStore, Values};
use crate::domain::order::apply;
use crate::domain::order::history::standing;
use crate::store::StoreError;
use crate::store::acts::{Acted, Acts, AuditRow, LinkCode, Linked, OrderAct, moved};
use crate::store::rows::json;
use crate::store::rows::work::{audit, link_code};

const AUDIT: &str = "SELECT at, channel, \"user\", action, before, after, key FROM audit";

impl Acts for PostgresStore {
    fn record_event(&self, act: &OrderAct<'_>) -> Result<Acted, StoreError> {
        self.write(|on| {
            // The order is held from here on, so that what follows is true until it is written. Two orders under one key
            // meet at the key, which is unique: the second is undone, and finds the row when it is done again.
            let held = on.row("SELECT id FROM orders WHERE id = $1 FOR UPDATE", &[&Text(act.order)])?;
            if let Some(row) = on.row(&format!("{AUDIT} WHERE key = $1"), &[&Text(act.key)])? {
                return Ok(Acted::Repeated(Box::new(audit(&row)?)));
            }
            let before = match held {
                Some(_) => select::one_order(on, act.order)?,
                None => None,
            };
            let Some(before) = before else { return Ok(Acted::NoSuchOrder) };
            let next = match apply(before.kind, standing(&before), act.event, act.sms_required) {
                Ok(next) => next.state(),
                Err(illegal) => return Ok(Acted::Illegal(illegal)),
            };
            let after = moved(&before, next, act);
            let row = AuditRow {
                at: act.at.clone(),
                channel: act.channel.to_owned(),
                user: act.user.map(str::to_owned),
                action: act.action.to_owned(),
                before,
                after,
                key: act.key.to_owned(),
            };
            write_move(on, &row)?;
            Ok(Acted::Done(Box::new(row)))
        })
    }

    fn audit_of(&self, order: &str) -> Result<Vec<AuditRow>, StoreError> {
        self.all(&format!("{AUDIT} WHERE order_id = $1 ORDER BY number"), &[&Text(order)], audit)
    }

    fn issue_link_code(&self, code: &LinkCode) -> Result<(), StoreError> {
        let sql = "INSERT INTO link_codes (handle, code_hash, account, issued_by, expires_at, tries_left) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (handle) DO UPDATE SET \
             code_hash = excluded.code_hash, account = excluded.account, issued_by = excluded.issued_by, \
             expires_at = excluded.expires_at, tries_left = excluded.tries_left, used_at = NULL";
        self.write_at_once(|on| {
            let values: Values<'_> = &[
                &Text(&code.handle),
                &Text(&code.code_hash),
                &Text(&code.account),
                &Text(&code.issued_by),
                &code.expires_at.as_microsecond(),
                &i64::from(code.tries_left),
            ];
            on.execute(sql, values)?;
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
        let at = at.as_microsecond();
        self.write(|on| {
            // The code is held: of two who enter it at once the second finds it used.
            let open = "SELECT handle, code_hash, account, issued_by, expires_at, tries_left FROM link_codes \
                 WHERE handle = $1 AND used_at IS NULL AND tries_left > 0 AND expires_at > $2 FOR UPDATE";
            let found = on.row(open, &[&Text(handle), &at])?.map(|row| link_code(&row)).transpose()?;
            let Some(found) = found else { return Ok(Linked::Gone) };
            if found.code_hash != code_hash {
                let sql = "UPDATE link_codes SET tries_left = tries_left - 1 WHERE handle = $1";
                on.execute(sql, &[&Text(handle)])?;
                return Ok(Linked::Wrong { tries_left: found.tries_left.saturating_sub(1) });
            }
            let link = "INSERT INTO identities AS i (channel, \"user\", account, role) VALUES ($1, $2, $3, 'applicant') \
                 ON CONFLICT (channel, \"user\") DO UPDATE SET account = excluded.account WHERE i.role = 'applicant'";
            if on.execute(link, &[&Text(channel), &Text(user), &Text(&found.account)])? == 0 {
                return Ok(Linked::NotAnApplicant);
            }
            on.execute("UPDATE link_codes SET used_at = $2 WHERE handle = $1", &[&Text(handle), &at])?;
            Ok(Linked::To { account: found.account })
        })
    }
}

/// State, events and audit row of an order that is held.
fn write_move(on: &mut On<'_, Transaction<'_>>, row: &AuditRow) -> Result<(), StoreError> {
    let (before, after) = (&row.before, &row.after);
    let sql = "UPDATE orders SET state = $2, waiting_for = NULL WHERE id = $1";
    on.execute(sql, &[&Text(&after.id), &after.state.as_str()])?;
    let sql = "INSERT INTO order_events (order_id, place, at, event) VALUES ($1, $2, $3, $4)";
    for (place, event) in (0_i64..).zip(&after.events).skip(before.events.len()) {
        on.execute(sql, &[&Text(&after.id), &place, &Text(event.at.as_str()), &event.event.as_str()])?;
    }
    let sql = "INSERT INTO audit (at, channel, \"user\", action, order_id, before, after, key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values: Values<'_> = &[
        &Text(row.at.as_str()),
        &Text(&row.channel),
        &Text(row.user.as_deref().unwrap_or_default()),
        &Text(&row.action),
        &Text(&after.id),
        &json(before)?,
        &json(after)?,
        &Text(&row.key),
    ];
    on.execute(sql, values)?;
    Ok(())
}

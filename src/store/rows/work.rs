//! Rows of what is done and waits to be done: the audit, codes, jobs, keys.

use super::{Fields, count, instant, moment, optional_instant, optional_text, small_count, text, user};
use crate::domain::records::Order;
use crate::store::StoreError;
use crate::store::acts::{AuditRow, LinkCode};
use crate::store::keys::ApiKey;
use crate::store::queue::{Backlog, DeadJob, Job};

pub(in crate::store) fn audit(row: &dyn Fields) -> Result<AuditRow, StoreError> {
    let order = |column: &'static str| -> Result<Order, StoreError> {
        let text = row.text(column)?;
        serde_json::from_str(&text)
            .map_err(|_| StoreError::Damaged { what: column, value: text.into_owned() })
    };
    Ok(AuditRow {
        at: moment(row, "at")?,
        channel: text(row, "channel")?,
        user: user(row)?,
        action: text(row, "action")?,
        before: order("before")?,
        after: order("after")?,
        key: text(row, "key")?,
    })
}

pub(in crate::store) fn link_code(row: &dyn Fields) -> Result<LinkCode, StoreError> {
    Ok(LinkCode {
        handle: text(row, "handle")?,
        code_hash: text(row, "code_hash")?,
        account: text(row, "account")?,
        issued_by: text(row, "issued_by")?,
        expires_at: instant(row, "expires_at")?,
        tries_left: small_count(row, "tries_left")?,
    })
}

pub(in crate::store) fn job(row: &dyn Fields) -> Result<Job, StoreError> {
    Ok(Job {
        number: row.integer("number")?,
        queue: text(row, "queue")?,
        delivery: text(row, "delivery")?,
        lane: text(row, "lane")?,
        payload: text(row, "payload")?,
        progress: optional_text(row, "progress")?,
        tries: tries(row)?,
        arrived_at: instant(row, "arrived_at")?,
    })
}

pub(in crate::store) fn dead_job(row: &dyn Fields) -> Result<DeadJob, StoreError> {
    Ok(DeadJob {
        number: row.integer("number")?,
        queue: text(row, "queue")?,
        delivery: text(row, "delivery")?,
        lane: text(row, "lane")?,
        tries: tries(row)?,
        error: optional_text(row, "error")?.unwrap_or_default(),
        ended_at: instant(row, "ended_at")?,
    })
}

pub(in crate::store) fn backlog(row: &dyn Fields) -> Result<Backlog, StoreError> {
    Ok(Backlog {
        queue: text(row, "queue")?,
        waiting: count(row, "waiting")?,
        dead: count(row, "dead")?,
        oldest_waiting_since: optional_instant(row, "oldest")?,
    })
}

pub(in crate::store) fn api_key(row: &dyn Fields) -> Result<ApiKey, StoreError> {
    let scopes = row.text("scopes")?;
    Ok(ApiKey {
        handle: text(row, "handle")?,
        key_hash: text(row, "key_hash")?,
        label: text(row, "label")?,
        scopes: serde_json::from_str(&scopes).map_err(|_| StoreError::Damaged {
            what: "the scopes of a key",
            value: scopes.clone().into_owned(),
        })?,
        channel: text(row, "channel")?,
        user: optional_text(row, "user")?,
        created_at: instant(row, "created_at")?,
        revoked_at: optional_instant(row, "revoked_at")?,
    })
}

/// However often something was tried, it is a number.
fn tries(row: &dyn Fields) -> Result<u32, StoreError> {
    Ok(u32::try_from(count(row, "tries")?).unwrap_or(u32::MAX))
}

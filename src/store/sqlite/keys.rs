//! Keys and limits in SQLite.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::SqliteStore;
use crate::store::StoreError;
use crate::store::keys::{ApiKey, Keys};
use crate::store::rows::work::api_key;
use crate::store::rows::{at_microsecond, json};

const KEYS: &str =
    "SELECT handle, key_hash, label, scopes, channel, user, created_at, revoked_at FROM api_keys";

impl Keys for SqliteStore {
    fn add_key(&self, key: &ApiKey) -> Result<bool, StoreError> {
        let scopes = json(&key.scopes)?;
        self.write(|transaction| {
            let added = transaction
                .prepare_cached(
                    "INSERT INTO api_keys (handle, key_hash, label, scopes, channel, user, created_at, revoked_at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
                )?
                .execute(params![
                    key.handle,
                    key.key_hash,
                    key.label,
                    scopes,
                    key.channel,
                    key.user,
                    key.created_at.as_microsecond(),
                    key.revoked_at.map(Timestamp::as_microsecond),
                ])?;
            Ok(added == 1)
        })
    }

    fn key(&self, handle: &str) -> Result<Option<ApiKey>, StoreError> {
        self.one(&format!("{KEYS} WHERE handle = ?1"), [handle], api_key)
    }

    fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.all(&format!("{KEYS} ORDER BY created_at, handle"), [], api_key)
    }

    fn revoke_key(&self, handle: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let revoked = transaction
                .prepare_cached(
                    "UPDATE api_keys SET revoked_at = ?2 WHERE handle = ?1 AND revoked_at IS NULL",
                )?
                .execute(params![handle, at.as_microsecond()])?;
            Ok(revoked == 1)
        })
    }

    fn take_of_limit(
        &self,
        bucket: &str,
        limit: u32,
        span: SignedDuration,
        wanted: u32,
        at: Timestamp,
    ) -> Result<(u32, Timestamp), StoreError> {
        self.write(|transaction| {
            let found: Option<(i64, i64)> = transaction
                .prepare_cached("SELECT span_began_at, taken FROM limits WHERE bucket = ?1")?
                .query_row([bucket], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let ends = |began: Timestamp| began.saturating_add(span).unwrap_or(Timestamp::MAX);
            let running = match found {
                Some((began, taken)) => Some((at_microsecond("span_began_at", began)?, taken))
                    .filter(|(began, _)| *began <= at && at < ends(*began)),
                None => None,
            };
            let (began, taken) = running.unwrap_or((at, 0));
            let left = i64::from(limit).saturating_sub(taken).max(0);
            let got = i64::from(wanted).min(left);
            transaction
                .prepare_cached(
                    "INSERT INTO limits (bucket, span_began_at, taken) VALUES (?1, ?2, ?3) ON CONFLICT (bucket) \
                     DO UPDATE SET span_began_at = excluded.span_began_at, taken = excluded.taken",
                )?
                .execute(params![bucket, began.as_microsecond(), taken + got])?;
            Ok((u32::try_from(got).unwrap_or(0), ends(began)))
        })
    }
}

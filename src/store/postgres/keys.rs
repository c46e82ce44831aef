//! Keys and limits in PostgreSQL.

use jiff::{SignedDuration, Timestamp};

use super::text::Text;
use super::{PostgresStore, Values};
use crate::store::StoreError;
use crate::store::keys::{ApiKey, Keys};
use crate::store::rows::work::api_key;
use crate::store::rows::{at_microsecond, json};

const KEYS: &str =
    "SELECT handle, key_hash, label, scopes, channel, \"user\", created_at, revoked_at FROM api_keys";

/// Takes of a bucket that is there: its row is held, and what the last one left is looked at then.
const TAKE: &str = "WITH old AS (SELECT \
     CASE WHEN span_began_at <= $2 AND $2 < span_began_at + $3 THEN span_began_at ELSE $2 END AS began, \
     CASE WHEN span_began_at <= $2 AND $2 < span_began_at + $3 THEN taken ELSE 0 END AS taken \
     FROM limits WHERE bucket = $1 FOR UPDATE), \
     share AS (SELECT began, taken, greatest(0, least($4, $5 - taken)) AS got FROM old) \
     UPDATE limits l SET span_began_at = share.began, taken = share.taken + share.got FROM share \
     WHERE l.bucket = $1 RETURNING share.began, share.got";

/// Takes of a bucket that is new. No row: somebody else has made it meanwhile.
const FIRST: &str = "INSERT INTO limits (bucket, span_began_at, taken) VALUES ($1, $2, least($3, $4::bigint)) \
     ON CONFLICT DO NOTHING RETURNING span_began_at, taken";

impl Keys for PostgresStore {
    fn add_key(&self, key: &ApiKey) -> Result<bool, StoreError> {
        let scopes = json(&key.scopes)?;
        let sql = "INSERT INTO api_keys (handle, key_hash, label, scopes, channel, \"user\", created_at, revoked_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        self.write_at_once(|on| {
            let values: Values<'_> = &[
                &Text(&key.handle),
                &Text(&key.key_hash),
                &Text(&key.label),
                &scopes,
                &Text(&key.channel),
                &key.user.as_deref().map(Text),
                &key.created_at.as_microsecond(),
                &key.revoked_at.map(Timestamp::as_microsecond),
            ];
            Ok(on.execute(sql, values)? == 1)
        })
    }

    fn key(&self, handle: &str) -> Result<Option<ApiKey>, StoreError> {
        self.one(&format!("{KEYS} WHERE handle = $1"), &[&Text(handle)], api_key)
    }

    fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.all(&format!("{KEYS} ORDER BY created_at, handle"), &[], api_key)
    }

    fn revoke_key(&self, handle: &str, at: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE api_keys SET revoked_at = $2 WHERE handle = $1 AND revoked_at IS NULL";
        self.write_at_once(|on| Ok(on.execute(sql, &[&Text(handle), &at.as_microsecond()])? == 1))
    }

    fn take_of_limit(
        &self,
        bucket: &str,
        limit: u32,
        span: SignedDuration,
        wanted: u32,
        at: Timestamp,
    ) -> Result<(u32, Timestamp), StoreError> {
        // Longer than all of time there is: enough, and no sum with it is too large.
        let longest = 1_000_000_000_000_000_000;
        let microseconds = i64::try_from(span.as_micros()).unwrap_or(longest).clamp(0, longest);
        let (wanted, limit, now) = (i64::from(wanted), i64::from(limit), at.as_microsecond());
        let (began, got) = self.write_at_once(|on| {
            loop {
                let taken = on.row(TAKE, &[&Text(bucket), &now, &microseconds, &wanted, &limit])?;
                let taken = match taken {
                    None => on.row(FIRST, &[&Text(bucket), &now, &wanted, &limit])?,
                    taken => taken,
                };
                if let Some(row) = taken {
                    return Ok((row.try_get::<_, i64>(0)?, row.try_get::<_, i64>(1)?));
                }
            }
        })?;
        let ends = at_microsecond("span_began_at", began)?.saturating_add(span).unwrap_or(Timestamp::MAX);
        Ok((u32::try_from(got).unwrap_or(0), ends))
    }
}

//! How much may be asked in a minute: by a key, by a user, and from an address without a key.
//!
//! What was asked is counted in the store, so that a limit holds for all servers on it together. Each takes a few at once and hands
//! them out itself, so that not every request writes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use super::origin::Origin;
use crate::channels::hex::hex;
use crate::channels::reception::Reception;
use crate::config::HttpConfig;

const SPAN: SignedDuration = SignedDuration::from_secs(60);

/// Which part of a limit is taken from the store at once, and the most of it.
const PART: u32 = 20;
const MOST_AT_ONCE: u32 = 50;

/// How many buckets are remembered before those that are over are thrown away.
const REMEMBERED: usize = 10_000;

/// Hands out what may be asked.
#[derive(Default)]
pub(super) struct Limits {
    config: HttpConfig,
    taken: Mutex<HashMap<String, Taken>>,
}

/// What was taken of a bucket and is not yet handed out.
struct Taken {
    left: u32,
    /// The store had no more: nothing is left until the end.
    used_up: bool,
    ends_at: Timestamp,
}

/// What came of asking for one, without the store.
enum Here {
    HandedOut,
    UsedUp(Timestamp),
    AskTheStore,
}

impl Limits {
    pub(super) fn new(config: HttpConfig) -> Self {
        Self { config, taken: Mutex::default() }
    }

    pub(super) fn trusts_forwarded_for(&self) -> bool {
        self.config.trusts_forwarded_for()
    }

    /// One request with a key.
    pub(super) async fn of_key(&self, reception: &Reception, handle: &str) -> Result<(), Failure> {
        self.one(reception, &["key", handle], self.config.per_key()).await
    }

    /// One message of a user on whose behalf a program asks.
    pub(super) async fn of_user(
        &self,
        reception: &Reception,
        channel: &str,
        user: &str,
    ) -> Result<(), Failure> {
        self.one(reception, &["user", channel, user], self.config.per_user()).await
    }

    /// One message without a key.
    pub(super) async fn of_origin(&self, reception: &Reception, origin: Origin) -> Result<(), Failure> {
        match origin.limited_by() {
            Some(address) => self.one(reception, &["address", &address], self.config.per_address()).await,
            None => Ok(()),
        }
    }

    /// One look without a key at what a human has answered. Apart from messages: pages that wait mustn't use up what people ask.
    pub(super) async fn of_listener(&self, reception: &Reception, origin: Origin) -> Result<(), Failure> {
        match origin.limited_by() {
            Some(address) => {
                let limit = self.config.listening_per_address();
                self.one(reception, &["listening", &address], limit).await
            }
            None => Ok(()),
        }
    }

    async fn one(&self, reception: &Reception, of: &[&str], limit: u32) -> Result<(), Failure> {
        let bucket = bucket(of);
        let now = (reception.clock)();
        match self.here(&bucket, now) {
            Here::HandedOut => return Ok(()),
            Here::UsedUp(ends_at) => return Err(refusal(now, ends_at)),
            Here::AskTheStore => {}
        }
        let wanted = (limit / PART).clamp(1, MOST_AT_ONCE);
        let name = bucket.clone();
        let got =
            reception.with_store(move |store| store.take_of_limit(&name, limit, SPAN, wanted, now)).await?;
        match got {
            Ok((got, ends_at)) => self.keep(bucket, got, ends_at, now),
            Err(error) => {
                // Who can't be counted is answered: a store that fails costs the memory and not the reply.
                tracing::warn!(%error, "a limit could not be counted");
                Ok(())
            }
        }
    }

    fn here(&self, bucket: &str, now: Timestamp) -> Here {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(bucket).filter(|taken| now < taken.ends_at) {
            Some(taken) if taken.left > 0 => {
                taken.left -= 1;
                Here::HandedOut
            }
            Some(taken) if taken.used_up => Here::UsedUp(taken.ends_at),
            Some(_) | None => Here::AskTheStore,
        }
    }

    /// Keeps what the store gave, and hands one of it out.
    fn keep(&self, bucket: String, got: u32, ends_at: Timestamp, now: Timestamp) -> Result<(), Failure> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= REMEMBERED {
            taken.retain(|_, taken| now < taken.ends_at);
        }
        let kept = taken.entry(bucket).or_insert(Taken { left: 0, used_up: false, ends_at });
        if kept.ends_at != ends_at {
            // Another span has begun.
            *kept = Taken { left: 0, used_up: false, ends_at };
        }
        // Others may have asked at the same time.
        kept.left += got;
        kept.used_up = got == 0;
        if kept.left == 0 {
            return Err(refusal(now, ends_at));
        }
        kept.left -= 1;
        Ok(())
    }
}

/// The name of what is counted, from which nobody's name or address can be read.
fn bucket(of: &[&str]) -> String {
    let mut hash = Sha256::new().chain_update("limit");
    for part in of {
        hash = hash.chain_update([0]).chain_update(part);
    }
    hex(&hash.finalize()[..16])
}

fn refusal(now: Timestamp, ends_at: Timestamp) -> Failure {
    let seconds = ends_at.duration_since(now).as_secs_f64().ceil().max(1.0);
    Failure::too_many(format!("{seconds}"))
}

//! Keys that programs come with, and how much they may ask. How a key is made and hashed is the channels' business.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// What a key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Asks on behalf of a channel's users.
    Channel,
    /// Sees what agents see.
    Agent,
    /// Changes records, makes keys and codes.
    Admin,
}

impl Scope {
    /// The scope as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }
}

/// A key as it is kept: without the half that has to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The half that names it.
    pub handle: String,
    pub key_hash: String,
    /// What it is for, in its maker's words.
    pub label: String,
    pub scopes: Vec<Scope>,
    /// The channel that what it sends counts as.
    pub channel: String,
    /// Who speaks with it; `None`: each request says so.
    pub user: Option<String>,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// Keys and limits. Every call is one transaction.
pub trait Keys: Send + Sync {
    /// Keeps a key. False: its handle is taken.
    fn add_key(&self, key: &ApiKey) -> Result<bool, StoreError>;

    /// The key of a handle, revoked or not.
    fn key(&self, handle: &str) -> Result<Option<ApiKey>, StoreError>;

    /// All keys, the oldest first.
    fn keys(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// From now on it opens nothing. False: there is no such key, or it was revoked before.
    fn revoke_key(&self, handle: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Takes up to `wanted` of a bucket that holds `limit` in each span of time. Returns how many it got, and when
    /// the next span begins.
    fn take_of_limit(
        &self,
        bucket: &str,
        limit: u32,
        span: SignedDuration,
        wanted: u32,
        at: Timestamp,
    ) -> Result<(u32, Timestamp), StoreError>;
}

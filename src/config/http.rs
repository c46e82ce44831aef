//! The table `[channels.http]`: how much may be asked, and who says where a request comes from.

use std::num::NonZeroU32;

use serde::Deserialize;

/// How the HTTP interface treats those who ask.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Requests that one key may make in a minute.
    pub per_key_per_minute: Option<NonZeroU32>,
    /// Messages that one user may send in a minute.
    pub per_user_per_minute: Option<NonZeroU32>,
    /// Messages that one address may send in a minute without a key. An office is one address.
    pub per_address_per_minute: Option<NonZeroU32>,
    /// How often one address may ask in a minute, without a key, what a human has answered. An open page does so 15 times.
    pub listening_per_address_per_minute: Option<NonZeroU32>,
    /// Whether a proxy in front says in `X-Forwarded-For` where a request comes from.
    pub trust_forwarded_for: Option<bool>,
}

impl HttpConfig {
    pub fn per_key(&self) -> u32 {
        self.per_key_per_minute.map_or(600, NonZeroU32::get)
    }

    pub fn per_user(&self) -> u32 {
        self.per_user_per_minute.map_or(60, NonZeroU32::get)
    }

    pub fn per_address(&self) -> u32 {
        self.per_address_per_minute.map_or(120, NonZeroU32::get)
    }

    pub fn listening_per_address(&self) -> u32 {
        self.listening_per_address_per_minute.map_or(600, NonZeroU32::get)
    }

    pub fn trusts_forwarded_for(&self) -> bool {
        self.trust_forwarded_for.unwrap_or(false)
    }
}

//! Ticket systems: Chatwoot, Zammad, and a webhook for any other.
//!
//! All three work alike. A request is read as it came, its signature checked over these bytes, what it says taken into the
//! durable queue ([`errand`]) and acknowledged at once. A worker asks the assistant ([`counter`]) and calls the platform, one step
//! after the other ([`steps`]). What differs is a file a platform.

pub mod chatwoot;
mod counter;
mod errand;
mod hook;
mod letter;
mod signature;
mod steps;
pub mod webhook;
mod words;
pub mod zammad;

pub(in crate::channels) use errand::{AgentDoes, reaches};

/// Whether a header is a signature of nothing, made with a secret that nobody has.
pub(in crate::channels) fn is_signature(given: &str) -> bool {
    let secret = crate::config::Secret::new("nobody has it");
    signature::is_sha256(&secret, &[], given) || signature::is_sha1(&secret, &[], given)
}

//! One turn of conversation: who asks, what was said before, which action or section answers.
//!
//! Channels hand in an [`Incoming`] and get a [`Reply`] back; nothing of a channel leaks in here beyond its name.

use jiff::Timestamp;

use crate::domain::reply::Reply;

/// A message as a channel hands it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// `discord`, `web`, `ticket`, `console` …
    pub channel: String,
    /// The channel's name for the speaker; `None` when nobody is known.
    pub user: Option<String>,
    /// Messages of one conversation share what was said before.
    pub conversation: String,
    pub text: String,
}

/// Where the assistant gets the time from: the system, or a fixed instant in tests and with `--now`.
pub type Clock = std::sync::Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What answers a message: the assistant, or whatever stands in for it.
pub trait Answer: Send + Sync {
    fn answer(&self, incoming: &Incoming) -> Reply;
}

//! A turn once more, from what was kept of it: same words, same clock, same memory, on what is known today. Nothing of it
//! is remembered.

use jiff::Timestamp;

use super::receipt::Receipt;
use super::{Assistant, Incoming, taking};
use crate::domain::reply::Reply;
use crate::store::conversations::Turn;

/// What a turn comes to today.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsed {
    /// As it would be kept: without an id, and without the time it took.
    pub reply: Reply,
    pub receipt: Receipt,
}

impl Assistant {
    /// Takes a kept turn once more.
    pub fn rehearse(&self, kept: &Turn, receipt: &Receipt) -> Rehearsed {
        let incoming = Incoming {
            channel: kept.key.channel.clone(),
            user: kept.key.user.clone(),
            conversation: kept.key.conversation.clone(),
            text: kept.text.clone(),
        };
        // The clock as it was, to the nanosecond; the store keeps microseconds.
        let now = receipt.now.parse::<Timestamp>().unwrap_or(kept.at);
        let taken = taking::work_out(self, &incoming, now, receipt.before.clone(), true, Some(receipt));
        Rehearsed { reply: taken.kept_reply, receipt: taken.receipt.unwrap_or_default() }
    }
}

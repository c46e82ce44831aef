//! What somebody thinks of a reply: who may say so, and what of it is kept. Where it is kept is the store's business, what comes
//! of many opinions that of [`crate::report`].

use super::Assistant;
use crate::store::StoreError;
use crate::store::conversations::{Feedback, Key};

/// The longest reason that is taken, in characters.
pub const REASON_LIMIT: usize = 500;

/// An opinion as a channel hands it in. Channel, user and conversation are those of the message that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    pub channel: String,
    pub user: Option<String>,
    pub conversation: String,
    /// The reply's id.
    pub reply: String,
    pub good: bool,
    pub reason: Option<String>,
}

/// What came of an opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rated {
    /// Kept; an earlier one of the same person on the same reply is gone.
    Kept,
    /// There is no such reply, or it was given in somebody else's conversation: from outside the two are one.
    Unknown,
    /// The reason has more than [`REASON_LIMIT`] characters; nothing was kept.
    ReasonTooLong { characters: usize },
    /// The store is away or busy, which may pass; that is in the log.
    Later,
    /// The store failed; that is in the log.
    Failed,
}

impl Assistant {
    /// Keeps an opinion of a reply, if it was given in this very conversation.
    pub(super) fn keep_opinion(&self, opinion: &Opinion) -> Rated {
        let reason = opinion.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let characters = reason.map_or(0, |reason| reason.chars().count());
        if characters > REASON_LIMIT {
            return Rated::ReasonTooLong { characters };
        }
        let given = Feedback {
            turn: opinion.reply.trim().to_owned(),
            channel: opinion.channel.clone(),
            user: opinion.user.clone(),
            at: (self.clock)(),
            good: opinion.good,
            reason: reason.map(|reason| self.mind.without_private(reason, &[])),
        };
        let key = Key {
            channel: opinion.channel.clone(),
            user: opinion.user.clone(),
            conversation: opinion.conversation.clone(),
        };
        match self.keep_of(&key, &given) {
            Ok(true) => Rated::Kept,
            Ok(false) => Rated::Unknown,
            Err(error) => {
                tracing::error!(%error, "an opinion was not kept");
                if error.may_pass() { Rated::Later } else { Rated::Failed }
            }
        }
    }

    fn keep_of(&self, key: &Key, given: &Feedback) -> Result<bool, StoreError> {
        let conversations = self.memory.conversations();
        let theirs = conversations.turn(&given.turn)?.is_some_and(|turn| turn.key == *key);
        Ok(theirs && conversations.give_feedback(given)?)
    }
}

//! Names that nobody outside can guess or choose: sessions of people who are not signed in, conversations, requests.
//!
//! New ones come from the random state that the standard library keys its hash maps with. That keeps apart who must not
//! meet, which is all that is asked of them here: a signed-in session needs a signature (and is not made here). A session
//! follows from its conversation alone: it has to be the same after a restart, and in every worker.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use crate::channels::hex::hex;

/// A source of names, different in every process.
#[derive(Default)]
pub(super) struct Names {
    high: RandomState,
    low: RandomState,
    given: AtomicU64,
}

impl Names {
    /// A new name for a conversation.
    pub(super) fn conversation(&self) -> String {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        format!("c-{:016x}{:016x}", self.high.hash_one(("conversation", number)), self.low.hash_one(number))
    }

    /// Who speaks in a conversation without being signed in: the same as long as the conversation lasts, whichever process
    /// answers, and never a name that the asker chose, so it can't be one that is linked to an account.
    pub(super) fn session(conversation: &str) -> String {
        let hash = Sha256::new().chain_update("session\0").chain_update(conversation).finalize();
        format!("session-{}", hex(&hash[..16]))
    }

    /// The conversation of a delivery that names none.
    pub(super) fn of_delivery(delivery: &str) -> String {
        let hash = Sha256::new().chain_update("delivery\0").chain_update(delivery).finalize();
        format!("d-{}", hex(&hash[..16]))
    }

    /// A name for a request in the log.
    pub(super) fn request(&self) -> String {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}", self.high.hash_one(("request", number)))
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_session_lasts_as_long_as_its_conversation() {
        assert_eq!(Names::session("c1"), Names::session("c1"));
        assert_ne!(Names::session("c1"), Names::session("c2"));
        // Written down: another name after an update would end every conversation.
        assert_eq!(Names::session("c1"), "session-c00a35ce2138bc9787fb80df0897ee58");
    }

    #[test]
    fn no_two_conversations_or_requests_share_a_name() {
        let names = Names::default();
        assert_ne!(names.conversation(), names.conversation());
        assert_ne!(names.request(), names.request());
    }
}

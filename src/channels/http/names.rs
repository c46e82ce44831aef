//! Names that nobody outside can guess or choose: sessions of people who are not signed in, conversations, requests.
//!
//! They come from the random state that the standard library keys its hash maps with. That keeps apart who must not
//! meet, which is all that is asked of them here: a signed-in session needs a signature (and is not made here).

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

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

    /// Who speaks in a conversation without being signed in: the same as long as the conversation and the process
    /// last, and never a name that the asker chose, so it can't be one that is linked to an account.
    pub(super) fn session(&self, conversation: &str) -> String {
        format!(
            "session-{:016x}{:016x}",
            self.high.hash_one(("session", conversation)),
            self.low.hash_one(conversation)
        )
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
    fn a_session_lasts_as_long_as_its_conversation_and_differs_between_processes() {
        let names = Names::default();
        assert_eq!(names.session("c1"), names.session("c1"));
        assert_ne!(names.session("c1"), names.session("c2"));
        assert_ne!(names.session("c1"), Names::default().session("c1"));
    }

    #[test]
    fn no_two_conversations_or_requests_share_a_name() {
        let names = Names::default();
        assert_ne!(names.conversation(), names.conversation());
        assert_ne!(names.request(), names.request());
    }
}

//! What somebody says in a row is answered in a row, and what comes twice is answered once.

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxBuildHasher;
use serenity::model::id::MessageId;
use tokio::sync::MutexGuard;

/// How many lanes there are. Two conversations may share one: they wait for each other then, and no more.
const LANES: usize = 256;

/// How many messages are remembered.
const REMEMBERED: usize = 4096;

/// One lane a conversation.
pub(super) struct Lanes(Vec<tokio::sync::Mutex<()>>);

impl Default for Lanes {
    fn default() -> Self {
        Self((0..LANES).map(|_| tokio::sync::Mutex::new(())).collect())
    }
}

impl Lanes {
    /// Waits for what the same person said before in the same conversation.
    pub async fn enter(&self, user: &str, conversation: &str) -> MutexGuard<'_, ()> {
        let hash = FxBuildHasher.hash_one((user, conversation));
        let lane = usize::try_from(hash % LANES as u64).unwrap_or_default();
        self.0[lane].lock().await
    }
}

/// The messages that came last: after a dropped connection Discord delivers some again.
#[derive(Default)]
pub(super) struct Seen(Mutex<(HashSet<MessageId>, VecDeque<MessageId>)>);

impl Seen {
    /// Whether a message comes for the first time.
    pub fn is_new(&self, message: MessageId) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *seen;
        if !known.insert(message) {
            return false;
        }
        order.push_back(message);
        if order.len() > REMEMBERED
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_new_once_as_long_as_it_is_remembered() {
        let seen = Seen::default();
        assert!(seen.is_new(MessageId::new(1)));
        assert!(!seen.is_new(MessageId::new(1)));
        for number in 2..=u64::try_from(REMEMBERED).unwrap() + 1 {
            assert!(seen.is_new(MessageId::new(number)));
        }
        assert!(seen.is_new(MessageId::new(1)));
    }
}

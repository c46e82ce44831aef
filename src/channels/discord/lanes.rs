//! What somebody says in a row is answered in a row, what comes twice is answered once, and what goes on elsewhere goes on.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxBuildHasher;
use serenity::model::id::UserId;
use tokio::sync::MutexGuard;

/// How many lanes there are. Two conversations may share one: they wait for each other then, and no more.
const LANES: usize = 256;

/// How many of what came are remembered.
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

/// The messages and interactions that came last, by their ids: after a dropped connection Discord delivers some again.
#[derive(Default)]
pub(super) struct Seen(Mutex<(HashSet<u64>, VecDeque<u64>)>);

impl Seen {
    /// Whether something comes for the first time.
    pub fn is_new(&self, id: u64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *seen;
        if !known.insert(id) {
            return false;
        }
        order.push_back(id);
        if order.len() > REMEMBERED
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        true
    }
}

/// The conversations that were moved to direct messages: what somebody writes there next belongs to them.
#[derive(Default)]
pub(super) struct Moved(Mutex<HashMap<UserId, String>>);

impl Moved {
    pub fn keep(&self, user: UserId, conversation: String) {
        let mut moved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if moved.len() >= REMEMBERED {
            moved.clear();
        }
        moved.insert(user, conversation);
    }

    /// The conversation that somebody's next direct message belongs to.
    pub fn take(&self, user: UserId) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_new_once_as_long_as_it_is_remembered() {
        let seen = Seen::default();
        assert!(seen.is_new(1));
        assert!(!seen.is_new(1));
        for number in 2..=u64::try_from(REMEMBERED).unwrap() + 1 {
            assert!(seen.is_new(number));
        }
        assert!(seen.is_new(1));
    }
}

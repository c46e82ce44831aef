//! What was said before in a conversation: the last intent and what it was about, and the question we asked back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::actions::Slots;
use crate::understand::Script;

/// How long a conversation is remembered after its last message.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(30);
/// How many conversations are remembered at once.
const MOST: usize = 20_000;

/// The memory of one conversation.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The action that last answered, or that we asked back for.
    pub intent: Option<String>,
    /// What it was about.
    pub slots: Slots,
    /// The question we asked back.
    pub pending: Option<Pending>,
    /// The last question answered from knowledge, for follow-ups that change one word of it.
    pub question: Option<String>,
    /// What we offered to say next, in order.
    pub offered: Vec<String>,
    pub script: Option<Script>,
    /// The account that an agent talks about.
    pub account: Option<String>,
    /// Questions in a row that found no answer.
    pub failures: u32,
}

/// A question that we asked back.
#[derive(Clone, Debug)]
pub struct Pending {
    pub intent: String,
    pub slot: &'static str,
    pub options: Vec<String>,
}

/// Who talks where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub channel: String,
    pub user: Option<String>,
    pub conversation: String,
}

/// The conversations in progress.
#[derive(Debug, Default)]
pub struct Conversations {
    memory: Mutex<HashMap<Key, (Timestamp, Context)>>,
}

impl Conversations {
    /// What is remembered of a conversation; nothing when it is over.
    pub fn recall(&self, key: &Key, now: Timestamp) -> Context {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory
            .get(key)
            .filter(|(at, _)| now.duration_since(*at) <= REMEMBERED)
            .map(|(_, context)| context.clone())
            .unwrap_or_default()
    }

    /// Remembers a conversation, forgetting the oldest when there are too many.
    pub fn remember(&self, key: Key, now: Timestamp, context: Context) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() >= MOST && !memory.contains_key(&key) {
            memory.retain(|_, (at, _)| now.duration_since(*at) <= REMEMBERED);
            if memory.len() >= MOST {
                let oldest = memory
                    .iter()
                    .min_by(|a, b| a.1.0.cmp(&b.1.0).then_with(|| a.0.cmp(b.0)))
                    .map(|(key, _)| key.clone());
                if let Some(oldest) = oldest {
                    memory.remove(&oldest);
                }
            }
        }
        memory.insert(key, (now, context));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(conversation: &str) -> Key {
        Key { channel: "web".into(), user: None, conversation: conversation.into() }
    }

    #[test]
    fn a_conversation_is_forgotten_after_half_an_hour() {
        let conversations = Conversations::default();
        let start: Timestamp = "2019-08-20T10:00:00+08:00".parse().unwrap();
        conversations.remember(
            key("a"),
            start,
            Context { intent: Some("order_status".into()), ..Context::default() },
        );
        assert_eq!(
            conversations.recall(&key("a"), start + SignedDuration::from_mins(30)).intent.as_deref(),
            Some("order_status")
        );
        assert_eq!(conversations.recall(&key("a"), start + SignedDuration::from_mins(31)).intent, None);
        assert_eq!(conversations.recall(&key("b"), start).intent, None);
    }
}

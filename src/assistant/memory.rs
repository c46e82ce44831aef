//! What is remembered between two messages, and what is kept of each: the seam between a turn and the store.
//!
//! A store that fails costs the memory and not the reply; that is logged once until it works again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::contents::hash;
use super::context::Context;
use super::handing::{Said, is_under_way};
use super::receipt::Receipt;
use crate::domain::reply::Reply;
use crate::store::conversations::{Commit, Committed, Conversation, Handover, Key, SpeakerRole, Turn};
use crate::store::{Conversations, MemoryConversations, StoreError};

/// How long a conversation is remembered after its last message, unless told otherwise.
pub const REMEMBERED: SignedDuration = SignedDuration::from_mins(30);

/// Where conversations are kept, and how much of them.
pub(super) struct Memory {
    conversations: Arc<dyn Conversations>,
    /// Whether turns are kept too, with their receipts, or only what was said before.
    pub keeps_turns: bool,
    pub remembered: SignedDuration,
    /// Whether the store has failed and nobody has been told that it works again.
    failed: AtomicBool,
}

/// What is remembered of a conversation.
pub(super) struct Recalled {
    pub context: Context,
    /// `None` when the store failed: then nothing is written either.
    state: Option<Conversation>,
}

impl Recalled {
    /// Whether a human speaks.
    pub fn is_a_human_s(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.speaker == SpeakerRole::Human)
    }
}

/// A turn that was worked out, to be kept: everything but the reply is masked already.
pub(super) struct Taken {
    pub reply: Reply,
    /// The reply as it may be kept.
    pub kept_reply: Reply,
    pub context: Context,
    /// What was said, as it may be kept.
    pub text: String,
    pub receipt: Option<Receipt>,
}

/// What came of keeping it.
pub(super) enum Kept {
    Reply(Box<Reply>),
    /// Somebody else answered in this conversation meanwhile: to be read and worked out again.
    Again,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(Arc::new(MemoryConversations::default()), false)
    }
}

impl Memory {
    pub(super) fn new(conversations: Arc<dyn Conversations>, keeps_turns: bool) -> Self {
        Self { conversations, keeps_turns, remembered: REMEMBERED, failed: AtomicBool::new(false) }
    }

    /// The same span, and turns kept in a store.
    pub(super) fn in_store(&self, conversations: Arc<dyn Conversations>) -> Self {
        Self { remembered: self.remembered, ..Self::new(conversations, true) }
    }

    /// Where they are kept.
    pub(super) fn conversations(&self) -> &dyn Conversations {
        &*self.conversations
    }

    /// What a delivery was answered with before.
    pub(super) fn delivered(&self, channel: &str, delivery: &str) -> Option<Reply> {
        self.watch(self.conversations.delivered(channel, delivery)).flatten()
    }

    /// What is remembered of a conversation; nothing when it is over.
    pub(super) fn recall(&self, key: &Key, now: Timestamp) -> Recalled {
        let Some(state) = self.watch(self.conversations.conversation(key)) else {
            return Recalled { context: Context::default(), state: None };
        };
        let goes_on = state.updated_at.is_some_and(|at| now.duration_since(at) <= self.remembered);
        let context = state.context.as_deref().filter(|_| goes_on).map(serde_json::from_str::<Context>);
        let context = context.transpose().unwrap_or_else(|error| {
            // Never its content: it holds what somebody said.
            tracing::warn!(
                line = error.line(),
                column = error.column(),
                "a conversation's memory is of another version and was dropped"
            );
            None
        });
        Recalled { context: context.unwrap_or_default(), state: Some(state) }
    }

    /// Keeps a turn on top of what was recalled, and gives the reply with its id.
    pub(super) fn keep(
        &self,
        key: &Key,
        now: Timestamp,
        recalled: &Recalled,
        taken: Taken,
        delivery: Option<&str>,
    ) -> Kept {
        let Taken { mut reply, mut kept_reply, context, text, receipt } = taken;
        let Some(state) = &recalled.state else { return Kept::Reply(Box::new(reply)) };
        let turn = receipt.filter(|_| self.keeps_turns).map(|receipt| {
            let ordinal = state.turns + 1;
            let id = turn_id(key, ordinal, &text);
            kept_reply.id = Some(id.clone());
            Turn {
                id,
                key: key.clone(),
                ordinal,
                at: now,
                text,
                reply: kept_reply,
                receipt: serde_json::to_string(&receipt).unwrap_or_default(),
                delivery: delivery.map(str::to_owned),
            }
        });
        let context = serde_json::to_string(&context).ok();
        let commit = Commit {
            key,
            expected: state.version,
            at: now,
            context: context.as_deref(),
            turn: turn.as_ref(),
        };
        match self.watch(self.conversations.commit_turn(&commit)) {
            Some(Committed::Done) => {
                // What can be read can't always be written: a full disk. So only this ends a row of failures.
                if self.failed.swap(false, Ordering::Relaxed) {
                    tracing::info!("conversations are remembered again");
                }
                reply.id = turn.map(|turn| turn.id);
                Kept::Reply(Box::new(reply))
            }
            Some(Committed::AlreadyDelivered(reply)) => Kept::Reply(reply),
            Some(Committed::Conflict) => Kept::Again,
            None => Kept::Reply(Box::new(reply)),
        }
    }

    /// Adds what a human said, on top of what is there, whoever else writes meanwhile.
    pub(super) fn add_human_s(
        &self,
        key: &Key,
        now: Timestamp,
        reply: &Reply,
        receipt: &Receipt,
        delivery: Option<&str>,
    ) -> Result<Said, StoreError> {
        loop {
            let state = self.conversations.conversation(key)?;
            if state.speaker != SpeakerRole::Human {
                return Ok(Said::NotTheirs);
            }
            let ordinal = state.turns + 1;
            let id = turn_id(key, ordinal, &reply.text);
            let turn = Turn {
                id: id.clone(),
                key: key.clone(),
                ordinal,
                at: now,
                text: String::new(),
                reply: Reply { id: Some(id), ..reply.clone() },
                receipt: serde_json::to_string(receipt).unwrap_or_default(),
                delivery: delivery.map(str::to_owned),
            };
            let commit = Commit {
                key,
                expected: state.version,
                at: now,
                context: state.context.as_deref(),
                turn: Some(&turn),
            };
            // Each conflict is somebody else's success: this ends.
            match self.conversations.commit_turn(&commit)? {
                Committed::Done => return Ok(Said::Kept(Box::new(turn))),
                Committed::AlreadyDelivered(_) => return Ok(Said::Repeated),
                Committed::Conflict => {}
            }
        }
    }

    /// The handover of a conversation that waits or is taken. The outer `None`: the store failed.
    #[expect(clippy::option_option, reason = "no handover and no store are two things")]
    pub(super) fn under_way(&self, key: &Key) -> Option<Option<Handover>> {
        let all = self.watch(self.conversations.handovers_under_way())?;
        Some(all.into_iter().find(|handover| is_under_way(handover, key)))
    }

    pub(super) fn open_handover(
        &self,
        key: &Key,
        at: Timestamp,
        reason: &str,
        packet: &str,
    ) -> Option<Handover> {
        self.watch(self.conversations.open_handover(key, at, reason, packet))
    }

    pub(super) fn turns_of(&self, key: &Key) -> Option<Vec<Turn>> {
        self.watch(self.conversations.turns_of(key))
    }

    pub(super) fn handovers(&self) -> Result<Vec<Handover>, StoreError> {
        self.conversations.handovers_under_way()
    }

    pub(super) fn take_handover(
        &self,
        number: i64,
        holder: &str,
        at: Timestamp,
    ) -> Result<Option<Handover>, StoreError> {
        self.conversations.take_handover(number, holder, at)
    }

    pub(super) fn close_handover(&self, number: i64, at: Timestamp) -> Result<Option<Handover>, StoreError> {
        self.conversations.close_handover(number, at)
    }

    /// The result, or nothing and a line in the log: one line for a row of failures.
    fn watch<T>(&self, result: Result<T, StoreError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "conversations can't be remembered; replies go on without");
                }
                None
            }
        }
    }
}

/// The name of a turn: 16 hexadecimal characters that follow from where and what it is, so that two runs name it alike. Of
/// the text as it is kept: from a name nobody can guess back what was taken out.
fn turn_id(key: &Key, ordinal: u64, text: &str) -> String {
    let user = key.user.as_deref().map_or_else(String::new, |user| format!("={user}"));
    hash(&[&key.channel, &user, &key.conversation, &ordinal.to_string(), text])
}

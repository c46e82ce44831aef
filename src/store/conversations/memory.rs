//! Conversations that are gone with the process: for questions that leave nothing behind. Bounded: when there are too
//! many, the one that was silent longest goes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{
    Commit, Committed, Conversation, Conversations, Feedback, Handover, HandoverState, Key, Removed,
    SpeakerRole, StoreError, Turn,
};
use crate::domain::reply::Reply;

/// How many conversations are kept at once.
const MOST: usize = 20_000;

/// Conversations in memory.
#[derive(Debug)]
pub struct MemoryConversations {
    kept: Mutex<Kept>,
    most: usize,
}

#[derive(Debug, Default)]
struct Kept {
    conversations: BTreeMap<Key, Conversation>,
    /// The keys again, by when they were last heard of and in which order.
    by_time: BTreeMap<(Timestamp, u64), Key>,
    /// Where in `by_time` a conversation stands.
    heard: BTreeMap<Key, (Timestamp, u64)>,
    /// In the order in which they were taken.
    turns: Vec<Turn>,
    handovers: Vec<Handover>,
    feedback: Vec<Feedback>,
    /// Conversations and handovers made so far.
    made: u64,
}

impl Default for MemoryConversations {
    fn default() -> Self {
        Self::at_most(MOST)
    }
}

impl MemoryConversations {
    /// Keeps `most` conversations at once.
    pub fn at_most(most: usize) -> Self {
        Self { kept: Mutex::default(), most }
    }

    /// A panic elsewhere left whole entries: each is put in place at once.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Notes that a conversation was heard of, and lets the oldest go where there are more than `most`.
    fn heard(&mut self, key: &Key, at: Timestamp, most: usize) {
        self.made += 1;
        if let Some(before) = self.heard.insert(key.clone(), (at, self.made)) {
            self.by_time.remove(&before);
        }
        self.by_time.insert((at, self.made), key.clone());
        while self.conversations.len() > most {
            // What waits for a human stays.
            let silent = self.by_time.values().find(|key| !self.under_way(key)).cloned();
            let Some(key) = silent else { break };
            self.let_go(&key);
        }
    }

    fn under_way(&self, key: &Key) -> bool {
        self.handovers.iter().any(|handover| handover.key == *key && handover.state != HandoverState::Closed)
    }

    /// Removes a conversation with all that hangs on it.
    fn let_go(&mut self, key: &Key) -> Removed {
        let mut removed = Removed::default();
        if self.conversations.remove(key).is_some() {
            removed.conversations = 1;
        }
        if let Some(at) = self.heard.remove(key) {
            self.by_time.remove(&at);
        }
        removed.turns = take(&mut self.turns, |turn| turn.key == *key);
        removed.handovers = take(&mut self.handovers, |handover| handover.key == *key);
        removed.feedback = self.drop_stray_feedback();
        removed
    }

    fn drop_stray_feedback(&mut self) -> u64 {
        let Self { turns, feedback, .. } = self;
        take(feedback, |given| !turns.iter().any(|turn| turn.id == given.turn))
    }

    fn delivered(&self, channel: &str, delivery: &str) -> Option<&Reply> {
        let same = |turn: &&Turn| turn.key.channel == channel && turn.delivery.as_deref() == Some(delivery);
        self.turns.iter().find(same).map(|turn| &turn.reply)
    }

    fn change(&mut self, key: &Key, at: Timestamp, change: impl FnOnce(&mut Conversation)) {
        let conversation = self.conversations.entry(key.clone()).or_default();
        conversation.version += 1;
        conversation.updated_at = Some(at);
        change(conversation);
    }
}

/// Removes what fits, and counts it.
fn take<T>(list: &mut Vec<T>, fits: impl Fn(&T) -> bool) -> u64 {
    let before = list.len();
    list.retain(|item| !fits(item));
    (before - list.len()) as u64
}

impl Conversations for MemoryConversations {
    fn conversation(&self, key: &Key) -> Result<Conversation, StoreError> {
        Ok(self.lock().conversations.get(key).cloned().unwrap_or_default())
    }

    fn begin(
        &self,
        channel: &str,
        user: Option<&str>,
        prefix: &str,
        at: Timestamp,
    ) -> Result<Key, StoreError> {
        let mut kept = self.lock();
        let mut number = kept.made + 1;
        let key = loop {
            let conversation = format!("{prefix}-{number}");
            let key = Key { channel: channel.to_owned(), user: user.map(str::to_owned), conversation };
            if !kept.conversations.contains_key(&key) {
                break key;
            }
            number += 1;
        };
        kept.change(&key, at, |_| ());
        kept.heard(&key, at, self.most);
        Ok(key)
    }

    fn commit_turn(&self, commit: &Commit<'_>) -> Result<Committed, StoreError> {
        let mut kept = self.lock();
        if let Some(delivery) = commit.turn.and_then(|turn| turn.delivery.as_deref())
            && let Some(reply) = kept.delivered(&commit.key.channel, delivery)
        {
            return Ok(Committed::AlreadyDelivered(Box::new(reply.clone())));
        }
        let version = kept.conversations.get(commit.key).map_or(0, |conversation| conversation.version);
        if version != commit.expected {
            return Ok(Committed::Conflict);
        }
        kept.change(commit.key, commit.at, |conversation| {
            conversation.context = commit.context.map(str::to_owned);
            conversation.turns += u64::from(commit.turn.is_some());
        });
        kept.turns.extend(commit.turn.cloned());
        kept.heard(commit.key, commit.at, self.most);
        Ok(Committed::Done)
    }

    fn delivered(&self, channel: &str, delivery: &str) -> Result<Option<Reply>, StoreError> {
        Ok(self.lock().delivered(channel, delivery).cloned())
    }

    fn turn(&self, id: &str) -> Result<Option<Turn>, StoreError> {
        Ok(self.lock().turns.iter().find(|turn| turn.id == id).cloned())
    }

    fn turns_of(&self, key: &Key) -> Result<Vec<Turn>, StoreError> {
        Ok(self.lock().turns.iter().filter(|turn| turn.key == *key).cloned().collect())
    }

    fn turns_since(&self, since: Timestamp) -> Result<Vec<Turn>, StoreError> {
        let mut turns: Vec<Turn> =
            self.lock().turns.iter().filter(|turn| turn.at >= since).cloned().collect();
        turns.sort_by_key(|turn| turn.at);
        Ok(turns)
    }

    fn conversations_named(&self, name: &str) -> Result<Vec<Key>, StoreError> {
        let kept = self.lock();
        Ok(kept.conversations.keys().filter(|key| key.conversation == name).cloned().collect())
    }

    fn open_handover(
        &self,
        key: &Key,
        at: Timestamp,
        reason: &str,
        packet: &str,
    ) -> Result<Handover, StoreError> {
        let mut kept = self.lock();
        let under_way =
            kept.handovers.iter().find(|known| known.key == *key && known.state != HandoverState::Closed);
        if let Some(handover) = under_way {
            return Ok(handover.clone());
        }
        if !kept.conversations.contains_key(key) {
            kept.change(key, at, |_| ());
            kept.heard(key, at, self.most);
        }
        kept.made += 1;
        let handover = Handover {
            number: kept.made.cast_signed(),
            key: key.clone(),
            opened_at: at,
            reason: reason.to_owned(),
            packet: packet.to_owned(),
            state: HandoverState::Open,
            taken_by: None,
            closed_at: None,
        };
        kept.handovers.push(handover.clone());
        Ok(handover)
    }

    fn take_handover(
        &self,
        number: i64,
        holder: &str,
        at: Timestamp,
    ) -> Result<Option<Handover>, StoreError> {
        let mut kept = self.lock();
        let open = |known: &&mut Handover| known.number == number && known.state == HandoverState::Open;
        let Some(handover) = kept.handovers.iter_mut().find(open) else { return Ok(None) };
        handover.state = HandoverState::Taken;
        handover.taken_by = Some(holder.to_owned());
        let handover = handover.clone();
        kept.change(&handover.key, at, |conversation| {
            conversation.speaker = SpeakerRole::Human;
            conversation.holder = Some(holder.to_owned());
        });
        Ok(Some(handover))
    }

    fn close_handover(&self, number: i64, at: Timestamp) -> Result<Option<Handover>, StoreError> {
        let mut kept = self.lock();
        let under_way =
            |known: &&mut Handover| known.number == number && known.state != HandoverState::Closed;
        let Some(handover) = kept.handovers.iter_mut().find(under_way) else { return Ok(None) };
        handover.state = HandoverState::Closed;
        handover.closed_at = Some(at);
        let handover = handover.clone();
        kept.change(&handover.key, at, |conversation| {
            conversation.speaker = SpeakerRole::Assistant;
            conversation.holder = None;
        });
        Ok(Some(handover))
    }

    fn handovers_under_way(&self) -> Result<Vec<Handover>, StoreError> {
        let kept = self.lock();
        let mut found: Vec<Handover> =
            kept.handovers.iter().filter(|known| known.state != HandoverState::Closed).cloned().collect();
        found.sort_by_key(|handover| (handover.opened_at, handover.number));
        Ok(found)
    }

    fn give_feedback(&self, feedback: &Feedback) -> Result<bool, StoreError> {
        let mut kept = self.lock();
        if !kept.turns.iter().any(|turn| turn.id == feedback.turn) {
            return Ok(false);
        }
        kept.feedback.retain(|known| {
            (&known.turn, &known.channel, &known.user) != (&feedback.turn, &feedback.channel, &feedback.user)
        });
        kept.feedback.push(feedback.clone());
        Ok(true)
    }

    fn feedback_since(&self, since: Timestamp) -> Result<Vec<Feedback>, StoreError> {
        let mut found: Vec<Feedback> =
            self.lock().feedback.iter().filter(|given| given.at >= since).cloned().collect();
        found.sort_by(|a, b| (a.at, &a.turn, &a.channel, &a.user).cmp(&(b.at, &b.turn, &b.channel, &b.user)));
        Ok(found)
    }

    fn purge(&self, before: Timestamp) -> Result<Removed, StoreError> {
        let mut kept = self.lock();
        let mut removed =
            Removed { turns: take(&mut kept.turns, |turn| turn.at < before), ..Removed::default() };
        removed.feedback = kept.drop_stray_feedback();
        removed.handovers =
            take(&mut kept.handovers, |known| known.closed_at.is_some_and(|closed| closed < before));
        let over: Vec<Key> = kept
            .conversations
            .iter()
            .filter(|(_, conversation)| conversation.updated_at.is_none_or(|at| at < before))
            .map(|(key, _)| key.clone())
            .filter(|key| !kept.turns.iter().any(|turn| turn.key == *key))
            .filter(|key| !kept.handovers.iter().any(|handover| handover.key == *key))
            .collect();
        for key in over {
            removed.conversations += kept.let_go(&key).conversations;
        }
        Ok(removed)
    }

    fn forget(&self, channel: &str, user: &str) -> Result<Removed, StoreError> {
        let mut kept = self.lock();
        let theirs: Vec<Key> = kept
            .conversations
            .keys()
            .filter(|key| key.channel == channel && key.user.as_deref() == Some(user))
            .cloned()
            .collect();
        let mut removed = Removed {
            feedback: take(&mut kept.feedback, |given| {
                given.channel == channel && given.user.as_deref() == Some(user)
            }),
            ..Removed::default()
        };
        for key in theirs {
            let gone = kept.let_go(&key);
            removed.conversations += gone.conversations;
            removed.turns += gone.turns;
            removed.feedback += gone.feedback;
            removed.handovers += gone.handovers;
        }
        Ok(removed)
    }
}

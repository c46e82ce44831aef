//! Where conversations are kept: their state, their turns, what was handed over, what people thought of it.
//!
//! A trait of its own beside [`super::Store`], because a conversation may be kept where no records are: in memory, for
//! questions that leave nothing behind. What a context means is the assistant's business; here it is text.

mod memory;

use jiff::Timestamp;

use super::StoreError;
use crate::domain::reply::Reply;

pub use memory::MemoryConversations;

/// Who talks where: what the memory of a conversation hangs on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub channel: String,
    /// `None` where nobody is known.
    pub user: Option<String>,
    pub conversation: String,
}

impl Key {
    /// The user as a column: nobody is the empty name, which no channel can give.
    pub(super) fn user_text(&self) -> &str {
        self.user.as_deref().unwrap_or_default()
    }
}

/// Who speaks to the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeakerRole {
    #[default]
    Assistant,
    /// A human has taken over: the assistant is silent until given back.
    Human,
}

/// The state of a conversation. One that was never written is the default: version 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The assistant's memory, as JSON.
    pub context: Option<String>,
    pub speaker: SpeakerRole,
    /// The human who speaks.
    pub holder: Option<String>,
    /// One more with every change of the state.
    pub version: u64,
    /// Turns taken so far, those since purged too.
    pub turns: u64,
    pub updated_at: Option<Timestamp>,
}

/// One exchange as it is kept: everything in it is masked already.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Unique; the reply's `id`.
    pub id: String,
    pub key: Key,
    /// From 1, within its conversation.
    pub ordinal: u64,
    pub at: Timestamp,
    pub text: String,
    /// What was answered. Its `elapsed_us` is kept with it.
    pub reply: Reply,
    /// How the reply came about, as JSON.
    pub receipt: String,
    /// The channel's name for the message, where it has one: the same delivery is answered once.
    pub delivery: Option<String>,
}

/// The end of a turn: all of it is written, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Commit<'a> {
    pub key: &'a Key,
    /// The version that the turn was worked out on.
    pub expected: u64,
    pub at: Timestamp,
    /// What is to be remembered from now on; `None`: nothing.
    pub context: Option<&'a str>,
    /// `None` where only the context is kept.
    pub turn: Option<&'a Turn>,
}

/// What came of a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum Committed {
    /// Written.
    Done,
    /// Somebody else has changed the conversation since it was read; nothing was written. Read it again.
    Conflict,
    /// This delivery was answered before, and this is the answer; nothing was written.
    AlreadyDelivered(Box<Reply>),
}

/// A conversation that a human is to take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    pub number: i64,
    pub key: Key,
    pub opened_at: Timestamp,
    pub reason: String,
    /// What the human needs to know, as JSON.
    pub packet: String,
    pub state: HandoverState,
    pub taken_by: Option<String>,
    pub closed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverState {
    /// Waits for a human.
    Open,
    /// A human speaks.
    Taken,
    Closed,
}

/// What somebody thought of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The turn's id.
    pub turn: String,
    pub channel: String,
    pub user: Option<String>,
    pub at: Timestamp,
    pub good: bool,
    /// Masked.
    pub reason: Option<String>,
}

/// How much went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub conversations: u64,
    pub turns: u64,
    pub feedback: u64,
    pub handovers: u64,
    /// Rows that stay and no longer say who it was.
    pub audit_without_name: u64,
}

/// Where conversations are kept. Every call is one transaction.
pub trait Conversations: Send + Sync {
    /// The state of a conversation; the default where there is none.
    fn conversation(&self, key: &Key) -> Result<Conversation, StoreError>;

    /// Makes a conversation that nobody has had yet, named `prefix` and a number.
    fn begin(
        &self,
        channel: &str,
        user: Option<&str>,
        prefix: &str,
        at: Timestamp,
    ) -> Result<Key, StoreError>;

    /// Writes the state, the turn and its delivery, if the conversation is as it was when it was read.
    fn commit_turn(&self, commit: &Commit<'_>) -> Result<Committed, StoreError>;

    /// What a delivery was answered with, if it was.
    fn delivered(&self, channel: &str, delivery: &str) -> Result<Option<Reply>, StoreError>;

    fn turn(&self, id: &str) -> Result<Option<Turn>, StoreError>;

    /// The turns of a conversation, in order.
    fn turns_of(&self, key: &Key) -> Result<Vec<Turn>, StoreError>;

    /// All turns from an instant on, in order of time.
    fn turns_since(&self, since: Timestamp) -> Result<Vec<Turn>, StoreError>;

    /// The conversations of that name, on whatever channel, sorted.
    fn conversations_named(&self, name: &str) -> Result<Vec<Key>, StoreError>;

    /// Asks for a human. One that is under way already is given back as it is.
    fn open_handover(
        &self,
        key: &Key,
        at: Timestamp,
        reason: &str,
        packet: &str,
    ) -> Result<Handover, StoreError>;

    /// A human takes a handover that is open: from then on the speaker is human, and turns in progress conflict. `None`:
    /// there is none to take.
    fn take_handover(&self, number: i64, holder: &str, at: Timestamp)
    -> Result<Option<Handover>, StoreError>;

    /// Gives the conversation back to the assistant. `None`: there is none to close.
    fn close_handover(&self, number: i64, at: Timestamp) -> Result<Option<Handover>, StoreError>;

    /// Handovers that are open or taken, the oldest first.
    fn handovers_under_way(&self) -> Result<Vec<Handover>, StoreError>;

    /// Keeps an opinion; the newest of a person on a turn counts. False: there is no such turn.
    fn give_feedback(&self, feedback: &Feedback) -> Result<bool, StoreError>;

    /// Opinions from an instant on, in order of time.
    fn feedback_since(&self, since: Timestamp) -> Result<Vec<Feedback>, StoreError>;

    /// Removes turns from before an instant with all that hangs on them, conversations that are over since then, and what
    /// else ended before it: jobs, codes, limits. What waits for a human or a worker stays.
    fn purge(&self, before: Timestamp) -> Result<Removed, StoreError>;

    /// Removes what a person said and was answered, wherever the channel is the same, and what of it is still to be worked off.
    fn forget(&self, channel: &str, user: &str) -> Result<Removed, StoreError>;
}

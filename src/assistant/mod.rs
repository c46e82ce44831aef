//! One turn of conversation: who asks, what was said before, which action or section answers.
//!
//! Channels hand in an [`Incoming`] and get a [`Reply`] back; nothing of a channel leaks in here beyond its name.

mod about;
mod acting;
pub mod actions;
mod anger;
mod asked;
mod asker;
mod asking;
mod consent;
mod contents;
mod context;
mod doing;
mod facet;
pub mod feedback;
mod field;
mod follow_up;
mod form;
mod gazetteer;
mod general;
mod handing;
mod in_meaning;
pub mod intent_reader;
mod knowledge_answer;
mod learning;
mod likely;
pub mod meaning;
mod memory;
mod mind;
mod odds;
mod policy;
pub mod receipt;
mod rehearsal;
mod renewable;
mod repeated;
mod rephrase;
mod round;
mod running;
mod searching;
pub mod semantics;
mod slots;
mod taking;
mod turn;
mod two_answers;
mod weights;
mod whose;

use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

pub use asker::{Asker, CaseFile};
pub use contents::Contents;
pub use context::Context;
pub use feedback::{Opinion, REASON_LIMIT, Rated};
pub use handing::{Said, is_a_human_s, is_silence};
pub use knowledge_answer::{SURE, trust};
pub use memory::REMEMBERED;
pub use mind::{Mind, Sections, is_own};
pub use receipt::Receipt;
pub use rehearsal::Rehearsed;
pub use renewable::Renewable;
pub use running::Call;
pub use searching::{Found, MOST_FOUND};

use self::memory::Memory;
use crate::domain::reply::Reply;
use crate::store::conversations::Turn as KeptTurn;
use crate::store::{Acts, Conversations, Store, StoreError};

/// A message as a channel hands it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// `discord`, `web`, `ticket`, `console` …
    pub channel: String,
    /// The channel's name for the speaker; `None` when nobody is known.
    pub user: Option<String>,
    /// Messages of one conversation share what was said before.
    pub conversation: String,
    pub text: String,
}

/// Where the assistant gets the time from: the system, or a fixed instant in tests and with `--now`.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What comes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Reply(Box<Reply>),
    /// A human speaks: the message is kept for them, and nothing is said.
    Human,
}

impl Heard {
    /// A reply for whoever needs one: while a human speaks, an empty one, which no channel shows.
    pub fn into_reply(self) -> Reply {
        match self {
            Self::Reply(reply) => *reply,
            Self::Human => handing::silence(),
        }
    }
}

/// What answers a message: the assistant, or whatever stands in for it.
pub trait Answer: Send + Sync {
    fn answer(&self, incoming: &Incoming) -> Reply;

    /// Answers a message that the channel may deliver more than once: the same delivery gets the same reply, as far as
    /// turns are kept.
    fn answer_delivery(&self, incoming: &Incoming, delivery: &str) -> Reply {
        let _ = delivery;
        self.answer(incoming)
    }

    /// Takes a message in. Channels on which a human may speak ask this way: there the assistant says nothing while one does.
    fn hear(&self, incoming: &Incoming, delivery: Option<&str>) -> Heard {
        Heard::Reply(Box::new(match delivery {
            Some(delivery) => self.answer_delivery(incoming, delivery),
            None => self.answer(incoming),
        }))
    }

    /// Runs one action, asked for by name. `None`: there is none of this name.
    fn run(&self, call: &Call) -> Option<Reply> {
        let _ = call;
        None
    }

    /// Keeps what somebody thinks of a reply. Where nothing is kept no reply is known.
    fn rate(&self, opinion: &Opinion) -> Rated {
        let _ = opinion;
        Rated::Unknown
    }

    /// The sections that a text is near to, best first.
    fn search(&self, text: &str, limit: usize) -> Vec<Found> {
        let _ = (text, limit);
        Vec::new()
    }

    /// Whether there is anything to answer from.
    fn is_ready(&self) -> bool {
        true
    }

    /// Keeps what a human says in a conversation that they have taken; the same `delivery` once. Where nothing is kept nobody has taken one.
    fn say_as_human(
        &self,
        number: i64,
        holder: &str,
        text: &str,
        delivery: Option<&str>,
    ) -> Result<Said, StoreError> {
        let _ = (number, holder, text, delivery);
        Ok(Said::NotTheirs)
    }

    /// What would be said to a kept message, on what is known today; nothing is done or kept. `None`: that can't be told.
    fn propose(&self, turn: &KeptTurn) -> Option<Rehearsed> {
        let _ = turn;
        None
    }
}

/// Answers messages: a mind, the records, a clock, and the conversations in progress.
pub struct Assistant {
    mind: Arc<Mind>,
    store: Arc<dyn Store>,
    clock: Clock,
    memory: Memory,
    /// Where orders are stopped; `None`: the assistant only says how.
    acts: Option<Arc<dyn Acts>>,
    /// What a human does: words, or names of intents.
    topics: Vec<String>,
}

impl Assistant {
    /// An assistant that remembers conversations as long as it lives, and keeps nothing of them.
    pub fn new(mind: Arc<Mind>, store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { mind, store, clock, memory: Memory::default(), acts: None, topics: Vec::new() }
    }

    /// The same that withdraws and abandons orders when somebody says yes to it.
    #[must_use]
    pub fn acting(mut self, acts: Arc<dyn Acts>) -> Self {
        self.acts = Some(acts);
        self
    }

    /// The same that keeps conversations and their turns in a store, each with its receipt.
    #[must_use]
    pub fn keeping(mut self, conversations: Arc<dyn Conversations>) -> Self {
        self.memory = self.memory.in_store(conversations);
        self
    }

    /// The same that remembers a conversation for so long after its last message.
    #[must_use]
    pub fn remembering(mut self, span: SignedDuration) -> Self {
        self.memory.remembered = span;
        self
    }

    fn timed(&self, incoming: &Incoming, delivery: Option<&str>) -> Heard {
        let started = Instant::now();
        let elapsed = || u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut heard = taking::take(self, incoming, delivery, &elapsed);
        if let Heard::Reply(reply) = &mut heard {
            reply.elapsed_us = elapsed();
        }
        heard
    }
}

impl Answer for Assistant {
    fn answer(&self, incoming: &Incoming) -> Reply {
        self.timed(incoming, None).into_reply()
    }

    fn hear(&self, incoming: &Incoming, delivery: Option<&str>) -> Heard {
        self.timed(incoming, delivery)
    }

    fn answer_delivery(&self, incoming: &Incoming, delivery: &str) -> Reply {
        self.timed(incoming, Some(delivery)).into_reply()
    }

    fn run(&self, call: &Call) -> Option<Reply> {
        self.run_action(call)
    }

    fn rate(&self, opinion: &Opinion) -> Rated {
        self.keep_opinion(opinion)
    }

    fn search(&self, text: &str, limit: usize) -> Vec<Found> {
        self.sections_near(text, limit)
    }

    fn is_ready(&self) -> bool {
        self.knows_something()
    }

    fn say_as_human(
        &self,
        number: i64,
        holder: &str,
        text: &str,
        delivery: Option<&str>,
    ) -> Result<Said, StoreError> {
        self.keep_human_s(number, holder, text, delivery)
    }

    fn propose(&self, turn: &KeptTurn) -> Option<Rehearsed> {
        let receipt = serde_json::from_str(&turn.receipt).ok()?;
        // What a human said is no question.
        (!turn.text.is_empty()).then(|| self.rehearse(turn, &receipt))
    }
}

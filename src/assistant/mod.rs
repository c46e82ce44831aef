//! One turn of conversation: who asks, what was said before, which action or section answers.
//!
//! Channels hand in an [`Incoming`] and get a [`Reply`] back; nothing of a channel leaks in here beyond its name.

pub mod actions;
mod asker;
mod context;
mod follow_up;
mod gazetteer;
mod knowledge_answer;
pub mod meaning;
mod policy;
mod turn;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

pub use asker::{Asker, CaseFile};

use self::context::Conversations;
use self::meaning::Meanings;
use crate::domain::reply::Reply;
use crate::domain::rules::book::RuleBook;
use crate::knowledge::{Knowledge, Language};
use crate::store::Store;
use crate::understand::Recogniser;
use crate::understand::intents::TrainingSet;

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

/// What answers a message: the assistant, or whatever stands in for it.
pub trait Answer: Send + Sync {
    fn answer(&self, incoming: &Incoming) -> Reply;
}

/// What the assistant knows, shared between assistants on different records.
pub struct Mind {
    pub knowledge: Knowledge,
    pub book: RuleBook,
    recogniser: Recogniser,
    meanings: Meanings,
    /// Sections by anchor and language.
    anchors: HashMap<(String, Language), u64>,
}

impl Mind {
    /// Puts knowledge, rules and training data together.
    pub fn new(knowledge: Knowledge, book: RuleBook, training: &TrainingSet) -> Self {
        let recogniser = gazetteer::recogniser(&book);
        let meanings = Meanings::of(training, &knowledge, &recogniser);
        let anchors = knowledge
            .sections()
            .filter_map(|(number, section)| Some(((section.anchor.clone()?, section.language), number)))
            .collect();
        Self { knowledge, book, recogniser, meanings, anchors }
    }

    pub fn recogniser(&self) -> &Recogniser {
        &self.recogniser
    }

    pub fn meanings(&self) -> &Meanings {
        &self.meanings
    }

    /// The section with an anchor, in a language or else in any.
    fn anchored(&self, anchor: &str, language: Language) -> Option<Arc<crate::knowledge::Section>> {
        let other = if language == Language::Chinese { Language::English } else { Language::Chinese };
        let number = self
            .anchors
            .get(&(anchor.to_owned(), language))
            .or_else(|| self.anchors.get(&(anchor.to_owned(), other)))?;
        self.knowledge.section(*number)
    }
}

/// Answers messages: a mind, the records, a clock, and the conversations in progress.
pub struct Assistant {
    mind: Arc<Mind>,
    store: Arc<dyn Store>,
    clock: Clock,
    conversations: Conversations,
}

impl Assistant {
    pub fn new(mind: Arc<Mind>, store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { mind, store, clock, conversations: Conversations::default() }
    }
}

impl Answer for Assistant {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let started = Instant::now();
        let mut reply = turn::take(self, incoming);
        reply.elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        reply
    }
}

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
pub mod semantics;
mod slots;
mod turn;

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use jiff::Timestamp;

pub use asker::{Asker, CaseFile};

use self::context::Conversations;
use self::meaning::{Meanings, Reading};
use self::semantics::{Places, Semantics, Texts};
use crate::domain::reply::Reply;
use crate::domain::rules::book::RuleBook;
use crate::knowledge::{Knowledge, Language, Section};
use crate::store::Store;
use crate::understand::intents::{Example, TrainingSet};
use crate::understand::{Entities, Recogniser, Script};

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
    pub book: RuleBook,
    recogniser: Recogniser,
    sections: Sections,
    training: TrainingSet,
    /// Nearness in meaning, where an encoder is installed.
    semantics: Option<Semantics>,
    /// What is known in each language, put together when it is first asked for.
    chinese: OnceLock<Half>,
    english: OnceLock<Half>,
}

/// Where the sections are.
pub enum Sections {
    /// In memory: each language gets an index of its own.
    Memory(Vec<Arc<Section>>),
    /// In one index on disk.
    Disk(Arc<Knowledge>),
}

/// What is known in one language.
struct Half {
    knowledge: Arc<Knowledge>,
    meanings: Meanings,
    /// Where its vectors are.
    places: Option<Places>,
}

impl Mind {
    /// Puts sections, rules and training data together; the index over them is made when a language is first asked in.
    pub fn new(sections: Sections, book: RuleBook, training: TrainingSet) -> Self {
        let recogniser = gazetteer::recogniser(&book);
        let (chinese, english) = (OnceLock::new(), OnceLock::new());
        Self { book, recogniser, sections, training, semantics: None, chinese, english }
    }

    /// The texts that an encoder has to know; `None` where there are too many to encode them.
    pub fn texts(&self) -> Option<Texts> {
        match &self.sections {
            Sections::Memory(sections) if sections.len() <= meaning::MOST_SECTIONS => {
                Some(semantics::texts(sections, &self.training.examples))
            }
            Sections::Memory(_) | Sections::Disk(_) => None,
        }
    }

    pub fn has_semantics(&self) -> bool {
        self.semantics.is_some()
    }

    /// Counts nearness in meaning too, from the first question on.
    #[must_use]
    pub fn with_semantics(mut self, semantics: Semantics) -> Self {
        self.semantics = Some(semantics);
        self
    }

    pub fn recogniser(&self) -> &Recogniser {
        &self.recogniser
    }

    /// What a folded message may mean.
    pub fn read(&self, folded: &str, entities: &Entities, language: Language) -> Reading {
        let half = self.half(language);
        let compared = match (&self.semantics, &half.places) {
            (Some(semantics), Some(places)) => Some(semantics.read(places, &half.meanings.mended(folded))),
            _ => None,
        };
        half.meanings.read(&half.knowledge, folded, entities, compared.as_ref())
    }

    /// Puts both languages together now, so that no first question waits for it.
    pub fn warm(&self) {
        self.half(Language::Chinese);
        self.half(Language::English);
    }

    fn half(&self, language: Language) -> &Half {
        let half = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        half.get_or_init(|| {
            let latin = language == Language::English;
            let of_script = |example: &&Example| (Script::of(&example.text) == Some(Script::Latin)) == latin;
            let mut examples: Vec<&Example> = self.training.examples.iter().filter(of_script).collect();
            if examples.is_empty() {
                examples = self.training.examples.iter().collect();
            }
            let sections: Vec<Arc<Section>> = match &self.sections {
                Sections::Disk(knowledge) => {
                    let meanings = Meanings::of(&examples, &[]);
                    return Half { knowledge: knowledge.clone(), meanings, places: None };
                }
                Sections::Memory(all) => {
                    let of_language: Vec<_> =
                        all.iter().filter(|section| section.language == language).cloned().collect();
                    // A knowledge base in one language answers in it whatever the question's.
                    if of_language.is_empty() { all.clone() } else { of_language }
                }
            };
            // The index and the utterances are made side by side: neither needs the other, and somebody waits.
            let (knowledge, meanings) = std::thread::scope(|scope| {
                let index = scope.spawn(|| Knowledge::in_memory(sections.clone()));
                let meanings = Meanings::of(&examples, &sections);
                (index.join(), meanings)
            });
            let knowledge = match knowledge {
                Ok(Ok(knowledge)) => knowledge,
                Ok(Err(error)) => {
                    tracing::error!(%error, "the index could not be made; nothing will be found");
                    Knowledge::none()
                }
                Err(_) => {
                    tracing::error!("the thread that makes the index panicked; nothing will be found");
                    Knowledge::none()
                }
            };
            let knowledge = Arc::new(knowledge);
            let places = self.semantics.as_ref().map(|semantics| semantics.places(&examples, &sections));
            Half { knowledge, meanings, places }
        })
    }

    /// The section with an anchor, in a language or else in any.
    fn anchored(&self, anchor: &str, language: Language) -> Option<Arc<Section>> {
        let Sections::Memory(sections) = &self.sections else { return None };
        let named = || sections.iter().filter(|section| section.anchor.as_deref() == Some(anchor));
        named().find(|section| section.language == language).or_else(|| named().next()).cloned()
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

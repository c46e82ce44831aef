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
mod handing;
mod in_meaning;
pub mod intent_reader;
mod knowledge_answer;
mod learning;
pub mod meaning;
mod memory;
mod odds;
mod policy;
pub mod receipt;
mod rehearsal;
mod renewable;
mod rephrase;
mod round;
mod running;
mod searching;
pub mod semantics;
mod slots;
mod taking;
mod turn;
mod two_answers;
mod whose;

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

pub use asker::{Asker, CaseFile};
pub use contents::Contents;
pub use context::Context;
pub use feedback::{Opinion, REASON_LIMIT, Rated};
pub use handing::{Said, is_a_human_s, is_silence};
pub use knowledge_answer::{SURE, trust};
pub use memory::REMEMBERED;
pub use receipt::Receipt;
pub use rehearsal::Rehearsed;
pub use renewable::Renewable;
pub use running::Call;
pub use searching::{Found, MOST_FOUND};

use self::field::Bridge;
use self::meaning::{Meanings, Near, Reading};
use self::memory::Memory;
use self::semantics::{Compared, Places, Semantics, Texts};
use crate::domain::reply::Reply;
use crate::domain::rules::book::RuleBook;
use crate::domain::rules::rejection::PastedNotices;
use crate::knowledge::{Knowledge, Language, Section};
use crate::store::conversations::Turn as KeptTurn;
use crate::store::{Acts, Conversations, Store, StoreError};
use crate::understand::entities::mask_private;
use crate::understand::intents::{Example, LinearIntents, TrainingSet};
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

/// What the assistant knows, shared between assistants on different records.
pub struct Mind {
    pub book: RuleBook,
    /// The notices of the rule book, as people paste them.
    notices: PastedNotices,
    recogniser: Recogniser,
    sections: Sections,
    training: TrainingSet,
    contents: OnceLock<Contents>,
    /// Where the sections with an anchor are.
    anchored: OnceLock<FxHashMap<String, Vec<usize>>>,
    /// Everything that the rules say, as one text.
    rule_text: OnceLock<String>,
    /// Tells apart intents of somebody's own training data.
    own: Option<LinearIntents>,
    /// Nearness in meaning, where an encoder is installed.
    semantics: Option<Semantics>,
    /// Our own knowledge base, for documents of its field that don't say how people ask.
    field: Option<Box<Self>>,
    /// What is known in each language, put together when it is first asked for.
    chinese: OnceLock<Half>,
    english: OnceLock<Half>,
}

/// Where the sections are.
pub enum Sections {
    /// In memory: each language gets an index of its own.
    Memory(Vec<Arc<Section>>),
    /// In one index on disk, with the hash of what the documents say.
    Disk { knowledge: Arc<Knowledge>, content: String },
}

/// What is known in one language.
struct Half {
    knowledge: Arc<Knowledge>,
    meanings: Meanings,
    /// Where its vectors are.
    places: Option<Places>,
    /// The way from what we know of the field to its sections.
    bridge: Option<Bridge>,
}

impl Mind {
    /// Puts sections, rules and training data together; the index over them is made when a language is first asked in.
    pub fn new(sections: Sections, book: RuleBook, training: TrainingSet) -> Self {
        let recogniser = gazetteer::recogniser(&book);
        let notices = PastedNotices::of(&book);
        Self {
            book,
            notices,
            recogniser,
            sections,
            training,
            contents: OnceLock::new(),
            anchored: OnceLock::new(),
            rule_text: OnceLock::new(),
            own: None,
            semantics: None,
            field: None,
            chinese: OnceLock::new(),
            english: OnceLock::new(),
        }
    }

    /// The texts that an encoder has to know; `None` where there are too many to encode them.
    pub fn texts(&self) -> Option<Texts> {
        match &self.sections {
            Sections::Memory(sections) if sections.len() <= meaning::MOST_SECTIONS => {
                Some(semantics::texts(sections, &self.training.examples))
            }
            Sections::Memory(_) | Sections::Disk { .. } => None,
        }
    }

    /// The vector of an example of an intent, where an encoder is in use.
    pub fn meaning_of(&self, example: &str) -> Option<Vec<f32>> {
        self.semantics.as_ref()?.kept(example)
    }

    /// The examples of the intents.
    pub fn examples(&self) -> &[Example] {
        &self.training.examples
    }

    pub fn has_semantics(&self) -> bool {
        self.semantics.is_some()
    }

    /// Hashes of all that replies rest on.
    pub fn contents(&self) -> &Contents {
        self.contents.get_or_init(|| Contents::of(self))
    }

    /// The sections, where they are in memory.
    pub fn sections(&self) -> &[Arc<Section>] {
        match &self.sections {
            Sections::Memory(sections) => sections,
            Sections::Disk { .. } => &[],
        }
    }

    /// A text that somebody typed as it may be kept: without what is private. `keep` are ids on record with the speaker.
    pub fn without_private(&self, text: &str, keep: &[&str]) -> String {
        mask_private(text, keep, &|number| self.publishes(number))
    }

    /// Whether a number or address is one that the rules or the documents give out.
    fn publishes(&self, number: &str) -> bool {
        self.rule_text.get_or_init(|| format!("{:?}", self.book)).contains(number)
            || self.sections().iter().any(|section| section.body.contains(number))
    }

    /// Counts nearness in meaning too, from the first question on.
    #[must_use]
    pub fn with_semantics(self, semantics: Semantics) -> Self {
        Self { semantics: Some(semantics), ..self }
    }

    /// With a classifier of training data that holds intents of somebody's own.
    #[must_use]
    pub fn with_own_intents(self, own: Option<LinearIntents>) -> Self {
        Self { own, ..self }
    }

    /// With what is known of the field: sections that say how people ask, for documents that don't.
    #[must_use]
    pub fn with_field(self, known: Vec<Arc<Section>>) -> Self {
        let silent = matches!(&self.sections, Sections::Memory(sections) if field::is_silent(sections));
        let field = silent
            .then(|| Box::new(Self::new(Sections::Memory(known), self.book.clone(), self.training.clone())));
        Self { field, ..self }
    }

    pub fn recogniser(&self) -> &Recogniser {
        &self.recogniser
    }

    /// What a folded message may mean.
    pub fn read(&self, folded: &str, entities: &Entities, language: Language) -> Reading {
        let mut reading = self.glance(folded, entities, language);
        self.look_closer(&mut reading, language);
        reading
    }

    /// Takes the second look at a message, if it hasn't been taken: what decides between sections.
    pub fn look_closer(&self, reading: &mut Reading, language: Language) {
        if !reading.is_looked_at() {
            self.half(language, true).meanings.look_closer(reading);
        }
    }

    /// What a folded message may mean at a first look, which is enough for small talk and actions.
    pub fn glance(&self, folded: &str, entities: &Entities, language: Language) -> Reading {
        let half = self.half(language, true);
        let compared = match (&self.semantics, &half.places) {
            (Some(semantics), Some(places)) => Some(semantics.read(places, &half.meanings.mended(folded))),
            _ => None,
        };
        let known = self.field.as_ref().zip(half.bridge.as_ref()).map(|(field, bridge)| {
            let known = field.read(folded, entities, language);
            let near = Near { nearness: bridge.nearness(&known), trust: knowledge_answer::trust(&known) };
            (Box::new(known), near)
        });
        let near = known.as_ref().map(|(_, near)| near);
        let mut reading = half.meanings.read(&half.knowledge, folded, entities, compared.as_ref(), near);
        if compared.is_some() {
            // Which sections are likeliest counts for an action too where the encoder says what they mean.
            half.meanings.look_closer(&mut reading);
        }
        reading.field = known.map(|(known, _)| known);
        let meaning = compared.as_ref().map_or(&[][..], Compared::vector);
        reading.own_intent = self.own.as_ref().and_then(|own| own_intent(own, folded, meaning));
        reading
    }

    /// Puts both languages together now, so that no first question waits for it.
    pub fn warm(&self) {
        let halves = [self.half(Language::Chinese, false), self.half(Language::English, false)];
        if let Some(field) = self.field.as_ref().filter(|_| halves.iter().any(|half| half.bridge.is_some())) {
            field.warm();
        }
    }

    fn half(&self, language: Language, somebody_waits: bool) -> &Half {
        let half = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        half.get_or_init(|| {
            let all: Vec<&Example> = self.training.examples.iter().collect();
            let examples = examples_in(&all, language);
            let sections: Vec<Arc<Section>> = match &self.sections {
                Sections::Disk { knowledge, .. } => {
                    return Half {
                        knowledge: knowledge.clone(),
                        meanings: Meanings::of(&examples, &[], somebody_waits),
                        places: None,
                        bridge: None,
                    };
                }
                Sections::Memory(all) => {
                    let of_language: Vec<_> =
                        all.iter().filter(|section| section.language == language).cloned().collect();
                    // A knowledge base in one language answers in it whatever the question's.
                    if of_language.is_empty() { all.clone() } else { of_language }
                }
            };
            let index = || Knowledge::in_memory(sections.clone());
            let rest = || {
                let bridge =
                    self.field.as_ref().and_then(|field| Bridge::between(field.sections(), &sections));
                (Meanings::of(&examples, &sections, somebody_waits), bridge)
            };
            // Where somebody waits both are made side by side: neither needs the other. Where nobody does, one after the other, since
            // what a thread of its own leaves behind stays with the process.
            let (knowledge, (meanings, bridge)) = if somebody_waits {
                std::thread::scope(|scope| {
                    let index = scope.spawn(index);
                    let rest = rest();
                    (index.join(), rest)
                })
            } else {
                (Ok(index()), rest())
            };
            let knowledge = knowledge.unwrap_or_else(|_| {
                tracing::error!("the thread that makes the index panicked; nothing will be found");
                Knowledge::none()
            });
            let knowledge = Arc::new(knowledge);
            let places = self.semantics.as_ref().map(|semantics| semantics.places(&examples, &sections));
            Half { knowledge, meanings, places, bridge }
        })
    }

    /// The section with an anchor, in a language or else in any.
    fn anchored(&self, anchor: &str, language: Language) -> Option<Arc<Section>> {
        let sections = self.sections();
        let anchored = self.anchored.get_or_init(|| {
            let mut anchored: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (at, section) in sections.iter().enumerate() {
                if let Some(anchor) = &section.anchor {
                    anchored.entry(anchor.clone()).or_default().push(at);
                }
            }
            anchored
        });
        let named = anchored.get(anchor)?;
        let in_language = named.iter().find(|at| sections[**at].language == language);
        in_language.or(named.first()).map(|at| Arc::clone(&sections[*at]))
    }
}

/// Whether an intent is neither an action's nor one of those that we keep for small talk and topics outside.
pub fn is_own(intent: &str) -> bool {
    actions::find(intent).is_none() && !policy::is_ours(intent)
}

/// The intent of somebody's own that a folded text has.
fn own_intent(classifier: &LinearIntents, folded: &str, meaning: &[f32]) -> Option<String> {
    let verdict = classifier.read(folded, meaning)?;
    (verdict.believed && is_own(&verdict.intent)).then_some(verdict.intent)
}

/// The examples in a language; all of them when there is none.
fn examples_in<'a>(all: &[&'a Example], language: Language) -> Vec<&'a Example> {
    let latin = language == Language::English;
    let of_script = |example: &&&Example| (Script::of(&example.text) == Some(Script::Latin)) == latin;
    let of_language: Vec<&Example> = all.iter().filter(of_script).copied().collect();
    if of_language.is_empty() { all.to_vec() } else { of_language }
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

//! What the assistant knows: the rules, the documents, how people ask for them, and what each message may mean by all that.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::contents::Contents;
use super::field::Bridge;
use super::likely::Beside;
use super::meaning::{Meanings, Near, Reading};
use super::repeated::{Before, Repeated};
use super::semantics::{Compared, Places, Semantics, Texts};
use super::{actions, field, gazetteer, knowledge_answer, meaning, policy, semantics};
use crate::domain::rules::book::RuleBook;
use crate::domain::rules::rejection::PastedNotices;
use crate::knowledge::{Knowledge, Language, Section};
use crate::understand::entities::mask_private;
use crate::understand::intents::{Example, LinearIntents, TrainingSet};
use crate::understand::{Entities, Recogniser, Script};

/// What the assistant knows, shared between assistants on different records.
pub struct Mind {
    pub book: RuleBook,
    /// The notices of the rule book, as people paste them.
    pub(super) notices: PastedNotices,
    pub(super) recogniser: Recogniser,
    pub(super) sections: Sections,
    pub(super) training: TrainingSet,
    contents: OnceLock<Contents>,
    /// Where the sections with an anchor are.
    anchored: OnceLock<FxHashMap<String, Vec<usize>>>,
    /// Everything that the rules say, as one text.
    rule_text: OnceLock<String>,
    /// Tells apart intents of somebody's own training data.
    pub(super) own: Option<LinearIntents>,
    /// Nearness in meaning, where an encoder is installed.
    semantics: Option<Semantics>,
    /// Our own knowledge base, for documents of its field that don't say how people ask.
    pub(super) field: Option<Box<Self>>,
    /// What is said again and again; `None`: each message is understood anew.
    repeated: Option<Repeated>,
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
            repeated: Some(Repeated::new()),
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

    /// Keeps nothing of what messages mean, to measure what understanding costs.
    #[must_use]
    pub fn understanding_anew(self) -> Self {
        Self { repeated: None, ..self }
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
        let mut reading = self.glance(folded, entities, language, None);
        self.look_closer(&mut reading, language);
        reading
    }

    /// Takes the second look at a message, if it hasn't been taken: what decides between sections.
    pub fn look_closer(&self, reading: &mut Reading, language: Language) {
        if !reading.is_looked_at() {
            self.half(language, true).meanings.look_closer(reading);
        }
    }

    /// What a folded message may mean at a first look, which is enough for small talk and actions. Who says what speaks for an action
    /// beside its score gets at least those intents that may come out first in something.
    pub fn glance(
        &self,
        folded: &str,
        entities: &Entities,
        language: Language,
        beside: Option<Beside<'_>>,
    ) -> Reading {
        let before = self
            .repeated
            .as_ref()
            .map(|repeated| (repeated, repeated.hear(language, folded, &entities.masked)));
        match before {
            Some((_, Before::Understood(understood))) => understood.reading(),
            Some((repeated, Before::Heard(key))) => {
                // Whoever asks: what speaks for an action beside is another thing with each.
                let glance = self.glance_anew(folded, entities, language, None);
                let mut looked = glance.clone();
                self.look_closer(&mut looked, language);
                repeated.keep(key, glance, looked).reading()
            }
            Some((_, Before::Unheard)) | None => self.glance_anew(folded, entities, language, beside),
        }
    }

    fn glance_anew(
        &self,
        folded: &str,
        entities: &Entities,
        language: Language,
        beside: Option<Beside<'_>>,
    ) -> Reading {
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
        // What an encoder or another knowledge base says may bring any of them to the front.
        let beside = beside.filter(|_| compared.is_none() && near.is_none());
        let mut reading =
            half.meanings.read(&half.knowledge, folded, entities, compared.as_ref(), near, beside);
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
    pub(super) fn anchored(&self, anchor: &str, language: Language) -> Option<Arc<Section>> {
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
pub(super) fn own_intent(classifier: &LinearIntents, folded: &str, meaning: &[f32]) -> Option<String> {
    let verdict = classifier.read(folded, meaning)?;
    (verdict.believed && is_own(&verdict.intent)).then_some(verdict.intent)
}

/// The examples in a language; all of them when there is none.
pub(super) fn examples_in<'a>(all: &[&'a Example], language: Language) -> Vec<&'a Example> {
    let latin = language == Language::English;
    let of_script = |example: &&&Example| (Script::of(&example.text) == Some(Script::Latin)) == latin;
    let of_language: Vec<&Example> = all.iter().filter(of_script).copied().collect();
    if of_language.is_empty() { all.to_vec() } else { of_language }
}

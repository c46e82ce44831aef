//! Which intent a text has by the words alone, read as a turn reads it: without records, sections and what was said before.

use super::meaning::Meanings;
use super::mind::{examples_in, own_intent};
use super::{gazetteer, is_own};
use crate::domain::rules::book::RuleBook;
use crate::knowledge::{Knowledge, Language};
use crate::understand::intents::{Example, LinearIntents};
use crate::understand::{Normalised, Recogniser, Script};

/// Reads intents after examples of both languages.
pub struct IntentReader<'a> {
    recogniser: &'a Recogniser,
    chinese: Meanings,
    english: Meanings,
    own: Option<LinearIntents>,
}

/// What finds the things that a text names, made once for many readers.
pub fn recogniser(book: &RuleBook) -> Recogniser {
    gazetteer::recogniser(book)
}

impl<'a> IntentReader<'a> {
    pub fn new(examples: &[&Example], recogniser: &'a Recogniser) -> Self {
        let read = |language| Meanings::of(&examples_in(examples, language), &[], false);
        let own = examples.iter().any(|example| is_own(&example.intent));
        let own = own.then(|| LinearIntents::train(examples.iter().copied(), |_| None)).flatten();
        Self { recogniser, chinese: read(Language::Chinese), english: read(Language::English), own }
    }

    /// The likeliest intent; `None` when no word of the text is known.
    pub fn read(&self, text: &str) -> Option<String> {
        let text = Normalised::of(text);
        if let Some(intent) = self.own.as_ref().and_then(|own| own_intent(own, &text.folded, &[])) {
            return Some(intent);
        }
        let meanings = if text.script == Some(Script::Latin) { &self.english } else { &self.chinese };
        let entities = self.recogniser.recognise(&text.folded, &text.original);
        let reading = meanings.read(&Knowledge::none(), &text.folded, &entities, None, None, None);
        let mut intents = reading.intents.into_iter().map(|candidate| candidate.intent.to_string());
        intents.find(|intent| self.own.is_none() || !is_own(intent))
    }
}

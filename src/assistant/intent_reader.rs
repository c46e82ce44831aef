//! Which intent a text has by the words alone, read as a turn reads it: without records, sections and what was said before.

use super::meaning::Meanings;
use super::{examples_in, gazetteer};
use crate::domain::rules::book::RuleBook;
use crate::knowledge::{Knowledge, Language};
use crate::understand::intents::Example;
use crate::understand::{Normalised, Recogniser, Script};

/// Reads intents after examples of both languages.
pub struct IntentReader<'a> {
    recogniser: &'a Recogniser,
    chinese: Meanings,
    english: Meanings,
}

/// What finds the things that a text names, made once for many readers.
pub fn recogniser(book: &RuleBook) -> Recogniser {
    gazetteer::recogniser(book)
}

impl<'a> IntentReader<'a> {
    pub fn new(examples: &[&Example], recogniser: &'a Recogniser) -> Self {
        let read = |language| Meanings::of(&examples_in(examples, language), &[]);
        Self { recogniser, chinese: read(Language::Chinese), english: read(Language::English) }
    }

    /// The likeliest intent; `None` when no word of the text is known.
    pub fn read(&self, text: &str) -> Option<String> {
        let text = Normalised::of(text);
        let meanings = if text.script == Some(Script::Latin) { &self.english } else { &self.chinese };
        let entities = self.recogniser.recognise(&text.folded, &text.original);
        let reading = meanings.read(&Knowledge::none(), &text.folded, &entities);
        reading.intents.into_iter().next().map(|candidate| candidate.intent)
    }
}

//! Search without an answer: the sections that a text is near to, best first. Nothing is remembered of it.

use serde::Serialize;

use super::knowledge_answer::cite;
use super::{Assistant, Sections};
use crate::domain::reply::Citation;
use crate::knowledge::Language;
use crate::understand::{Normalised, Script};

/// The most sections that a search gives.
pub const MOST_FOUND: usize = 20;

/// A section that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    #[serde(flatten)]
    pub place: Citation,
    /// Its Markdown.
    pub text: String,
    /// How near it is: comparable within one search alone.
    pub score: f32,
}

impl Assistant {
    /// The sections nearest to a text, at most `limit` and at most [`MOST_FOUND`].
    pub(super) fn sections_near(&self, text: &str, limit: usize) -> Vec<Found> {
        let text = Normalised::of(text);
        let language = if text.script == Some(Script::Latin) { Language::English } else { Language::Chinese };
        let entities = self.mind.recogniser().recognise(&text.folded, &text.original);
        let reading = self.mind.read(&text.folded, &entities, language);
        let nearest = reading.sections.iter().take(limit.min(MOST_FOUND));
        nearest
            .map(|section| Found {
                place: cite(&section.hit.section),
                text: section.hit.section.body.clone(),
                score: section.score,
            })
            .collect()
    }

    /// Whether there is anything to answer from.
    pub(super) fn knows_something(&self) -> bool {
        match &self.mind.sections {
            Sections::Memory(sections) => !sections.is_empty(),
            Sections::Disk { knowledge, .. } => !knowledge.is_empty(),
        }
    }
}

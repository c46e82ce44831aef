//! What a message means: the nearest of all intents, sections and topics known to be outside, on one scale.

use std::borrow::Cow;
use std::sync::Arc;

use super::semantics::{Compared, Cosines, Nearness};
use crate::knowledge::{Hit, Knowledge, Section};
use crate::understand::Signs;
use crate::understand::entities::{Entities, Recogniser};
use crate::understand::intents::{Example, Utterances};
use crate::understand::lexicon::Lexicon;
use crate::understand::normalise::fold;
use crate::understand::typos::Typos;

/// What an utterance stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A section of the knowledge base, by its number.
    Section(u64),
    /// An intent: an action's, small talk, a hand-over, an evasion, a topic outside, or anyone's own.
    Intent(String),
}

/// Above how many sections headings and other ways to ask are left to the index alone.
pub(super) const MOST_SECTIONS: usize = 5_000;

/// How many of the sections nearest in meaning are looked at, whatever their words.
const NEAREST: usize = 12;

/// Everything that may be meant.
pub struct Meanings {
    bank: Utterances,
    typos: Typos,
    labels: Vec<Label>,
    /// Each utterance's text, for showing why.
    texts: Vec<String>,
}

/// An intent that may be meant.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub intent: String,
    /// Nearness to all its examples together, and to the nearest one; 0 to 1.
    pub whole: f32,
    pub nearest: f32,
    /// Both, weighted.
    pub score: f32,
    /// The example nearest to the message.
    pub example: String,
}

/// A section that may answer, with what speaks for it.
#[derive(Clone, Debug)]
pub struct SectionScore {
    pub hit: Hit,
    /// Nearness to all its other ways to ask together, and to the nearest one; 0 to 1.
    pub whole: f32,
    pub nearest: f32,
    /// Nearness in meaning; nothing without an encoder.
    pub cosines: Cosines,
    /// What the words say, weighted.
    pub words: f32,
    /// Everything, weighted: the words, and the meaning where there is an encoder.
    pub score: f32,
}

impl SectionScore {
    /// How near its other ways to ask come, on the scale of the intents' scores.
    pub fn asked(&self) -> f32 {
        likeness(self.whole, self.nearest)
    }
}

/// What a message may mean, best first in each list.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub intents: Vec<Candidate>,
    pub sections: Vec<SectionScore>,
    /// The share of the message, by rarity, that the knowledge base knows.
    pub known: f32,
    /// Signs of something else.
    pub signs: Signs,
    /// Characters in the message.
    pub length: f32,
    /// Nearness in meaning, where an encoder is installed.
    pub nearness: Option<Nearness>,
}

impl Reading {
    /// How near the nearest section's other ways to ask come.
    pub fn best_asked(&self) -> f32 {
        self.sections.iter().map(SectionScore::asked).fold(0.0, f32::max)
    }
}

impl Meanings {
    /// Collects the examples of the intents and the other ways to ask of all sections.
    pub fn of(examples: &[&Example], sections: &[Arc<Section>]) -> Self {
        let mut meanings = Self {
            bank: Utterances::default(),
            typos: Typos::default(),
            labels: Vec::new(),
            texts: Vec::new(),
        };
        for example in examples {
            let label = meanings.label(Label::Intent(example.intent.clone()));
            meanings.add(label, &example.text);
        }
        if sections.len() <= MOST_SECTIONS {
            for (number, section) in (0..).zip(sections) {
                let label = meanings.labels.len();
                meanings.labels.push(Label::Section(number));
                for ask in section.asks.iter().chain(std::iter::once(&section.heading)) {
                    meanings.add(label, ask);
                }
            }
        }
        meanings.bank.seal();
        meanings.typos.seal();
        meanings
    }

    fn label(&mut self, label: Label) -> usize {
        self.labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        })
    }

    fn add(&mut self, label: usize, text: &str) {
        let masked = Recogniser::masked(&fold(text));
        self.typos.learn(&masked);
        self.bank.add(label, &masked);
        self.texts.push(text.to_owned());
    }

    /// A folded text with slips of typing mended.
    pub fn mended<'a>(&self, folded: &'a str) -> Cow<'a, str> {
        self.typos.mend(folded).map_or(Cow::Borrowed(folded), Cow::Owned)
    }

    /// What a message may mean.
    pub(super) fn read(
        &self,
        knowledge: &Knowledge,
        folded: &str,
        entities: &Entities,
        compared: Option<&Compared<'_>>,
    ) -> Reading {
        #[expect(clippy::cast_precision_loss, reason = "a message is cut at a few thousand characters")]
        let length = folded.chars().count() as f32;
        let mut reading = Reading { signs: Signs::of(folded), length, ..Reading::default() };
        let mut asked: Vec<(u64, f32, f32)> = Vec::new();
        for score in
            self.bank.nearest(self.typos.mend(&entities.masked).as_deref().unwrap_or(&entities.masked), 80)
        {
            match &self.labels[score.label] {
                Label::Intent(intent) => reading.intents.push(Candidate {
                    intent: intent.clone(),
                    whole: score.whole,
                    nearest: score.nearest,
                    score: likeness(score.whole, score.nearest),
                    example: self.texts[score.utterance].clone(),
                }),
                Label::Section(number) => asked.push((*number, score.whole, score.nearest)),
            }
        }
        if reading.signs.moving {
            // Who moves from another vendor to here names it, and is ours.
            reading.intents.retain(|candidate| !candidate.intent.starts_with("outside_vendor"));
        }
        reading.intents.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.intent.cmp(&b.intent)));
        let query = Lexicon::get().without_filler(&self.mended(folded));
        let mut wanted: Vec<u64> = asked.iter().take(20).map(|(number, ..)| *number).collect();
        for number in compared.iter().flat_map(|compared| compared.nearest(NEAREST)) {
            if !wanted.contains(&number) {
                wanted.push(number);
            }
        }
        let found = match knowledge.search(&query, 20, &wanted) {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "search failed");
                return reading;
            }
        };
        reading.known = found.known;
        for hit in found.hits {
            let (whole, nearest) = asked
                .iter()
                .find(|(number, ..)| *number == hit.number)
                .map_or((0.0, 0.0), |(_, whole, nearest)| (*whole, *nearest));
            let cosines = compared.map(|compared| compared.section(hit.number)).unwrap_or_default();
            let words = combined(&hit, whole, nearest);
            let score = words + in_meaning(cosines, !hit.section.asks.is_empty());
            reading.sections.push(SectionScore { hit, whole, nearest, cosines, words, score });
        }
        reading.nearness = compared.map(Compared::intents);
        reading.sections.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.hit.number.cmp(&b.hit.number)));
        reading
    }
}

/// Nearness to utterances as one number.
fn likeness(whole: f32, nearest: f32) -> f32 {
    0.6 * whole + 0.4 * nearest
}

/// The score of a section: how near its other ways to ask come, and what the index says. The weights are fitted on the
/// tune half of tests/eval (maximum likelihood of the right section among the first twenty).
fn combined(hit: &Hit, whole: f32, nearest: f32) -> f32 {
    0.45 * whole + 0.39 * nearest + 0.35 * hit.bm25 + 0.61 * hit.coverage + 0.18 * hit.heading_coverage
}

/// What nearness in meaning adds to a section's score; nothing without an encoder. Fitted as the weights above, which stay as
/// they are. Where nobody wrote other ways to ask, what the section says counts more.
fn in_meaning(cosines: Cosines, asked: bool) -> f32 {
    let (window, ask, whole) = if asked { (0.19, 0.29, 0.55) } else { (0.7, 0.0, 0.4) };
    window * cosines.window + ask * cosines.ask + whole * cosines.whole
}

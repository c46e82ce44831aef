//! What a message means: the nearest of all intents, sections and topics known to be outside, on one scale.

use crate::knowledge::{Hit, Knowledge, Language};
use crate::understand::entities::{Entities, Recogniser};
use crate::understand::intents::{TrainingSet, Utterances};
use crate::understand::lexicon::Lexicon;
use crate::understand::normalise::fold;

/// What an utterance stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A section of the knowledge base, by its number.
    Section(u64),
    /// An intent: an action's, small talk, a hand-over, an evasion, a topic outside, or anyone's own.
    Intent(String),
}

/// Above how many sections headings and other ways to ask are left to the index alone.
const MOST_SECTIONS: usize = 5_000;

/// Everything that may be meant.
pub struct Meanings {
    bank: Utterances,
    labels: Vec<Label>,
    /// Each utterance's text, for showing why.
    texts: Vec<String>,
}

/// One thing that may be meant, with its score from 0 to 1.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub label: Label,
    pub score: f32,
    /// The utterance nearest to the message.
    pub nearest: String,
}

/// A section with what speaks for it.
#[derive(Clone, Debug)]
pub struct SectionScore {
    pub hit: Hit,
    /// Nearness of its other ways to ask, 0 to 1.
    pub asked: f32,
    /// Both together.
    pub score: f32,
}

/// What a message may mean, best first in each list.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub intents: Vec<Candidate>,
    pub sections: Vec<SectionScore>,
    /// The share of the message, by rarity, that the knowledge base knows.
    pub known: f32,
}

impl Reading {
    pub fn best_intent(&self) -> Option<(&str, f32)> {
        self.intents.first().and_then(|candidate| match &candidate.label {
            Label::Intent(name) => Some((name.as_str(), candidate.score)),
            Label::Section(_) => None,
        })
    }

    /// The score of the best section's other ways to ask.
    pub fn best_asked(&self) -> f32 {
        self.sections.iter().map(|section| section.asked).fold(0.0, f32::max)
    }
}

impl Meanings {
    /// Collects the examples of the intents and the other ways to ask of all sections.
    pub fn of(training: &TrainingSet, knowledge: &Knowledge, recogniser: &Recogniser) -> Self {
        let mut meanings = Self { bank: Utterances::default(), labels: Vec::new(), texts: Vec::new() };
        for example in &training.examples {
            let label = meanings.label(Label::Intent(example.intent.clone()));
            let folded = fold(&example.text);
            let masked = recogniser.recognise(&folded, &example.text).masked;
            meanings.add(label, &masked, &example.text);
        }
        if knowledge.len() <= MOST_SECTIONS {
            for (number, section) in knowledge.sections() {
                let label = meanings.labels.len();
                meanings.labels.push(Label::Section(number));
                for ask in section.asks.iter().chain(std::iter::once(&section.heading)) {
                    let folded = fold(ask);
                    let masked = recogniser.recognise(&folded, ask).masked;
                    meanings.add(label, &masked, ask);
                }
            }
        }
        meanings.bank.seal();
        meanings
    }

    fn label(&mut self, label: Label) -> usize {
        self.labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        })
    }

    fn add(&mut self, label: usize, masked: &str, text: &str) {
        self.bank.add(label, masked);
        self.texts.push(text.to_owned());
    }

    /// What a message may mean.
    pub fn read(
        &self,
        knowledge: &Knowledge,
        folded: &str,
        entities: &Entities,
        language: Language,
    ) -> Reading {
        let mut reading = Reading::default();
        let mut asked: Vec<(u64, f32)> = Vec::new();
        for score in self.bank.nearest(&entities.masked, 60) {
            match &self.labels[score.label] {
                Label::Intent(_) => reading.intents.push(Candidate {
                    label: self.labels[score.label].clone(),
                    score: score.score,
                    nearest: self.texts[score.nearest].clone(),
                }),
                Label::Section(number) => asked.push((*number, score.score)),
            }
        }
        let query = Lexicon::get().without_filler(folded);
        let found = match knowledge.search(&query, Some(language), 20) {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "search failed");
                return reading;
            }
        };
        reading.known = found.known;
        for hit in found.hits {
            let asked =
                asked.iter().find(|(number, _)| *number == hit.number).map_or(0.0, |(_, score)| *score);
            let score = combined(hit.score, asked);
            reading.sections.push(SectionScore { hit, asked, score });
        }
        reading.sections.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.hit.number.cmp(&b.hit.number)));
        reading
    }
}

/// The score of a section: what the index says and how near its other ways to ask come.
fn combined(index: f32, asked: f32) -> f32 {
    0.5 * index + asked
}

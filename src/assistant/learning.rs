//! Learning what may be meant: the examples of the intents and what is said for each section, cut into units and counted.

use std::sync::Arc;

use super::meaning::{Label, MOST_SECTIONS, Meanings, is_outside};
use crate::knowledge::{Section, in_order};
use crate::understand::entities::Recogniser;
use crate::understand::features::{Counted, counted};
use crate::understand::intents::{Example, Said};
use crate::understand::normalise::fold;

/// What there is of a label.
enum Source<'a> {
    Intent(Vec<&'a str>),
    Section(&'a Section),
}

/// The same cut into units, which takes the most time and needs nothing of the other labels.
#[derive(Default)]
struct Cut {
    /// Each folded, with what it names replaced by marks.
    utterances: Vec<(String, Vec<Counted>)>,
    heading: Option<(String, Vec<Counted>)>,
    sentences: Vec<Vec<Counted>>,
    /// What a section's sentences are of, folded in the same way.
    text: String,
}

impl Cut {
    fn of(source: &Source<'_>) -> Self {
        let utterance = |text: &str| {
            let masked = Recogniser::masked(&fold(text));
            let units = counted(&masked);
            (masked, units)
        };
        match source {
            Source::Intent(texts) => {
                Self { utterances: texts.iter().map(|text| utterance(text)).collect(), ..Self::default() }
            }
            Source::Section(section) => {
                let text = Recogniser::masked(&fold(&section.plain));
                Self {
                    utterances: section.asks.iter().map(|ask| utterance(ask)).collect(),
                    heading: Some(utterance(&section.heading)),
                    sentences: sentences(&text).map(counted).collect(),
                    text,
                }
            }
        }
    }
}

impl Meanings {
    /// Collects the examples of the intents and the other ways to ask of all sections; `side_by_side` on all cores.
    pub fn of(examples: &[&Example], sections: &[Arc<Section>], side_by_side: bool) -> Self {
        let mut meanings = Self::nothing(examples, sections);
        let mut texts: Vec<Vec<&str>> = Vec::new();
        for example in examples {
            let label = meanings.intent(&example.intent);
            if label == texts.len() {
                texts.push(Vec::new());
                if is_outside(&example.intent) {
                    meanings.bank.mark_outside(label);
                }
            }
            texts[label].push(&example.text);
        }
        meanings.texts = texts.iter().flatten().map(|text| Box::from(*text)).collect();
        meanings.first_section = meanings.labels.len();
        meanings.bank.tell_apart_from(meanings.first_section);
        let mut sources: Vec<Source<'_>> = texts.into_iter().map(Source::Intent).collect();
        if sections.len() <= MOST_SECTIONS {
            meanings.labels.extend((0..).zip(sections).map(|(number, _)| Label::Section(number)));
            sources.extend(sections.iter().map(|section| Source::Section(section)));
        }
        let mut label = 0;
        let mut learn = |cut: Cut| {
            meanings.learn(label, &cut);
            label += 1;
        };
        if side_by_side {
            in_order(sources.len(), &|number| Cut::of(&sources[number]), &mut learn);
        } else {
            sources.iter().map(Cut::of).for_each(learn);
        }
        let Self { wording, bank, typos, .. } = &mut meanings;
        let mut seal_others = || {
            wording.seal();
            typos.seal();
        };
        if side_by_side {
            std::thread::scope(|scope| {
                scope.spawn(seal_others);
                bank.seal();
            });
        } else {
            seal_others();
            bank.seal();
        }
        meanings
    }

    /// Learns what is said for the next label.
    fn learn(&mut self, label: usize, cut: &Cut) {
        let mut add = |(masked, units): &(String, Vec<Counted>)| {
            self.typos.learn(masked);
            self.bank.add(label, units)
        };
        let mut utterances: Vec<_> = cut.utterances.iter().map(&mut add).collect();
        let heading = cut.heading.as_ref().map(&mut add);
        utterances.extend(heading.clone());
        self.typos.learn(&cut.text);
        let sentences = cut.sentences.iter().map(|units| self.bank.learn(units)).collect();
        self.wording.add(&Said { utterances, heading, sentences });
    }

    /// The label of an intent.
    fn intent(&mut self, name: &str) -> usize {
        let is_it = |label: &Label| matches!(label, Label::Intent(known) if **known == *name);
        self.labels.iter().rposition(is_it).unwrap_or_else(|| {
            self.labels.push(Label::Intent(name.into()));
            self.labels.len() - 1
        })
    }
}

/// The sentences of a text, and the lines of its lists and tables.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '。', '；', ';', '|'])
        .flat_map(|line| line.split(". "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

//! What is known of the field, for documents that don't say how people ask: our own knowledge base as their thesaurus.
//!
//! A question is looked up in our own sections first, which have other ways to ask. The sections of the documents that read
//! like the ones found there are near to the question too, whatever words it is put in, and in whatever language: a section
//! of ours stands in each under the same anchor. Whether documents are of the field at all is measured once; others are
//! searched without. What the nearness counts beside the rest is in `meaning`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::meaning::{Reading, SectionScore};
use crate::knowledge::{Language, Section};
use crate::understand::features::{Unit, kinds};
use crate::understand::normalise::fold;

/// More sections than this are a library, not a help text: comparing each with ours would take too long and too much memory.
pub const MOST_SECTIONS: usize = 5_000;
/// Documents of which one section in so many says how people ask speak for themselves.
const SAY_HOW_PEOPLE_ASK: usize = 5;
/// From this on documents are of the field: the mean of how alike each section is to the one of ours most like it.
const OF_THE_FIELD: f32 = 0.12;
/// How many of our sections a question may be about.
const LIKELIEST: usize = 5;
/// A heading counts like so many mentions in the text.
const HEADING: f32 = 2.0;

/// Whether the sections leave it to us to know how people ask.
pub fn is_silent(sections: &[Arc<Section>]) -> bool {
    let asked = sections.iter().filter(|section| !section.asks.is_empty()).count();
    sections.len() <= MOST_SECTIONS && asked * SAY_HOW_PEOPLE_ASK < sections.len()
}

/// How alike our sections and those of somebody's documents are.
#[derive(Debug)]
pub struct Bridge {
    /// Where the row of each of our sections begins, by its anchor.
    rows: BTreeMap<String, usize>,
    /// For each of our sections how alike each of theirs is, 0 to 1.
    alike: Vec<f32>,
    theirs: usize,
}

impl Bridge {
    /// Compares our sections with theirs; `None` when theirs are of another field.
    pub fn between(ours: &[Arc<Section>], theirs: &[Arc<Section>]) -> Option<Self> {
        let texts = Texts::of(ours, theirs);
        let mut bridge = Self { rows: BTreeMap::new(), alike: Vec::new(), theirs: theirs.len() };
        for (number, section) in ours.iter().enumerate() {
            let Some(anchor) = &section.anchor else { continue };
            let start = *bridge.rows.entry(anchor.clone()).or_insert_with(|| {
                bridge.alike.resize(bridge.alike.len() + theirs.len(), 0.0);
                bridge.alike.len() - theirs.len()
            });
            texts.alike(number, section.language, theirs, &mut bridge.alike[start..start + theirs.len()]);
        }
        let kinship = bridge.kinship();
        tracing::debug!(
            kinship,
            sections = theirs.len(),
            "documents compared with what we know of the field"
        );
        (kinship >= OF_THE_FIELD).then_some(bridge)
    }

    /// The mean over their sections of how alike the one of ours is that is most like it.
    #[expect(clippy::cast_precision_loss, reason = "counts of sections, far below the limits")]
    fn kinship(&self) -> f32 {
        let mut most = vec![0.0_f32; self.theirs];
        for row in self.alike.chunks_exact(self.theirs.max(1)) {
            for (most, alike) in most.iter_mut().zip(row) {
                *most = most.max(*alike);
            }
        }
        most.iter().sum::<f32>() / self.theirs.max(1) as f32
    }

    /// How near each of their sections is to a question that has been looked up in ours, 0 to 1.
    pub fn nearness(&self, known: &Reading) -> Vec<f32> {
        let mut nearness = vec![0.0; self.theirs];
        for (anchor, probability) in likeliest(&known.sections) {
            let Some(start) = self.rows.get(anchor) else { continue };
            for (nearness, alike) in nearness.iter_mut().zip(&self.alike[*start..]) {
                *nearness += probability * alike;
            }
        }
        nearness
    }
}

/// The sections that a question is likeliest about, with how likely each is among them.
fn likeliest(sections: &[SectionScore]) -> Vec<(&str, f32)> {
    // The score is a tenth of the logarithm that its weights were fitted as.
    const SHARPNESS: f32 = 10.0;
    let best = sections.first().map_or(0.0, |section| section.score);
    let odds: Vec<f32> =
        sections.iter().take(LIKELIEST).map(|section| (SHARPNESS * (section.score - best)).exp()).collect();
    let all: f32 = odds.iter().sum();
    let anchors = sections.iter().map(|section| section.hit.section.anchor.as_deref().unwrap_or_default());
    anchors.zip(odds).map(|(anchor, odds)| (anchor, odds / all)).collect()
}

/// Our sections and theirs as bags of pairs and words, each as long as one.
struct Texts {
    ours: Vec<Vec<(u32, f32)>>,
    /// For each unit of ours which of their sections hold it.
    theirs: Vec<Vec<(u32, f32)>>,
}

impl Texts {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts of sections and units, far below the limits"
    )]
    fn of(ours: &[Arc<Section>], theirs: &[Arc<Section>]) -> Self {
        // In how many sections each unit stands.
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        let mut bags: Vec<Vec<(u64, f32)>> = Vec::with_capacity(ours.len() + theirs.len());
        for section in ours.iter().chain(theirs) {
            let bag = units(section);
            for (unit, _) in &bag {
                *seen.entry(*unit).or_default() += 1;
            }
            bags.push(bag);
        }
        let all = bags.len() as f32;
        for bag in &mut bags {
            for (unit, value) in bag.iter_mut() {
                let sections = seen.get(unit).copied().unwrap_or(1) as f32;
                *value = (1.0 + value.ln()) * (1.0 + all / sections).ln();
            }
            let length = bag.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1e-6);
            for (_, value) in bag.iter_mut() {
                *value /= length;
            }
        }
        // What only they say is alike to nothing of ours.
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let their_bags = bags.split_off(ours.len());
        let ours: Vec<Vec<(u32, f32)>> = bags
            .into_iter()
            .map(|bag| {
                let mut number = |unit| {
                    let next = numbers.len() as u32;
                    *numbers.entry(unit).or_insert(next)
                };
                bag.into_iter().map(|(unit, value)| (number(unit), value)).collect()
            })
            .collect();
        let mut theirs = vec![Vec::new(); numbers.len()];
        for (section, bag) in (0..).zip(their_bags) {
            for (unit, value) in bag {
                if let Some(number) = numbers.get(&unit) {
                    theirs[*number as usize].push((section, value));
                }
            }
        }
        Self { ours, theirs }
    }

    /// Writes how alike a section of ours is to theirs of the same language.
    fn alike(&self, number: usize, language: Language, theirs: &[Arc<Section>], row: &mut [f32]) {
        for (unit, value) in &self.ours[number] {
            for (section, other) in &self.theirs[*unit as usize] {
                let at = *section as usize;
                if theirs[at].language == language {
                    row[at] += value * other;
                }
            }
        }
    }
}

/// The pairs and words of a section with how often each stands there, sorted.
fn units(section: &Section) -> Vec<(u64, f32)> {
    let mut all: Vec<(u64, f32)> = Vec::with_capacity(section.plain.len());
    for (text, times) in [(&section.heading, HEADING), (&section.plain, 1.0)] {
        kinds(&fold(text), &mut |kind, unit| {
            if matches!(kind, Unit::Pair | Unit::Word) {
                all.push((unit, times));
            }
        });
    }
    all.sort_unstable_by_key(|(unit, _)| *unit);
    let mut counted: Vec<(u64, f32)> = Vec::with_capacity(all.len());
    for (unit, times) in all {
        match counted.last_mut() {
            Some(last) if last.0 == unit => last.1 += times,
            _ => counted.push((unit, times)),
        }
    }
    counted
}

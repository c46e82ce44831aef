//! A linear classifier for training data of anybody's own: a support vector machine for each intent against the others, over
//! pieces of words and runs of characters.
//!
//! Our own intents are told apart by nearness to examples ([`super::Utterances`]), on one scale with the sections; on their
//! few examples that measured better. Foreign data has hundreds of examples an intent, and there this one is far better.
//! Where an encoder is installed, a text's vector of meaning stands beside its pieces; where it comes from is the caller's business.
//! Training takes seconds, so the caller keeps what comes out ([`LinearIntents::to_bytes`]).

mod bytes;
mod grams;
mod solver;
mod threshold;
mod words;

use rustc_hash::FxHashMap;

use self::grams::Grams;
use self::solver::Row;
use self::threshold::Judged;
use self::words::Words;
use super::Example;
use crate::understand::features::hash;
use crate::understand::normalise::fold;

pub use bytes::ModelError;
pub use solver::dot;

/// An intent and how far the text lies on its side: above 0 it is like the examples, by 1 clearly so.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub intent: String,
    pub margin: f32,
    /// Whether the margin is large enough to be believed.
    pub believed: bool,
}

/// A trained classifier.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearIntents {
    intents: Vec<String>,
    /// Each piece of text with its number and its rarity.
    pieces: FxHashMap<u64, (u32, f32)>,
    /// For each piece its weight for every intent, in steps of that intent's `step`.
    weights: Vec<i8>,
    steps: Vec<f32>,
    /// For each intent the weights of a vector of meaning; empty where it was trained without.
    meaning: Vec<f32>,
    biases: Vec<f32>,
    words: Words,
    /// A margin below this is not believed.
    least: f32,
}

/// A piece must stand in so many examples: what one person wrote once says little and takes half the room.
const SEEN: u32 = 2;
/// How long a vector of meaning is beside the pieces' length of one.
const MEANING: f32 = 1.0;
/// How much the words' opinion counts beside the planes.
const OPINION: f32 = 0.5;
/// How much farther a text lies on an intent's side all of whose words some example has than one none of whose words any has; a text
/// half of which is known lies where the planes say.
const KNOWN: f32 = 1.0;
/// From this margin on everything is believed. A public set of 150 intents with 100 examples out of scope comes out right for .88 of what
/// is asked and refuses .90 of what is outside; with 0, .90 and .86.
const CLEAR: f32 = 0.15;
/// One example in so many is held back to find the margin that may be believed; of those out of scope, which are few and
/// teach little, every other one.
const HELD_BACK: u64 = 5;

/// Whether an intent's name says that its examples are out of scope.
fn is_out_of_scope(intent: &str) -> bool {
    matches!(intent, "oos" | "out_of_scope" | "nlu_fallback")
}

/// An example in the two ways in which it is compared.
struct Read<'a> {
    intent: &'a str,
    grams: Grams,
    meaning: Vec<f32>,
}

impl LinearIntents {
    /// Trains on all examples; the same examples in the same order give the same classifier. `None` when there are fewer
    /// than two intents to tell apart.
    ///
    /// `meaning` gives the vector of an example's text, all of one length; where it gives `None` for one, none is used.
    pub fn train<'a>(
        examples: impl IntoIterator<Item = &'a Example>,
        meaning: impl Fn(&str) -> Option<Vec<f32>>,
    ) -> Option<Self> {
        let examples: Vec<&Example> = examples.into_iter().collect();
        let vectors: Option<Vec<Vec<f32>>> = examples.iter().map(|example| meaning(&example.text)).collect();
        let mut vectors = vectors.unwrap_or_default().into_iter();
        let all: Vec<Read<'_>> = examples
            .iter()
            .map(|example| Read {
                intent: &example.intent,
                grams: Grams::of(&fold(&example.text)),
                meaning: vectors.next().unwrap_or_default(),
            })
            .collect();
        // Held back by the text, not by its place: examples of one intent stand together.
        let held = |example: &Example| {
            let every = if is_out_of_scope(&example.intent) { 2 } else { HELD_BACK };
            (hash(&example.text) >> 7).is_multiple_of(every)
        };
        let (mut learnt, mut asked) = (Vec::new(), Vec::new());
        for (example, entry) in examples.iter().zip(&all) {
            if held(example) { asked.push(entry) } else { learnt.push(entry) }
        }
        let least = Self::fit(&learnt).map_or_else(
            || threshold::least_margin(&[], CLEAR),
            |trial| {
                let judged = asked.iter().filter_map(|read| {
                    let (best, margin) = trial.best(&read.grams, &read.meaning)?;
                    let right = trial.intents[best] == read.intent;
                    Some(Judged { margin, right, outside: is_out_of_scope(read.intent) })
                });
                // Known words lift the margin of most texts within scope; a vector of meaning does not.
                let clear = if trial.meaning.is_empty() { CLEAR } else { 0.0 };
                threshold::least_margin(&judged.collect::<Vec<_>>(), clear)
            },
        );
        let mut trained = Self::fit(&all.iter().collect::<Vec<_>>())?;
        trained.least = least;
        Some(trained)
    }

    /// The intent of a folded text; `None` when nothing of it is known, or it is out of scope by the examples themselves. `meaning`
    /// is its vector; empty where there is no encoder.
    pub fn read(&self, folded: &str, meaning: &[f32]) -> Option<Verdict> {
        let (best, margin) = self.best(&Grams::of(folded), meaning)?;
        let intent = &self.intents[best];
        (!is_out_of_scope(intent)).then(|| Verdict {
            intent: intent.clone(),
            margin,
            believed: margin >= self.least,
        })
    }

    fn fit(examples: &[&Read<'_>]) -> Option<Self> {
        let mut intents: Vec<String> = examples.iter().map(|read| read.intent.to_owned()).collect();
        intents.sort();
        intents.dedup();
        if intents.len() < 2 {
            return None;
        }
        let pieces = pieces(examples);
        let rows: Vec<Row> = examples.iter().map(|read| row(&pieces, &read.grams, &read.meaning)).collect();
        let labels: Vec<usize> = examples
            .iter()
            .map(|read| intents.binary_search_by(|name| name.as_str().cmp(read.intent)).unwrap_or_default())
            .collect();
        let said = examples
            .iter()
            .zip(&labels)
            .map(|(read, label)| (u32::try_from(*label).unwrap_or_default(), read.grams.said.as_slice()));
        let words = Words::of(said, intents.len());
        let planes = solver::one_against_the_others(&rows, &labels, intents.len(), pieces.len());
        let mut trained = Self {
            weights: vec![0; pieces.len() * intents.len()],
            steps: Vec::with_capacity(intents.len()),
            meaning: Vec::new(),
            biases: Vec::with_capacity(intents.len()),
            words,
            least: f32::NEG_INFINITY,
            pieces,
            intents,
        };
        for (number, plane) in planes.iter().enumerate() {
            trained.keep(number, plane);
        }
        Some(trained)
    }

    /// Keeps an intent's plane in steps: a weight to a byte, a hundredth of the largest off at most.
    #[expect(clippy::cast_possible_truncation, reason = "a rounded value within ±127")]
    fn keep(&mut self, number: usize, plane: &solver::Plane) {
        let largest = plane.weights.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        let step = (largest / 127.0).max(f32::MIN_POSITIVE);
        let count = self.intents.len();
        for (piece, weight) in plane.weights.iter().enumerate() {
            self.weights[piece * count + number] = (weight / step).round() as i8;
        }
        self.steps.push(step);
        self.meaning.extend(&plane.meaning);
        self.biases.push(plane.bias);
    }

    /// The likeliest intent by the planes and the words together, and its margin, less what of the text is unknown.
    fn best(&self, grams: &Grams, meaning: &[f32]) -> Option<(usize, f32)> {
        let count = self.intents.len();
        let row = row(&self.pieces, grams, meaning);
        if row.pieces.is_empty() && self.meaning.is_empty() {
            return None;
        }
        let mut sums = vec![0.0_f32; count];
        for (piece, value) in row.pieces {
            let start = piece as usize * count;
            for (sum, weight) in sums.iter_mut().zip(&self.weights[start..start + count]) {
                *sum += value * f32::from(*weight);
            }
        }
        let margins = sums.into_iter().zip(&self.steps).zip(&self.biases);
        let dimensions = self.meaning.len() / count;
        let meant = |intent: usize| dot(&self.meaning[intent * dimensions..][..dimensions], &row.meaning);
        let margins = margins.map(|((sum, step), bias)| sum * step + bias).enumerate();
        let margins: Vec<f32> = margins.map(|(intent, margin)| margin + meant(intent)).collect();
        let (likely, unknown) = self.words.opinion(&grams.said);
        let together =
            standardised(&margins).zip(standardised(&likely)).map(|(one, other)| one + OPINION * other);
        let (best, _) = together.enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        // A vector of meaning knows other words and other languages than the examples.
        let known = if self.meaning.is_empty() { KNOWN * (0.5 - unknown) } else { 0.0 };
        Some((best, margins[best] + known))
    }
}

/// Numbers by how many standard deviations they are above their mean; where all are the same, none is above.
#[expect(clippy::cast_precision_loss, reason = "a count of intents")]
fn standardised(numbers: &[f32]) -> impl Iterator<Item = f32> {
    let count = numbers.len() as f32;
    let mean = numbers.iter().sum::<f32>() / count;
    let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f32>() / count;
    let deviation = variance.sqrt().max(1e-6);
    numbers.iter().map(move |number| (number - mean) / deviation)
}

/// The pieces that stand in enough examples, numbered by their hash, with their rarity.
#[expect(clippy::cast_precision_loss, reason = "counts of examples")]
fn pieces(examples: &[&Read<'_>]) -> FxHashMap<u64, (u32, f32)> {
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    for read in examples {
        for (piece, _) in read.grams.all() {
            *seen.entry(*piece).or_default() += 1;
        }
    }
    let mut kept: Vec<(u64, u32)> = seen.into_iter().filter(|(_, count)| *count >= SEEN).collect();
    kept.sort_unstable();
    let total = examples.len() as f32;
    let rarity = |count: u32| ((1.0 + total) / (1.0 + count as f32)).ln() + 1.0;
    (0..).zip(kept).map(|(number, (piece, count))| (piece, (number, rarity(count)))).collect()
}

/// A text as numbers: its pieces, and beside them what it means.
fn row(pieces: &FxHashMap<u64, (u32, f32)>, grams: &Grams, meaning: &[f32]) -> Row {
    let meaning = meaning.iter().map(|number| number * MEANING).collect();
    Row { pieces: vector(pieces, grams), meaning }
}

/// A text as weights of pieces, of length one. Words and pieces of words count the same together, however many there are.
fn vector(pieces: &FxHashMap<u64, (u32, f32)>, grams: &Grams) -> Vec<(u32, f32)> {
    let mut row: Vec<(u32, f32)> = Vec::new();
    let mut blocks = 0.0_f32;
    for block in [&grams.runs, &grams.words] {
        let start = row.len();
        let known = block.iter().filter_map(|(piece, count)| {
            pieces.get(piece).map(|(number, rarity)| (*number, (1.0 + count.ln()) * rarity))
        });
        row.extend(known);
        let length = row[start..].iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            for (_, value) in &mut row[start..] {
                *value /= length;
            }
            blocks += 1.0;
        }
    }
    for (_, value) in &mut row {
        *value /= blocks.max(1.0).sqrt();
    }
    row.sort_unstable_by_key(|(number, _)| *number);
    row
}

#[cfg(test)]
#[path = "linear/tests.rs"]
mod tests;

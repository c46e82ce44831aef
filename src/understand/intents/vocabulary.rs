//! Every unit that utterances and sections are made of, numbered in the order of its first coming, so that what is kept of a unit
//! is an entry of a list.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::understand::features::{Counted, Unit, counted, hash, tokens};
use crate::understand::lexicon::Lexicon;

/// A unit of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its number; `None` where nobody has said it yet.
    pub number: Option<u32>,
    pub kind: Unit,
    pub count: u32,
}

/// The numbers of all units.
#[derive(Debug, Default)]
pub struct Vocabulary {
    numbers: FxHashMap<u64, u32>,
}

impl Vocabulary {
    /// Units in their order; new ones get a number.
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion units")]
    pub fn learn(&mut self, units: &[Counted]) -> Vec<Word> {
        let words = units.iter().map(|counted| {
            let next = self.numbers.len() as u32;
            let number = *self.numbers.entry(counted.unit).or_insert(next);
            Word { number: Some(number), kind: counted.kind, count: counted.count }
        });
        words.collect()
    }

    /// The units of a folded text, each once, in the order of their hashes. What nobody has said yet, but within a word that the
    /// lexicon knows, isn't unknown: the word's group stands for it.
    pub fn read(&self, folded: &str) -> Vec<Word> {
        // Looked for when the first unit is unknown: in most texts none is.
        let mut within: Option<FxHashSet<u64>> = None;
        let words = counted(folded).into_iter().filter_map(|counted| {
            let number = self.numbers.get(&counted.unit).copied();
            let is_explained =
                number.is_none() && within.get_or_insert_with(|| explained(folded)).contains(&counted.unit);
            (!is_explained).then_some(Word { number, kind: counted.kind, count: counted.count })
        });
        words.collect()
    }

    /// How many units have a number.
    pub fn total(&self) -> usize {
        self.numbers.len()
    }
}

/// The units of the words of a text that the lexicon knows, without their groups.
fn explained(folded: &str) -> FxHashSet<u64> {
    let mut units = FxHashSet::default();
    Lexicon::get().each_member(folded, &mut |word, _| {
        units.extend(tokens(word).iter().map(|(_, unit)| hash(unit)));
    });
    units
}

/// For each unit, in which of many rows it stands and how much it counts there: all rows of a unit side by side, each in four
/// bytes, twelve bits of them for the value.
#[derive(Debug, Default)]
pub struct Postings {
    /// Where each unit's part begins; one more at the end.
    starts: Vec<u32>,
    entries: Vec<u32>,
    /// What the largest value stands for.
    scale: f32,
}

/// How many of an entry's bits are for the value, and the largest that they hold.
pub const VALUE_BITS: u32 = 12;
pub const VALUES: u32 = (1 << VALUE_BITS) - 1;

/// A value from 0 to `scale` in as many steps as an entry has.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "twelve bits, and values that are at least 0"
)]
pub fn steps_of(value: f32, scale: f32) -> u32 {
    // To the nearest one: nothing is below 0.
    ((value / scale * VALUES as f32 + 0.5) as u32).min(VALUES)
}

/// What one step stands for.
#[expect(clippy::cast_precision_loss, reason = "twelve bits")]
pub fn step_of(scale: f32) -> f32 {
    scale / VALUES as f32
}

impl Postings {
    /// Rows are numbered in order. Values are at least 0.
    #[expect(clippy::cast_possible_truncation, reason = "rows are fewer than a million")]
    pub fn of<'a>(units: usize, rows: impl Iterator<Item = &'a [(u32, f32)]> + Clone) -> Self {
        let scale = largest(rows.clone());
        let mut starts = starts(units, rows.clone().flatten());
        let mut entries = vec![0_u32; starts.last().copied().unwrap_or_default() as usize];
        for (number, row) in rows.enumerate() {
            for (unit, value) in row {
                let place = &mut starts[*unit as usize];
                entries[*place as usize] = (number as u32) << VALUE_BITS | steps_of(*value, scale);
                *place += 1;
            }
        }
        filled(&mut starts);
        Self { starts, entries, scale }
    }

    /// The rows of a unit with their values.
    #[expect(clippy::cast_precision_loss, reason = "twelve bits")]
    pub fn rows(&self, unit: u32) -> impl Iterator<Item = (usize, f32)> + '_ {
        let part = &self.entries[part(&self.starts, unit)];
        let step = step_of(self.scale);
        part.iter().map(move |entry| ((entry >> VALUE_BITS) as usize, (entry & VALUES) as f32 * step))
    }
}

/// The largest value of some rows.
pub fn largest<'a>(rows: impl Iterator<Item = &'a [(u32, f32)]>) -> f32 {
    rows.flatten().fold(f32::MIN_POSITIVE, |largest, (_, value)| largest.max(*value))
}

/// Where the entries of each unit begin, all of a unit side by side; one more at the end.
pub fn starts<'a>(units: usize, entries: impl Iterator<Item = &'a (u32, f32)>) -> Vec<u32> {
    let mut starts = vec![0_u32; units + 1];
    for (unit, _) in entries {
        starts[*unit as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    starts
}

/// Call when all entries are filled in and each beginning was moved to its end: brings them back.
pub fn filled(starts: &mut [u32]) {
    starts.copy_within(..starts.len().saturating_sub(1), 1);
    if let Some(first) = starts.first_mut() {
        *first = 0;
    }
}

/// The entries of a unit.
pub fn part(starts: &[u32], unit: u32) -> Range<usize> {
    let at = unit as usize;
    match (starts.get(at), starts.get(at + 1)) {
        (Some(start), Some(end)) => *start as usize..*end as usize,
        _ => 0..0,
    }
}

/// Rows of units one after the other, each entry in four bytes as in [`Postings`].
#[derive(Debug, Default)]
pub struct Rows {
    /// Where each row ends.
    ends: Vec<u32>,
    entries: Vec<u32>,
}

impl Rows {
    /// Adds the next row. Values are from 0 to 1, units fewer than a million.
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion entries")]
    pub fn push(&mut self, row: &[(u32, f32)]) {
        let packed = |(unit, value): &(u32, f32)| unit << VALUE_BITS | steps_of(*value, 1.0);
        self.entries.extend(row.iter().map(packed));
        self.ends.push(self.entries.len() as u32);
    }

    pub fn shrink_to_fit(&mut self) {
        self.ends.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    /// The units of a row with their values; none for a row that isn't there.
    #[expect(clippy::cast_precision_loss, reason = "twelve bits")]
    pub fn row(&self, number: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let part = self.entries.get(self.range(number)).unwrap_or_default();
        part.iter().map(|entry| (entry >> VALUE_BITS, (entry & VALUES) as f32 / VALUES as f32))
    }

    /// How many units a row has.
    pub fn len_of(&self, number: usize) -> usize {
        self.range(number).len()
    }

    fn range(&self, number: usize) -> Range<usize> {
        let end = |number: usize| self.ends.get(number).map_or(0, |end| *end as usize);
        number.checked_sub(1).map_or(0, end)..end(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_the_unknown_has_none() {
        let mut vocabulary = Vocabulary::default();
        let learnt = vocabulary.learn(&counted("备案 备案"));
        assert_eq!(learnt, vocabulary.read("备案 备案"));
        assert!(learnt.iter().any(|word| word.count == 2));
        assert!(vocabulary.read("域").iter().all(|word| word.number.is_none()));
    }

    #[test]
    fn a_word_of_the_lexicon_is_known_by_its_group() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.learn(&counted("能撤回吗"));
        // The group of both words, and nothing of 收回 that is unknown.
        let numbers: Vec<_> =
            vocabulary.read("收回").iter().map(|word| (word.kind, word.number.is_some())).collect();
        assert_eq!(numbers.iter().filter(|(kind, _)| *kind == Unit::Group).count(), 1);
        assert!(numbers.iter().all(|(_, known)| *known), "{numbers:?}");
        assert!(vocabulary.read("收音").iter().any(|word| word.number.is_none()));
    }

    #[test]
    fn what_goes_in_comes_out_nearly() {
        let rows: Vec<Vec<(u32, f32)>> = vec![vec![(0, 0.5), (2, 1.0)], vec![(2, 0.25)], vec![]];
        let postings = Postings::of(3, rows.iter().map(Vec::as_slice));
        let of = |unit| postings.rows(unit).collect::<Vec<_>>();
        assert_eq!(of(1), []);
        let two = of(2);
        assert_eq!((two[0].0, two[1].0), (0, 1));
        assert!((two[1].1 - 0.25).abs() < 1e-3 && (of(0)[0].1 - 0.5).abs() < 1e-3);
        assert_eq!(of(9), []);
    }
}

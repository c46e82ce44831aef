//! Every unit that utterances and sections are made of, numbered in the order of its first coming, so that what is kept of a unit
//! is an entry of a list.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::understand::features::{Unit, counted, hash, tokens};
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
    /// The units of a folded text, each once, in the order of their hashes; new ones get a number.
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion units")]
    pub fn learn(&mut self, folded: &str) -> Vec<Word> {
        let words = counted(folded).into_iter().map(|counted| {
            let next = self.numbers.len() as u32;
            let number = *self.numbers.entry(counted.unit).or_insert(next);
            Word { number: Some(number), kind: counted.kind, count: counted.count }
        });
        words.collect()
    }

    /// The same without learning. What nobody has said yet, but within a word that the lexicon knows, isn't unknown: the word's
    /// group stands for it.
    pub fn read(&self, folded: &str) -> Vec<Word> {
        let explained = explained(folded);
        let words = counted(folded).into_iter().filter_map(|counted| {
            let number = self.numbers.get(&counted.unit).copied();
            let unknown = number.is_none() && !explained.contains(&counted.unit);
            (number.is_some() || unknown).then_some(Word { number, kind: counted.kind, count: counted.count })
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

const VALUE_BITS: u32 = 12;
const VALUES: u32 = (1 << VALUE_BITS) - 1;

impl Postings {
    /// Rows are numbered in order. Values are at least 0.
    pub fn of<'a>(units: usize, rows: impl Iterator<Item = &'a [(u32, f32)]> + Clone) -> Self {
        Self::scaled(units, Self::largest(rows.clone()), rows)
    }

    /// The largest value of some rows.
    pub fn largest<'a>(rows: impl Iterator<Item = &'a [(u32, f32)]>) -> f32 {
        rows.flatten().fold(f32::MIN_POSITIVE, |largest, (_, value)| largest.max(*value))
    }

    /// The same where `scale` is the largest value that there is.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "values are between 0 and their largest; rows are fewer than a million"
    )]
    pub fn scaled<'a>(
        units: usize,
        scale: f32,
        rows: impl Iterator<Item = &'a [(u32, f32)]> + Clone,
    ) -> Self {
        let mut starts = vec![0_u32; units + 1];
        for (unit, _) in rows.clone().flatten() {
            starts[*unit as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![0_u32; starts.last().copied().unwrap_or_default() as usize];
        for (number, row) in rows.enumerate() {
            for (unit, value) in row {
                let place = &mut next[*unit as usize];
                let step = (value / scale * VALUES as f32).round() as u32;
                entries[*place as usize] = (number as u32) << VALUE_BITS | step.min(VALUES);
                *place += 1;
            }
        }
        Self { starts, entries, scale }
    }

    /// The rows of a unit with their values.
    #[expect(clippy::cast_precision_loss, reason = "twelve bits")]
    pub fn rows(&self, unit: u32) -> impl Iterator<Item = (usize, f32)> + '_ {
        let at = unit as usize;
        let part = match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => &self.entries[*start as usize..*end as usize],
            _ => &[],
        };
        let step = self.scale / VALUES as f32;
        part.iter().map(move |entry| ((entry >> VALUE_BITS) as usize, (entry & VALUES) as f32 * step))
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
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "values are between 0 and 1"
    )]
    pub fn push(&mut self, row: &[(u32, f32)]) {
        let packed = |(unit, value): &(u32, f32)| {
            unit << VALUE_BITS | ((value * VALUES as f32).round() as u32).min(VALUES)
        };
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
        let end = self.ends.get(number).map_or(0, |end| *end as usize);
        let start =
            number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let part = self.entries.get(start..end).unwrap_or_default();
        part.iter().map(|entry| (entry >> VALUE_BITS, (entry & VALUES) as f32 / VALUES as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_the_unknown_has_none() {
        let mut vocabulary = Vocabulary::default();
        let learnt = vocabulary.learn("备案 备案");
        assert_eq!(learnt, vocabulary.read("备案 备案"));
        assert!(learnt.iter().any(|word| word.count == 2));
        assert!(vocabulary.read("域").iter().all(|word| word.number.is_none()));
    }

    #[test]
    fn a_word_of_the_lexicon_is_known_by_its_group() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.learn("能撤回吗");
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

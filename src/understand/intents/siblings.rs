//! Telling a few labels apart that a text is near to: which of them its words speak for, and which only seem so because all of them
//! are spoken of alike.
//!
//! Nearness counts every word that a text and what is said for a label share, so that siblings (an entity's deregistration, a
//! website's) lie close together for a text about either. A classifier over all labels would learn which words part them, but takes
//! minutes to train. Only the few nearest matter, and for these it is worked out when they are known: kernel ridge regression over
//! their utterances alone, each label against the others, solved for this one text by conjugate gradients. That takes a tenth of a
//! millisecond, needs no training and is the same each time.

use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::vocabulary::Rows;

/// How much a fit to the utterances is held back from their oddities, in squared lengths of an utterance.
const RIDGE: f32 = 0.3;
/// Steps of the solver at most, and the squared length of what is left over that is small enough.
const STEPS: usize = 8;
const CLOSE_ENOUGH: f32 = 1e-3;

/// Utterances as rows of units, those of a label together. Within a label its units are numbered from 0: which of them several labels
/// hold is looked up once for each unit of a label, and not for each place in which it stands.
#[derive(Debug, Default)]
pub struct Siblings {
    rows: Rows,
    /// The units of the labels in the order of their numbers, each with a bit behind it: whether several rows of the label hold it.
    units: Vec<u32>,
    /// Where the rows and the units of each label end.
    ends: Vec<(usize, usize)>,
}

impl Siblings {
    /// Takes in the rows of one label after the other, each of units and as long as one.
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion units")]
    pub fn of<'a, Label>(labels: impl Iterator<Item = Label>) -> Self
    where
        Label: Iterator<Item = &'a [(u32, f32)]>,
    {
        let mut siblings = Self::default();
        let (mut numbers, mut numbered) = (FxHashMap::default(), Vec::new());
        let mut total = 0;
        for label in labels {
            numbers.clear();
            let first = siblings.units.len();
            for row in label {
                total += 1;
                numbered.clear();
                for (unit, value) in row {
                    let next = (siblings.units.len() - first) as u32;
                    let number = *numbers.entry(*unit).or_insert(next);
                    match siblings.units.get_mut(first + number as usize) {
                        Some(held) => *held |= SEVERAL,
                        None => siblings.units.push(unit << 1),
                    }
                    numbered.push((number, *value));
                }
                siblings.rows.push(&numbered);
            }
            siblings.ends.push((total, siblings.units.len()));
        }
        siblings.rows.shrink_to_fit();
        siblings.units.shrink_to_fit();
        siblings
    }

    /// How much a text speaks for each of some labels rather than for the others: in the mean 0, near 1 for one that it could have been
    /// said for. `text` has a value for each unit that it holds and is as long as one.
    #[expect(clippy::cast_precision_loss, reason = "counts of utterances")]
    pub fn tell_apart(&self, labels: &[usize], text: &[(u32, f32)]) -> Vec<f32> {
        let (taken, common) = Taken::of(self, labels, text);
        let shares = taken.solve(common);
        let all: f32 = shares.iter().sum();
        let total = shares.len().max(1) as f32;
        let mut next = 0;
        let of_label = labels.iter().map(|label| {
            let rows = self.rows_of(*label);
            let own: f32 = shares[next..next + rows.len()].iter().sum();
            next += rows.len();
            own - all * rows.len() as f32 / total
        });
        of_label.collect()
    }

    /// The rows of a label, and its units; none of a label that isn't there.
    fn rows_of(&self, label: usize) -> Range<usize> {
        self.end_before(label).0..self.end_before(label.saturating_add(1)).0
    }

    fn units_of(&self, label: usize) -> &[u32] {
        &self.units[self.end_before(label).1..self.end_before(label.saturating_add(1)).1]
    }

    /// Where the labels before one end.
    fn end_before(&self, label: usize) -> (usize, usize) {
        let last = label.min(self.ends.len()).checked_sub(1);
        last.map_or((0, 0), |last| self.ends[last])
    }
}

/// The rows of a few labels. Only units that several of them hold, numbered anew from 0; what a unit of a single row adds to its
/// equation is known beforehand.
struct Taken {
    entries: Vec<(u32, f32)>,
    ends: Vec<usize>,
    /// Of each row, the sum of the squares of the units that it alone holds.
    alone: Vec<f32>,
    /// How many units there are.
    units: usize,
}

/// A unit of a label among those of a few labels.
#[derive(Clone, Copy)]
struct Among {
    /// Its number among the units that several rows hold; [`NONE`] for one of a single row.
    number: u32,
    /// What it counts in the text.
    in_text: f32,
}

impl Taken {
    /// The rows, and what each has in common with a text.
    fn of(siblings: &Siblings, labels: &[usize], text: &[(u32, f32)]) -> (Self, Vec<f32>) {
        let rows = || labels.iter().flat_map(|label| siblings.rows_of(*label));
        let room = (rows().count(), rows().map(|row| siblings.rows.len_of(row)).sum());
        let (among, units) = among(siblings, labels, text);
        let mut taken = Self {
            entries: Vec::with_capacity(room.1),
            ends: Vec::with_capacity(room.0),
            alone: Vec::with_capacity(room.0),
            units,
        };
        let mut common = Vec::with_capacity(room.0);
        let mut rest = &among[..];
        for label in labels {
            let (own, others) = rest.split_at(siblings.units_of(*label).len());
            rest = others;
            for row in siblings.rows_of(*label) {
                common.push(taken.push(siblings.rows.row(row), own));
            }
        }
        (taken, common)
    }

    /// Adds a row of a label with these units, and gives what it has in common with the text.
    fn push(&mut self, row: impl Iterator<Item = (u32, f32)>, own: &[Among]) -> f32 {
        let (mut in_common, mut alone) = (0.0_f32, 0.0_f32);
        for (unit, value) in row {
            let Among { number, in_text } = own[unit as usize];
            in_common += in_text * value;
            if number == NONE {
                alone += value * value;
            } else {
                self.entries.push((number, value));
            }
        }
        self.ends.push(self.entries.len());
        self.alone.push(alone);
        in_common
    }

    /// What each row counts in the regression for a text: `(A·Aᵀ + RIDGE·I)⁻¹ · A·text`, where the last is what they have in common.
    fn solve(&self, common: Vec<f32>) -> Vec<f32> {
        let mut shares = vec![0.0_f32; common.len()];
        let mut left = common;
        let mut direction = left.clone();
        let mut units = vec![0.0_f32; self.units];
        let mut length = dot(&left, &left);
        for _ in 0..STEPS {
            if length < CLOSE_ENOUGH {
                break;
            }
            let turned = self.turn(&direction, &mut units);
            let step = length / dot(&direction, &turned);
            for ((share, left), (direction, turned)) in
                shares.iter_mut().zip(&mut left).zip(direction.iter().zip(&turned))
            {
                *share += step * direction;
                *left -= step * turned;
            }
            let before = std::mem::replace(&mut length, dot(&left, &left));
            for (direction, left) in direction.iter_mut().zip(&left) {
                *direction = left + length / before * *direction;
            }
        }
        shares
    }

    /// `(A·Aᵀ + RIDGE·I) · rows`; `units` is room to work in.
    fn turn(&self, rows: &[f32], units: &mut [f32]) -> Vec<f32> {
        units.fill(0.0);
        let mut start = 0;
        for (row, end) in rows.iter().zip(&self.ends) {
            for (unit, value) in &self.entries[start..*end] {
                units[*unit as usize] += row * value;
            }
            start = *end;
        }
        start = 0;
        let of_row = rows.iter().zip(&self.ends).zip(&self.alone).map(|((row, end), alone)| {
            let part = &self.entries[start..*end];
            start = *end;
            let shared: f32 = part.iter().map(|(unit, value)| units[*unit as usize] * value).sum();
            shared + (alone + RIDGE) * row
        });
        of_row.collect()
    }
}

const NONE: u32 = u32::MAX;

/// The bit of a unit that several rows of a label hold. Units are numbered far below what is left beside it.
const SEVERAL: u32 = 1;

/// What the units of some labels are among all of them, label by label in the order of their numbers, and how many of them several
/// rows hold.
fn among(siblings: &Siblings, labels: &[usize], text: &[(u32, f32)]) -> (Vec<Among>, usize) {
    let units = || labels.iter().flat_map(|label| siblings.units_of(*label));
    let total = units().count();
    let mut places: FxHashMap<u32, usize> = FxHashMap::with_capacity_and_hasher(total, FxBuildHasher);
    // Each unit once, with how many rows hold it at least, up to two of each label.
    let mut all: Vec<(u32, Among)> = Vec::with_capacity(total);
    let mut place_of: Vec<usize> = Vec::with_capacity(total);
    for unit in units() {
        let place = *places.entry(unit >> 1).or_insert(all.len());
        if place == all.len() {
            all.push((0, Among { number: NONE, in_text: 0.0 }));
        }
        all[place].0 += 1 + (unit & SEVERAL);
        place_of.push(place);
    }
    for (unit, value) in text {
        if let Some(place) = places.get(unit) {
            all[*place].1.in_text = *value;
        }
    }
    let mut shared = 0;
    for (_, among) in all.iter_mut().filter(|(rows, _)| *rows > 1) {
        among.number = shared;
        shared += 1;
    }
    (place_of.into_iter().map(|place| all[place].1).collect(), shared as usize)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units: 0 is in everything that is said, 1 parts the first label from the second, 2 the second from the first.
    fn two() -> Siblings {
        let rows: [&[(u32, f32)]; 5] = [
            &[(0, 0.8), (1, 0.6)],
            &[(0, 0.8), (1, 0.6)],
            &[(0, 0.8), (2, 0.6)],
            &[(0, 0.6), (2, 0.8)],
            &[(3, 1.0)],
        ];
        Siblings::of([&rows[..2], &rows[2..4], &rows[4..]].into_iter().map(|label| label.iter().copied()))
    }

    #[test]
    fn what_all_share_tells_nothing_and_what_parts_them_tells() {
        let (siblings, labels) = (two(), [0, 1]);
        let of = |text: &[(u32, f32)]| siblings.tell_apart(&labels, text);
        let second = of(&[(0, 0.9), (2, 0.43)]);
        assert!(second[1] > 0.17 && second[0] < -0.17, "{second:?}");
        let first = of(&[(0, 0.9), (1, 0.43)]);
        assert!(first[0] > 0.17 && first[1] < -0.17, "{first:?}");
        let neither = of(&[(0, 1.0)]);
        assert!(neither[0].abs() < 0.15, "{neither:?}");
        assert_eq!(of(&[(9, 1.0)]), [0.0, 0.0], "unknown units tell nothing");
    }

    #[test]
    fn the_solution_is_that_of_the_equations() {
        let siblings = two();
        let text = [(0, 0.6), (1, 0.5), (2, 0.3), (3, 0.5)];
        let (taken, common) = Taken::of(&siblings, &[0, 1, 2], &text);
        let expected = [0.6 * 0.8 + 0.5 * 0.6, 0.6 * 0.8 + 0.5 * 0.6, 0.48 + 0.18, 0.36 + 0.24, 0.5];
        for (common, expected) in common.iter().zip(expected) {
            assert!((common - expected).abs() < 1e-3, "{common} {expected}");
        }
        assert_eq!(taken.units, 3, "one unit stands in a single row");
        // (A·Aᵀ + RIDGE·I)·shares must be A·text again.
        let shares = taken.solve(common);
        for (left, expected) in taken.turn(&shares, &mut [0.0; 3]).iter().zip(expected) {
            assert!((left - expected).abs() < 0.04, "{left} {expected}");
        }
    }

    #[test]
    fn units_of_several_rows_are_found_in_any_label() {
        let siblings = two();
        let numbers = |labels: &[usize]| {
            let (among, shared) = among(&siblings, labels, &[(2, 0.5), (7, 0.5)]);
            (among.iter().map(|unit| (unit.number, unit.in_text > 0.0)).collect::<Vec<_>>(), shared)
        };
        let (both, second) = ([(0, false), (1, false), (0, false), (2, true)], [(0, false), (1, true)]);
        assert_eq!(numbers(&[0, 1]), (both.to_vec(), 3));
        assert_eq!(numbers(&[1]), (second.to_vec(), 2));
        assert_eq!(numbers(&[2]), (vec![(NONE, false)], 0), "a unit of one row alone");
        assert_eq!(numbers(&[3, 99]), (vec![], 0), "no such label");
    }

    #[test]
    fn without_labels_or_words_there_is_nothing_to_tell() {
        assert!(two().tell_apart(&[], &[(0, 1.0)]).is_empty());
        assert_eq!(two().tell_apart(&[0, 9], &[]), [0.0, 0.0]);
    }
}

//! Telling a few labels apart that a text is near to: which of them its words speak for, and which only seem so because all of them
//! are spoken of alike.
//!
//! Nearness counts every word that a text and what is said for a label share, so that siblings (an entity's deregistration, a
//! website's) lie close together for a text about either. A classifier over all labels would learn which words part them, but takes
//! minutes to train. Only the few nearest matter, and for these it is worked out when they are known: kernel ridge regression over
//! their utterances alone, each label against the others, solved for this one text by conjugate gradients. That takes a tenth of a
//! millisecond, needs no training and is the same each time.

use std::ops::Range;

use super::vocabulary::Rows;

/// How much a fit to the utterances is held back from their oddities, in squared lengths of an utterance.
const RIDGE: f32 = 0.3;
/// Steps of the solver at most, and the squared length of what is left over that is small enough.
const STEPS: usize = 8;
const CLOSE_ENOUGH: f32 = 1e-3;

/// Utterances as rows of units, those of a label together.
#[derive(Debug, Default)]
pub struct Siblings {
    rows: Rows,
    /// How many units there are.
    units: usize,
}

impl Siblings {
    /// Takes in rows of units, each as long as one.
    pub fn of<'a>(units: usize, rows: impl Iterator<Item = &'a [(u32, f32)]>) -> Self {
        let mut siblings = Self { rows: Rows::default(), units };
        for row in rows {
            siblings.rows.push(row);
        }
        siblings.rows.shrink_to_fit();
        siblings
    }

    /// How much a text speaks for each of some labels rather than for the others, each given by its rows: in the mean 0, near 1 for one
    /// that it could have been said for. `text` has a value for each unit that it holds and is as long as one.
    #[expect(clippy::cast_precision_loss, reason = "counts of utterances")]
    pub fn tell_apart(&self, labels: &[Range<usize>], text: &[(u32, f32)]) -> Vec<f32> {
        let taken = Taken::of(self, labels.iter().cloned().flatten());
        let shares = taken.solve(text);
        let all: f32 = shares.iter().sum();
        let total = shares.len().max(1) as f32;
        let mut next = 0;
        let of_label = labels.iter().map(|rows| {
            let own: f32 = shares[next..next + rows.len()].iter().sum();
            next += rows.len();
            own - all * rows.len() as f32 / total
        });
        of_label.collect()
    }
}

/// The rows of a few labels, with their units numbered anew from 0.
struct Taken {
    entries: Vec<(u32, f32)>,
    ends: Vec<usize>,
    /// The new number of each unit; [`NONE`] for one that no row holds.
    numbers: Vec<u32>,
    total: u32,
}

const NONE: u32 = u32::MAX;

impl Taken {
    fn of(siblings: &Siblings, wanted: impl Iterator<Item = usize>) -> Self {
        let mut taken =
            Self { entries: Vec::new(), ends: Vec::new(), numbers: vec![NONE; siblings.units], total: 0 };
        for row in wanted {
            for (unit, value) in siblings.rows.row(row) {
                let number = &mut taken.numbers[unit as usize];
                if *number == NONE {
                    *number = taken.total;
                    taken.total += 1;
                }
                taken.entries.push((*number, value));
            }
            taken.ends.push(taken.entries.len());
        }
        taken
    }

    /// What each row counts in the regression for a text: `(A·Aᵀ + RIDGE·I)⁻¹ · A·text`.
    fn solve(&self, text: &[(u32, f32)]) -> Vec<f32> {
        let mut units = vec![0.0_f32; self.total as usize];
        for (unit, value) in text {
            if let Some(number) = self.numbers.get(*unit as usize).filter(|number| **number != NONE) {
                units[*number as usize] = *value;
            }
        }
        let mut shares = vec![0.0_f32; self.ends.len()];
        let mut left = vec![0.0_f32; self.ends.len()];
        self.across(&units, &mut left);
        let mut direction = left.clone();
        let mut turned = vec![0.0_f32; self.ends.len()];
        let mut length = dot(&left, &left);
        for _ in 0..STEPS {
            if length < CLOSE_ENOUGH {
                break;
            }
            self.back(&direction, &mut units);
            self.across(&units, &mut turned);
            for (turned, direction) in turned.iter_mut().zip(&direction) {
                *turned += RIDGE * direction;
            }
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

    /// What each row has in common with units: `A·units`.
    fn across(&self, units: &[f32], rows: &mut [f32]) {
        let mut start = 0;
        for (row, end) in rows.iter_mut().zip(&self.ends) {
            *row = self.entries[start..*end].iter().map(|(unit, value)| units[*unit as usize] * value).sum();
            start = *end;
        }
    }

    /// Rows added up: `Aᵀ·rows`.
    fn back(&self, rows: &[f32], units: &mut [f32]) {
        units.fill(0.0);
        let mut start = 0;
        for (row, end) in rows.iter().zip(&self.ends) {
            for (unit, value) in &self.entries[start..*end] {
                units[*unit as usize] += row * value;
            }
            start = *end;
        }
    }
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
        Siblings::of(4, rows.into_iter())
    }

    #[test]
    fn what_all_share_tells_nothing_and_what_parts_them_tells() {
        let (siblings, labels) = (two(), [0..2, 2..4]);
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
        let taken = Taken::of(&siblings, 0..5);
        let shares = taken.solve(&text);
        // (A·Aᵀ + RIDGE·I)·shares must be A·text again.
        let mut units = vec![0.0; 4];
        taken.back(&shares, &mut units);
        let mut left = vec![0.0; 5];
        taken.across(&units, &mut left);
        let expected = [0.6 * 0.8 + 0.5 * 0.6, 0.6 * 0.8 + 0.5 * 0.6, 0.48 + 0.18, 0.36 + 0.24, 0.5];
        for ((left, share), expected) in left.iter().zip(&shares).zip(expected) {
            assert!((left + RIDGE * share - expected).abs() < 0.04, "{left} {share} {expected}");
        }
    }

    #[test]
    fn without_labels_or_words_there_is_nothing_to_tell() {
        assert!(two().tell_apart(&[], &[(0, 1.0)]).is_empty());
        assert_eq!(two().tell_apart(&[0..2, 2..2], &[]), [0.0, 0.0]);
    }
}

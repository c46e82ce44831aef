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
}

impl Siblings {
    /// Takes in rows of units, each as long as one.
    pub fn of<'a>(rows: impl Iterator<Item = &'a [(u32, f32)]>) -> Self {
        let mut siblings = Self::default();
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
        let (taken, common) = Taken::of(&self.rows, labels.iter().cloned().flatten(), text);
        let shares = taken.solve(common);
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

impl Taken {
    /// The rows, and what each has in common with a text.
    fn of(rows: &Rows, wanted: impl Iterator<Item = usize>, text: &[(u32, f32)]) -> (Self, Vec<f32>) {
        let wanted: Vec<usize> = wanted.collect();
        let total = wanted.iter().map(|row| rows.len_of(*row)).sum();
        let mut numbers = Numbers::with_room_for(total);
        let mut entries: Vec<(u32, f32)> = Vec::with_capacity(total);
        let mut ends = Vec::with_capacity(wanted.len());
        for row in wanted {
            entries.extend(rows.row(row).map(|(unit, value)| (numbers.count(unit), value)));
            ends.push(entries.len());
        }
        let mut of_text = vec![0.0_f32; numbers.known.len()];
        for (unit, value) in text {
            if let Some(number) = numbers.find(*unit) {
                of_text[number as usize] = *value;
            }
        }
        let (shared, units) = numbers.shared();
        let mut taken = Self { entries, ends, alone: Vec::new(), units };
        let common = taken.keep(&shared, &of_text);
        (taken, common)
    }

    /// Drops the units that aren't shared, and gives what each row has in common with a text.
    fn keep(&mut self, shared: &[u32], of_text: &[f32]) -> Vec<f32> {
        let mut common = Vec::with_capacity(self.ends.len());
        let (mut start, mut kept) = (0, 0);
        for end in &mut self.ends {
            let (mut in_common, mut alone) = (0.0_f32, 0.0_f32);
            for at in start..*end {
                let (number, value) = self.entries[at];
                in_common += of_text[number as usize] * value;
                match shared[number as usize] {
                    NONE => alone += value * value,
                    number => {
                        self.entries[kept] = (number, value);
                        kept += 1;
                    }
                }
            }
            start = std::mem::replace(end, kept);
            common.push(in_common);
            self.alone.push(alone);
        }
        self.entries.truncate(kept);
        common
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

/// Numbers units from 0 in the order of their coming: a table of places with room to spare, in which a unit stands at the first free
/// place from its own on.
struct Numbers {
    places: Vec<u32>,
    /// Of each number, the unit and how often it came.
    known: Vec<(u32, u32)>,
}

impl Numbers {
    fn with_room_for(units: usize) -> Self {
        Self { places: vec![NONE; (2 * units).next_power_of_two().max(2)], known: Vec::new() }
    }

    /// The place of a unit, or the free one where it belongs.
    fn place(&self, unit: u32) -> usize {
        let last = self.places.len() - 1;
        // A prime spreads neighbours; its upper bits are the well mixed ones.
        let mut place = (u64::from(unit).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & last;
        while self.places[place] != NONE && self.known[self.places[place] as usize].0 != unit {
            place = (place + 1) & last;
        }
        place
    }

    /// The number of a unit that came once more.
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion units")]
    fn count(&mut self, unit: u32) -> u32 {
        let place = self.place(unit);
        let number = self.places[place];
        if number == NONE {
            let next = self.known.len() as u32;
            self.places[place] = next;
            self.known.push((unit, 1));
            return next;
        }
        self.known[number as usize].1 += 1;
        number
    }

    /// The number of a unit that came.
    fn find(&self, unit: u32) -> Option<u32> {
        Some(self.places[self.place(unit)]).filter(|number| *number != NONE)
    }

    /// For each number another one among those that came several times, [`NONE`] for the others; and how many these are.
    fn shared(&self) -> (Vec<u32>, usize) {
        let mut total = 0_u32;
        let shared = self.known.iter().map(|(_, count)| {
            if *count < 2 {
                return NONE;
            }
            total += 1;
            total - 1
        });
        (shared.collect(), total as usize)
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
        Siblings::of(rows.into_iter())
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
        let (taken, common) = Taken::of(&siblings.rows, 0..5, &text);
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
    fn units_keep_their_numbers() {
        let mut numbers = Numbers::with_room_for(5);
        let given: Vec<u32> = [7, 1 << 19, 7, 8, 8].into_iter().map(|unit| numbers.count(unit)).collect();
        assert_eq!(given, [0, 1, 0, 2, 2]);
        assert_eq!((numbers.find(8), numbers.find(9)), (Some(2), None));
        assert_eq!(numbers.shared(), (vec![0, NONE, 1], 2));
    }

    #[test]
    fn without_labels_or_words_there_is_nothing_to_tell() {
        assert!(two().tell_apart(&[], &[(0, 1.0)]).is_empty());
        assert_eq!(two().tell_apart(&[0..2, 2..2], &[]), [0.0, 0.0]);
    }
}

//! Which units stand in what is said for which label, arranged so that a text is compared with all labels first, and with single
//! utterances only of those labels that somebody asks for.
//!
//! For each unit the labels that hold it stand side by side, each with what the unit counts for everything said for it together, and
//! with the most that it counts in one of its utterances. The first, added up, is how near a text comes to the label as a whole; the
//! second is what no utterance of it can exceed. The utterances stand in a list of their own in the same order, so that what a
//! label's utterances hold of a unit is one piece of it.

use std::ops::Range;

use super::vocabulary::{VALUE_BITS, VALUES, filled, part, starts, step_of, steps_of};

/// Labels and utterances by unit, those of some labels only.
#[derive(Debug, Default)]
pub struct Held {
    /// Where each unit's labels begin; one more at the end.
    starts: Vec<u32>,
    /// A label, and what the unit counts for everything said for it.
    labels: Vec<u32>,
    /// The most that the unit counts in one of the label's utterances.
    most: Vec<u16>,
    /// Where the label's utterances begin; one more at the end.
    firsts: Vec<u32>,
    /// The place of an utterance among those of its label, and what the unit counts in it.
    utterances: Vec<u32>,
    /// What a step of the values stands for, in labels and in utterances.
    step_of_labels: f32,
    step_of_utterances: f32,
}

/// A label that holds a unit.
#[derive(Clone, Copy, Debug)]
pub struct Holder {
    pub label: usize,
    /// What the unit counts for everything said for it, and at most in one of its utterances.
    pub whole: f32,
    pub most: f32,
}

/// What a [`Held`] is made of.
#[derive(Clone, Copy)]
pub struct Made<'a> {
    pub units: usize,
    /// The label of each utterance; they never go down.
    pub label_of: &'a [u32],
    /// The units of an utterance, by its number.
    pub utterance: &'a dyn Fn(usize) -> &'a [(u32, f32)],
    /// Those of everything said for a label.
    pub wholes: &'a [Vec<(u32, f32)>],
    /// The largest value of any utterance, and of any label.
    pub largest: (f32, f32),
}

impl Held {
    /// Takes in the labels that are wanted.
    #[expect(clippy::cast_possible_truncation, reason = "labels and utterances are fewer than a million")]
    pub fn of(made: Made<'_>, is_wanted: &dyn Fn(usize) -> bool) -> Self {
        let wholes = || made.wholes.iter().enumerate().filter(|(label, _)| is_wanted(*label));
        let mut starts_of_labels = starts(made.units, wholes().flat_map(|(_, row)| row));
        let mut labels = vec![0_u32; starts_of_labels.last().copied().unwrap_or_default() as usize];
        for (label, row) in wholes() {
            for (unit, value) in row {
                let place = &mut starts_of_labels[*unit as usize];
                labels[*place as usize] = (label as u32) << VALUE_BITS | steps_of(*value, made.largest.1);
                *place += 1;
            }
        }
        filled(&mut starts_of_labels);

        let said = || {
            let all = made.label_of.iter().map(|label| *label as usize).enumerate();
            all.filter(|(_, label)| is_wanted(*label))
        };
        let mut next = starts(made.units, said().flat_map(|(number, _)| (made.utterance)(number)));
        let total = next.last().copied().unwrap_or_default();
        let mut utterances = vec![0_u32; total as usize];
        let mut most = vec![0_u16; labels.len()];
        let mut firsts = vec![total; labels.len() + 1];
        // Of each unit, which of its labels is being filled in.
        let mut filling = starts_of_labels.clone();
        let (mut before, mut first) = (usize::MAX, 0);
        for (number, label) in said() {
            if label != before {
                (before, first) = (label, number);
            }
            for (unit, value) in (made.utterance)(number) {
                let unit = *unit as usize;
                while labels[filling[unit] as usize] >> VALUE_BITS != label as u32 {
                    filling[unit] += 1;
                }
                let (at, place) = (filling[unit] as usize, next[unit]);
                let steps = steps_of(*value, made.largest.0);
                firsts[at] = firsts[at].min(place);
                most[at] = most[at].max(steps as u16);
                utterances[place as usize] = ((number - first) as u32) << VALUE_BITS | steps;
                next[unit] = place + 1;
            }
        }
        Self {
            starts: starts_of_labels,
            labels,
            most,
            firsts,
            utterances,
            step_of_labels: step_of(made.largest.1),
            step_of_utterances: step_of(made.largest.0),
        }
    }

    /// Where a unit's labels stand.
    pub fn places(&self, unit: u32) -> Range<usize> {
        part(&self.starts, unit)
    }

    /// The labels that stand there.
    pub fn holders(&self, places: Range<usize>) -> impl Iterator<Item = Holder> + '_ {
        let labels = self.labels[places.clone()].iter().zip(&self.most[places]);
        labels.map(|(label, most)| Holder {
            label: (label >> VALUE_BITS) as usize,
            whole: to_float(label & VALUES) * self.step_of_labels,
            most: f32::from(*most) * self.step_of_utterances,
        })
    }

    /// Adds to each utterance of the label that stands at a place what it has in common with a text in which the unit counts `value`.
    pub fn add(&self, place: usize, value: f32, sums: &mut [f32]) {
        for entry in &self.utterances[self.firsts[place] as usize..self.firsts[place + 1] as usize] {
            sums[(entry >> VALUE_BITS) as usize] +=
                value * (to_float(entry & VALUES) * self.step_of_utterances);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "twelve bits")]
fn to_float(steps: u32) -> f32 {
    steps as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_their_utterances_come_out_as_they_went_in() {
        let utterances: [&[(u32, f32)]; 4] =
            [&[(0, 0.5), (2, 1.0)], &[(2, 0.25)], &[(1, 0.75)], &[(2, 0.5), (0, 0.25)]];
        let wholes = vec![vec![(0, 0.5), (2, 1.0)], vec![(1, 1.0)], vec![(2, 0.75), (0, 0.25)]];
        let made = Made {
            units: 3,
            label_of: &[0, 0, 1, 2],
            utterance: &|number| utterances[number],
            wholes: &wholes,
            largest: (1.0, 1.0),
        };
        let held = Held::of(made, &|label| label != 1);
        let of = |unit| held.holders(held.places(unit)).map(|holder| holder.label).collect::<Vec<_>>();
        assert_eq!((of(0), of(1), of(2), of(9)), (vec![0, 2], vec![], vec![0, 2], vec![]));
        let close = |one: f32, other: f32| (one - other).abs() < 1e-3;
        for (unit, at, whole, most, sums) in
            [(2, 0, 1.0, 1.0, [2.0, 0.5]), (2, 1, 0.75, 0.5, [1.0, 0.0]), (0, 1, 0.25, 0.25, [0.5, 0.0])]
        {
            let place = held.places(unit).start + at;
            let holder = held.holders(place..place + 1).next().unwrap();
            assert!(close(holder.whole, whole) && close(holder.most, most), "{unit} {at}: {holder:?}");
            let mut found = [0.0; 2];
            held.add(place, 2.0, &mut found);
            assert!(close(found[0], sums[0]) && close(found[1], sums[1]), "{unit} {at}: {found:?}");
        }
    }
}

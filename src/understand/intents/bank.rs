//! All utterances that we know, each with a label, and how near a text comes to them.
//!
//! Two measures of nearness, both cosines of bags of units, each unit weighted by its rarity over all utterances. `whole` is
//! the nearness to everything said for a label together (its centroid): right more often, since many ways of asking add up.
//! `nearest` is the nearness to its single nearest utterance: high only when somebody has asked in nearly these words.

use std::cmp::Ordering;

use super::siblings::Siblings;
use super::vocabulary::{Postings, Vocabulary, Word};
use crate::understand::features::dampened;

/// A label's scores for a text, each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    pub label: usize,
    pub whole: f32,
    pub nearest: f32,
    /// The nearest utterance's number, for showing why.
    pub utterance: usize,
}

/// Collects utterances, then answers which labels a text is nearest to.
#[derive(Debug, Default)]
pub struct Utterances {
    vocabulary: Vocabulary,
    label_of: Vec<u32>,
    /// While utterances are collected: all of them one after the other, and where each ends.
    bags: Vec<(u32, f32)>,
    ends: Vec<usize>,
    /// Of each unit, by its number.
    rarity: Vec<f32>,
    unseen: f32,
    by_utterance: Sides,
    by_label: Sides,
    /// Where the utterances of each label begin; one more at the end.
    starts: Vec<usize>,
    label_total: usize,
    /// What tells labels apart, from this one on.
    siblings: Siblings,
    apart_from: usize,
    /// Which labels are topics outside, and how much each unit tells of one; see [`Utterances::mark_outside`].
    outside: Vec<bool>,
    foreign: Vec<f32>,
}

impl Utterances {
    /// Adds one utterance (folded, things named replaced by marks); gives its units. Those of a label come one after the other, and
    /// labels in their order.
    #[expect(clippy::cast_possible_truncation, reason = "counts far below the limits")]
    pub fn add(&mut self, label: usize, folded: &str) -> Vec<Word> {
        let words = self.vocabulary.learn(folded);
        debug_assert!(self.label_of.last().is_none_or(|last| *last as usize <= label), "labels in order");
        self.label_of.push(label as u32);
        self.label_total = self.label_total.max(label + 1);
        self.bags
            .extend(words.iter().filter_map(|word| Some((word.number?, dampened(word.kind, word.count)))));
        self.ends.push(self.bags.len());
        words
    }

    /// The units of a text that isn't said for a label, such as a sentence of a section.
    pub fn learn(&mut self, folded: &str) -> Vec<Word> {
        self.vocabulary.learn(folded)
    }

    /// The units of a text that is asked about.
    pub fn read(&self, folded: &str) -> Vec<Word> {
        self.vocabulary.read(folded)
    }

    /// Marks a label as a topic outside. Words that inside and outside share then bring a text no nearer to it: that “how long does
    /// it take” is asked of an app's filing too says nothing about who asks it of a website's.
    pub fn mark_outside(&mut self, label: usize) {
        if self.outside.len() <= label {
            self.outside.resize(label + 1, false);
        }
        self.outside[label] = true;
    }

    /// Says from which label on [`Utterances::tell_apart`] will be asked; the others' utterances needn't be kept for it.
    pub fn tell_apart_from(&mut self, label: usize) {
        self.apart_from = label;
    }

    /// Call after the last [`Utterances::add`] and [`Utterances::mark_outside`].
    #[expect(clippy::cast_precision_loss, reason = "counts of utterances, far below the limits")]
    pub fn seal(&mut self) {
        let units = self.vocabulary.total();
        let total = self.label_of.len() as f32;
        self.outside.resize(self.label_total, false);
        self.foreign = self.foreign(units);
        let mut seen = vec![0_u32; units];
        for (unit, _) in &self.bags {
            seen[*unit as usize] += 1;
        }
        self.unseen = (1.0 + total / 1.5).ln() * 0.5;
        // A unit that only the text of sections holds is as good as unseen.
        let rarity = |count: &u32| match count {
            0 => self.unseen,
            count => (1.0 + total / (*count as f32 + 0.5)).ln(),
        };
        self.rarity = seen.iter().map(rarity).collect();

        // Each utterance as long as one.
        let mut bags = std::mem::take(&mut self.bags);
        let mut start = 0;
        for end in &self.ends {
            let bag = &mut bags[start..*end];
            for (unit, value) in bag.iter_mut() {
                *value *= self.rarity[*unit as usize];
            }
            normalise(bag);
            start = *end;
        }
        // Everything said for a label, added up and made as long as one utterance.
        let mut of_label: Vec<Vec<usize>> = vec![Vec::new(); self.label_total];
        for (number, label) in self.label_of.iter().enumerate() {
            of_label[*label as usize].push(number);
        }
        let mut sums: Vec<Vec<(u32, f32)>> = Vec::with_capacity(self.label_total);
        let mut sum = vec![0.0_f32; units];
        for numbers in &of_label {
            let mut touched = Vec::new();
            for (unit, value) in numbers.iter().flat_map(|number| part(&bags, &self.ends, *number)) {
                let sum = &mut sum[*unit as usize];
                if *sum <= 0.0 {
                    touched.push(*unit);
                }
                *sum += value;
            }
            let taken = |unit: u32| (unit, std::mem::take(&mut sum[unit as usize]));
            let mut row: Vec<(u32, f32)> = touched.into_iter().map(taken).collect();
            normalise(&mut row);
            sums.push(row);
        }
        let utterances = (0..self.ends.len()).map(|at| part(&bags, &self.ends, at));
        self.by_utterance =
            Sides::of(units, &utterances, &|utterance| self.outside[self.label_of[utterance] as usize]);
        self.by_label = Sides::of(units, &sums.iter().map(Vec::as_slice), &|label| self.outside[label]);
        let utterances_before =
            |label: usize| self.label_of.partition_point(|other| (*other as usize) < label);
        self.starts = (0..=self.label_total).map(utterances_before).collect();
        let first = self.starts.get(self.apart_from).copied().unwrap_or(self.label_of.len());
        self.siblings = Siblings::of(units, utterances.skip(first));
        self.ends = Vec::new();
    }

    /// How much each unit tells of a topic outside: 0 where it is used mostly inside, up to 1 where it is used outside alone, and
    /// everywhere where no label is outside.
    fn foreign(&self, units: usize) -> Vec<f32> {
        const LEAST: f32 = 0.5;
        /// The share of a unit's use outside below which it tells nothing.
        const SHARED: f32 = 0.3;
        let mut counts = vec![(0.0_f32, 0.0_f32); units];
        let mut totals = (0.0_f32, 0.0_f32);
        for (number, label) in self.label_of.iter().enumerate() {
            let is_outside = self.outside[*label as usize];
            *(if is_outside { &mut totals.1 } else { &mut totals.0 }) += 1.0;
            for (unit, _) in part(&self.bags, &self.ends, number) {
                let count = &mut counts[*unit as usize];
                *(if is_outside { &mut count.1 } else { &mut count.0 }) += 1.0;
            }
        }
        let share = |(inside, outside): (f32, f32)| {
            if inside <= 0.0 || outside <= 0.0 {
                return 1.0;
            }
            let (inside, outside) =
                ((inside + LEAST) / totals.0.max(1.0), (outside + LEAST) / totals.1.max(1.0));
            ((outside / (inside + outside) - SHARED) / (1.0 - SHARED)).max(0.0)
        };
        counts.into_iter().map(share).collect()
    }

    pub fn len(&self) -> usize {
        self.label_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.label_of.is_empty()
    }

    /// What a word of a text counts.
    fn weigh(&self, word: &Word) -> f32 {
        let rarity = word.number.and_then(|number| self.rarity.get(number as usize));
        dampened(word.kind, word.count) * rarity.copied().unwrap_or(self.unseen)
    }

    /// What all words of a text count together.
    fn length(&self, words: &[Word]) -> f32 {
        words.iter().map(|word| self.weigh(word).powi(2)).sum::<f32>().sqrt().max(1e-6)
    }

    /// How much a text speaks for each of a few labels rather than for the others; see [`Siblings::tell_apart`].
    pub fn tell_apart(&self, labels: &[usize], words: &[Word]) -> Vec<f32> {
        let length = self.length(words);
        let text: Vec<(u32, f32)> =
            words.iter().filter_map(|word| Some((word.number?, self.weigh(word) / length))).collect();
        let first = self.starts.get(self.apart_from).copied().unwrap_or_default();
        let start = |label: usize| self.starts.get(label).map_or(0, |start| start.saturating_sub(first));
        let rows: Vec<_> = labels.iter().map(|label| start(*label)..start(label + 1)).collect();
        self.siblings.tell_apart(&rows, &text)
    }

    /// How near each label is that a text is near to at all, in the order of the labels.
    pub fn scores(&self, words: &[Word]) -> Vec<Score> {
        let length = self.length(words);
        let mut utterances: Vec<f32> = vec![0.0; self.label_of.len()];
        let mut labels: Vec<f32> = vec![0.0; self.label_total];
        for word in words {
            let Some(number) = word.number else { continue };
            let value = self.weigh(word) / length;
            let foreign = value * self.foreign.get(number as usize).copied().unwrap_or(1.0);
            self.by_utterance.add(number, value, foreign, &mut utterances);
            self.by_label.add(number, value, foreign, &mut labels);
        }
        let near = labels.into_iter().enumerate().filter(|(_, whole)| *whole > 0.0);
        near.map(|(label, whole)| {
            let start = self.starts[label];
            let (nearest, at) = largest(&utterances[start..self.starts[label + 1]]);
            // Where none is near there is none to show.
            let utterance = if nearest > 0.0 { start + at } else { 0 };
            Score { label, whole, nearest, utterance }
        })
        .collect()
    }

    /// The labels nearest to a text as a whole, best first, at most `limit`.
    pub fn nearest(&self, words: &[Word], limit: usize) -> Vec<Score> {
        let mut scores = self.scores(words);
        scores.sort_unstable_by(Score::nearer);
        scores.truncate(limit);
        scores
    }
}

impl Score {
    /// The nearer one first.
    pub fn nearer(&self, other: &Self) -> Ordering {
        let of = |score: &Self| score.whole + score.nearest;
        of(other).total_cmp(&of(self)).then(self.label.cmp(&other.label))
    }
}

/// Rows of labels inside and of those outside, which a unit is worth another value to. Rows keep their numbers.
#[derive(Debug, Default)]
struct Sides {
    inside: Postings,
    outside: Postings,
}

impl Sides {
    fn of<'a>(
        units: usize,
        rows: &(impl Iterator<Item = &'a [(u32, f32)]> + Clone),
        is_outside: &dyn Fn(usize) -> bool,
    ) -> Self {
        let scale = Postings::largest(rows.clone());
        let side = |outside: bool| {
            let of_side = move |(number, row)| if is_outside(number) == outside { row } else { &[][..] };
            Postings::scaled(units, scale, rows.clone().enumerate().map(of_side))
        };
        Self { inside: side(false), outside: side(true) }
    }

    /// Adds to each row what a unit has in common with it.
    fn add(&self, unit: u32, inside: f32, outside: f32, sums: &mut [f32]) {
        for (postings, value) in [(&self.inside, inside), (&self.outside, outside)] {
            for (row, other) in postings.rows(unit) {
                sums[row] += value * other;
            }
        }
    }
}

/// The largest of some values that are at least 0, and the place of the first such one.
fn largest(values: &[f32]) -> (f32, usize) {
    // Bits of such numbers are in their order, and whole numbers are compared several at a time.
    let bits = values.iter().fold(0, |largest: i32, value| largest.max(value.to_bits().cast_signed()));
    let largest = f32::from_bits(bits.cast_unsigned());
    (largest, values.iter().position(|value| *value >= largest).unwrap_or_default())
}

/// The utterance of a number.
fn part<'a>(bags: &'a [(u32, f32)], ends: &[usize], number: usize) -> &'a [(u32, f32)] {
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &bags[start..ends[number]]
}

/// Scales values to a length of one.
fn normalise(units: &mut [(u32, f32)]) {
    let length = units.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1e-6);
    for (_, value) in units {
        *value /= length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_label_wins_and_order_is_fixed() {
        let mut bank = Utterances::default();
        bank.add(0, "订单还能撤回吗");
        bank.add(0, "单子能不能收回来");
        bank.add(1, "服务号还剩几个");
        bank.add(2, "今天天气怎么样");
        bank.seal();
        let scores = bank.nearest(&bank.read("这个单子还能撤回来吗"), 3);
        assert_eq!(scores[0].label, 0);
        assert!(scores[0].whole > 0.4, "{scores:?}");
        assert_eq!(scores, bank.nearest(&bank.read("这个单子还能撤回来吗"), 3));
        assert!(bank.nearest(&bank.read("qwerty"), 3).is_empty());
    }

    #[test]
    fn words_shared_with_a_topic_outside_bring_nobody_nearer_to_it() {
        let mut bank = Utterances::default();
        for ask in ["备案要多久", "备案多久能好", "要多久下来"] {
            bank.add(0, ask);
        }
        bank.add(1, "商标备案要多久");
        bank.mark_outside(1);
        bank.seal();
        let outside = |text: &str| {
            let scores = bank.nearest(&bank.read(text), 5);
            scores.iter().find(|score| score.label == 1).map_or(0.0, |score| score.nearest)
        };
        assert!(outside("备案要多久") < 0.5 * outside("商标备案要多久"), "{}", outside("备案要多久"));
    }

    #[test]
    fn the_same_words_are_as_near_as_can_be() {
        let mut bank = Utterances::default();
        bank.add(0, "备案要多久");
        bank.add(1, "备案要钱吗");
        bank.seal();
        let best = bank.nearest(&bank.read("备案要多久"), 1)[0];
        assert!((best.nearest - 1.0).abs() < 1e-2 && (best.whole - 1.0).abs() < 1e-2, "{best:?}");
    }
}

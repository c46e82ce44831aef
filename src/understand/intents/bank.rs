//! All utterances that we know, each with a label, and how near a text comes to them.
//!
//! Two measures of nearness, both cosines of bags of units, each unit weighted by its rarity over all utterances. `whole` is
//! the nearness to everything said for a label together (its centroid): right more often, since many ways of asking add up.
//! `nearest` is the nearness to its single nearest utterance: high only when somebody has asked in nearly these words.

use super::held::{Held, Made};
use super::near::{Near, Sides, Weighed};
use super::siblings::Siblings;
use super::vocabulary::{Vocabulary, Word, largest};
use crate::understand::features::{Counted, dampened};

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
    sides: Sides,
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
    /// Adds the units of one utterance (folded, things named replaced by marks). Those of a label come one after the other, and labels
    /// in their order.
    #[expect(clippy::cast_possible_truncation, reason = "counts far below the limits")]
    pub fn add(&mut self, label: usize, units: &[Counted]) -> Vec<Word> {
        let words = self.vocabulary.learn(units);
        debug_assert!(self.label_of.last().is_none_or(|last| *last as usize <= label), "labels in order");
        self.label_of.push(label as u32);
        self.label_total = self.label_total.max(label + 1);
        self.bags
            .extend(words.iter().filter_map(|word| Some((word.number?, dampened(word.kind, word.count)))));
        self.ends.push(self.bags.len());
        words
    }

    /// The units of a text that isn't said for a label, such as a sentence of a section.
    pub fn learn(&mut self, units: &[Counted]) -> Vec<Word> {
        self.vocabulary.learn(units)
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
        let made = Made {
            units,
            label_of: &self.label_of,
            utterance: &|number| part(&bags, &self.ends, number),
            wholes: &sums,
            largest: (largest(utterances), largest(sums.iter().map(Vec::as_slice))),
        };
        self.sides = Sides {
            inside: Held::of(made, &|label| !self.outside[label]),
            outside: Held::of(made, &|label| self.outside[label]),
        };
        let utterances_before =
            |label: usize| self.label_of.partition_point(|other| (*other as usize) < label);
        self.starts = (0..=self.label_total).map(utterances_before).collect();
        let told_apart = self.starts.windows(2).skip(self.apart_from);
        let said = told_apart.map(|bounds| (bounds[0]..bounds[1]).map(|at| part(&bags, &self.ends, at)));
        self.siblings = Siblings::of(said);
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
        // A label before the first that is told apart has no rows here.
        let of_all = |label: &usize| label.checked_sub(self.apart_from).unwrap_or(usize::MAX);
        let labels: Vec<usize> = labels.iter().map(of_all).collect();
        self.siblings.tell_apart(&labels, &text)
    }

    /// How near a text comes to each label.
    pub fn near(&self, words: &[Word]) -> Near<'_> {
        let length = self.length(words);
        let weighed = words.iter().filter_map(|word| {
            let (unit, inside) = (word.number?, self.weigh(word) / length);
            let outside = inside * self.foreign.get(unit as usize).copied().unwrap_or(1.0);
            Some(Weighed { unit, inside, outside })
        });
        Near::of(&self.sides, &self.starts, &weighed.collect::<Vec<_>>())
    }
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
    use crate::understand::features::counted;

    /// The labels that a text is near to, nearest first, each with how near: as a whole, and to its nearest utterance.
    fn scores(bank: &Utterances, text: &str) -> Vec<(usize, f32, f32)> {
        let mut near = bank.near(&bank.read(text));
        let all = (0..bank.label_total).map(|label| (label, near.whole(label), near.nearest(label)));
        let mut scores: Vec<_> = all.filter(|(_, whole, _)| *whole > 0.0).collect();
        scores.sort_by(|a, b| (b.1 + b.2).total_cmp(&(a.1 + a.2)));
        scores
    }

    #[test]
    fn the_nearest_label_wins_and_order_is_fixed() {
        let mut bank = Utterances::default();
        bank.add(0, &counted("订单还能撤回吗"));
        bank.add(0, &counted("单子能不能收回来"));
        bank.add(1, &counted("服务号还剩几个"));
        bank.add(2, &counted("今天天气怎么样"));
        bank.seal();
        let scored = scores(&bank, "这个单子还能撤回来吗");
        assert_eq!(scored[0].0, 0);
        assert!(scored[0].1 > 0.4, "{scored:?}");
        assert_eq!(scored, scores(&bank, "这个单子还能撤回来吗"));
        assert!(scores(&bank, "qwerty").is_empty());
    }

    #[test]
    fn no_utterance_is_nearer_than_what_its_label_says_at_most() {
        let mut bank = Utterances::default();
        for (label, text) in [(0, "备案要多久"), (0, "多久能备好"), (1, "备案要多久审完"), (2, "要多久")]
        {
            bank.add(label, &counted(text));
        }
        bank.mark_outside(2);
        bank.seal();
        let mut near = bank.near(&bank.read("备案多久审好"));
        for label in 0..3 {
            let (nearest, utterance) = near.nearest_one(label);
            assert!(nearest <= near.nearest_at_most(label), "{label}");
            assert!(nearest <= 0.0 || bank.label_of[utterance] as usize == label, "{label} {utterance}");
        }
        assert_eq!(near.nearest_one(0), near.nearest_one(0));
        assert_eq!((near.whole(9), near.nearest_at_most(9), near.nearest(9)), (0.0, 0.0, 0.0));
    }

    #[test]
    fn words_shared_with_a_topic_outside_bring_nobody_nearer_to_it() {
        let mut bank = Utterances::default();
        for ask in ["备案要多久", "备案多久能好", "要多久下来"] {
            bank.add(0, &counted(ask));
        }
        bank.add(1, &counted("商标备案要多久"));
        bank.mark_outside(1);
        bank.seal();
        let outside = |text: &str| bank.near(&bank.read(text)).nearest(1);
        assert!(outside("备案要多久") < 0.5 * outside("商标备案要多久"), "{}", outside("备案要多久"));
    }

    #[test]
    fn the_same_words_are_as_near_as_can_be() {
        let mut bank = Utterances::default();
        bank.add(0, &counted("备案要多久"));
        bank.add(1, &counted("备案要钱吗"));
        bank.seal();
        let best = scores(&bank, "备案要多久")[0];
        assert!(best.0 == 0 && (best.2 - 1.0).abs() < 1e-2 && (best.1 - 1.0).abs() < 1e-2, "{best:?}");
    }
}

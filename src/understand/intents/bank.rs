//! All utterances that we know, each with a label, and how near a text comes to them.
//!
//! Two measures of nearness, both cosines of bags of units, each unit weighted by its rarity over all utterances. `whole` is
//! the nearness to everything said for a label together (its centroid): right more often, since many ways of asking add up.
//! `nearest` is the nearness to its single nearest utterance: high only when somebody has asked in nearly these words.

use rustc_hash::FxHashMap;

use crate::understand::features::Bag;

/// A label's scores for a text, each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    pub label: usize,
    pub whole: f32,
    pub nearest: f32,
    /// The nearest utterance's number, for showing why.
    pub utterance: usize,
}

/// Which utterances, or which labels, a unit stands in, and how much it counts there.
type Postings = FxHashMap<u64, (u32, u32)>;

/// Collects utterances, then answers which labels a text is nearest to.
#[derive(Debug, Default)]
pub struct Utterances {
    label_of: Vec<usize>,
    bags: Vec<Bag>,
    rarity: FxHashMap<u64, f32>,
    unseen: f32,
    /// One list after the other, each unit's part named by `places_by_utterance` and `places_by_label`.
    by_utterance: Vec<(u32, f32)>,
    places_by_utterance: Postings,
    by_label: Vec<(u32, f32)>,
    places_by_label: Postings,
    label_total: usize,
    /// Which labels are topics outside, and how much each unit tells of one; see [`Utterances::mark_outside`].
    outside: Vec<bool>,
    foreign: FxHashMap<u64, f32>,
}

impl Utterances {
    /// Adds one utterance (folded, things named replaced by marks); returns its number.
    pub fn add(&mut self, label: usize, folded: &str) -> usize {
        self.label_of.push(label);
        self.label_total = self.label_total.max(label + 1);
        self.bags.push(Bag::of(folded));
        self.label_of.len() - 1
    }

    /// Marks a label as a topic outside. Words that inside and outside share then bring a text no nearer to it: that “how long does
    /// it take” is asked of an app's filing too says nothing about who asks it of a website's.
    pub fn mark_outside(&mut self, label: usize) {
        if self.outside.len() <= label {
            self.outside.resize(label + 1, false);
        }
        self.outside[label] = true;
    }

    /// Call after the last [`Utterances::add`] and [`Utterances::mark_outside`].
    ///
    /// Works label by label and fills lists of the right size: no large list is made and thrown away, since what the allocator
    /// has once seen so large it keeps.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts of utterances, far below the limits"
    )]
    pub fn seal(&mut self) {
        let total = self.bags.len() as f32;
        self.outside.resize(self.label_total, false);
        self.foreign = foreign(&self.bags, &self.label_of, &self.outside);
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        for (unit, _) in self.bags.iter().flat_map(|bag| &bag.0) {
            *seen.entry(*unit).or_default() += 1;
        }
        self.unseen = (1.0 + total / 1.5).ln() * 0.5;
        self.rarity =
            seen.iter().map(|(unit, count)| (*unit, (1.0 + total / (*count as f32 + 0.5)).ln())).collect();

        // Each utterance as long as one.
        for bag in &mut self.bags {
            for (unit, value) in &mut bag.0 {
                *value *= self.rarity.get(unit).copied().unwrap_or_default();
            }
            normalise(&mut bag.0);
        }
        // Everything said for a label, added up and made as long as one utterance.
        let mut of_label: Vec<Vec<u32>> = vec![Vec::new(); self.label_total];
        for (number, label) in self.label_of.iter().enumerate() {
            of_label[*label].push(number as u32);
        }
        let sums: Vec<Bag> = of_label.iter().map(|numbers| self.sum(numbers)).collect();
        (self.places_by_utterance, self.by_utterance) = postings(&self.bags);
        (self.places_by_label, self.by_label) = postings(&sums);
        self.bags = Vec::new();
    }

    /// The sum of some utterances, made as long as one.
    fn sum(&self, numbers: &[u32]) -> Bag {
        let mut all: Vec<(u64, f32)> =
            numbers.iter().flat_map(|number| &self.bags[*number as usize].0).copied().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum: Vec<(u64, f32)> = Vec::new();
        for (unit, value) in all {
            match sum.last_mut() {
                Some(last) if last.0 == unit => last.1 += value,
                _ => sum.push((unit, value)),
            }
        }
        normalise(&mut sum);
        Bag(sum)
    }

    pub fn len(&self) -> usize {
        self.label_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.label_of.is_empty()
    }

    /// The labels nearest to a folded text as a whole, best first, at most `limit`.
    pub fn nearest(&self, folded: &str, limit: usize) -> Vec<Score> {
        let mut query = Bag::of(folded).0;
        for (unit, value) in &mut query {
            *value *= self.rarity.get(unit).copied().unwrap_or(self.unseen);
        }
        normalise(&mut query);
        let mut utterances: Vec<f32> = vec![0.0; self.label_of.len()];
        let mut labels: Vec<f32> = vec![0.0; self.label_total];
        for (unit, value) in &query {
            let foreign = value * self.foreign.get(unit).copied().unwrap_or(1.0);
            for (number, other) in part(&self.places_by_utterance, &self.by_utterance, *unit) {
                let outside = self.outside[self.label_of[*number as usize]];
                utterances[*number as usize] += if outside { foreign } else { *value } * other;
            }
            for (label, other) in part(&self.places_by_label, &self.by_label, *unit) {
                labels[*label as usize] +=
                    if self.outside[*label as usize] { foreign } else { *value } * other;
            }
        }
        let mut nearest: Vec<(f32, usize)> = vec![(0.0, 0); self.label_total];
        for (number, nearness) in utterances.into_iter().enumerate() {
            let best = &mut nearest[self.label_of[number]];
            if nearness > best.0 {
                *best = (nearness, number);
            }
        }
        let mut scores: Vec<Score> = labels
            .into_iter()
            .enumerate()
            .filter(|(_, whole)| *whole > 0.0)
            .map(|(label, whole)| Score {
                label,
                whole,
                nearest: nearest[label].0,
                utterance: nearest[label].1,
            })
            .collect();
        scores.sort_by(|a, b| {
            (b.whole + b.nearest).total_cmp(&(a.whole + a.nearest)).then(a.label.cmp(&b.label))
        });
        scores.truncate(limit);
        scores
    }
}

/// How much each unit tells of a topic outside: 0 where it is used mostly inside, up to 1 where it is used
/// outside alone. Only units that both hold are listed; none are where no label is outside.
fn foreign(bags: &[Bag], label_of: &[usize], outside: &[bool]) -> FxHashMap<u64, f32> {
    const LEAST: f32 = 0.5;
    /// The share of a unit's use outside below which it tells nothing.
    const SHARED: f32 = 0.3;
    let mut counts: FxHashMap<u64, (f32, f32)> = FxHashMap::default();
    let mut totals = (0.0_f32, 0.0_f32);
    for (bag, label) in bags.iter().zip(label_of) {
        let is_outside = outside[*label];
        if is_outside {
            totals.1 += 1.0;
        } else {
            totals.0 += 1.0;
        }
        for (unit, _) in &bag.0 {
            let count = counts.entry(*unit).or_default();
            *(if is_outside { &mut count.1 } else { &mut count.0 }) += 1.0;
        }
    }
    counts.retain(|_, (inside, outside)| *inside > 0.0 && *outside > 0.0);
    let share = |(inside, outside): (f32, f32)| {
        let (inside, outside) = ((inside + LEAST) / totals.0.max(1.0), (outside + LEAST) / totals.1.max(1.0));
        ((outside / (inside + outside) - SHARED) / (1.0 - SHARED)).max(0.0)
    };
    counts.into_iter().map(|(unit, count)| (unit, share(count))).collect()
}

/// Scales values to a length of one.
fn normalise(units: &mut [(u64, f32)]) {
    let length = units.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1e-6);
    for (_, value) in units {
        *value /= length;
    }
}

/// For each unit the bags that hold it, in one list, and where each unit's part of it is.
#[expect(clippy::cast_possible_truncation, reason = "fewer than four billion entries")]
fn postings(bags: &[Bag]) -> (Postings, Vec<(u32, f32)>) {
    let mut places = Postings::default();
    for (unit, _) in bags.iter().flat_map(|bag| &bag.0) {
        places.entry(*unit).or_default().1 += 1;
    }
    let mut start = 0;
    for place in places.values_mut() {
        let count = place.1;
        *place = (start, start);
        start += count;
    }
    let mut list = vec![(0_u32, 0.0_f32); start as usize];
    for (number, bag) in bags.iter().enumerate() {
        for (unit, value) in &bag.0 {
            if let Some(place) = places.get_mut(unit) {
                list[place.1 as usize] = (number as u32, *value);
                place.1 += 1;
            }
        }
    }
    (places, list)
}

fn part<'a>(parts: &Postings, list: &'a [(u32, f32)], unit: u64) -> &'a [(u32, f32)] {
    parts.get(&unit).map_or(&[], |(start, end)| &list[*start as usize..*end as usize])
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
        let scores = bank.nearest("这个单子还能撤回来吗", 3);
        assert_eq!(scores[0].label, 0);
        assert!(scores[0].whole > 0.4, "{scores:?}");
        assert_eq!(scores, bank.nearest("这个单子还能撤回来吗", 3));
        assert!(bank.nearest("qwerty", 3).is_empty());
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
            let scores = bank.nearest(text, 5);
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
        let best = bank.nearest("备案要多久", 1)[0];
        assert!((best.nearest - 1.0).abs() < 1e-4 && (best.whole - 1.0).abs() < 1e-4, "{best:?}");
    }
}

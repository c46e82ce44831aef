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
}

impl Utterances {
    /// Adds one utterance (folded, things named replaced by marks); returns its number.
    pub fn add(&mut self, label: usize, folded: &str) -> usize {
        self.label_of.push(label);
        self.label_total = self.label_total.max(label + 1);
        self.bags.push(Bag::of(folded));
        self.label_of.len() - 1
    }

    /// Call after the last [`Utterances::add`].
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts of utterances, far below the limits"
    )]
    pub fn seal(&mut self) {
        let total = self.bags.len() as f32;
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        for (unit, _) in self.bags.iter().flat_map(|bag| &bag.0) {
            *seen.entry(*unit).or_default() += 1;
        }
        self.unseen = (1.0 + total / 1.5).ln() * 0.5;
        self.rarity =
            seen.into_iter().map(|(unit, count)| (unit, (1.0 + total / (count as f32 + 0.5)).ln())).collect();

        let mut entries: Vec<(u64, u32, f32)> = Vec::new();
        for (number, bag) in self.bags.iter().enumerate() {
            let start = entries.len();
            entries.extend(
                bag.0.iter().map(|(unit, weight)| (*unit, number as u32, weight * self.rarity[unit])),
            );
            normalise(&mut entries[start..]);
        }
        // Everything said for a label, added up and made as long as one utterance.
        let mut sums: Vec<(u32, u64, f32)> = entries
            .iter()
            .map(|(unit, number, value)| (self.label_of[*number as usize] as u32, *unit, *value))
            .collect();
        sums.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let mut merged: Vec<(u64, u32, f32)> = Vec::with_capacity(sums.len());
        let mut start = 0;
        for (label, unit, value) in sums {
            match merged.last_mut() {
                Some(last) if last.0 == unit && last.1 == label => last.2 += value,
                last => {
                    if last.is_some_and(|last| last.1 != label) {
                        normalise(&mut merged[start..]);
                        start = merged.len();
                    }
                    merged.push((unit, label, value));
                }
            }
        }
        normalise(&mut merged[start..]);
        (self.places_by_utterance, self.by_utterance) = postings(entries);
        (self.places_by_label, self.by_label) = postings(merged);
        self.bags = Vec::new();
    }

    pub fn len(&self) -> usize {
        self.label_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.label_of.is_empty()
    }

    /// The labels nearest to a folded text as a whole, best first, at most `limit`.
    pub fn nearest(&self, folded: &str, limit: usize) -> Vec<Score> {
        let mut query: Vec<(u64, u32, f32)> = Bag::of(folded)
            .0
            .into_iter()
            .map(|(unit, weight)| (unit, 0, weight * self.rarity.get(&unit).copied().unwrap_or(self.unseen)))
            .collect();
        normalise(&mut query);
        let mut utterances: Vec<f32> = vec![0.0; self.label_of.len()];
        let mut labels: Vec<f32> = vec![0.0; self.label_total];
        for (unit, _, value) in &query {
            for (number, other) in part(&self.places_by_utterance, &self.by_utterance, *unit) {
                utterances[*number as usize] += value * other;
            }
            for (label, other) in part(&self.places_by_label, &self.by_label, *unit) {
                labels[*label as usize] += value * other;
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

/// Scales values to a length of one.
fn normalise(entries: &mut [(u64, u32, f32)]) {
    let length = entries.iter().map(|(_, _, value)| value * value).sum::<f32>().sqrt().max(1e-6);
    for entry in entries {
        entry.2 /= length;
    }
}

/// Sorts entries by unit into one list, and says where each unit's part is.
#[expect(clippy::cast_possible_truncation, reason = "fewer than four billion entries")]
fn postings(mut entries: Vec<(u64, u32, f32)>) -> (Postings, Vec<(u32, f32)>) {
    entries.sort_unstable_by_key(|entry| (entry.0, entry.1));
    let mut parts = Postings::default();
    let mut start = 0;
    while start < entries.len() {
        let unit = entries[start].0;
        let length = entries[start..].iter().take_while(|entry| entry.0 == unit).count();
        parts.insert(unit, (start as u32, (start + length) as u32));
        start += length;
    }
    (parts, entries.into_iter().map(|(_, number, value)| (number, value)).collect())
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
    fn the_same_words_are_as_near_as_can_be() {
        let mut bank = Utterances::default();
        bank.add(0, "备案要多久");
        bank.add(1, "备案要钱吗");
        bank.seal();
        let best = bank.nearest("备案要多久", 1)[0];
        assert!((best.nearest - 1.0).abs() < 1e-4 && (best.whole - 1.0).abs() < 1e-4, "{best:?}");
    }
}

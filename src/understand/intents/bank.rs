//! All utterances that we know, each with a label, and how near a text comes to them.
//!
//! Nearness is the cosine of the two bags of units, each unit weighted by its rarity over all utterances. A label's score
//! takes its nearest utterance most, and a little of its next two: one lucky match is weaker than three.

use std::collections::HashMap;

use crate::understand::features::Bag;

/// A label's score for a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    pub label: usize,
    /// 0 to 1.
    pub score: f32,
    /// The nearest utterance's number, for showing why.
    pub nearest: usize,
}

/// Collects utterances, then answers which labels a text is nearest to.
#[derive(Debug, Default)]
pub struct Utterances {
    labels: Vec<usize>,
    bags: Vec<Bag>,
    norms: Vec<f32>,
    rarity: HashMap<u64, f32>,
    postings: HashMap<u64, Vec<(u32, f32)>>,
    unseen: f32,
}

impl Utterances {
    /// Adds one utterance (folded, things named replaced by marks); returns its number.
    pub fn add(&mut self, label: usize, folded: &str) -> usize {
        self.labels.push(label);
        self.bags.push(Bag::of(folded));
        self.labels.len() - 1
    }

    /// Call after the last [`Utterances::add`].
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts of utterances, far below the limits"
    )]
    pub fn seal(&mut self) {
        let total = self.bags.len() as f32;
        let mut seen: HashMap<u64, u32> = HashMap::new();
        for bag in &self.bags {
            for (unit, _) in &bag.0 {
                *seen.entry(*unit).or_default() += 1;
            }
        }
        self.unseen = (1.0 + total / 1.5).ln() * 0.5;
        self.rarity =
            seen.into_iter().map(|(unit, count)| (unit, (1.0 + total / (count as f32 + 0.5)).ln())).collect();
        for (number, bag) in self.bags.iter().enumerate() {
            let mut sum = 0.0;
            for (unit, weight) in &bag.0 {
                let value = weight * self.rarity.get(unit).copied().unwrap_or(0.0);
                sum += value * value;
                self.postings.entry(*unit).or_default().push((number as u32, value));
            }
            self.norms.push(sum.sqrt().max(1e-6));
        }
        self.bags = Vec::new();
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The labels nearest to a folded text, best first, at most `limit`.
    pub fn nearest(&self, folded: &str, limit: usize) -> Vec<Score> {
        let query = Bag::of(folded);
        let mut dots: Vec<f32> = vec![0.0; self.labels.len()];
        let mut sum = 0.0;
        for (unit, weight) in &query.0 {
            let value = weight * self.rarity.get(unit).copied().unwrap_or(self.unseen);
            sum += value * value;
            for (number, other) in self.postings.get(unit).map_or(&[][..], Vec::as_slice) {
                dots[*number as usize] += value * other;
            }
        }
        let norm = sum.sqrt().max(1e-6);
        let mut best: HashMap<usize, [(f32, usize); 3]> = HashMap::new();
        for (number, dot) in dots.into_iter().enumerate() {
            if dot <= 0.0 {
                continue;
            }
            let nearness = dot / (norm * self.norms[number]);
            let top = best.entry(self.labels[number]).or_insert([(0.0, number); 3]);
            if nearness > top[0].0 {
                *top = [(nearness, number), top[0], top[1]];
            } else if nearness > top[1].0 {
                *top = [top[0], (nearness, number), top[1]];
            } else if nearness > top[2].0 {
                top[2] = (nearness, number);
            }
        }
        let mut scores: Vec<Score> = best
            .into_iter()
            .map(|(label, top)| Score {
                label,
                score: 0.8 * top[0].0 + 0.12 * top[1].0 + 0.08 * top[2].0,
                nearest: top[0].1,
            })
            .collect();
        scores.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.label.cmp(&b.label)));
        scores.truncate(limit);
        scores
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
        let scores = bank.nearest("这个单子还能撤回来吗", 3);
        assert_eq!(scores[0].label, 0);
        assert!(scores[0].score > 0.4, "{scores:?}");
        assert_eq!(scores, bank.nearest("这个单子还能撤回来吗", 3));
        assert!(bank.nearest("qwerty", 3).is_empty());
    }
}

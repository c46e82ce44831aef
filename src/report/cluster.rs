//! Questions in similar words, put together. Nearness is the cosine of bags of units, as between questions and examples
//! (`understand/features.rs`), each unit weighted by its rarity among all that was asked.
//!
//! Pairs are joined from the nearest on (single link), as long as what is already together is near to each other as a whole:
//! else a chain of questions, each near to the next, would end far from where it began.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::understand::features::bag;

/// How near two questions have to be to be joined, 0 to 1. Set by hand, not fitted: among the other ways to ask of `kb/` (four of each
/// of 120 sections) it joins about nine pairs, a third of them wrongly, where 720 belong together, and no lower value tried
/// found more than three in a hundred of these. Those are worded as differently as can be; questions in nearly the same words are what this finds.
const NEAR: f32 = 0.4;

/// How many other questions are taken to have been asked before: among few, what several of them share would else count as common,
/// and it is what they are about.
const BEFORE: f32 = 50.0;

/// How near the sums of two groups have to be.
const NEAR_AS_A_WHOLE: f32 = 0.35;

/// How many different questions are compared with each other; of more, those that were asked most. Time and memory grow with
/// the square.
const MOST: usize = 3000;

/// How rare each unit is.
#[derive(Debug, Default)]
pub(super) struct Rarity {
    seen: FxHashMap<u64, u32>,
    total: u32,
}

type Vector = Vec<(u64, f32)>;

impl Rarity {
    /// Counts a folded text.
    pub(super) fn see(&mut self, folded: &str) {
        self.total += 1;
        for (unit, _) in bag(folded) {
            *self.seen.entry(unit).or_default() += 1;
        }
    }

    /// A folded text as a vector of length one, in order of its units; empty where it has none.
    #[expect(clippy::cast_precision_loss, reason = "counts of texts, far below the limit")]
    fn vector(&self, folded: &str) -> Vector {
        let mut units = bag(folded);
        for (unit, value) in &mut units {
            let seen = self.seen.get(unit).copied().unwrap_or_default() as f32;
            *value *= (1.0 + (self.total as f32 + BEFORE) / (seen + 1.5)).ln();
        }
        normalised(units)
    }
}

/// Groups folded texts; each group is a list of places in `texts`, in order. Groups come with the largest first, then with the
/// one that begins first.
pub(super) fn group(texts: &[String], rarity: &Rarity) -> Vec<Vec<usize>> {
    let mut same: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        same.entry(text).or_default().push(at);
    }
    // The most frequent first; the sort keeps the order of the alphabet among equals.
    let mut different: Vec<(&str, Vec<usize>)> = same.into_iter().collect();
    different.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    let vectors: Vec<Vector> = different.iter().take(MOST).map(|(text, _)| rarity.vector(text)).collect();

    let mut groups = Groups::of(vectors);
    for (first, second) in near_pairs(&groups.sums) {
        groups.join(first, second);
    }
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, (_, places)) in different.into_iter().enumerate() {
        found.entry(groups.root(number)).or_default().extend(places);
    }
    let mut found: Vec<Vec<usize>> = found.into_values().collect();
    for places in &mut found {
        places.sort_unstable();
    }
    found.sort_by_key(|places| (std::cmp::Reverse(places.len()), places.first().copied()));
    found
}

/// All pairs that are near, the nearest first.
fn near_pairs(vectors: &[Vector]) -> Vec<(usize, usize)> {
    let mut holders: FxHashMap<u64, Vec<(usize, f32)>> = FxHashMap::default();
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (number, vector) in vectors.iter().enumerate() {
        let mut nearness = vec![0.0_f32; number];
        for (unit, value) in vector {
            let holding = holders.entry(*unit).or_default();
            for (other, theirs) in &*holding {
                nearness[*other] += value * theirs;
            }
            holding.push((number, *value));
        }
        let near = nearness.into_iter().enumerate().filter(|(_, nearness)| *nearness >= NEAR);
        pairs.extend(near.map(|(other, nearness)| (nearness, other, number)));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    pairs.into_iter().map(|(_, first, second)| (first, second)).collect()
}

/// Groups that grow together. A group is named by one of its members.
struct Groups {
    above: Vec<usize>,
    /// At the member that names a group, the sum of its vectors.
    sums: Vec<Vector>,
}

impl Groups {
    fn of(vectors: Vec<Vector>) -> Self {
        Self { above: (0..vectors.len()).collect(), sums: vectors }
    }

    /// The member that names the group of a member. What was too much to be compared is a group of its own.
    fn root(&self, member: usize) -> usize {
        let mut at = member;
        while let Some(above) = self.above.get(at).copied().filter(|above| *above != at) {
            at = above;
        }
        at
    }

    /// Joins two groups that are near as a whole.
    fn join(&mut self, first: usize, second: usize) {
        let (first, second) = (self.root(first), self.root(second));
        if first == second || nearness(&self.sums[first], &self.sums[second]) < NEAR_AS_A_WHOLE {
            return;
        }
        let (into, from) = (first.min(second), first.max(second));
        let theirs = std::mem::take(&mut self.sums[from]);
        self.sums[into] = sum(&self.sums[into], &theirs);
        self.above[from] = into;
    }
}

/// The cosine of two vectors.
fn nearness(a: &Vector, b: &Vector) -> f32 {
    let (mut at, mut product) = (0, 0.0);
    for (unit, value) in a {
        while b.get(at).is_some_and(|(other, _)| other < unit) {
            at += 1;
        }
        if let Some((_, theirs)) = b.get(at).filter(|(other, _)| other == unit) {
            product += value * theirs;
        }
    }
    product / (length(a) * length(b)).max(1e-6)
}

fn sum(a: &Vector, b: &Vector) -> Vector {
    let mut all: Vector = a.iter().chain(b).copied().collect();
    // Stable: equal units keep the order of the two, and so their sum is the same each time.
    all.sort_by_key(|(unit, _)| *unit);
    let mut sum: Vector = Vec::with_capacity(all.len());
    for (unit, value) in all {
        match sum.last_mut() {
            Some(last) if last.0 == unit => last.1 += value,
            _ => sum.push((unit, value)),
        }
    }
    sum
}

fn length(vector: &Vector) -> f32 {
    vector.iter().map(|(_, value)| value * value).sum::<f32>().sqrt()
}

fn normalised(mut vector: Vector) -> Vector {
    let length = length(&vector).max(1e-6);
    for (_, value) in &mut vector {
        *value /= length;
    }
    vector
}

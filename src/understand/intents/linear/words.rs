//! A second opinion from what is said alone: naive Bayes over words, pairs of words and runs of Chinese characters.
//!
//! The planes weigh a piece by what it does beside all others, and so leave aside much that is rare; counting takes each by itself.
//! The two err on different texts.

/// In how many examples of an intent something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    pub said: u64,
    pub intent: u32,
    pub examples: u32,
}

/// What is said in the examples of each intent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// In order, so that what is said of one kind stands together.
    counts: Vec<Count>,
    /// For each intent the logarithm of how much is said in its examples.
    totals: Vec<f32>,
}

/// As if each intent had said everything so often once more: small, for what an intent never says tells much.
const UNSAID: f32 = 0.05;

impl Words {
    /// Counts examples, each given by its intent's number and what it says, each once.
    pub fn of<'a>(examples: impl Iterator<Item = (u32, &'a [u64])>, intents: usize) -> Self {
        let mut all: Vec<(u64, u32)> =
            examples.flat_map(|(intent, said)| said.iter().map(move |said| (*said, intent))).collect();
        all.sort_unstable();
        let same = all.chunk_by(|one, next| one == next);
        let count = |same: &[(u64, u32)]| Count {
            said: same[0].0,
            intent: same[0].1,
            examples: u32::try_from(same.len()).unwrap_or(u32::MAX),
        };
        Self::new(same.map(count).collect(), intents)
    }

    /// Out of counts in order.
    #[expect(clippy::cast_precision_loss, reason = "counts of examples")]
    pub fn new(counts: Vec<Count>, intents: usize) -> Self {
        let kinds = counts.chunk_by(|one, next| one.said == next.said).count();
        let mut totals = vec![kinds as f32 * UNSAID; intents];
        for count in &counts {
            totals[count.intent as usize] += count.examples as f32;
        }
        Self { totals: totals.into_iter().map(f32::ln).collect(), counts }
    }

    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// For each intent how likely it says this, as a logarithm up to a number that is the same for all; and which share of it no
    /// example says.
    #[expect(clippy::cast_precision_loss, reason = "counts within a text")]
    pub fn opinion(&self, said: &[u64]) -> (Vec<f32>, f32) {
        let mut likely = vec![0.0_f32; self.totals.len()];
        let mut known = 0.0_f32;
        for said in said {
            let start = self.counts.partition_point(|count| count.said < *said);
            let same = self.counts[start..].iter().take_while(|count| count.said == *said);
            let mut seen = false;
            for count in same {
                likely[count.intent as usize] += (count.examples as f32 / UNSAID).ln_1p();
                seen = true;
            }
            known += f32::from(u8::from(seen));
        }
        for (likely, total) in likely.iter_mut().zip(&self.totals) {
            *likely -= known * total;
        }
        let unknown = if said.is_empty() { 0.0 } else { 1.0 - known / said.len() as f32 };
        (likely, unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        // Intent 0 says 7 twice and 8 once, intent 1 says 8 and 9 once.
        Words::of([(0, &[7, 8][..]), (1, &[8, 9]), (0, &[7])].into_iter(), 2)
    }

    #[test]
    fn an_intent_is_as_likely_as_it_says_this() {
        let (likely, unknown) = words().opinion(&[7, 8]);
        // (2 + .05)(1 + .05) of 3.15 squared against (0 + .05)(1 + .05) of 2.15 squared.
        let expected = (2.05_f32 * 1.05 / 3.15 / 3.15).ln() - (0.05_f32 * 1.05 / 2.15 / 2.15).ln();
        assert!((likely[0] - likely[1] - expected).abs() < 1e-4, "{likely:?}");
        assert!(unknown.abs() < f32::EPSILON);
    }

    #[test]
    fn what_no_example_says_speaks_for_none() {
        let (likely, unknown) = words().opinion(&[1, 2, 10]);
        assert!(likely.iter().all(|likely| likely.abs() < f32::EPSILON), "{likely:?}");
        assert!((unknown - 1.0).abs() < f32::EPSILON);
        assert!((words().opinion(&[7, 10]).1 - 0.5).abs() < f32::EPSILON);
        assert!(words().opinion(&[]).1.abs() < f32::EPSILON);
    }
}

//! How likely each label would be put in the words of a text: a smoothed language model for each label.
//!
//! A label's model is a mixture of what people say for it (the share of its utterances that hold a unit), of its heading,
//! and of the sentences of its text. It is smoothed with the background, the same over all labels (Dirichlet), and a text is
//! scored by the sum of log-likelihood ratios against that background. Beside nearness, which asks how alike two bags are,
//! this asks which label explains the words best: a unit that a label's people never use speaks against it.

use rustc_hash::FxHashMap;

use crate::understand::features::{Unit, kinds};

/// How much a heading and the sentences of a text count in a label's mixture; what people say has the rest. These and the weights
/// below are fitted on the tune half of tests/eval (maximum likelihood of the right section).
const HEADING: f32 = 0.2;
const BODY: f32 = 0.1;
/// How many utterances' worth of background each label is smoothed with.
const BACKGROUND: f32 = 1.0;
/// Utterances that a label counts as having at least, for one that has a text only.
const LEAST_SAID: f32 = 3.0;
/// What the text of sections counts in the background, and the floor below which nothing is rare.
const BODY_BEHIND: f32 = 0.3;
const FLOOR: f32 = 1e-6;

/// What a unit's evidence counts, by its kind: pairs overlap, so each counts less.
fn weight(unit: Unit) -> f32 {
    match unit {
        Unit::Single => 0.29,
        Unit::Pair => 0.08,
        Unit::Word => 0.58,
        Unit::Group => 0.62,
        Unit::Mark => 0.3,
    }
}

/// What is said for one label, folded.
#[derive(Debug, Default)]
pub struct Said<'a> {
    pub utterances: Vec<&'a str>,
    pub heading: Option<&'a str>,
    /// Empty for a label without text.
    pub sentences: Vec<&'a str>,
}

/// One unit of one label while the model is put together.
#[derive(Debug)]
struct Entry {
    unit: u64,
    label: u32,
    share: f32,
}

/// The models of all labels.
#[derive(Debug, Default)]
pub struct Wording {
    entries: Vec<Entry>,
    /// How often people say a unit, and sentences hold it, over all labels; its kind's weight.
    behind: FxHashMap<u64, (f32, f32, f32)>,
    utterances: f32,
    sentences: f32,
    /// Of each label, how many utterances it counts as having.
    said: Vec<f32>,
    /// The part of `scores` of each unit: first, end, weight.
    places: FxHashMap<u64, (u32, u32, f32)>,
    scores: Vec<(u32, f32)>,
}

impl Wording {
    /// Adds the next label.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts far below the limits"
    )]
    pub fn add(&mut self, said: &Said<'_>) {
        let label = self.said.len() as u32;
        let asked = said.utterances.len() as f32;
        self.said.push(asked.max(LEAST_SAID));
        self.utterances += asked;
        let sentences = said.sentences.len() as f32;
        self.sentences += sentences;
        let parts = [
            if said.utterances.is_empty() { 0.0 } else { 1.0 - HEADING - BODY },
            if said.heading.is_some() { HEADING } else { 0.0 },
            if said.sentences.is_empty() { 0.0 } else { BODY },
        ];
        let all: f32 = parts.iter().sum();
        if all <= 0.0 {
            return;
        }
        let mut shares: FxHashMap<u64, f32> = FxHashMap::default();
        let groups = [
            (&said.utterances[..], parts[0] / all / asked.max(1.0)),
            (said.heading.as_slice(), parts[1] / all),
            (&said.sentences[..], parts[2] / all / sentences.max(1.0)),
        ];
        for (which, (texts, each)) in groups.into_iter().enumerate() {
            for text in texts {
                let units = units(text);
                for (unit, weight) in units {
                    *shares.entry(unit).or_default() += each;
                    let behind = self.behind.entry(unit).or_insert((0.0, 0.0, weight));
                    match which {
                        0 => behind.0 += 1.0,
                        1 => {}
                        _ => behind.1 += 1.0,
                    }
                }
            }
        }
        let mut shares: Vec<(u64, f32)> = shares.into_iter().collect();
        shares.sort_unstable_by_key(|(unit, _)| *unit);
        self.entries.extend(shares.into_iter().map(|(unit, share)| Entry { unit, label, share }));
    }

    /// Call after the last [`Wording::add`].
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion entries")]
    pub fn seal(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_unstable_by_key(|entry| (entry.unit, entry.label));
        self.scores = Vec::with_capacity(entries.len());
        for entry in entries {
            let (asked, read, weight) = self.behind.get(&entry.unit).copied().unwrap_or_default();
            let behind = (asked / self.utterances.max(1.0) + BODY_BEHIND * read / self.sentences.max(1.0))
                / (1.0 + BODY_BEHIND)
                + FLOOR;
            let said = self.said[entry.label as usize];
            // What the unit adds to a label that has it, beyond what it costs one that hasn't.
            let gain = ((said * entry.share + BACKGROUND * behind) / (BACKGROUND * behind)).ln();
            let at = self.scores.len() as u32;
            self.places.entry(entry.unit).or_insert((at, at, weight)).1 = at + 1;
            self.scores.push((entry.label, weight * gain));
        }
        self.behind = FxHashMap::default();
    }

    /// Each label's log-likelihood ratio against the background for a folded text, in the order of adding.
    pub fn score(&self, folded: &str) -> Vec<f32> {
        let mut gained = vec![0.0_f32; self.said.len()];
        let mut mass = 0.0;
        for (unit, _) in units(folded) {
            let Some((start, end, weight)) = self.places.get(&unit) else { continue };
            mass += weight;
            for (label, gain) in &self.scores[*start as usize..*end as usize] {
                gained[*label as usize] += gain;
            }
        }
        for (gained, said) in gained.iter_mut().zip(&self.said) {
            *gained += mass * (BACKGROUND / (said + BACKGROUND)).ln();
        }
        gained
    }
}

/// The units of a text, each once, in order, with the weight of its kind.
fn units(folded: &str) -> Vec<(u64, f32)> {
    let mut units = Vec::with_capacity(folded.len());
    kinds(folded, &mut |kind, unit| units.push((unit, weight(kind))));
    units.sort_unstable_by_key(|(unit, _)| *unit);
    units.dedup_by_key(|(unit, _)| *unit);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Wording {
        let mut wording = Wording::default();
        wording.add(&Said {
            utterances: vec!["订单还能撤回吗", "单子能不能收回来"], ..Said::default()
        });
        wording.add(&Said {
            utterances: vec!["服务号还剩几个"],
            heading: Some("备案服务号"),
            sentences: vec!["一台服务器最多五个服务号"],
        });
        wording.add(&Said { heading: Some("天气"), ..Said::default() });
        wording.seal();
        wording
    }

    #[test]
    fn the_label_whose_people_speak_so_explains_best() {
        let wording = three();
        let best = |text: &str| {
            let scores = wording.score(text);
            (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap()
        };
        assert_eq!(best("单子还能收回吗"), 0);
        assert_eq!(best("一台服务器能有几个服务号"), 1);
        assert_eq!(best("天气怎么样"), 2);
    }

    #[test]
    fn unknown_words_say_nothing_and_scores_repeat() {
        let wording = three();
        assert!(wording.score("qwerty").iter().all(|score| *score == 0.0));
        assert_eq!(wording.score("还能撤回吗"), wording.score("还能撤回吗"));
        let empty = Wording::default();
        assert!(empty.score("备案").is_empty());
    }

    #[test]
    fn a_unit_that_nobody_says_for_a_label_speaks_against_it() {
        let wording = three();
        let with = wording.score("订单撤回")[0];
        let more = wording.score("订单撤回服务器")[0];
        assert!(more < with, "{more} {with}");
    }
}

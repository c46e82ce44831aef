//! How likely each label would be put in the words of a text: a smoothed language model for each label.
//!
//! A label's model is a mixture of what people say for it (the share of its utterances that hold a unit), of its heading,
//! and of the sentences of its text. It is smoothed with the background, the same over all labels (Dirichlet), and a text is
//! scored by the sum of log-likelihood ratios against that background. Beside nearness, which asks how alike two bags are,
//! this asks which label explains the words best: a unit that a label's people never use speaks against it.

use super::vocabulary::{Postings, Word};
use crate::understand::features::Unit;

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

/// What is said for one label, in units.
#[derive(Debug, Default)]
pub struct Said {
    pub utterances: Vec<Vec<Word>>,
    pub heading: Option<Vec<Word>>,
    /// Empty for a label without text.
    pub sentences: Vec<Vec<Word>>,
}

/// How much a unit stands behind all labels: how often people say it, how often sentences hold it, and its kind's weight.
#[derive(Clone, Copy, Debug, Default)]
struct Behind {
    asked: f32,
    read: f32,
    weight: f32,
}

/// The models of all labels.
#[derive(Debug, Default)]
pub struct Wording {
    /// While labels are added: the share of each label's mixture that holds a unit, and the one that is being added up.
    rows: Vec<Vec<(u32, f32)>>,
    sum: Vec<f32>,
    behind: Vec<Behind>,
    utterances: f32,
    sentences: f32,
    /// Of each label, how many utterances it counts as having.
    said: Vec<f32>,
    /// Of each unit, what its evidence counts; 0 for one that no label holds.
    weights: Vec<f32>,
    /// What a unit adds to the labels that have it, beyond what it costs those that haven't.
    gains: Postings,
}

impl Wording {
    /// Adds the next label.
    #[expect(clippy::cast_precision_loss, reason = "counts far below the limits")]
    pub fn add(&mut self, said: &Said) {
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
        let all: f32 = parts.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let mut row: Vec<(u32, f32)> = Vec::new();
        let texts = [
            (&said.utterances[..], parts[0] / all / asked.max(1.0), 1.0, 0.0),
            (said.heading.as_slice(), parts[1] / all, 0.0, 0.0),
            (&said.sentences[..], parts[2] / all / sentences.max(1.0), 0.0, 1.0),
        ];
        for (texts, each, asked, read) in texts {
            for word in texts.iter().flatten() {
                let Some(number) = word.number else { continue };
                let at = number as usize;
                if self.behind.len() <= at {
                    self.behind.resize(at + 1, Behind::default());
                    self.sum.resize(at + 1, 0.0);
                }
                // What a word counts is never nothing.
                if self.sum[at] <= 0.0 {
                    row.push((number, 0.0));
                }
                self.sum[at] += each;
                let behind = &mut self.behind[at];
                behind.asked += asked;
                behind.read += read;
                behind.weight = weight(word.kind);
            }
        }
        for (unit, share) in &mut row {
            *share = std::mem::take(&mut self.sum[*unit as usize]);
        }
        row.shrink_to_fit();
        self.rows.push(row);
    }

    /// Call after the last [`Wording::add`].
    pub fn seal(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        for (row, said) in rows.iter_mut().zip(&self.said) {
            for (unit, share) in row {
                let Behind { asked, read, weight } = self.behind[*unit as usize];
                let behind = (asked / self.utterances.max(1.0)
                    + BODY_BEHIND * read / self.sentences.max(1.0))
                    / (1.0 + BODY_BEHIND)
                    + FLOOR;
                *share = weight * ((said * *share + BACKGROUND * behind) / (BACKGROUND * behind)).ln();
            }
        }
        self.gains = Postings::of(self.behind.len(), rows.iter().map(Vec::as_slice));
        self.weights = self.behind.iter().map(|behind| behind.weight).collect();
        self.behind = Vec::new();
        self.sum = Vec::new();
    }

    /// Each label's log-likelihood ratio against the background for a text, in the order of adding.
    pub fn score(&self, words: &[Word]) -> Vec<f32> {
        let mut gained = vec![0.0_f32; self.said.len()];
        let mut mass = 0.0;
        for number in words.iter().filter_map(|word| word.number) {
            mass += self.weights.get(number as usize).copied().unwrap_or_default();
            for (label, gain) in self.gains.rows(number) {
                gained[label] += gain;
            }
        }
        for (gained, said) in gained.iter_mut().zip(&self.said) {
            *gained += mass * (BACKGROUND / (said + BACKGROUND)).ln();
        }
        gained
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::Vocabulary;
    use super::*;
    use crate::understand::features::counted;

    struct Three(Vocabulary, Wording);

    impl Three {
        fn score(&self, text: &str) -> Vec<f32> {
            self.1.score(&self.0.read(text))
        }
    }

    fn three() -> Three {
        let mut vocabulary = Vocabulary::default();
        let mut wording = Wording::default();
        wording.add(&Said {
            utterances: ["订单还能撤回吗", "单子能不能收回来"]
                .map(|text| vocabulary.learn(&counted(text)))
                .into(),
            ..Said::default()
        });
        wording.add(&Said {
            utterances: vec![vocabulary.learn(&counted("服务号还剩几个"))],
            heading: Some(vocabulary.learn(&counted("备案服务号"))),
            sentences: vec![vocabulary.learn(&counted("一台服务器最多五个服务号"))],
        });
        wording.add(&Said { heading: Some(vocabulary.learn(&counted("天气"))), ..Said::default() });
        wording.seal();
        Three(vocabulary, wording)
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
        assert!(empty.score(&Vocabulary::default().read("备案")).is_empty());
    }

    #[test]
    fn a_unit_that_nobody_says_for_a_label_speaks_against_it() {
        let wording = three();
        let with = wording.score("订单撤回")[0];
        let more = wording.score("订单撤回服务器")[0];
        assert!(more < with, "{more} {with}");
    }
}

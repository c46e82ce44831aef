//! What many judgements come to. Shares are 0 to 1, and `None` where there is nothing to take a share of.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calibration::Calibration;
use super::judge::{Fate, Judged};
use super::set::{Expected, Question};
use crate::domain::reply::Reply;

/// A share of a count.
#[expect(clippy::cast_precision_loss, reason = "counts of questions")]
pub fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Covered questions, all or those of a style.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    pub asked: usize,
    pub right: usize,
    pub wrong: usize,
    pub refused: usize,
    pub asked_back: usize,
    /// Answered where only a source is known.
    pub shown: usize,
    /// Right, of the questions that have a fact to look for.
    pub fact_accuracy: Option<f64>,
    pub false_refusals: Option<f64>,
    pub asked_back_share: Option<f64>,
    #[serde(skip)]
    with_fact: usize,
}

/// Uncovered questions, all or those of a category.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Silence {
    pub asked: usize,
    pub refused: usize,
    pub asked_back: usize,
    pub answered: usize,
    pub refused_share: Option<f64>,
}

/// Where the first right section stands among the citations.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recall {
    pub questions: usize,
    pub at_1: Option<f64>,
    pub at_3: Option<f64>,
    /// The mean of one over its place, nought where it isn't cited.
    pub mrr: Option<f64>,
}

/// Microseconds from question to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Elapsed {
    pub p50: u64,
    pub p99: u64,
}

/// What a set of questions came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    pub asked: usize,
    pub covered: Counts,
    pub uncovered: Silence,
    /// Questions that expect a kind of reply: how many, and how many got it.
    pub kinds_asked: usize,
    pub kinds_right: usize,
    /// Covered and uncovered questions that were answered, and how many of these answers were wrong.
    pub answered: usize,
    pub answered_wrongly: usize,
    pub wrong_of_answered: Option<f64>,
    /// Wrong answers given as if there were no doubt, and their share of all that was asked.
    pub confident_wrong: usize,
    pub confident_wrong_share: Option<f64>,
    /// `None` where no citation can be compared with a source.
    pub recall: Option<Recall>,
    /// Over what was answered.
    pub calibration: Option<Calibration>,
    pub styles: BTreeMap<String, Counts>,
    pub categories: BTreeMap<String, Silence>,
    pub elapsed_us: Elapsed,
}

/// A question with its reply and the judgement on it.
type Case<'a> = (&'a Question, &'a Reply, Judged);

impl Figures {
    pub fn of(cases: &[Case<'_>]) -> Self {
        let mut figures = Self { asked: cases.len(), ..Self::default() };
        let mut answers = Vec::new();
        for (question, reply, judged) in cases {
            match question.expected {
                Expected::Answer => {
                    figures.covered.add(question, judged.fate);
                    if let Some(style) = &question.style {
                        figures.styles.entry(style.clone()).or_default().add(question, judged.fate);
                    }
                }
                Expected::Refusal => {
                    figures.uncovered.add(judged);
                    if let Some(category) = &question.category {
                        figures.categories.entry(category.clone()).or_default().add(judged);
                    }
                }
                Expected::Kind(_) => {
                    figures.kinds_asked += 1;
                    figures.kinds_right += usize::from(judged.fate == Fate::Right);
                    continue;
                }
            }
            figures.confident_wrong += usize::from(judged.confidently_wrong);
            if judged.answered && judged.fate != Fate::Shown {
                answers.push((reply.confidence, judged.fate == Fate::Right));
            }
        }
        figures.answered = answers.len();
        figures.answered_wrongly = answers.iter().filter(|(_, right)| !right).count();
        figures.wrong_of_answered = share(figures.answered_wrongly, figures.answered);
        figures.confident_wrong_share =
            share(figures.confident_wrong, figures.covered.asked + figures.uncovered.asked);
        figures.calibration = Calibration::of(answers);
        figures.recall = Recall::of(cases);
        let mut elapsed: Vec<u64> = cases.iter().map(|(_, reply, _)| reply.elapsed_us).collect();
        elapsed.sort_unstable();
        figures.elapsed_us = Elapsed { p50: percentile(&elapsed, 50), p99: percentile(&elapsed, 99) };
        for counts in figures.styles.values_mut().chain([&mut figures.covered]) {
            counts.settle();
        }
        for silence in figures.categories.values_mut().chain([&mut figures.uncovered]) {
            silence.refused_share = share(silence.refused, silence.asked);
        }
        figures
    }
}

impl Counts {
    fn add(&mut self, question: &Question, fate: Fate) {
        self.asked += 1;
        self.with_fact += usize::from(question.has_fact());
        *match fate {
            Fate::Right => &mut self.right,
            Fate::Wrong => &mut self.wrong,
            Fate::Refused => &mut self.refused,
            Fate::AskedBack => &mut self.asked_back,
            Fate::Shown => &mut self.shown,
        } += 1;
    }

    fn settle(&mut self) {
        self.fact_accuracy = share(self.right, self.with_fact);
        self.false_refusals = share(self.refused, self.asked);
        self.asked_back_share = share(self.asked_back, self.asked);
    }
}

impl Silence {
    fn add(&mut self, judged: &Judged) {
        self.asked += 1;
        self.refused += usize::from(judged.fate == Fate::Right);
        self.asked_back += usize::from(judged.fate == Fate::AskedBack);
        self.answered += usize::from(judged.answered);
    }
}

impl Recall {
    fn of(cases: &[Case<'_>]) -> Option<Self> {
        let with_source: Vec<&Judged> = cases
            .iter()
            .filter(|(question, ..)| question.expected == Expected::Answer && !question.sources.is_empty())
            .map(|(.., judged)| judged)
            .collect();
        if !with_source.iter().any(|judged| judged.comparable) {
            return None;
        }
        let questions = with_source.len();
        let within = |places: usize| {
            with_source.iter().filter(|judged| judged.rank.is_some_and(|rank| rank <= places)).count()
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of questions")]
        let mrr =
            with_source.iter().filter_map(|judged| judged.rank).map(|rank| 1.0 / rank as f64).sum::<f64>()
                / questions as f64;
        Some(Self {
            questions,
            at_1: share(within(1), questions),
            at_3: share(within(3), questions),
            mrr: Some(mrr),
        })
    }
}

/// The smallest value that so many in a hundred don't exceed.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;

//! Accuracy, F1 and confused pairs, from what was meant and what was understood.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::share;

/// What is outside every intent goes by this name, in a set and in what is predicted.
pub const OUT_OF_SCOPE: &str = "oos";

/// An intent's name for counting: no intent, and topics kept as known to be outside, are out of scope.
pub fn scope(intent: Option<&str>) -> &str {
    match intent {
        None | Some("" | "out_of_scope") => OUT_OF_SCOPE,
        Some(name) if name.starts_with("outside_") => OUT_OF_SCOPE,
        Some(name) => name,
    }
}

/// How one intent came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OneIntent {
    pub asked: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// One intent taken for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confused {
    pub meant: String,
    pub understood: String,
    pub times: usize,
}

/// What a set of utterances came to. Shares are 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IntentFigures {
    pub asked: usize,
    pub right: usize,
    pub accuracy: Option<f64>,
    /// The mean F1 over the intents that were meant, each counting the same; out of scope is one where it was meant.
    pub macro_f1: Option<f64>,
    /// Of what is in scope, the share understood rightly; refusing it is wrong.
    pub in_scope_accuracy: Option<f64>,
    /// Of what is out of scope, the share refused.
    pub out_of_scope_recall: Option<f64>,
    /// The mean of the two.
    pub balanced: Option<f64>,
    pub intents: BTreeMap<String, OneIntent>,
    /// Most frequent first.
    pub confused: Vec<Confused>,
}

impl IntentFigures {
    /// From pairs of what was meant and what was understood, both by their names in [`scope`].
    #[expect(clippy::cast_precision_loss, reason = "a few hundred intents")]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let mut meant: BTreeMap<&str, usize> = BTreeMap::new();
        let mut understood: BTreeMap<&str, usize> = BTreeMap::new();
        let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
        let mut confused: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (gold, predicted) in pairs {
            *meant.entry(gold).or_default() += 1;
            *understood.entry(predicted).or_default() += 1;
            if gold == predicted {
                *hits.entry(gold).or_default() += 1;
            } else {
                *confused.entry((gold, predicted)).or_default() += 1;
            }
        }
        let count = |of: &BTreeMap<&str, usize>, name: &str| of.get(name).copied().unwrap_or_default();
        let intents: BTreeMap<String, OneIntent> = meant
            .iter()
            .map(|(name, asked)| {
                let hits = count(&hits, name);
                let precision = share(hits, count(&understood, name)).unwrap_or_default();
                let recall = share(hits, *asked).unwrap_or_default();
                let f1 = share(2 * hits, asked + count(&understood, name)).unwrap_or_default();
                ((*name).to_owned(), OneIntent { asked: *asked, precision, recall, f1 })
            })
            .collect();
        let mut confused: Vec<Confused> = confused
            .into_iter()
            .map(|((meant, understood), times)| Confused {
                meant: meant.to_owned(),
                understood: understood.to_owned(),
                times,
            })
            .collect();
        // Names are in order already, and the sort is stable.
        confused.sort_by_key(|pair| std::cmp::Reverse(pair.times));
        let right: usize = hits.values().sum();
        let (outside, refused) = (count(&meant, OUT_OF_SCOPE), count(&hits, OUT_OF_SCOPE));
        let in_scope_accuracy = share(right - refused, pairs.len() - outside);
        let out_of_scope_recall = share(refused, outside);
        Self {
            asked: pairs.len(),
            right,
            accuracy: share(right, pairs.len()),
            macro_f1: (!intents.is_empty())
                .then(|| intents.values().map(|intent| intent.f1).sum::<f64>() / intents.len() as f64),
            in_scope_accuracy,
            out_of_scope_recall,
            balanced: in_scope_accuracy
                .zip(out_of_scope_recall)
                .map(|(inside, outside)| f64::midpoint(inside, outside)),
            intents,
            confused,
        }
    }

    /// The intents that came out worst, worst first.
    pub fn worst(&self) -> Vec<(&str, &OneIntent)> {
        let mut worst: Vec<(&str, &OneIntent)> =
            self.intents.iter().map(|(name, intent)| (name.as_str(), intent)).collect();
        worst.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1).then(a.0.cmp(b.0)));
        worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: Option<f64>, expected: f64) {
        assert!(value.is_some_and(|value| (value - expected).abs() < 1e-9), "{value:?} is not {expected}");
    }

    #[test]
    fn figures_are_those_counted_by_hand() {
        // a: 3 meant, 2 hit, understood twice -> P 1, R 2/3, F1 4/5. b: 2 meant, 1 hit, understood twice -> F1 1/2.
        // oos: 1 meant, 1 hit, understood twice -> P 1/2, R 1, F1 2/3.
        let figures = IntentFigures::of(&[
            ("a", "a"),
            ("a", "a"),
            ("a", "b"),
            ("b", "b"),
            ("b", "oos"),
            ("oos", "oos"),
        ]);
        near(figures.accuracy, 4.0 / 6.0);
        near(figures.in_scope_accuracy, 3.0 / 5.0);
        near(figures.out_of_scope_recall, 1.0);
        near(figures.balanced, 0.8);
        near(Some(figures.intents["a"].f1), 0.8);
        near(Some(figures.intents["b"].f1), 0.5);
        near(figures.macro_f1, (0.8 + 0.5 + 2.0 / 3.0) / 3.0);
        assert_eq!(figures.worst()[0].0, "b");
        assert_eq!(figures.confused[0], Confused { meant: "a".into(), understood: "b".into(), times: 1 });
        assert_eq!(figures.confused.len(), 2);
    }

    #[test]
    fn where_nothing_is_out_of_scope_nothing_is_said_of_it() {
        let figures = IntentFigures::of(&[("a", "a")]);
        assert_eq!((figures.out_of_scope_recall, figures.balanced), (None, None));
        assert_eq!(IntentFigures::of(&[]).accuracy, None);
    }

    #[test]
    fn no_intent_and_topics_outside_are_out_of_scope() {
        assert_eq!(scope(None), "oos");
        assert_eq!(scope(Some("oos")), "oos");
        assert_eq!(scope(Some("out_of_scope")), "oos");
        assert_eq!(scope(Some("outside_tax")), "oos");
        assert_eq!(scope(Some("check_domain")), "check_domain");
    }
}

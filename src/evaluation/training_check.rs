//! Whether training data can tell its intents apart: cross-validation, and utterances that stand in two intents.

use std::collections::BTreeMap;

use super::folds::folds;
use crate::understand::intents::Example;
use crate::understand::normalise::fold;

/// What each example was taken for by a classifier that had not seen it, in the order of the examples.
///
/// `train` makes a classifier from the examples of the other rounds.
pub fn cross_validate<C>(
    examples: &[Example],
    rounds: usize,
    train: impl Fn(&[&Example]) -> C,
) -> Vec<Option<String>>
where
    C: Fn(&str) -> Option<String>,
{
    let folded: Vec<String> = examples.iter().map(|example| fold(&example.text)).collect();
    let labelled: Vec<(&str, &str)> = examples
        .iter()
        .zip(&folded)
        .map(|(example, text)| (example.intent.as_str(), text.as_str()))
        .collect();
    let round_of = folds(&labelled, rounds);
    let mut taken_for = vec![None; examples.len()];
    for round in 0..rounds {
        let of_others: Vec<&Example> = examples
            .iter()
            .zip(&round_of)
            .filter(|(_, of)| **of != round)
            .map(|(example, _)| example)
            .collect();
        let classify = train(&of_others);
        for (number, example) in examples.iter().enumerate().filter(|(number, _)| round_of[*number] == round)
        {
            taken_for[number] = classify(&example.text);
        }
    }
    taken_for
}

/// Utterances that stand in more than one intent, whatever their width, case, script and closing marks: each with all its
/// places, in the order of the first.
pub fn in_two_intents(examples: &[Example]) -> Vec<Vec<&Example>> {
    let mut by_text: BTreeMap<String, Vec<(usize, &Example)>> = BTreeMap::new();
    for (number, example) in examples.iter().enumerate() {
        let folded = fold(&example.text);
        let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
        by_text.entry(bare.to_owned()).or_default().push((number, example));
    }
    let mut twice: Vec<Vec<(usize, &Example)>> = by_text
        .into_values()
        .filter(|places| places.iter().any(|(_, example)| example.intent != places[0].1.intent))
        .collect();
    twice.sort_by_key(|places| places[0].0);
    twice.into_iter().map(|places| places.into_iter().map(|(_, example)| example).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::intents::TrainingSet;

    fn examples(yaml: &str) -> Vec<Example> {
        let mut set = TrainingSet::default();
        set.read("a.yml", yaml).unwrap();
        set.examples
    }

    #[test]
    fn nobody_is_asked_what_was_learnt() {
        let examples = examples(
            "nlu:\n- intent: a\n  examples: |\n    - a1\n    - a2\n    - a3\n- intent: b\n  examples: |\n    - b1\n    - b2\n    - b3\n",
        );
        let seen = std::cell::RefCell::new(Vec::new());
        let taken_for = cross_validate(&examples, 3, |train| {
            assert_eq!(train.len(), 4, "two thirds are learnt from");
            let learnt: Vec<String> = train.iter().map(|example| example.text.clone()).collect();
            let seen = &seen;
            move |text: &str| {
                assert!(!learnt.contains(&text.to_owned()), "{text} was learnt");
                seen.borrow_mut().push(text.to_owned());
                Some(text[..1].to_owned())
            }
        });
        let mut asked = seen.borrow().clone();
        asked.sort();
        assert_eq!(asked, ["a1", "a2", "a3", "b1", "b2", "b3"]);
        let intents: Vec<Option<String>> =
            examples.iter().map(|example| Some(example.intent.clone())).collect();
        assert_eq!(taken_for, intents);
    }

    #[test]
    fn an_utterance_in_two_intents_is_named_with_its_places() {
        let examples = examples(
            "nlu:\n- intent: a\n  examples: |\n    - 能撤吗？\n    - 别的\n    - 别的\n- intent: b\n  examples: |\n    - 能撤吗\n    - 還要多久\n- intent: c\n  examples: |\n    - 还要多久?\n",
        );
        let twice = in_two_intents(&examples);
        let places: Vec<Vec<(&str, usize)>> = twice
            .iter()
            .map(|places| places.iter().map(|example| (example.intent.as_str(), example.line)).collect())
            .collect();
        assert_eq!(places, [[("a", 4), ("b", 9)], [("b", 10), ("c", 13)]]);
    }
}

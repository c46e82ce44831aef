//! Which examples are held back in which round of a cross-validation.

use std::collections::BTreeMap;

use crate::understand::features::hash;

/// The round in which each example is held back: stratified, so that each round holds back its share of every label, and
/// the same for the same examples in whatever order. Equal texts of a label go together: one would give the other away.
pub fn folds(examples: &[(&str, &str)], rounds: usize) -> Vec<usize> {
    let mut by_label: BTreeMap<&str, BTreeMap<(u64, &str), Vec<usize>>> = BTreeMap::new();
    for (number, (label, text)) in examples.iter().enumerate() {
        by_label.entry(label).or_default().entry((hash(text), text)).or_default().push(number);
    }
    let mut round_of = vec![0; examples.len()];
    // Counting on from label to label keeps the rounds equally large where labels are small.
    for (next, numbers) in by_label.values().flat_map(BTreeMap::values).enumerate() {
        for number in numbers {
            round_of[*number] = next % rounds.max(1);
        }
    }
    round_of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_holds_back_its_share_of_every_label() {
        let texts: Vec<String> = (0..20).map(|number| format!("example {number}")).collect();
        let examples: Vec<(&str, &str)> = texts
            .iter()
            .enumerate()
            .map(|(number, text)| (if number < 10 { "a" } else { "b" }, text.as_str()))
            .collect();
        let rounds = folds(&examples, 5);
        for round in 0..5 {
            for label in [0..10, 10..20] {
                assert_eq!(rounds[label].iter().filter(|of| **of == round).count(), 2);
            }
        }
        let backwards: Vec<(&str, &str)> = examples.iter().rev().copied().collect();
        let mut again = folds(&backwards, 5);
        again.reverse();
        assert_eq!(rounds, again, "the order of the examples must not matter");
    }

    #[test]
    fn equal_texts_stay_together() {
        let rounds = folds(&[("a", "x"), ("a", "y"), ("a", "x"), ("a", "z")], 3);
        assert_eq!(rounds[0], rounds[2]);
    }
}

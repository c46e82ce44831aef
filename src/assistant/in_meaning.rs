//! What nearness in meaning is worth beside the words, where an encoder is installed: the second set of weights.
//!
//! How near is counted in `semantics`; what the words are worth stands in `meaning`, `knowledge_answer` and `acting`, and stays as it
//! is without an encoder. All weights are fitted on the tune halves of tests/eval.

use super::meaning::{Candidate, Reading};
use super::semantics::{Cosines, Nearness};

/// Below this nothing is given.
pub const LIKELY: f64 = 0.36;
/// When the second section is as near as this to the best, the next ones are offered however sure we are.
pub const CLOSE: f32 = 0.3;

/// What nearness in meaning adds to a section's score. Where nobody wrote other ways to ask, what the section says counts more.
pub fn adds(cosines: Cosines, asked: bool) -> f32 {
    let (window, ask, whole) = if asked { (0.19, 0.29, 0.55) } else { (0.7, 0.0, 0.4) };
    window * cosines.window + ask * cosines.ask + whole * cosines.whole
}

/// What nearness in meaning adds to an action's score, where the likeliest of them is looked for.
pub fn adds_to_action(reading: &Reading, intent: &str) -> f32 {
    let cosines = reading.nearness.as_ref().and_then(|nearness| nearness.intents.get(intent));
    cosines.map_or(0.0, |cosines| 0.05 * cosines.whole + 0.03 * cosines.nearest)
}

/// How likely an action is wanted that the words find so likely: what its examples and the sections beside it mean moves the odds.
pub fn acts(by_words: f64, intent: &str, reading: &Reading) -> f64 {
    let Some(nearness) = &reading.nearness else { return by_words };
    let cosines = nearness.intents.get(intent).copied().unwrap_or_default();
    let best = |of: fn(&Cosines) -> f32| {
        reading.sections.iter().take(3).map(|section| of(&section.cosines)).fold(0.0, f32::max)
    };
    let terms: [(f32, f64); 4] = [
        (cosines.whole, 1.0),
        (cosines.nearest, 0.3),
        (best(|section| section.whole), -1.69),
        (best(|section| section.ask), -1.17),
    ];
    logistic(0.98 + 1.33 * odds(by_words), &terms)
}

/// How likely the best section answers, by words and meaning.
pub fn answers(reading: &Reading, nearness: &Nearness) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let second = reading.sections.get(1).map_or(0.0, |second| second.score);
    let signs = reading.signs;
    let terms: [(f32, f64); 17] = [
        (best.words, 0.38),
        (best.score - second, 4.14),
        (best.whole, 3.87),
        (best.hit.coverage, 1.87),
        (by_words(reading, is_topic_outside), -12.69),
        (by_words(reading, is_evasion), -1.25),
        (sign(signs.vendor), -1.51),
        (sign(signs.price), -1.93),
        (sign(signs.law), -2.63),
        (sign(signs.trick), -5.43),
        (sign(signs.injection), -0.92),
        (best.cosines.window, 1.69),
        (best.cosines.ask, 3.73),
        (best.cosines.whole, 2.05),
        (nearness.intent(is_topic_outside).whole, -1.14),
        (nearness.intent(is_evasion).nearest, -1.49),
        (nearness.intent(is_evasion).whole, -2.09),
    ];
    logistic(-2.81, &terms)
}

fn is_topic_outside(intent: &str) -> bool {
    intent.starts_with("outside")
}

fn is_evasion(intent: &str) -> bool {
    intent == "evade"
}

/// The nearest of the wanted intents by its words.
fn by_words(reading: &Reading, wanted: fn(&str) -> bool) -> f32 {
    let mut wanted = reading.intents.iter().filter(|candidate| wanted(&candidate.intent));
    wanted.next().map_or(0.0, Candidate::nearness)
}

/// The logarithm of the odds.
fn odds(probability: f64) -> f64 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
}

fn sign(shown: bool) -> f32 {
    if shown { 1.0 } else { 0.0 }
}

fn logistic(start: f64, terms: &[(f32, f64)]) -> f64 {
    let z = start + terms.iter().map(|(value, weight)| f64::from(*value) * weight).sum::<f64>();
    1.0 / (1.0 + (-z).exp())
}

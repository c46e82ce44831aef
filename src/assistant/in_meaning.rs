//! What nearness in meaning is worth beside the words, where an encoder is installed: the second set of weights.
//!
//! How near is counted in `semantics`; what the words are worth stands in `meaning`, `knowledge_answer` and `acting`, and stays as it
//! is without an encoder. All weights are fitted on the tune halves of tests/eval.

use super::meaning::{Reading, is_evasion, is_topic_outside};
use super::odds::{logistic, odds};
use super::semantics::{Cosines, Nearness};

/// Below this nothing is given.
pub const LIKELY: f64 = 0.45;

/// What nearness in meaning adds to a section's score. Where nobody wrote other ways to ask it counts for little:
/// what our own knowledge base knows of the field has found the section already.
pub fn adds(cosines: Cosines, asked: bool) -> f32 {
    let (window, ask, whole) = if asked { (0.01, 0.35, 0.54) } else { (0.25, 0.0, 0.06) };
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
    let (outside, evasion) = (nearness.intent(is_topic_outside), nearness.intent(is_evasion));
    let terms: [(f32, f64); 7] = [
        (cosines.whole, 0.72),
        (cosines.nearest, 0.60),
        (best(|section| section.whole), -1.17),
        (best(|section| section.ask), -0.85),
        (outside.nearest, -1.32),
        (outside.whole, -1.52),
        (evasion.nearest, -0.28),
    ];
    logistic(1.72 + 1.44 * odds(by_words, 1e-6), &terms)
}

/// How likely the best section answers that the words find so likely: what is near in meaning moves the odds. A topic outside counts
/// as far as it is nearer than every section, so that short questions, which are near to all kinds of topics, don't suffer.
///
/// Fitted on the tune halves of tests/eval, whose words our knowledge base has been mended after, and on 3,500 other ways to ask and 1,250
/// examples of topics outside that were held back: a fifth at a time, the texts that stand together in a file left out together. What
/// was found for these transfers to questions by strangers; what the tune halves alone give trusts the words too much. All weights are three
/// quarters of what was fitted, where a question is covered but another section answers it: these count as neither.
pub fn answers(by_words: f64, reading: &Reading, nearness: &Nearness) -> f64 {
    const HEAD_START: f32 = 0.1;
    let Some(best) = reading.sections.first() else { return 0.0 };
    let asked = reading.sections.iter().map(|section| section.cosines.ask).fold(0.0, f32::max);
    let nearer = |other: f32, ours: f32| (other - ours + HEAD_START).max(0.0);
    let (outside, evasion) = (nearness.intent(is_topic_outside), nearness.intent(is_evasion));
    let terms: [(f32, f64); 8] = [
        (best.cosines.ask, 3.58),
        (best.cosines.whole, 2.78),
        (nearness.section, -4.13),
        (nearer(outside.nearest, asked), -8.28),
        (nearer(outside.whole, nearness.section), -4.74),
        (nearer(evasion.nearest, asked), -4.58),
        (nearer(evasion.whole, nearness.section), -0.45),
        (reading.length.ln_1p(), 0.52),
    ];
    logistic(-2.27 + 0.72 * odds(by_words, 1e-6), &terms)
}

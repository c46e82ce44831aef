//! What each measure of a message counts in the score of an intent or a section.

use super::asked::Asked;
use crate::knowledge::Hit;

/// What nearness to all utterances together and to the nearest one count, and what wording counts beside them.
const NEARNESS: (f32, f32) = (0.6, 0.4);
const WORDING: f32 = 0.02;

/// How much it counts which of the likeliest sections the words speak for, among how many, and how close together these lie when it
/// is asked at all. Of 345 questions by strangers that nothing else had been fitted on, 311 found their section without it, 319 with it.
pub(super) const APART: f32 = 0.4;
pub(super) const APART_AMONG: usize = 6;
pub(super) const APART_WITHIN: f32 = 0.35;

/// Nearness to all utterances together and to the nearest one, as one number.
pub(super) fn nearness(whole: f32, nearest: f32) -> f32 {
    NEARNESS.0 * whole + NEARNESS.1 * nearest
}

/// How alike a message and what is said for a label are, as one number.
pub(super) fn likeness(whole: f32, nearest: f32, wording: f32) -> f32 {
    NEARNESS.0 * whole + NEARNESS.1 * nearest + WORDING * wording.clamp(-10.0, 15.0)
}

/// The score of a section: how near its other ways to ask come, and what the index says. The weights are fitted on the
/// tune half of tests/eval (maximum likelihood of the right section among the first twenty).
pub(super) fn combined(hit: &Hit, asked: &Asked, at_length: f32) -> f32 {
    let wording = at_length * asked.wording;
    1.34 * asked.whole + 0.34 * asked.nearest + 0.045 * wording + 0.44 * hit.bm25 + 0.22 * hit.coverage
        - 0.28 * hit.heading_coverage
}

/// What wording counts in a text of this length. It is a sum over all words, so that a long story about one question would be decided
/// by it alone, and by the story's words. On the tune half 89 of 99 long questions found their section with this, 77 without.
pub(super) fn at_length(folded: &str) -> f32 {
    1.0 / times_plain(size(folded))
}

/// How many times as much as a plain question a text of this size says; 1 for one that says no more.
pub(super) fn times_plain(size: f32) -> f32 {
    const PLAIN: f32 = 25.0;
    (size / PLAIN).max(1.0)
}

/// How much a text says, in Chinese characters; of English four letters say as much as one.
pub(super) fn size(folded: &str) -> f32 {
    const LETTERS: f32 = 4.0;
    #[expect(clippy::cast_precision_loss, reason = "a message is cut at a few thousand characters")]
    let characters = folded.chars().count() as f32;
    if folded.is_ascii() { characters / LETTERS } else { characters }
}

/// The same for documents that don't say how people ask, where there is a heading and a text to be near to and no more. Fitted in
/// the same way over the documents that our own knowledge base was written from, then brought to the scale of the other.
pub(super) fn combined_silent(hit: &Hit, asked: &Asked) -> f32 {
    0.13 * asked.whole + 0.13 * asked.nearest + 0.0044 * asked.wording + 0.65 * hit.bm25 + 0.65 * hit.coverage
        - 0.045 * hit.heading_coverage
}

/// The same for such documents of our field: the index, and `field`, which stands for the other ways to ask of what reads like
/// the section. Nearness to the heading and wording came out at nothing beside it.
pub(super) fn combined_in_the_field(hit: &Hit, field: f32) -> f32 {
    0.45 * hit.bm25 + 0.72 * hit.coverage - 0.20 * hit.heading_coverage + 2.2 * field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wording_counts_less_in_a_long_story_and_fully_in_a_question() {
        let close = |text: &str, share: f32| (at_length(text) - share).abs() < 1e-6;
        assert!(close("", 1.0) && close("备案要多久", 1.0));
        assert!(close(&"我们公司去年".repeat(10), 25.0 / 60.0));
        assert!(close("how long does it take until my website is filed", 1.0));
        assert!(close(&"how long ".repeat(40), 25.0 / 90.0));
    }
}

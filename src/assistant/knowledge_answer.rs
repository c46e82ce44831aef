//! An answer from the knowledge base, in three bands: sure; the best with the next two offered; or an honest no.

use super::meaning::Reading;
use super::semantics::Nearness;
use crate::domain::reply::{Citation, Kind, Reply};
use crate::knowledge::Section;
use crate::phrases::{Voice, talk};

/// How sure we are that the best section answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Answer.
    Sure,
    /// Answer the best, and offer the next two.
    Likely,
    /// Say no.
    No,
}

/// The verdict on the best section.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub band: Band,
    /// The calibrated probability that the best section answers.
    pub confidence: f64,
}

/// At or above this the best section is given alone.
const SURE: f64 = 0.85;
/// When the second section is as near as this to the best, the next ones are offered however sure we are.
const CLOSE: f32 = 0.12;
/// Below this nothing is given.
const LIKELY: f64 = 0.57;
/// The same two where an encoder counts: scores are larger then, and the model below is another.
const CLOSE_IN_MEANING: f32 = 0.2;
const LIKELY_IN_MEANING: f64 = 0.3;

/// How likely the best section is the answer.
pub fn judge(reading: &Reading) -> Judged {
    let (confidence, likely) = match &reading.nearness {
        None => (probability(reading), LIKELY),
        Some(nearness) => (probability_in_meaning(reading, nearness), LIKELY_IN_MEANING),
    };
    let band = if confidence >= SURE {
        Band::Sure
    } else if confidence >= likely {
        Band::Likely
    } else {
        Band::No
    };
    Judged { band, confidence }
}

/// A logistic model over what speaks for the best section and for its being outside, fitted on the tune half of tests/eval.
fn probability(reading: &Reading) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let second = reading.sections.get(1).map_or(0.0, |second| second.score);
    let outside = nearest_intent(reading, is_outside);
    let evade = nearest_intent(reading, is_evasion);
    let signs = reading.signs;
    let terms: [(f32, f64); 13] = [
        (best.score, 4.2),
        (best.score - second, 2.1),
        (best.whole, 1.1),
        (best.hit.coverage, 1.0),
        (reading.known, 1.1),
        (outside, -11.6),
        (evade, -3.4),
        (reading.length.ln_1p(), 0.57),
        (sign(signs.vendor), -2.0),
        (sign(signs.price), -1.7),
        (sign(signs.law), -3.2),
        (sign(signs.trick), -4.2),
        (sign(signs.injection), -2.5),
    ];
    logistic(-2.36, &terms)
}

/// The same where an encoder is installed, fitted anew with the cosines, on the same half.
fn probability_in_meaning(reading: &Reading, nearness: &Nearness) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let second = reading.sections.get(1).map_or(0.0, |second| second.score);
    let signs = reading.signs;
    let terms: [(f32, f64); 17] = [
        (best.words, 0.38),
        (best.score - second, 4.14),
        (best.whole, 3.87),
        (best.hit.coverage, 1.87),
        (nearest_intent(reading, is_outside), -12.69),
        (nearest_intent(reading, is_evasion), -1.25),
        (sign(signs.vendor), -1.51),
        (sign(signs.price), -1.93),
        (sign(signs.law), -2.63),
        (sign(signs.trick), -5.43),
        (sign(signs.injection), -0.92),
        (best.cosines.window, 1.69),
        (best.cosines.ask, 3.73),
        (best.cosines.whole, 2.05),
        (nearness.intent(is_outside), -1.14),
        (nearness.evasion, -1.49),
        (nearness.intent(is_evasion), -2.09),
    ];
    logistic(-2.81, &terms)
}

fn is_outside(intent: &str) -> bool {
    intent.starts_with("outside")
}

fn is_evasion(intent: &str) -> bool {
    intent == "evade"
}

fn nearest_intent(reading: &Reading, wanted: fn(&str) -> bool) -> f32 {
    let mut wanted = reading.intents.iter().filter(|candidate| wanted(&candidate.intent));
    wanted.next().map_or(0.0, |candidate| candidate.score)
}

fn sign(shown: bool) -> f32 {
    if shown { 1.0 } else { 0.0 }
}

fn logistic(start: f64, terms: &[(f32, f64)]) -> f64 {
    let z = start + terms.iter().map(|(value, weight)| f64::from(*value) * weight).sum::<f64>();
    1.0 / (1.0 + (-z).exp())
}

/// The reply of a verdict.
pub fn answer(voice: Voice, reading: &Reading, judged: Judged) -> Reply {
    let (Some(best), true) = (reading.sections.first(), judged.band != Band::No) else {
        let mut reply = Reply::new(Kind::NoAnswer, talk::no_answer(voice));
        reply.confidence = 1.0 - judged.confidence;
        reply.suggestions = vec![talk::to_a_person(voice).to_owned()];
        return reply;
    };
    let mut reply = Reply::new(Kind::Answer, best.hit.section.body.clone());
    reply.confidence = judged.confidence;
    reply.citations = reading.sections.iter().take(3).map(|section| cite(&section.hit.section)).collect();
    let others = || reading.sections.iter().skip(1).map(|other| &other.hit.section);
    let next: Vec<_> = others().filter(|other| other.heading != best.hit.section.heading).take(2).collect();
    let closeness = if reading.nearness.is_some() { CLOSE_IN_MEANING } else { CLOSE };
    let close = reading.sections.get(1).is_some_and(|second| best.score - second.score < closeness);
    if (judged.band == Band::Likely || close) && !next.is_empty() {
        reply.text.push_str(&format!("\n\n{}\n", talk::also(voice)));
        for other in &next {
            reply.text.push_str(&format!(
                "\n- **{}**{}{}",
                other.heading,
                voice.pick("：", ": "),
                gist(&other.body)
            ));
        }
    }
    reply.suggestions = next.iter().map(|other| other.heading.clone()).collect();
    reply
}

/// The first sentence of a section, which is its answer.
fn gist(body: &str) -> String {
    const LONGEST: usize = 120;
    let paragraph = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut end = paragraph.len();
    for (at, character) in paragraph.char_indices() {
        let after = at + character.len_utf8();
        let stop = matches!(character, '。' | '！' | '？')
            || matches!(character, '.' | '?' | '!') && paragraph[after..].starts_with(' ');
        if stop {
            end = after;
            break;
        }
    }
    let sentence = paragraph[..end].trim_end_matches(['：', ':']);
    if sentence.chars().count() > LONGEST {
        let cut: String = sentence.chars().take(LONGEST).collect();
        format!("{cut}…")
    } else {
        sentence.to_owned()
    }
}

/// A section as a citation.
pub fn cite(section: &Section) -> Citation {
    Citation {
        doc: section.place.doc.clone(),
        heading: section.heading.clone(),
        anchor: section.anchor.clone(),
        as_of: section.as_of,
    }
}

//! An answer from the knowledge base, in three bands: sure; the best with the next two offered; or an honest no.

use super::meaning::Reading;
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
const SURE: f64 = 0.8;
/// Below this nothing is given.
const LIKELY: f64 = 0.42;

/// How likely the best section is the answer.
pub fn judge(reading: &Reading) -> Judged {
    let confidence = probability(reading);
    let band = if confidence >= SURE {
        Band::Sure
    } else if confidence >= LIKELY {
        Band::Likely
    } else {
        Band::No
    };
    Judged { band, confidence }
}

/// A logistic model over what speaks for the best section.
fn probability(reading: &Reading) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let asked = f64::from(best.asked());
    let index = f64::from(best.hit.score);
    let known = f64::from(reading.known);
    let coverage = f64::from(best.hit.coverage);
    let outside = reading
        .intents
        .iter()
        .find(|candidate| is_outside(candidate))
        .map_or(0.0, |candidate| f64::from(candidate.score));
    let z = -4.2 + 5.0 * asked + 2.2 * index + 1.2 * known + 1.5 * coverage - 2.5 * outside;
    1.0 / (1.0 + (-z).exp())
}

fn is_outside(candidate: &super::meaning::Candidate) -> bool {
    candidate.intent.starts_with("outside") || candidate.intent == "evade"
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
    let next: Vec<String> = reading
        .sections
        .iter()
        .skip(1)
        .filter(|other| other.hit.section.heading != best.hit.section.heading)
        .take(2)
        .map(|other| other.hit.section.heading.clone())
        .collect();
    if judged.band == Band::Likely && !next.is_empty() {
        reply.text.push_str(&format!("\n\n{}", talk::also(voice)));
        for heading in &next {
            reply.text.push_str(&format!("\n- {heading}"));
        }
    }
    reply.suggestions = next;
    reply
}

/// A section as a citation.
pub fn cite(section: &Section) -> Citation {
    Citation::from(section)
}

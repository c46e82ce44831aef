//! An answer from the knowledge base, in three bands: sure; the best with the next two offered; or an honest no.

use super::in_meaning;
use super::meaning::{Candidate, Reading};
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
pub const SURE: f64 = 0.85;
/// When the second section is as near as this to the best, the next ones are offered however sure we are.
const CLOSE: f32 = 0.2;
/// Below this nothing is given.
const LIKELY: f64 = 0.36;

/// How likely the best section is the answer.
pub fn judge(reading: &Reading) -> Judged {
    let (confidence, likely) = match &reading.nearness {
        None => (probability(reading), LIKELY),
        Some(nearness) => (in_meaning::answers(reading, nearness), in_meaning::LIKELY),
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
    let of = |wanted: fn(&str) -> bool| {
        reading
            .intents
            .iter()
            .find(|candidate| wanted(&candidate.intent))
            .map_or(0.0, Candidate::nearness)
    };
    let outside = of(|intent| intent.starts_with("outside"));
    let evade = of(|intent| intent == "evade");
    let sign = |shown: bool| if shown { 1.0 } else { 0.0 };
    let signs = reading.signs;
    let terms: [(f32, f64); 14] = [
        (best.score, 1.7),
        (best.score - second, 3.1),
        (best.whole, 4.9),
        (best.hit.coverage, 0.65),
        (reading.known, 0.53),
        (reading.inside, 0.37),
        (outside, -14.7),
        (evade, -6.4),
        (reading.length.ln_1p(), 0.29),
        (sign(signs.vendor), -1.8),
        (sign(signs.price), -1.8),
        (sign(signs.law), -3.7),
        (sign(signs.trick), -6.1),
        (sign(signs.injection), -2.0),
    ];
    let z = -2.9 + terms.iter().map(|(value, weight)| f64::from(*value) * weight).sum::<f64>();
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
    let closeness = if reading.nearness.is_some() { in_meaning::CLOSE } else { CLOSE };
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

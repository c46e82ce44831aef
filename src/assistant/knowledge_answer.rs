//! An answer from the knowledge base, in three bands: sure; the best with the next two offered; or an honest no.

use super::in_meaning;
use super::meaning::{Candidate, Reading, is_evasion, is_topic_outside};
use super::odds::{logistic, odds, sign};
use super::weights::times_plain;
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
/// When the second section is as near as this to the best, the next ones are offered however sure we are: four answers in ten, and
/// the right fact stands in one of the lines for half of the questions whose section comes second.
const CLOSE: f32 = 0.3;
/// Below this nothing is given.
const LIKELY: f64 = 0.45;
/// The same for documents that don't say how people ask.
const LIKELY_SILENT: f64 = 0.36;
/// The same for such documents of our field: they may well answer what our own knowledge base doesn't.
const LIKELY_IN_THE_FIELD: f64 = 0.25;

/// What it takes from the logarithm of the odds that a section says no amount though one is asked for. Of 109 covered questions by
/// strangers that ask for one, each is answered by a section that holds one.
const LEFT_OPEN: f64 = 3.5;
/// Messages up to as many times as long as a plain question are taken to ask what they ask and nothing else.
const PLAIN_ENOUGH: f32 = 2.0;

/// How likely the best section is the answer.
pub fn judge(reading: &Reading) -> Judged {
    let (confidence, likely) = match &reading.field {
        Some(known) => (probability_in_the_field(reading, known), LIKELY_IN_THE_FIELD),
        None if reading.silent => (probability_silent(reading), LIKELY_SILENT),
        None => match &reading.nearness {
            Some(nearness) => {
                (in_meaning::answers(probability(reading), reading, nearness), in_meaning::LIKELY)
            }
            None => (probability(reading), LIKELY),
        },
    };
    let confidence =
        if leaves_open(reading) { logistic(odds(confidence, 1e-6) - LEFT_OPEN, &[]) } else { confidence };
    let band = if confidence >= SURE {
        Band::Sure
    } else if confidence >= likely {
        Band::Likely
    } else {
        Band::No
    };
    Judged { band, confidence }
}

/// Whether a message asks how long or how often, and the best section says neither. In a long story that may be beside the point.
fn leaves_open(reading: &Reading) -> bool {
    let (Some(amount), Some(best)) = (reading.amount, reading.sections.first()) else { return false };
    times_plain(reading.size) <= PLAIN_ENOUGH && !amount.is_in(&best.hit.section.plain)
}

/// A logistic model over what speaks for the best section and for its being outside, fitted on the tune halves of tests/eval. In a long
/// story much is said that no section knows, and what asks is a small part of it: that part tells whether the topic is outside.
fn probability(reading: &Reading) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let second = next_by_words(reading);
    // Asked in nearly the words of somebody before: the questions fitted on hold hardly any, so this weight is a choice.
    let familiar = ((best.nearest - 0.6) / 0.4).max(0.0);
    let (outside, evade) = beside(reading);
    let outside = outside * rivals(best.nearness(), outside);
    let signs = reading.signs;
    let terms: [(f32, f64); 14] = [
        (familiar, 4.0),
        (best.words, 0.96),
        (best.words - second, 2.62),
        (best.whole, -1.63),
        (best.hit.coverage, 4.06),
        (reading.inside, 0.47),
        (outside, -15.8),
        (evade, -21.3),
        (times_plain(reading.size).ln(), 1.38),
        (reading.asks_outside, -8.64),
        (sign(signs.vendor), -0.81),
        (sign(signs.law), -5.07),
        (sign(signs.trick), -1.62),
        (sign(signs.injection), -4.02),
    ];
    logistic(-2.59, &terms)
}

/// How far a topic outside is a rival to the best section: not where the section is far nearer. Topics outside share words with ours
/// (公安备案), so that a plain question is always near to some of them.
fn rivals(section: f32, outside: f32) -> f32 {
    const CLEARLY: f32 = 3.2;
    const HARDLY: f32 = 1.7;
    ((CLEARLY - section / outside.max(0.01)) / (CLEARLY - HARDLY)).clamp(0.0, 1.0)
}

/// The same for documents that don't say how people ask, of which we know nothing: what is outside for us may be their subject.
/// Fitted as the next one, without what only our own knowledge base knows.
fn probability_silent(reading: &Reading) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let second = next_by_words(reading);
    let (_, evade) = beside(reading);
    let terms: [(f32, f64); 7] = [
        (best.words, 3.92),
        (best.words - second, 4.62),
        (reading.known, 1.29),
        (reading.length.ln_1p(), 1.05),
        (evade, -6.05),
        (sign(reading.signs.trick), -5.65),
        (sign(reading.signs.injection), -3.98),
    ];
    logistic(-5.34, &terms)
}

/// The same where our own knowledge base knows the field and the documents don't say how people ask: it has the features that a
/// heading and a text can't have. Fitted on the tune halves, over the documents that ours was written from.
fn probability_in_the_field(reading: &Reading, known: &Reading) -> f64 {
    let Some(best) = reading.sections.first() else { return 0.0 };
    let second = next_by_words(reading);
    let (outside, evade) = beside(known);
    let signs = known.signs;
    let terms: [(f32, f64); 12] = [
        (best.words, 1.67),
        (best.words - second, 0.84),
        (best.field, 3.45),
        (known.known, 0.16),
        (known.inside, 0.23),
        (outside, -8.18),
        (evade, -9.68),
        (known.length.ln_1p(), 0.50),
        (sign(signs.vendor), -0.13),
        (sign(signs.law), -2.76),
        (sign(signs.trick), -2.82),
        (sign(signs.injection), -1.32),
    ];
    logistic(-3.95 + 0.35 * odds(f64::from(trust(known)), 0.001), &terms)
}

/// The largest score of the other sections; the second's, where words alone count.
fn next_by_words(reading: &Reading) -> f32 {
    let others = reading.sections.iter().skip(1).map(|section| section.words);
    others.reduce(f32::max).unwrap_or(0.0)
}

/// How near a message comes to the topics outside, and to what people say to get round the rules.
fn beside(reading: &Reading) -> (f32, f32) {
    let of = |wanted: fn(&str) -> bool| {
        reading.intents.iter().find(|candidate| wanted(&candidate.intent)).map_or(0.0, Candidate::nearness)
    };
    (of(is_topic_outside), of(is_evasion))
}

/// How far what our own knowledge base makes of a question is to be believed, 0 to 1.
#[expect(clippy::cast_possible_truncation, reason = "a probability")]
pub fn trust(known: &Reading) -> f32 {
    probability(known) as f32
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
    let close = reading.sections.get(1).is_some_and(|second| best.score - second.score < CLOSE);
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

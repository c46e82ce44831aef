//! Whether an action is taken or a section answers: how likely it is that the message wants the action.
//!
//! A logistic model over how near the message comes to the action's examples and to the sections and topics beside it, over what
//! it names, and over who asks. Fitted on the transcripts, on the first half of the phrasings by strangers
//! (`tests/eval/phrasings-tune.yml`) and on the tune halves of `tests/eval`, whose questions want no action.

use super::actions::{Action, Slots};
use super::asker::Asker;
use super::meaning::{Candidate, Reading, SectionScore, is_evasion, is_topic_outside};
use super::odds::{logistic, sign};
use crate::understand::{Amount, Normalised, Signs};

/// What is known of the message beside its reading.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub slots: &'a Slots,
    pub text: &'a Normalised,
    pub asker: &'a Asker,
    /// The message holds the words of a notice, and says that it is one.
    pub notice: bool,
    pub pasted: bool,
    /// What its stance on stopping and ending speaks for the action.
    pub stance: f32,
}

/// How likely the message wants this action.
pub fn probability(action: &dyn Action, candidate: &Candidate, reading: &Reading, case: Case<'_>) -> f64 {
    // As they stand before the likeliest are told apart: so they were when this was fitted.
    let likeliest = reading.likeliest_by_nearness();
    let best = likeliest.first().copied();
    let states = |section: Option<&SectionScore>| {
        section
            .and_then(|section| section.hit.section.anchor.as_deref())
            .is_some_and(|anchor| anchor == action.anchor() || action.states_the_rule().contains(&anchor))
    };
    let three = || likeliest.iter().copied().take(3);
    let nearness = |wanted: fn(&str) -> bool| reading.nearest(wanted).map_or(0.0, Candidate::nearness);
    let named: Vec<&str> =
        action.slots().iter().copied().filter(|slot| case.slots.contains_key(*slot)).collect();
    let names_a_record = named.iter().any(|slot| matches!(*slot, "order" | "instance"));
    let worth = named.iter().map(|slot| worth(slot)).fold(0.0, f32::max);
    let record = action.needs_record();
    let linked = case.asker.is_linked();
    let signs: Signs = reading.signs;
    let rejection = action.intent() == "why_rejected";
    let asked = three().map(SectionScore::nearness).fold(0.0, f32::max);
    let wording = three().map(|section| section.wording).fold(-10.0, f32::max);
    // Who asks what a word means wants no action, whatever else they say; the phrasings fitted on hold too few of them.
    let defines = sign(signs.definition && !names_a_record && case.slots.is_empty());
    // Nor does who asks how long something takes want what says nothing of it.
    let how_long = sign(
        reading.amount == Some(Amount::Time) && !names_a_record && !rejection && !action.says_how_long(),
    );
    let terms: [(f32, f64); 25] = [
        (defines, -3.0),
        (how_long, -3.0),
        (in_passing(&named, reading.inside), 1.0),
        (if record && linked && signs.mine && !names_a_record { elsewhere(reading) } else { 0.0 }, 1.0),
        (candidate.whole, 2.24),
        (candidate.nearest, 6.61),
        (tenth(candidate.wording), 4.32),
        (asked, -6.32),
        (tenth(wording), -2.63),
        (sign(names_a_record), 1.39),
        (worth, 1.91),
        (sign(!named.is_empty()), 0.90),
        (sign(action.case_words().iter().any(|word| case.text.folded.contains(word))), 0.32),
        (sign(record && linked), 2.22),
        (sign(record && !linked), -5.88),
        (sign(states(best)), 1.22),
        (sign(three().any(|section| states(Some(section)))), 0.16),
        (sign(record && linked && signs.mine), 4.39),
        (sign(signs.concept), -1.84),
        (reading.length.ln_1p(), 0.32),
        (sign(case.pasted && rejection), 4.89),
        (sign(case.notice && rejection), 8.48),
        (case.stance, 17.34),
        (nearness(is_topic_outside), -18.14),
        (nearness(is_evasion), -8.33),
    ];
    // Fitted as −1.55, when sections had two thirds of their other ways to ask; with more, a message comes nearer to some section.
    logistic(-1.35, &terms)
}

/// What it takes from an action that nothing is named for but what comes up anywhere, a place or a picture, in a message whose other
/// words are not of the field: 成都现在多少度. Fitted by itself on 350 everyday messages of the kind beside what the model was fitted
/// on; of 150 others that name a place 146 are then left alone, where 79 were.
fn in_passing(named: &[&str], inside: f32) -> f32 {
    const ANYWHERE: &[&str] = &["province", "city", "format", "size"];
    if named.is_empty() || named.iter().any(|slot| !ANYWHERE.contains(slot)) {
        return 0.0;
    }
    (3.1 * inside / 6.0 - 3.5).min(0.0)
}

/// What it takes from an action on somebody's records that they speak of what is theirs and not of the field: 帮我取消今晚的酒店. Fitted by
/// itself on 140 everyday messages of people with records beside what the model was fitted on; of 39 others 26 are then left
/// alone, where 5 were.
fn elsewhere(reading: &Reading) -> f32 {
    // 帮我取消 says nothing that our knowledge base doesn't know.
    const ALL_OF_IT: f32 = 0.95;
    if reading.signs.field || reading.known >= ALL_OF_IT {
        return 0.0;
    }
    let near = reading.nearest(is_topic_outside).map_or(0.0, Candidate::nearness);
    let speaks = 4.83 * reading.inside / 6.0 + 2.9 * reading.known
        - 8.22 * near
        - 4.5 * reading.outside_wording.min(10.0) / 10.0
        - 0.67 * reading.length.ln_1p()
        - 8.28;
    speaks.min(0.0)
}

/// What a named thing speaks for an action that asks for it.
fn worth(slot: &str) -> f32 {
    match slot {
        "order" | "instance" => 0.0,
        "name" => 1.4,
        "format" | "size" => 1.2,
        "province" | "city" | "date" | "field" => 1.0,
        "domain" => 0.8,
        _ => 0.4,
    }
}

/// A log-likelihood ratio on the scale of the nearnesses.
fn tenth(wording: f32) -> f32 {
    wording.clamp(-10.0, 15.0) / 10.0
}

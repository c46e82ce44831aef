//! Which of what may be meant is taken: small talk, an action, a topic outside, or a section.

use super::Mind;
use super::actions::{self, Slots};
use super::asker::Asker;
use super::meaning::Reading;
use crate::domain::rules::rejection::{import_prompts_in, reasons_in_notice};
use crate::understand::{Entities, Normalised};

/// What is taken.
#[derive(Clone, Debug, Default)]
pub struct Ranked {
    /// Small talk, `handoff`, `evade` or a topic outside, when it is nearer than everything else.
    pub small: Option<(String, f32)>,
    /// The likeliest action with its score.
    pub action: Option<(String, f32)>,
    /// Whether the action is taken before a section.
    pub act: bool,
    /// The likeliest intent when it is neither an action's nor ours.
    pub own_intent: Option<String>,
}

/// An action below this is not taken however little else there is.
const LEAST: f32 = 0.24;

/// Ranks what may be meant.
pub fn rank(
    reading: &Reading,
    entities: &Entities,
    slots: &Slots,
    text: &Normalised,
    asker: &Asker,
    mind: &Mind,
) -> Ranked {
    let mut ranked = Ranked::default();
    let asked = reading.best_asked();
    let notice = pasted_notice(text, mind);
    let mut best_other: Option<(String, f32)> = None;
    for candidate in &reading.intents {
        let name = &candidate.intent;
        let mut score = candidate.score;
        if let Some(action) = actions::find(name) {
            score += fit(name, action, entities, slots, text, asker);
            if name == "why_rejected" && notice {
                // The words of a notice may also come up in passing.
                const PASTES: &[&str] = &[
                    "提示",
                    "驳回",
                    "退回",
                    "打回",
                    "不合格",
                    "不通过",
                    "没通过",
                    "未通过",
                    "reject",
                    "notice",
                    "message",
                    "says",
                ];
                score += if PASTES.iter().any(|word| text.folded.contains(word)) { 0.35 } else { 0.1 };
            }
            if ranked.action.as_ref().is_none_or(|(_, best)| score > *best) {
                ranked.action = Some((name.clone(), score));
            }
        } else if best_other.as_ref().is_none_or(|(_, best)| score > *best) {
            best_other = Some((name.clone(), score));
        }
    }
    if notice && ranked.action.is_none() {
        ranked.action = Some(("why_rejected".to_owned(), 0.6));
    }
    let action_score = ranked.action.as_ref().map_or(0.0, |(_, score)| *score);
    let rival = ranked.action.as_ref().and_then(|(name, _)| actions::find(name)).map_or(asked, |action| {
        let particular = names_what_it_needs(action, entities, slots, text, asker);
        let record = ["order", "instance"];
        let names_a_record =
            record.iter().any(|slot| slots.contains_key(*slot) && action.slots().contains(slot));
        rival_section(action, reading, particular, names_a_record)
    });
    ranked.act = action_score >= LEAST && action_score >= rival - 0.02;
    if let Some((name, score)) = best_other {
        let rival = asked.max(action_score);
        if is_ours(&name) {
            // Small talk is short, so that little nearness is much; a topic outside has to be nearer than any section.
            let talk = name == "handoff" || name.starts_with("chitchat");
            let taken = if talk {
                score >= 0.2 && score >= rival + 0.06
            } else {
                score >= 0.2
                    && score > rival + if name == "evade" && reading.signs.trick { -0.05 } else { 0.02 }
            };
            if taken {
                ranked.small = Some((name, score));
            }
        } else if score >= 0.5 && score > rival {
            ranked.own_intent = Some(name);
            ranked.act = false;
        }
    }
    ranked
}

/// The nearness of the section that speaks most against the action. Those that state the action's own rule say the same in
/// general: they count less, and less still where the message names the case.
fn rival_section(
    action: &dyn actions::Action,
    reading: &Reading,
    particular: bool,
    names_a_record: bool,
) -> f32 {
    let handicap: f32 = if particular { 0.25 } else { 0.05 };
    // Who names one of their records asks about it, whatever a section says in general.
    let elsewhere: f32 = if names_a_record { 0.2 } else { 0.0 };
    let own = |anchor: Option<&str>| {
        anchor.is_some_and(|anchor| anchor == action.anchor() || action.states_the_rule().contains(&anchor))
    };
    reading
        .sections
        .iter()
        .map(|section| {
            let own = own(section.hit.section.anchor.as_deref());
            if own { section.asked() - handicap.max(elsewhere) } else { section.asked() - elsewhere }
        })
        .fold(0.0, f32::max)
}

/// Whether the message names the case that the action decides on.
fn names_what_it_needs(
    action: &dyn actions::Action,
    entities: &Entities,
    slots: &Slots,
    text: &Normalised,
    asker: &Asker,
) -> bool {
    // A linked asker's own record is the case.
    if action.needs_record() && asker.is_linked() {
        return true;
    }
    action.slots().iter().any(|slot| match *slot {
        "field" => changes_a_field(entities, text),
        // Nearly every question names a product or is about a date of some kind.
        "product" | "date" => false,
        slot => slots.contains_key(slot),
    })
}

/// A part of the filing is named, and that it changes.
fn changes_a_field(entities: &Entities, text: &Normalised) -> bool {
    const CHANGES: &[&str] = &[
        "改", "换", "变更", "更新", "添", "加", "删", "change", "replace", "update", "edit", "switch", "add",
        "remove",
    ];
    !entities.fields.is_empty() && CHANGES.iter().any(|word| text.folded.contains(word))
}

fn is_ours(name: &str) -> bool {
    name == "evade" || name == "handoff" || name.starts_with("chitchat") || name.starts_with("outside")
}

/// What speaks for an action beside the words: what it needs is named, or the asker speaks of what is theirs.
fn fit(
    name: &str,
    action: &dyn actions::Action,
    entities: &Entities,
    slots: &Slots,
    text: &Normalised,
    asker: &Asker,
) -> f32 {
    let mut fit = 0.0;
    let wanted = action.slots();
    let named =
        wanted.iter().any(|slot| slots.contains_key(*slot) && !matches!(*slot, "name" | "product" | "field"));
    if named {
        fit += 0.08;
    }
    if action.needs_record() && asker.is_linked() {
        const MINE: &[&str] = &[
            "我的",
            "我这",
            "我那",
            "我们的",
            "我们公司的",
            "这个订单",
            "这单",
            "这台",
            "那台",
            "名下",
            "我还",
            "我",
            "my ",
            "our ",
            "mine",
        ];
        if MINE.iter().any(|word| text.folded.contains(word)) {
            fit += 0.08;
        }
    }
    fit += match name {
        "can_change" if changes_a_field(entities, text) => 0.1,
        // A name in quotation marks beside a word for names.
        "website_name_check" if !entities.quoted.is_empty() && text.folded.contains(['名', '叫']) => 0.2,
        "website_name_check" if entities.quoted.is_empty() && changes_a_field(entities, text) => -0.1,
        "upload_check" if entities.picture.format.is_some() || entities.picture.bytes.is_some() => 0.06,
        "need_filing" if !entities.products.is_empty() => 0.06,
        _ => 0.0,
    };
    if name == "check_domain" && !entities.domains.is_empty() && text.folded.chars().count() <= 40 {
        fit += 0.06;
    }
    fit
}

/// Whether the message holds the words of a rejection or import notice.
fn pasted_notice(text: &Normalised, mind: &Mind) -> bool {
    !reasons_in_notice(&mind.book, &text.folded).reasons.is_empty()
        || !import_prompts_in(&mind.book, &text.folded).is_empty()
}

/// Whether an action that is about records can answer this message without any: a pasted notice.
pub fn answers_anyone(intent: &str, text: &Normalised, mind: &Mind) -> bool {
    intent == "why_rejected" && pasted_notice(text, mind)
}

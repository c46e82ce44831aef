//! Which of what may be meant is taken: small talk, an action, a topic outside, or a section.

use super::Mind;
use super::actions::{self, Slots};
use super::asker::Asker;
use super::meaning::{Label, Reading};
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
const LEAST: f32 = 0.36;

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
        let Label::Intent(name) = &candidate.label else { continue };
        let mut score = candidate.score;
        if let Some(action) = actions::find(name) {
            score += fit(name, action, entities, slots, text, asker);
            if name == "why_rejected" && notice {
                score += 0.35;
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
    ranked.act = action_score >= LEAST && action_score >= asked - 0.02;
    if let Some((name, score)) = best_other {
        let rival = asked.max(action_score);
        if is_ours(&name) {
            let needed = match name.as_str() {
                "evade" => 0.42,
                "handoff" => 0.5,
                name if name.starts_with("chitchat") => 0.5,
                _ => 0.4,
            };
            if score >= needed && score > rival {
                ranked.small = Some((name, score));
            }
        } else if score >= 0.5 && score > rival {
            ranked.own_intent = Some(name);
            ranked.act = false;
        }
    }
    ranked
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

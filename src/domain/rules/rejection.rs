//! `why_rejected`: the reasons of an order's last round, or those that a pasted notice names. Causes and mends stand in
//! `rules/rejections.toml`.

use serde::Serialize;

use super::book::RuleBook;
use super::notice::{Pattern, recognise};
use crate::order::Event;
use crate::order::history::rejected_by;
use crate::records::{Order, Rejection, RejectionReason, Stage};

/// The outcome of `why_rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WhyRejected {
    pub order: Option<String>,
    pub reasons: Vec<ReasonGiven>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonGiven {
    pub code: RejectionReason,
    /// None for a notice that was pasted.
    pub stage: Option<Stage>,
    /// What the reviewer wrote beside it.
    #[serde(skip)]
    pub note: Option<String>,
}

/// The last round's rejections of an order that is in a rejected state now; empty for any other.
pub fn why_rejected(order: &Order) -> WhyRejected {
    let Some(stage) = rejected_by(order.state) else { return WhyRejected::default() };
    let mut reasons: Vec<ReasonGiven> = Vec::new();
    for rejection in last_round(order, stage) {
        if reasons.iter().all(|given| given.code != rejection.reason) {
            let note = rejection.note.clone();
            reasons.push(ReasonGiven { code: rejection.reason, stage: Some(rejection.stage), note });
        }
    }
    WhyRejected { order: Some(order.id.clone()), reasons }
}

/// A round begins with a submission. Where no rejection is younger than the last one (records of other systems), the
/// youngest rejections of that stage are the round.
fn last_round(order: &Order, stage: Stage) -> Vec<&Rejection> {
    let of_stage = || order.rejections.iter().filter(|rejection| rejection.stage == stage);
    let submissions =
        order.events.iter().filter(|event| matches!(event.event, Event::Submitted | Event::Resubmitted));
    let submitted = submissions.map(|event| &event.at).max();
    let round: Vec<_> =
        of_stage().filter(|rejection| submitted.is_some_and(|at| *at <= rejection.at)).collect();
    if !round.is_empty() {
        return round;
    }
    let youngest = of_stage().map(|rejection| &rejection.at).max();
    of_stage().filter(|rejection| Some(&rejection.at) == youngest).collect()
}

/// The reasons that a pasted notice names, in its order; empty where it names none. Hand in simplified characters.
pub fn reasons_in_notice(book: &RuleBook, text: &str) -> WhyRejected {
    let patterns: Vec<_> = book
        .rejections
        .reason
        .iter()
        .map(|reason| Pattern { key: reason.code, notices: &reason.notices, near: &reason.near })
        .collect();
    let codes = recognise(text, &patterns);
    let reasons = codes.into_iter().map(|code| ReasonGiven { code, stage: None, note: None }).collect();
    WhyRejected { order: None, reasons }
}

/// The import prompts (003.6.3) that a pasted text holds, as keys of `rules/import_prompts.toml`.
pub fn import_prompts_in<'b>(book: &'b RuleBook, text: &str) -> Vec<&'b str> {
    let patterns: Vec<_> = book
        .import_prompts
        .prompt
        .iter()
        .map(|prompt| Pattern { key: prompt.key.as_str(), notices: &prompt.notices, near: &prompt.near })
        .collect();
    recognise(text, &patterns)
}

#[cfg(test)]
mod tests;

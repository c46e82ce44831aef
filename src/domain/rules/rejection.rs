//! `why_rejected`: the reasons of an order's last round, or those that a pasted notice names. Causes and mends stand in
//! `rules/rejections.toml`.

use serde::Serialize;

use super::book::RuleBook;
use super::notice::{Notices, Pattern, Text};
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

/// The notices of a rule book, made ready to be looked for in many texts. Hand in simplified characters.
#[derive(Clone, Debug)]
pub struct PastedNotices {
    reasons: Notices<RejectionReason>,
    prompts: Notices<String>,
}

impl PastedNotices {
    pub fn of(book: &RuleBook) -> Self {
        let reasons = book.rejections.reason.iter();
        let reasons =
            reasons.map(|reason| Pattern { key: reason.code, notices: &reason.notices, near: &reason.near });
        let prompts = book.import_prompts.prompt.iter();
        let prompts = prompts.map(|prompt| Pattern {
            key: prompt.key.clone(),
            notices: &prompt.notices,
            near: &prompt.near,
        });
        Self { reasons: Notices::of(reasons), prompts: Notices::of(prompts) }
    }

    /// The reasons that a pasted notice names, in its order; empty where it names none.
    pub fn reasons_in(&self, text: &str) -> WhyRejected {
        let text = Text::of(text);
        let codes = self.reasons.in_text(&text).into_iter();
        let reasons = codes.map(|code| ReasonGiven { code: *code, stage: None, note: None }).collect();
        WhyRejected { order: None, reasons }
    }

    /// The import prompts (003.6.3) that a pasted text holds, as keys of `rules/import_prompts.toml`.
    pub fn prompts_in(&self, text: &str) -> Vec<&str> {
        self.prompts.in_text(&Text::of(text)).into_iter().map(String::as_str).collect()
    }

    /// Whether a text holds the words of a notice or of a prompt.
    pub fn any_in(&self, text: &str) -> bool {
        let text = Text::of(text);
        self.reasons.any_in(&text) || self.prompts.any_in(&text)
    }
}

#[cfg(test)]
mod tests;

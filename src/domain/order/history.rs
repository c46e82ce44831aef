//! What rules want to know of an order: where it stands, since when, and what was said in the last round.
//!
//! Facts from the record only; what follows from them is in `rules/`.

use jiff::civil::Date;

use super::{Event, OrderState, Standing, Way, replay};
use crate::moment::Moment;
use crate::records::{Order, Rejection, Stage};

/// Where an order stands: its stated state, with the evidence of its events.
///
/// An order with no events, or with events that don't lead to its state (import refuses those), stands where it says.
pub fn standing(order: &Order) -> Standing {
    match replayed(order) {
        Some(replay) => replay.standing(),
        None => Standing::stated(order.state),
    }
}

/// Whether the person in charge has passed the check in the present round, by the events where there are any.
///
/// A round ends with whatever goes back to draft and with a rejection by the administration, so an abandoned order never
/// has. The shorter ways have no check: there it is false unless the event is on record.
pub fn verification_passed(order: &Order) -> bool {
    match order.kind.way() {
        Way::Full => standing(order).verification_passed(),
        Way::ProviderOnly | Way::AtOnce | Way::AdministrationOnly => {
            order.events.iter().any(|happened| happened.event == Event::VerificationPassed)
        }
    }
}

/// Since when the order is in its present state; unknown for an order without events.
pub fn in_state_since(order: &Order) -> Option<&Moment> {
    let index = replayed(order)?.entered_by()?;
    order.events.get(index).map(|happened| &happened.at)
}

/// When the order was handed in for the last time, first or corrected.
pub fn last_submission(order: &Order) -> Option<&Moment> {
    last_of(order, |event| matches!(event, Event::Submitted | Event::Resubmitted))
}

/// When the order was approved, by the event that did it.
pub fn approved_at(order: &Order) -> Option<&Moment> {
    if order.state == OrderState::Approved { in_state_since(order) } else { None }
}

/// What was found wanting in the last round of an order that is now in a rejected state; else nothing.
///
/// A round begins with a submission. Where no submission is on record the rejections of the latest day are the round.
pub fn last_round_rejections(order: &Order) -> Vec<&Rejection> {
    let Some(stage) = rejected_by(order.state) else {
        return Vec::new();
    };
    let begun = last_submission(order);
    let latest_day: Option<Date> = order.rejections.iter().map(|rejection| rejection.at.china_date()).max();
    let of_round: Vec<&Rejection> = order
        .rejections
        .iter()
        .filter(|rejection| match begun {
            Some(begun) => rejection.at >= *begun,
            None => Some(rejection.at.china_date()) == latest_day,
        })
        .collect();
    // A failed check of the same round may be on record beside the rejection that counts now.
    let of_stage: Vec<&Rejection> =
        of_round.iter().copied().filter(|rejection| rejection.stage == stage).collect();
    if of_stage.is_empty() { of_round } else { of_stage }
}

/// Whether the order is still under way: neither approved nor abandoned.
pub fn is_open(order: &Order) -> bool {
    order.state.is_open()
}

/// Who rejected, if the state is a rejected one.
pub fn rejected_by(state: OrderState) -> Option<Stage> {
    match state {
        OrderState::ProviderRejected => Some(Stage::Provider),
        OrderState::AdministrationRejected => Some(Stage::Administration),
        OrderState::Draft
        | OrderState::ProviderReview
        | OrderState::VerificationPending
        | OrderState::VerificationReview
        | OrderState::Verified
        | OrderState::SmsPending
        | OrderState::AdministrationReview
        | OrderState::Approved
        | OrderState::Abandoned => None,
    }
}

/// The reading of the events that ends in the stated state; none without events.
fn replayed(order: &Order) -> Option<super::Replay> {
    if order.events.is_empty() {
        return None;
    }
    let events = order.events.iter().map(|happened| happened.event);
    // The stated state settles what the table of provinces would, so the table isn't needed here.
    let replay = replay(order.kind, events, order.state, false).ok()?;
    (replay.standing().state() == order.state).then_some(replay)
}

fn last_of(order: &Order, wanted: impl Fn(Event) -> bool) -> Option<&Moment> {
    order.events.iter().rev().find(|happened| wanted(happened.event)).map(|happened| &happened.at)
}

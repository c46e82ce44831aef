//! The one function that moves an order, and what it refuses. The table is the contract's, with its shorter ways.
//!
//! A pass of the verification belongs to a round: whatever goes back to draft, and a rejection by the
//! administration, ends the round, and the next one verifies again. Within a round a pass stands: the order cannot
//! be stopped any more, wherever it is.

use super::{Event, OrderState, OrderType, Standing, Verification, Way};

/// An event that cannot happen where the order stands. The order is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{event}` cannot happen to an order of type {kind} in {}; possible: {}", .at.state(), self.possible_names())]
pub struct Illegal {
    pub kind: OrderType,
    pub at: Standing,
    pub event: Event,
}

impl Illegal {
    pub fn state(self) -> OrderState {
        self.at.state()
    }

    fn possible_names(self) -> String {
        let names: Vec<_> = possible(self.kind, self.at).iter().map(|event| event.as_str()).collect();
        if names.is_empty() { "nothing, the order has ended".to_owned() } else { names.join(", ") }
    }
}

/// Moves an order: where it stands after `event`.
///
/// `sms_required` says whether the order's province verifies by SMS; it matters for `sent_to_administration` only.
pub fn apply(kind: OrderType, at: Standing, event: Event, sms_required: bool) -> Result<Standing, Illegal> {
    let way = kind.way();
    let next = match at {
        Standing::Draft { begun, verification } => from_draft(way, begun, verification, event),
        Standing::ProviderReview { verification } => from_provider_review(way, verification, event),
        Standing::ProviderRejected { verification } => match event {
            Event::Resubmitted => Some(submitted(way, verification)),
            Event::Withdrawn | Event::Abandoned => stopped(way, verification, event),
            _ => None,
        },
        Standing::VerificationPending => match event {
            Event::VerificationSubmitted => Some(Standing::VerificationReview),
            Event::Withdrawn | Event::Abandoned => stopped(way, Verification::NotYet, event),
            _ => None,
        },
        Standing::VerificationReview => match event {
            Event::VerificationPassed => Some(Standing::Verified),
            Event::VerificationFailed => Some(Standing::VerificationPending),
            Event::Withdrawn | Event::Abandoned => stopped(way, Verification::NotYet, event),
            _ => None,
        },
        Standing::Verified => match event {
            Event::SentToAdministration if sms_required => Some(Standing::SmsPending),
            Event::SentToAdministration => Some(Standing::AdministrationReview),
            _ => None,
        },
        Standing::SmsPending => match event {
            Event::SmsVerified => Some(Standing::AdministrationReview),
            Event::SmsExpired | Event::SmsFailed => Some(Standing::DRAFT),
            _ => None,
        },
        Standing::AdministrationReview => match event {
            Event::AdministrationApproved => Some(Standing::Approved),
            Event::AdministrationRejected => Some(Standing::AdministrationRejected),
            Event::Returned => Some(Standing::DRAFT),
            _ => None,
        },
        Standing::AdministrationRejected => match event {
            Event::Resubmitted => Some(submitted(way, Verification::NotYet)),
            // No withdrawal here, and none of the shorter ways is stopped once submitted.
            Event::Abandoned => stopped(way, Verification::NotYet, event),
            _ => None,
        },
        Standing::Approved | Standing::Abandoned => None,
    };
    next.ok_or(Illegal { kind, at, event })
}

fn from_draft(way: Way, begun: bool, verification: Verification, event: Event) -> Option<Standing> {
    match (event, verification) {
        (Event::Created, _) if !begun => Some(Standing::DRAFT),
        (Event::VerificationPassed, Verification::NotYet) => {
            Some(Standing::Draft { begun: true, verification: Verification::PassedByPhone })
        }
        (Event::Submitted, _) => Some(submitted(way, verification)),
        (Event::Abandoned, Verification::NotYet) => Some(Standing::Abandoned),
        _ => None,
    }
}

fn from_provider_review(way: Way, verification: Verification, event: Event) -> Option<Standing> {
    match event {
        Event::ProviderApproved => Some(match (way, verification) {
            (Way::Full, Verification::NotYet) => Standing::VerificationPending,
            (Way::Full, Verification::PassedByPhone) => Standing::Verified,
            (Way::ProviderOnly | Way::AtOnce, _) => Standing::Approved,
            (Way::AdministrationOnly, _) => Standing::AdministrationReview,
        }),
        Event::ProviderRejected => Some(Standing::ProviderRejected { verification }),
        Event::Returned => Some(Standing::DRAFT),
        Event::Withdrawn | Event::Abandoned => stopped(way, verification, event),
        _ => None,
    }
}

/// Where an order goes when it is handed in, the first time or corrected.
fn submitted(way: Way, verification: Verification) -> Standing {
    match way {
        Way::Full | Way::ProviderOnly => Standing::ProviderReview { verification },
        Way::AtOnce => Standing::Approved,
        Way::AdministrationOnly => Standing::AdministrationReview,
    }
}

/// The applicant stops a submitted order: only on the full way, and only before verification has passed.
fn stopped(way: Way, verification: Verification, event: Event) -> Option<Standing> {
    match (way, verification, event) {
        (Way::Full, Verification::NotYet, Event::Withdrawn) => Some(Standing::DRAFT),
        (Way::Full, Verification::NotYet, Event::Abandoned) => Some(Standing::Abandoned),
        _ => None,
    }
}

/// The events that can happen where the order stands, in the order of [`Event::ALL`].
pub fn possible(kind: OrderType, at: Standing) -> Vec<Event> {
    // `sms_required` changes where an event leads, never whether it can happen.
    Event::ALL.into_iter().filter(|event| apply(kind, at, *event, false).is_ok()).collect()
}

/// Whether the applicant can withdraw the order (back to draft, to be corrected).
pub fn can_withdraw(kind: OrderType, at: Standing) -> bool {
    apply(kind, at, Event::Withdrawn, false).is_ok()
}

/// Whether the applicant can abandon the order (it ends).
pub fn can_abandon(kind: OrderType, at: Standing) -> bool {
    apply(kind, at, Event::Abandoned, false).is_ok()
}

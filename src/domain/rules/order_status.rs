//! `order_status`: where an order is, what comes next, and until when (003.2d, 004.16.7c).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::book::RuleBook;
use super::sms::sms_deadline;
use super::working_days::{Eta, eta_after};
use crate::order::OrderState;
use crate::records::{Order, WaitingFor};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct StatusFacts<'a> {
    pub order: &'a Order,
    /// The day in China on which the order reached its present state of administration_review.
    pub reached_administration: Option<Date>,
    /// When the order was sent to the administration, for the deadline of the SMS code.
    pub sent_at: Option<Timestamp>,
}

/// What has to happen next, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    ApplicantSubmits,
    ProviderReviews,
    ApplicantCorrects,
    ApplicantVerifies,
    ProviderReviewsVerification,
    ProviderHandsOver,
    ApplicantConfirmsSms,
    AdministrationReviews,
    /// Approved: the data reach the provider, then the site opens.
    DataSynchronise,
    /// The provider waits for papers by post.
    ApplicantPostsPapers,
    ApplicantAddsDocuments,
}

/// The outcome of `order_status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderStatus {
    pub order: String,
    pub state: OrderState,
    /// None for an abandoned order.
    pub next_step: Option<NextStep>,
    /// In administration_review only.
    pub eta: Option<Eta>,
    /// The State Council's calendar isn't known as far as the days reach.
    pub calendar_unknown: bool,
    #[serde(skip)]
    pub evidence: StatusEvidence,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusEvidence {
    /// Working days that the step takes, where the sources name them.
    pub working_days: Option<u32>,
    pub reached_administration: Option<Date>,
    /// In sms_pending: until when the code may be entered.
    pub sms_deadline: Option<Timestamp>,
}

/// Where the order is.
pub fn order_status(book: &RuleBook, facts: &StatusFacts<'_>) -> OrderStatus {
    let order = facts.order;
    let state = order.state;
    let reviewing = state == OrderState::AdministrationReview;
    let reached = facts.reached_administration.filter(|_| reviewing);
    let eta = reached.and_then(|day| eta_after(&book.holidays, day, &book.terms.administration_review));
    let working_days = match state {
        OrderState::ProviderReview => Some(book.terms.provider_review.working_days),
        OrderState::VerificationReview => Some(book.terms.verification_review.working_days),
        OrderState::Verified => Some(book.terms.handover.working_days),
        OrderState::Draft
        | OrderState::ProviderRejected
        | OrderState::VerificationPending
        | OrderState::SmsPending
        | OrderState::AdministrationReview
        | OrderState::AdministrationRejected
        | OrderState::Approved
        | OrderState::Abandoned => None,
    };
    let sent_at = facts.sent_at.filter(|_| state == OrderState::SmsPending);
    OrderStatus {
        order: order.id.clone(),
        state,
        next_step: next_step(order),
        eta,
        calendar_unknown: reached.is_some() && eta.is_none(),
        evidence: StatusEvidence {
            working_days,
            reached_administration: reached,
            sms_deadline: sent_at.map(|sent| sms_deadline(book, sent)),
        },
    }
}

fn next_step(order: &Order) -> Option<NextStep> {
    let step = match order.state {
        OrderState::Abandoned => return None,
        OrderState::Approved => return Some(NextStep::DataSynchronise),
        OrderState::Draft => NextStep::ApplicantSubmits,
        OrderState::ProviderReview => NextStep::ProviderReviews,
        OrderState::ProviderRejected | OrderState::AdministrationRejected => NextStep::ApplicantCorrects,
        OrderState::VerificationPending => NextStep::ApplicantVerifies,
        OrderState::VerificationReview => NextStep::ProviderReviewsVerification,
        OrderState::Verified => NextStep::ProviderHandsOver,
        OrderState::SmsPending => NextStep::ApplicantConfirmsSms,
        OrderState::AdministrationReview => NextStep::AdministrationReviews,
    };
    Some(match order.waiting_for {
        Some(WaitingFor::Post) => NextStep::ApplicantPostsPapers,
        Some(WaitingFor::MoreDocuments) => NextStep::ApplicantAddsDocuments,
        None => step,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::order::OrderType;
    use crate::rules::book::tests::book;
    use crate::rules::samples::order;

    fn ask(state: OrderState, reached: Option<Date>) -> OrderStatus {
        let order = order("20190812001", OrderType::First, state);
        let sent_at = Some("2019-08-12T00:00:00Z".parse().unwrap());
        order_status(book(), &StatusFacts { order: &order, reached_administration: reached, sent_at })
    }

    #[test]
    fn third_and_twentieth_working_day_over_a_holiday_in_the_contract_s_form() {
        // 2019-09-12 is a Thursday; 13–15 September and 1–7 October are off, 29 September is worked
        let outcome = ask(OrderState::AdministrationReview, Some(date(2019, 9, 12)));
        assert_eq!(
            serde_json::to_value(outcome).unwrap(),
            json!({
                "order": "20190812001", "state": "administration_review", "next_step": "administration_reviews",
                "eta": {"earliest": "2019-09-18", "latest": "2019-10-16"}, "calendar_unknown": false,
            })
        );
    }

    #[test]
    fn beyond_the_calendar_there_is_no_date() {
        let outcome = ask(OrderState::AdministrationReview, Some(date(2026, 12, 14)));
        assert_eq!((outcome.eta, outcome.calendar_unknown), (None, true));
        let outcome = ask(OrderState::AdministrationReview, None);
        assert_eq!((outcome.eta, outcome.calendar_unknown), (None, false));
    }

    #[test]
    fn every_state_has_its_next_step_and_no_date_but_one() {
        use NextStep::*;
        for (state, step, days) in [
            (OrderState::Draft, Some(ApplicantSubmits), None),
            (OrderState::ProviderReview, Some(ProviderReviews), Some(1)),
            (OrderState::ProviderRejected, Some(ApplicantCorrects), None),
            (OrderState::VerificationPending, Some(ApplicantVerifies), None),
            (OrderState::VerificationReview, Some(ProviderReviewsVerification), Some(1)),
            (OrderState::Verified, Some(ProviderHandsOver), Some(1)),
            (OrderState::SmsPending, Some(ApplicantConfirmsSms), None),
            (OrderState::AdministrationRejected, Some(ApplicantCorrects), None),
            (OrderState::Approved, Some(DataSynchronise), None),
            (OrderState::Abandoned, None, None),
        ] {
            let outcome = ask(state, Some(date(2019, 8, 20)));
            assert_eq!(
                (outcome.next_step, outcome.eta, outcome.calendar_unknown),
                (step, None, false),
                "{state:?}"
            );
            assert_eq!(outcome.evidence.working_days, days, "{state:?}");
            assert_eq!(outcome.evidence.reached_administration, None);
            assert_eq!(outcome.evidence.sms_deadline.is_some(), state == OrderState::SmsPending, "{state:?}");
        }
        let outcome = ask(OrderState::SmsPending, None);
        assert_eq!(outcome.evidence.sms_deadline.unwrap().to_string(), "2019-08-14T00:00:00Z");
    }

    #[test]
    fn what_the_provider_waits_for_comes_first() {
        for (waiting_for, state, step) in [
            (WaitingFor::Post, OrderState::Verified, Some(NextStep::ApplicantPostsPapers)),
            (WaitingFor::MoreDocuments, OrderState::ProviderReview, Some(NextStep::ApplicantAddsDocuments)),
            (WaitingFor::MoreDocuments, OrderState::Approved, Some(NextStep::DataSynchronise)),
            (WaitingFor::Post, OrderState::Abandoned, None),
        ] {
            let mut order = order("20190812001", OrderType::First, state);
            order.waiting_for = Some(waiting_for);
            let facts = StatusFacts { order: &order, reached_administration: None, sent_at: None };
            assert_eq!(order_status(book(), &facts).next_step, step);
        }
    }
}

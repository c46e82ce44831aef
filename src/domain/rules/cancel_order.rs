//! `can_cancel_order`: whether an order can be stopped (000.3, 004.13.7).

use serde::{Deserialize, Serialize};

use super::book::Origin;
use crate::order::{self, OrderState, OrderType};
use crate::records::Order;

/// Where the rule stands.
pub const ORIGIN: Origin<'static> =
    Origin { source: "000.3, 004.13.7", as_of: jiff::civil::date(2019, 5, 8) };

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct CancelFacts<'a> {
    pub order: &'a Order,
    /// Whether the face or backdrop check has been passed in the present round: since the order last became a draft
    /// (created, withdrawn, returned, SMS failed or expired) or was rejected by the administration. By phone it's passed while
    /// the order is still a draft.
    pub verification_passed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Back to a draft, to be changed and submitted again.
    Withdraw,
    /// The end of the order.
    Abandon,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    BeforeVerification,
    VerificationPassed,
    /// Of a type that cannot be taken back once submitted.
    Irrevocable,
    Finished,
}

/// The outcome of `can_cancel_order`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CanCancel {
    pub order: String,
    pub state: OrderState,
    pub allowed: bool,
    pub ways: Vec<Way>,
    pub reason: CancelReason,
}

/// Whether the order can be stopped, and how.
pub fn can_cancel_order(facts: &CancelFacts<'_>) -> CanCancel {
    let (ways, reason) = ways(facts);
    CanCancel {
        order: facts.order.id.clone(),
        state: facts.order.state,
        allowed: !ways.is_empty(),
        ways: ways.to_vec(),
        reason,
    }
}

fn ways(facts: &CancelFacts<'_>) -> (&'static [Way], CancelReason) {
    let irrevocable = is_irrevocable(facts.order.kind);
    match facts.order.state {
        OrderState::Approved | OrderState::Abandoned => (&[], CancelReason::Finished),
        OrderState::Draft if facts.verification_passed => (&[], CancelReason::VerificationPassed),
        OrderState::Draft => (&[Way::Abandon], CancelReason::BeforeVerification),
        _ if irrevocable => (&[], CancelReason::Irrevocable),
        // the round has ended: what was verified in it no longer binds
        OrderState::AdministrationRejected => (&[Way::Abandon], CancelReason::BeforeVerification),
        OrderState::Verified | OrderState::SmsPending | OrderState::AdministrationReview => {
            (&[], CancelReason::VerificationPassed)
        }
        OrderState::ProviderReview
        | OrderState::ProviderRejected
        | OrderState::VerificationPending
        | OrderState::VerificationReview => {
            if facts.verification_passed {
                (&[], CancelReason::VerificationPassed)
            } else {
                (&[Way::Withdraw, Way::Abandon], CancelReason::BeforeVerification)
            }
        }
    }
}

/// Types that cannot be taken back once submitted.
pub fn is_irrevocable(kind: OrderType) -> bool {
    kind.way() != order::Way::Full
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::samples::order;

    fn ask(kind: OrderType, state: OrderState, verification_passed: bool) -> CanCancel {
        can_cancel_order(&CancelFacts { order: &order("20190812001", kind, state), verification_passed })
    }

    #[test]
    fn the_table_of_an_ordinary_filing() {
        use CancelReason::{BeforeVerification, Finished, VerificationPassed};
        use OrderState::*;
        let both = vec![Way::Withdraw, Way::Abandon];
        for (state, passed, ways, reason) in [
            (Draft, false, vec![Way::Abandon], BeforeVerification),
            (Draft, true, vec![], VerificationPassed),
            (ProviderReview, false, both.clone(), BeforeVerification),
            (ProviderReview, true, vec![], VerificationPassed),
            (ProviderRejected, false, both.clone(), BeforeVerification),
            (ProviderRejected, true, vec![], VerificationPassed),
            (VerificationPending, false, both.clone(), BeforeVerification),
            (VerificationReview, false, both, BeforeVerification),
            (Verified, true, vec![], VerificationPassed),
            (Verified, false, vec![], VerificationPassed),
            (SmsPending, true, vec![], VerificationPassed),
            (SmsPending, false, vec![], VerificationPassed),
            (AdministrationReview, true, vec![], VerificationPassed),
            (AdministrationReview, false, vec![], VerificationPassed),
            (AdministrationRejected, true, vec![Way::Abandon], BeforeVerification),
            (AdministrationRejected, false, vec![Way::Abandon], BeforeVerification),
            (Approved, true, vec![], Finished),
            (Abandoned, false, vec![], Finished),
        ] {
            let outcome = ask(OrderType::AddAccess, state, passed);
            assert_eq!(outcome.allowed, !ways.is_empty(), "{state:?} {passed}");
            assert_eq!((outcome.ways, outcome.reason), (ways, reason), "{state:?} {passed}");
        }
    }

    #[test]
    fn what_is_irrevocable_ends_with_its_submission() {
        for kind in [
            OrderType::CancelAccess,
            OrderType::DeregisterEntity,
            OrderType::DeregisterWebsite,
            OrderType::Claim,
            OrderType::Import,
            OrderType::Transfer,
        ] {
            assert_eq!(ask(kind, OrderState::Draft, false).ways, [Way::Abandon], "{kind:?}");
            for state in [
                OrderState::ProviderReview,
                OrderState::ProviderRejected,
                OrderState::AdministrationReview,
                OrderState::AdministrationRejected,
            ] {
                let outcome = ask(kind, state, false);
                assert_eq!(
                    (outcome.allowed, outcome.reason),
                    (false, CancelReason::Irrevocable),
                    "{kind:?} {state:?}"
                );
            }
            assert_eq!(ask(kind, OrderState::Approved, false).reason, CancelReason::Finished);
        }
        for kind in [
            OrderType::First,
            OrderType::AddAccess,
            OrderType::ResumeAccess,
            OrderType::AddWebsite,
            OrderType::AddWebsiteElsewhere,
            OrderType::ChangeEntity,
            OrderType::ChangeWebsite,
        ] {
            assert!(ask(kind, OrderState::ProviderReview, false).allowed, "{kind:?}");
        }
    }

    #[test]
    fn the_contract_s_form() {
        let outcome = ask(OrderType::AddAccess, OrderState::VerificationPending, false);
        assert_eq!(
            serde_json::to_value(outcome).unwrap(),
            json!({
                "order": "20190812001", "state": "verification_pending", "allowed": true,
                "ways": ["withdraw", "abandon"], "reason": "before_verification",
            })
        );
    }
}

//! What rules are told of an order's past.

use super::*;
use crate::order::history::*;
use crate::records::Rejection;

fn at(moment: Option<&crate::moment::Moment>) -> Option<String> {
    moment.map(|moment| moment.china_date().to_string())
}

fn rejection(stage: &str, reason: &str, at: &str) -> Rejection {
    serde_json::from_value(serde_json::json!({"stage": stage, "reason": reason, "at": at})).unwrap()
}

#[test]
fn knows_since_when_it_is_where_it_is() {
    let order = order(OrderType::First, S::AdministrationReview, &BY_FACE);
    assert_eq!(at(in_state_since(&order)).as_deref(), Some("2019-08-06"));
    assert_eq!(at(last_submission(&order)).as_deref(), Some("2019-08-02"));
    assert_eq!(approved_at(&order), None);
    assert!(is_open(&order));
    let draft = super::order(OrderType::First, S::Draft, &[E::Created, E::VerificationPassed]);
    assert_eq!(at(in_state_since(&draft)).as_deref(), Some("2019-08-01"));
    let unknown = super::order(OrderType::First, S::Approved, &[]);
    assert_eq!(in_state_since(&unknown), None);
    assert!(!is_open(&unknown));
}

#[test]
fn approval_is_dated_by_its_event() {
    let events = [BY_FACE.as_slice(), &[E::AdministrationRejected, E::Resubmitted], &BY_FACE[2..]].concat();
    let events = [events.as_slice(), &[E::AdministrationApproved]].concat();
    let order = order(OrderType::First, S::Approved, &events);
    assert_eq!(at(approved_at(&order)).as_deref(), Some("2019-08-13"));
    assert_eq!(at(last_submission(&order)).as_deref(), Some("2019-08-08"));
}

#[test]
fn the_pass_follows_from_the_event_not_from_the_name_of_the_state() {
    let passed = |state, events: &[E]| verification_passed(&order(OrderType::First, state, events));
    assert!(passed(S::Draft, &[E::VerificationPassed]));
    assert!(passed(S::ProviderReview, &[E::VerificationPassed, E::Submitted]));
    assert!(!passed(S::ProviderReview, &[E::Submitted]));
    assert!(passed(S::Verified, &BY_FACE[..5]));
    assert!(passed(S::SmsPending, &BY_FACE));
    assert!(!passed(S::VerificationReview, &BY_FACE[..4]));
    // Only the state is known.
    assert!(passed(S::Verified, &[]));
    assert!(!passed(S::VerificationReview, &[]));
    // The round has ended, and the pass with it.
    assert!(!passed(S::Draft, &[BY_FACE.as_slice(), &[E::SmsExpired]].concat()));
    assert!(!passed(S::AdministrationRejected, &[BY_FACE.as_slice(), &[E::AdministrationRejected]].concat()));
    // An abandoned order has no round, one whose events lead elsewhere stands where it says.
    let abandoned = [BY_FACE.as_slice(), &[E::AdministrationRejected, E::Abandoned]].concat();
    assert!(!passed(S::Abandoned, &abandoned));
    assert!(passed(S::Verified, &[E::Submitted]));
    assert_eq!(in_state_since(&order(OrderType::First, S::Verified, &[E::Submitted])), None);
    // A shorter way has no check.
    let deregister = order(OrderType::DeregisterEntity, S::AdministrationReview, &[E::Submitted]);
    assert!(!verification_passed(&deregister));
}

#[test]
fn the_last_round_is_what_came_after_the_last_submission() {
    let events = [E::Created, E::Submitted, E::ProviderRejected, E::Resubmitted, E::ProviderRejected];
    let mut order = order(OrderType::First, S::ProviderRejected, &events);
    order.rejections = vec![
        rejection("provider", "website_name_invalid", "2019-08-03T10:00:00+08:00"),
        rejection("provider", "document_invalid", "2019-08-05T10:00:00+08:00"),
        rejection("provider", "phone_invalid", "2019-08-05T10:05:00+08:00"),
    ];
    assert_eq!(last_round_rejections(&order), [&order.rejections[1], &order.rejections[2]]);
    // In the same instant as the submission: of its round. Of another stage: beside those that count.
    order.rejections[2].at = last_submission(&order).unwrap().clone();
    order.rejections[1].stage = crate::records::Stage::Administration;
    assert_eq!(last_round_rejections(&order), [&order.rejections[2]]);
    order.rejections.pop();
    assert_eq!(last_round_rejections(&order), [&order.rejections[1]], "better than nothing");
    order.state = S::ProviderReview;
    assert!(last_round_rejections(&order).is_empty());
}

#[test]
fn without_events_the_latest_day_is_the_last_round() {
    let mut order = order(OrderType::First, S::AdministrationRejected, &[]);
    order.rejections = vec![
        rejection("administration", "cross_province", "2019-08-05T16:30:00Z"),
        rejection("administration", "document_invalid", "2019-08-06T23:00:00+08:00"),
        rejection("administration", "phone_invalid", "2019-08-05T10:00:00+08:00"),
        rejection("provider", "phone_reused", "2019-08-06T01:00:00+08:00"),
    ];
    assert_eq!(last_round_rejections(&order), [&order.rejections[0], &order.rejections[1]]);
}

//! The machine against the contract's table, and its properties.

mod history_of_an_order;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::Event as E;
use super::OrderState as S;
use super::*;
use crate::records::Order;

/// The contract's table for orders on the full way without a check by phone: every legal move, written out once more.
const TABLE: &[(S, E, S)] = &[
    (S::Draft, E::Created, S::Draft),
    (S::Draft, E::VerificationPassed, S::Draft),
    (S::Draft, E::Submitted, S::ProviderReview),
    (S::Draft, E::Abandoned, S::Abandoned),
    (S::ProviderReview, E::ProviderRejected, S::ProviderRejected),
    (S::ProviderReview, E::ProviderApproved, S::VerificationPending),
    (S::ProviderReview, E::Returned, S::Draft),
    (S::ProviderReview, E::Withdrawn, S::Draft),
    (S::ProviderReview, E::Abandoned, S::Abandoned),
    (S::ProviderRejected, E::Resubmitted, S::ProviderReview),
    (S::ProviderRejected, E::Withdrawn, S::Draft),
    (S::ProviderRejected, E::Abandoned, S::Abandoned),
    (S::VerificationPending, E::VerificationSubmitted, S::VerificationReview),
    (S::VerificationPending, E::Withdrawn, S::Draft),
    (S::VerificationPending, E::Abandoned, S::Abandoned),
    (S::VerificationReview, E::VerificationPassed, S::Verified),
    (S::VerificationReview, E::VerificationFailed, S::VerificationPending),
    (S::VerificationReview, E::Withdrawn, S::Draft),
    (S::VerificationReview, E::Abandoned, S::Abandoned),
    (S::Verified, E::SentToAdministration, S::AdministrationReview),
    (S::SmsPending, E::SmsVerified, S::AdministrationReview),
    (S::SmsPending, E::SmsExpired, S::Draft),
    (S::SmsPending, E::SmsFailed, S::Draft),
    (S::AdministrationReview, E::AdministrationApproved, S::Approved),
    (S::AdministrationReview, E::AdministrationRejected, S::AdministrationRejected),
    (S::AdministrationReview, E::Returned, S::Draft),
    (S::AdministrationRejected, E::Resubmitted, S::ProviderReview),
    (S::AdministrationRejected, E::Abandoned, S::Abandoned),
];

const BY_FACE: [E; 6] = [
    E::Created,
    E::Submitted,
    E::ProviderApproved,
    E::VerificationSubmitted,
    E::VerificationPassed,
    E::SentToAdministration,
];

fn order(kind: OrderType, state: S, events: &[E]) -> Order {
    let mut order: Order = serde_json::from_value(serde_json::json!({
        "id": "20190812001", "account": "a", "type": kind, "province": "浙江", "state": state,
    }))
    .unwrap();
    order.events = events
        .iter()
        .zip(1..)
        .map(|(event, day): (_, i32)| {
            serde_json::from_value(
                serde_json::json!({"at": format!("2019-08-{day:02}T10:00:00+08:00"), "event": event}),
            )
            .unwrap()
        })
        .collect();
    order
}

fn states(kind: OrderType, events: &[E]) -> Result<Vec<S>, usize> {
    match replays(kind, events.iter().copied(), false) {
        Ok(readings) => Ok(readings.iter().map(|reading| reading.standing().state()).collect()),
        Err(refused) => Err(refused.index),
    }
}

fn accepts(kind: OrderType, events: &[E], state: S) -> bool {
    states(kind, events).is_ok_and(|states| states.contains(&state))
}

/// Every way to write an event sequence that ends in one of these states.
fn event() -> impl Strategy<Value = E> {
    proptest::sample::select(E::ALL.to_vec())
}

fn kind() -> impl Strategy<Value = OrderType> {
    proptest::sample::select(OrderType::ALL.to_vec())
}

#[test]
fn names_are_those_of_the_records() {
    for state in S::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    for event in E::ALL {
        assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
    }
    for kind in OrderType::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    assert_eq!(BTreeSet::from(S::ALL).len(), 11);
    assert_eq!(BTreeSet::from(E::ALL).len(), 17);
    assert_eq!(BTreeSet::from(OrderType::ALL).len(), 13);
}

#[test]
fn the_full_way_is_the_table_and_nothing_else() {
    for kind in OrderType::ALL.into_iter().filter(|kind| kind.way() == Way::Full) {
        for state in S::ALL {
            for event in E::ALL {
                let at = if state == S::Draft && event == E::Created {
                    Standing::START
                } else {
                    Standing::stated(state)
                };
                let expected = TABLE
                    .iter()
                    .find(|(from, happened, _)| (*from, *happened) == (state, event))
                    .map(|(_, _, to)| *to);
                let got = apply(kind, at, event, false).ok().map(Standing::state);
                assert_eq!(got, expected, "{kind}: {event} in {state}");
            }
        }
    }
}

#[test]
fn a_province_with_sms_waits_for_the_code() {
    let sent = apply(OrderType::First, Standing::Verified, E::SentToAdministration, true).unwrap();
    assert_eq!(sent, Standing::SmsPending);
}

#[test]
fn created_comes_first_or_not_at_all() {
    assert_eq!(states(OrderType::First, &[E::Created, E::Submitted]), Ok(vec![S::ProviderReview]));
    assert_eq!(states(OrderType::First, &[E::Submitted]), Ok(vec![S::ProviderReview]));
    assert_eq!(states(OrderType::First, &[]), Ok(vec![S::Draft]));
    assert_eq!(states(OrderType::First, &[E::Created, E::Created]), Err(1));
    assert_eq!(states(OrderType::First, &[E::VerificationPassed, E::Created]), Err(1));
    assert_eq!(states(OrderType::First, &[E::Submitted, E::Withdrawn, E::Created]), Err(2));
}

#[test]
fn what_follows_tells_whether_the_province_had_sms() {
    let with = |more: &[E]| [BY_FACE.as_slice(), more].concat();
    for state in [S::SmsPending, S::AdministrationReview] {
        assert!(accepts(OrderType::First, &with(&[]), state), "{state}");
    }
    assert_eq!(states(OrderType::First, &with(&[E::SmsVerified])), Ok(vec![S::AdministrationReview]));
    assert_eq!(states(OrderType::First, &with(&[E::AdministrationApproved])), Ok(vec![S::Approved]));
    assert_eq!(states(OrderType::First, &with(&[E::SmsExpired, E::Abandoned])), Ok(vec![S::Abandoned]));
    assert_eq!(states(OrderType::First, &with(&[E::SmsVerified, E::SmsVerified])), Err(7));
}

#[test]
fn the_table_of_the_day_decides_only_the_last_handover() {
    for (required, state) in [(true, S::SmsPending), (false, S::AdministrationReview)] {
        let first = &replays(OrderType::First, BY_FACE, required).unwrap()[0];
        assert_eq!(first.standing().state(), state);
    }
    let stated = replay(OrderType::First, BY_FACE, S::SmsPending, false).unwrap();
    assert_eq!(stated.standing(), Standing::SmsPending);
}

#[test]
fn a_check_by_phone_is_passed_in_the_draft() {
    let by_phone = [E::Created, E::VerificationPassed, E::Submitted, E::ProviderApproved];
    assert_eq!(states(OrderType::First, &by_phone), Ok(vec![S::Verified]));
    assert_eq!(states(OrderType::First, &by_phone[..2]), Ok(vec![S::Draft]));
    // It holds through a rejection by the provider …
    let corrected =
        [E::VerificationPassed, E::Submitted, E::ProviderRejected, E::Resubmitted, E::ProviderApproved];
    assert_eq!(states(OrderType::First, &corrected), Ok(vec![S::Verified]));
    // … and the order can't be stopped, whatever its state is called.
    for stop in [E::Withdrawn, E::Abandoned] {
        assert_eq!(states(OrderType::First, &[E::VerificationPassed, stop]), Err(1), "{stop}");
        assert_eq!(states(OrderType::First, &[E::VerificationPassed, E::Submitted, stop]), Err(2));
        assert_eq!(states(OrderType::First, &[&corrected[..3], &[stop]].concat()), Err(3));
    }
}

#[test]
fn an_order_that_came_back_verifies_again_or_goes_on_with_its_pass() {
    for back in [
        &[E::AdministrationRejected, E::Resubmitted][..],
        &[E::Returned, E::Submitted],
        &[E::SmsExpired, E::Submitted],
    ] {
        let events = [BY_FACE.as_slice(), back, &[E::ProviderApproved]].concat();
        let states = states(OrderType::First, &events).unwrap();
        assert_eq!(states, [S::VerificationPending, S::Verified], "{back:?}");
    }
    let rejected = [BY_FACE.as_slice(), &[E::AdministrationRejected, E::Abandoned]].concat();
    assert_eq!(states(OrderType::First, &rejected), Ok(vec![S::Abandoned]));
    // Never verified: nothing to go on with.
    let withdrawn = [E::Submitted, E::Withdrawn, E::Submitted, E::ProviderApproved];
    assert_eq!(states(OrderType::First, &withdrawn), Ok(vec![S::VerificationPending]));
    let rejected = [E::Submitted, E::ProviderRejected, E::Resubmitted, E::ProviderApproved];
    assert_eq!(states(OrderType::First, &rejected), Ok(vec![S::VerificationPending]));
    let returned = [E::Submitted, E::Returned, E::Submitted, E::ProviderApproved];
    assert_eq!(states(OrderType::First, &returned), Ok(vec![S::VerificationPending]));
}

#[test]
fn other_types_take_shorter_ways() {
    let claim = [E::Created, E::Submitted, E::ProviderApproved];
    assert_eq!(states(OrderType::Claim, &claim), Ok(vec![S::Approved]));
    let corrected = [E::Submitted, E::ProviderRejected, E::Resubmitted];
    assert_eq!(states(OrderType::Claim, &corrected), Ok(vec![S::ProviderReview]));
    for kind in [OrderType::Import, OrderType::Transfer, OrderType::CancelAccess] {
        assert_eq!(states(kind, &[E::Submitted]), Ok(vec![S::Approved, S::ProviderReview]), "{kind}");
        assert_eq!(states(kind, &claim), Ok(vec![S::Approved]), "{kind}");
        let corrected = [E::Submitted, E::ProviderRejected, E::Resubmitted];
        assert_eq!(states(kind, &corrected), Ok(vec![S::Approved, S::ProviderReview]), "{kind}");
        let at = replay(kind, [E::Submitted], S::ProviderReview, false).unwrap().standing();
        assert!(!can_withdraw(kind, at) && !can_abandon(kind, at), "{kind}");
    }
    for kind in [OrderType::DeregisterEntity, OrderType::DeregisterWebsite] {
        assert_eq!(states(kind, &[E::Submitted]), Ok(vec![S::AdministrationReview]), "{kind}");
        let corrected = [E::Submitted, E::AdministrationRejected, E::Resubmitted];
        assert_eq!(states(kind, &corrected), Ok(vec![S::AdministrationReview, S::ProviderReview]), "{kind}");
        let done = [&corrected[..], &[E::ProviderApproved, E::AdministrationApproved]].concat();
        assert_eq!(states(kind, &done), Ok(vec![S::Approved]), "{kind}");
    }
}

#[test]
fn shorter_ways_are_stopped_only_before_submission() {
    for kind in OrderType::ALL.into_iter().filter(|kind| kind.way() != Way::Full) {
        for state in S::ALL {
            let at = Standing::stated(state);
            assert!(!can_withdraw(kind, at), "{kind} in {state}");
            assert_eq!(can_abandon(kind, at), state == S::Draft, "{kind} in {state}");
        }
    }
}

/// Guards against readings that multiply with every round.
#[test]
fn many_rounds_are_replayed_at_once() {
    let rounds = std::iter::repeat_n([E::Returned, E::Submitted], 2_000).flatten();
    let events: Vec<E> =
        BY_FACE.into_iter().chain([E::AdministrationRejected, E::Resubmitted]).chain(rounds).collect();
    let readings = replays(OrderType::First, events.iter().copied(), false).unwrap();
    let ends: BTreeSet<Standing> = readings.iter().map(Replay::standing).collect();
    assert_eq!((readings.len(), ends.len()), (2, 2));
    assert!(readings.iter().all(|reading| reading.after.len() == events.len()));
}

#[test]
fn the_error_names_the_event_the_state_and_what_is_possible() {
    let illegal = apply(OrderType::First, Standing::DRAFT, E::AdministrationApproved, false).unwrap_err();
    let text = illegal.to_string();
    for part in ["administration_approved", "draft", "first", "submitted", "abandoned"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(illegal.state(), S::Draft);
    let ended = apply(OrderType::First, Standing::Approved, E::Abandoned, false).unwrap_err();
    assert!(ended.to_string().ends_with("nothing, the order has ended"), "{ended}");
}

#[test]
fn the_picture_shows_the_machine() {
    let text = mermaid();
    for line in [
        "stateDiagram-v2",
        "    [*] --> draft: created",
        "    draft --> provider_review: submitted (full way, claim)",
        "    draft --> approved: submitted (cancel_access, import, transfer)",
        "    draft --> administration_review: submitted (deregister_entity, deregister_website)",
        "    draft --> abandoned: abandoned (not verified by phone)",
        "    provider_review --> provider_rejected: provider_rejected",
        "    provider_review --> verified: provider_approved (full way; verified by phone)",
        "    provider_review --> verification_pending: provider_approved (full way; not verified by phone)",
        "    provider_review --> approved: provider_approved (claim)",
        "    provider_review --> draft: withdrawn (full way; not verified by phone)",
        "    verification_review --> draft: withdrawn",
        "    verified --> sms_pending: sent_to_administration (province with SMS verification)",
        "    verified --> administration_review: sent_to_administration (province without)",
        "    sms_pending --> draft: sms_expired",
        "    administration_rejected --> abandoned: abandoned (full way)",
        "    abandoned --> [*]",
    ] {
        assert!(text.lines().any(|drawn| drawn == line), "no line {line:?} in\n{text}");
    }
    for (from, event, to) in TABLE.iter().filter(|(_, event, _)| *event != E::Created) {
        let arrow = format!("    {from} --> {to}: {event}");
        assert!(text.lines().any(|line| line == arrow || line.starts_with(&format!("{arrow} ("))), "{arrow}");
    }
    // Two ends, one beginning, and the arrows of the shorter ways and of verification by phone besides the table.
    assert_eq!(text.lines().count(), 1 + TABLE.len() + 2 + 6, "{text}");
}

proptest! {
    #[test]
    fn no_sequence_leaves_the_table(kind in kind(), events in prop::collection::vec((event(), any::<bool>()), 0..40)) {
        let mut at = Standing::START;
        for (event, sms_required) in events {
            let before = at;
            match apply(kind, at, event, sms_required) {
                Ok(next) => {
                    if kind.way() == Way::Full {
                        let by_phone = before.state() == S::ProviderReview && before.verification_passed();
                        let known = TABLE.contains(&(before.state(), event, next.state()))
                            || (by_phone && event == E::ProviderApproved && next == Standing::Verified)
                            || (sms_required && event == E::SentToAdministration && next == Standing::SmsPending);
                        prop_assert!(known, "{before:?} --{event}--> {next:?}");
                    }
                    at = next;
                }
                Err(illegal) => {
                    // Refused: the error says where, and nothing has moved.
                    prop_assert_eq!(illegal, Illegal { kind, at: before, event });
                    prop_assert_eq!(at, before);
                }
            }
        }
    }

    #[test]
    fn replaying_what_was_applied_gives_the_state(
        kind in kind(),
        sms_required in any::<bool>(),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let mut at = Standing::START;
        let mut events = Vec::new();
        for choice in choices {
            let possible = possible(kind, at);
            if possible.is_empty() {
                break;
            }
            let event = possible[choice.index(possible.len())];
            at = apply(kind, at, event, sms_required).unwrap();
            events.push(event);
        }
        let replayed = replay(kind, events.iter().copied(), at.state(), sms_required).unwrap();
        prop_assert_eq!(replayed.standing().state(), at.state());
        prop_assert_eq!(replayed.after.len(), events.len());
        // The table of the day doesn't matter to a record that states its state.
        let other_day = replay(kind, events.iter().copied(), at.state(), !sms_required).unwrap();
        prop_assert_eq!(other_day.standing().state(), at.state());
    }

    #[test]
    fn a_refusal_names_the_first_event_that_no_reading_allows(
        kind in kind(),
        events in prop::collection::vec(event(), 0..20),
    ) {
        if let Err(refused) = replays(kind, events.iter().copied(), false) {
            prop_assert!(replays(kind, events[..refused.index].iter().copied(), false).is_ok());
            prop_assert_eq!(refused.illegal.event, events[refused.index]);
        }
    }
}

/// The machine and the rule that explains it are written apart: they must not drift.
#[test]
fn what_can_be_stopped_is_what_the_rule_says() {
    use crate::rules::cancel_order::{CancelFacts, Way as Stop, can_cancel_order};
    for kind in OrderType::ALL {
        for state in S::ALL {
            let standing = Standing::stated(state);
            let order = crate::rules::samples::order("20190812001", kind, state);
            let facts = CancelFacts { order: &order, verification_passed: standing.verification_passed() };
            let ways = can_cancel_order(&facts).ways;
            assert_eq!(can_withdraw(kind, standing), ways.contains(&Stop::Withdraw), "{kind:?} {state:?}");
            assert_eq!(can_abandon(kind, standing), ways.contains(&Stop::Abandon), "{kind:?} {state:?}");
        }
    }
}

#[test]
fn an_order_without_events_was_entered_by_none() {
    let replay = replay(OrderType::First, [], S::Draft, false).unwrap();
    assert_eq!(replay.entered_by(), None);
}

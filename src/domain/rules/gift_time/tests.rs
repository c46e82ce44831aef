//! Days, part days, and each blocker.

use jiff::civil::date;
use serde_json::json;

use super::GiftBlocker::*;
use super::*;
use crate::order::OrderState;
use crate::records::Plan;
use crate::rules::book::tests::book;
use crate::rules::samples::{event, instance, order};

const TODAY: Date = date(2019, 8, 20);

/// Withdrawn once, submitted last on 2019-08-01 at ten, approved then.
fn approved(at: &str) -> Order {
    let mut order = order("20190801001", OrderType::First, OrderState::Approved);
    order.events = vec![
        event("2019-07-01T10:00:00+08:00", Event::Submitted),
        event("2019-07-02T10:00:00+08:00", Event::Withdrawn),
        event("2019-08-01T10:00:00+08:00", Event::Submitted),
        event(at, Event::AdministrationApproved),
    ];
    order
}

fn ask(instance: &Instance, order: &Order) -> GiftTime {
    gift_time(
        book(),
        &GiftFacts { instance, order, earlier_website: false, already_given: false, today: TODAY },
    )
}

#[test]
fn from_the_last_submission_to_approval_a_part_day_counts_as_one() {
    let ecs = instance("i-1", "ecs");
    for (at, days) in [
        ("2019-08-01T10:00:00+08:00", 0),
        ("2019-08-01T10:00:00.5+08:00", 1),
        ("2019-08-01T10:00:01+08:00", 1),
        ("2019-08-02T10:00:00+08:00", 1),
        ("2019-08-02T10:00:01+08:00", 2),
        ("2019-08-13T09:00:00+08:00", 12),
        ("2019-08-31T10:00:00+08:00", 30),
        ("2019-08-31T10:00:01+08:00", 30),
        ("2019-10-31T10:00:00+08:00", 30),
    ] {
        let outcome = ask(&ecs, &approved(at));
        assert_eq!((outcome.eligible, outcome.days), (true, Some(days)), "{at}");
        assert_eq!(outcome.evidence.capped, at > "2019-08-31T10:00:00+08:00", "{at}");
    }
    let evidence = ask(&ecs, &approved("2019-08-13T09:00:00+08:00")).evidence;
    assert_eq!(evidence.submitted_at.unwrap().as_str(), "2019-08-01T10:00:00+08:00");
    assert_eq!(evidence.approved_at.unwrap().as_str(), "2019-08-13T09:00:00+08:00");
}

#[test]
fn a_resubmission_is_a_submission_and_what_comes_after_approval_is_not() {
    let ecs = instance("i-1", "ecs");
    let mut order = approved("2019-08-13T10:00:00+08:00");
    order.events.push(event("2019-08-14T10:00:00+08:00", Event::Submitted));
    assert_eq!(ask(&ecs, &order).days, Some(12));
    order.events.push(event("2019-08-10T10:00:00+08:00", Event::Resubmitted));
    assert_eq!(ask(&ecs, &order).days, Some(3));
}

#[test]
fn the_contract_s_form() {
    let host = instance("i-1", "virtual_host");
    let outcome = ask(&host, &approved("2019-08-13T10:00:00+08:00"));
    assert_eq!(serde_json::to_value(outcome).unwrap(), json!({"eligible": true, "days": 12, "blockers": []}));
}

#[test]
fn before_approval_the_days_are_unknown() {
    let mut order = approved("2019-08-13T10:00:00+08:00");
    order.events.pop();
    let outcome = ask(&instance("i-1", "ecs"), &order);
    assert_eq!((outcome.eligible, outcome.days), (true, None));
    let mut over = instance("i-1", "ecs");
    over.expires_on = date(2019, 8, 19);
    assert_eq!(ask(&over, &order).blockers, [ExpiredBeforeApproval]);
    over.expires_on = TODAY;
    assert_eq!(ask(&over, &order).blockers, []);
}

#[test]
fn each_blocker() {
    let order = approved("2019-08-13T10:00:00+08:00");
    let bent = |bend: fn(&mut Instance), product: &str| {
        let mut instance = instance("i-1", product);
        bend(&mut instance);
        let outcome = ask(&instance, &order);
        assert_eq!(outcome.days, if outcome.blockers.is_empty() { Some(12) } else { Some(0) });
        assert_eq!(outcome.eligible, outcome.blockers.is_empty());
        outcome.blockers
    };
    assert_eq!(bent(|i| i.billing = Billing::PayAsYouGo, "ecs"), [NotSubscription]);
    for product in ["light_server", "web_hosting", "site_builder", "ens", "oss", "unheard_of"] {
        assert_eq!(bent(|_| (), product), [ProductExcluded], "{product}");
    }
    assert_eq!(bent(|i| i.plan = Some(Plan::Shared), "virtual_host"), [PlanExcluded]);
    assert_eq!(bent(|i| i.plan = Some(Plan::Free), "virtual_host"), [PlanExcluded]);
    assert_eq!(bent(|i| i.plan = Some(Plan::Dedicated), "virtual_host"), []);
    assert_eq!(bent(|i| i.plan = Some(Plan::Shared), "ecs"), []);
    assert_eq!(bent(|i| i.expires_on = date(2019, 8, 12), "ecs"), [ExpiredBeforeApproval]);
    assert_eq!(bent(|i| i.expires_on = date(2019, 8, 13), "ecs"), []);
    assert_eq!(bent(|i| i.region = Region::Hongkong, "ecs"), [OutsideMainland]);
    assert_eq!(bent(|i| i.region = Region::Overseas, "ecs"), [OutsideMainland]);
}

#[test]
fn only_the_first_website_and_only_once() {
    let (ecs, order) = (instance("i-1", "ecs"), approved("2019-08-13T10:00:00+08:00"));
    for (earlier_website, already_given, expected) in [
        (true, false, vec![NotFirstWebsite]),
        (false, true, vec![AlreadyGiven]),
        (true, true, vec![NotFirstWebsite, AlreadyGiven]),
    ] {
        let facts = GiftFacts { instance: &ecs, order: &order, earlier_website, already_given, today: TODAY };
        assert_eq!(gift_time(book(), &facts).blockers, expected);
    }
}

#[test]
fn changes_earn_nothing() {
    let ecs = instance("i-1", "ecs");
    for (kind, blocked) in [
        (OrderType::First, false),
        (OrderType::AddAccess, false),
        (OrderType::ResumeAccess, false),
        (OrderType::AddWebsite, false),
        (OrderType::AddWebsiteElsewhere, false),
        (OrderType::ChangeEntity, true),
        (OrderType::ChangeWebsite, true),
        (OrderType::CancelAccess, true),
        (OrderType::DeregisterEntity, true),
        (OrderType::DeregisterWebsite, true),
        (OrderType::Claim, true),
        (OrderType::Import, true),
        (OrderType::Transfer, true),
    ] {
        let mut order = approved("2019-08-13T10:00:00+08:00");
        order.kind = kind;
        assert_eq!(ask(&ecs, &order).blockers == [ChangeOrder], blocked, "{kind:?}");
    }
}

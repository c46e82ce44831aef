//! Each blocker on both sides of its edge.

use jiff::civil::{Date, date};
use serde_json::json;

use super::ServerBlocker::*;
use super::*;
use crate::rules::book::tests::book;
use crate::rules::samples::instance;

const TODAY: Date = date(2019, 8, 20);

fn blockers(instance: &Instance, used: u32) -> Vec<ServerBlocker> {
    let outcome = check_server(book(), instance, used, TODAY);
    assert_eq!(outcome.eligible, outcome.blockers.is_empty());
    outcome.blockers
}

#[test]
fn an_instance_in_order_in_the_contract_s_form() {
    let outcome = check_server(book(), &instance("i-1", "ecs"), 4, TODAY);
    assert_eq!(
        serde_json::to_value(outcome).unwrap(),
        json!({"instance": "i-1", "eligible": true, "blockers": []})
    );
}

#[test]
fn minimum_terms_by_product() {
    for (product, months) in [
        ("ecs", 3),
        ("virtual_host", 3),
        ("light_server", 3),
        ("web_hosting", 6),
        ("site_builder", 12),
        ("nat_gateway", 1),
        ("ipv6_translation", 1),
        ("ens", 3),
    ] {
        let mut instance = instance("i-1", product);
        instance.months = months;
        assert_eq!(blockers(&instance, 0), [], "{product}");
        instance.months = months - 1;
        assert_eq!(blockers(&instance, 0), [TermTooShort], "{product}");
    }
}

#[test]
fn only_ecs_needs_public_bandwidth() {
    let mut ecs = instance("i-1", "ecs");
    ecs.public_bandwidth = false;
    assert_eq!(blockers(&ecs, 0), [NoPublicBandwidth]);
    let mut host = instance("i-1", "virtual_host");
    host.public_bandwidth = false;
    assert_eq!(blockers(&host, 0), []);
}

#[test]
fn pay_as_you_go_is_reported_alone() {
    let mut ecs = instance("i-1", "ecs");
    ecs.billing = Billing::PayAsYouGo;
    ecs.months = 0;
    ecs.public_bandwidth = false;
    ecs.region = Region::Hongkong;
    ecs.expires_on = date(2019, 1, 1);
    assert_eq!(blockers(&ecs, 9), [PayAsYouGo]);
}

#[test]
fn all_other_blockers_are_listed_together() {
    let mut ecs = instance("i-1", "ecs");
    ecs.months = 1;
    ecs.public_bandwidth = false;
    ecs.region = Region::Overseas;
    ecs.expires_on = date(2019, 8, 19);
    assert_eq!(blockers(&ecs, 5), [NoPublicBandwidth, TermTooShort, Expired, OutsideMainland, QuotaUsedUp]);
}

#[test]
fn the_last_day_still_counts() {
    let mut ecs = instance("i-1", "ecs");
    ecs.expires_on = TODAY;
    assert_eq!(blockers(&ecs, 0), []);
    ecs.expires_on = date(2019, 8, 19);
    assert_eq!(blockers(&ecs, 0), [Expired]);
}

#[test]
fn regions() {
    for (region, expected) in [
        (Region::Mainland, vec![]),
        (Region::Hongkong, vec![OutsideMainland]),
        (Region::Overseas, vec![OutsideMainland]),
    ] {
        let mut ecs = instance("i-1", "ecs");
        ecs.region = region;
        assert_eq!(blockers(&ecs, 0), expected);
    }
}

#[test]
fn a_site_builder_has_to_have_cost_99_yuan() {
    let mut site = instance("i-1", "site_builder");
    for (amount, expected) in [
        (Some(serde_json::Number::from(98)), vec![AmountTooLow]),
        (serde_json::Number::from_f64(98.99), vec![AmountTooLow]),
        (Some(99.into()), vec![]),
        (None, vec![]),
    ] {
        site.amount_yuan = amount;
        assert_eq!(blockers(&site, 0), expected);
    }
    let evidence = check_server(book(), &site, 0, TODAY).evidence;
    assert!(evidence.amount_unknown && evidence.first_purchase);
    assert_eq!(
        (evidence.amount_needed, evidence.months_needed, evidence.quota),
        (Some(99), Some(12), Some(1))
    );
    site.amount_yuan = Some(99.into());
    assert!(!check_server(book(), &site, 0, TODAY).evidence.amount_unknown);
    let mut ecs = instance("i-1", "ecs");
    ecs.amount_yuan = None;
    assert!(!check_server(book(), &ecs, 0, TODAY).evidence.amount_unknown);
}

#[test]
fn the_quota() {
    for (product, limit) in [("ecs", 5), ("site_builder", 1), ("nat_gateway", 2)] {
        let instance = instance("i-1", product);
        assert_eq!(blockers(&instance, limit - 1), [], "{product}");
        assert_eq!(blockers(&instance, limit), [QuotaUsedUp], "{product}");
        assert_eq!(blockers(&instance, limit + 1), [QuotaUsedUp], "{product}");
    }
}

#[test]
fn products_that_take_no_filing() {
    for product in ["oss", "cdn", "slb", "unheard_of"] {
        let mut other = instance("i-1", product);
        assert_eq!(blockers(&other, 0), [ProductUnsupported], "{product}");
        other.billing = Billing::PayAsYouGo;
        assert_eq!(blockers(&other, 0), [ProductUnsupported], "{product}");
        other.region = Region::Overseas;
        assert_eq!(blockers(&other, 0), [ProductUnsupported, OutsideMainland], "{product}");
    }
}

#[test]
fn enough_bought_but_little_left_to_run() {
    let mut ecs = instance("i-1", "ecs");
    for (expires_on, months, soon) in [
        (date(2019, 11, 19), 12, true),
        (date(2019, 11, 20), 12, false),
        (date(2019, 11, 19), 2, false),
        (date(2019, 8, 20), 12, true),
        (date(2019, 8, 19), 12, false),
    ] {
        (ecs.expires_on, ecs.months) = (expires_on, months);
        assert_eq!(
            check_server(book(), &ecs, 0, TODAY).evidence.runs_out_soon,
            soon,
            "{expires_on} {months}"
        );
    }
}

//! Quotas per instance and per account.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::records::{Billing, Region};
use crate::rules::book::tests::book;
use crate::rules::samples::{instance, service_number};

const TODAY: Date = date(2019, 8, 20);

fn numbers(instance: &str, used: usize, free: usize) -> Vec<ServiceNumber> {
    (0..used + free)
        .map(|n| service_number(&format!("{instance}-{n}"), instance, (n < used).then_some("20190101001")))
        .collect()
}

fn ask(listed: &[&Instance], all: &[&Instance], numbers: &[ServiceNumber]) -> NumbersLeft {
    let numbers: Vec<_> = numbers.iter().collect();
    service_numbers_left(
        book(),
        &NumbersQuestion { instances: listed, all_instances: all, numbers: &numbers, today: TODAY },
    )
}

#[test]
fn five_for_an_ecs_less_those_used_in_the_contract_s_form() {
    let ecs = instance("i-1", "ecs");
    // two used, one applied for and free: only the used count
    let outcome = ask(&[&ecs], &[&ecs], &numbers("i-1", 2, 1));
    assert_eq!(
        serde_json::to_value(outcome).unwrap(),
        json!({"left": 3, "instances": [{
            "instance": "i-1", "product": "ecs", "limit": 5, "used": 2, "left": 3, "eligible": true, "blockers": [],
        }]})
    );
}

#[test]
fn several_instances_add_up() {
    let (ecs, nat) = (instance("i-1", "ecs"), instance("i-2", "nat_gateway"));
    let mut used = numbers("i-1", 1, 0);
    used.extend(numbers("i-2", 1, 0));
    let outcome = ask(&[&ecs, &nat], &[&ecs, &nat], &used);
    assert_eq!(outcome.left, 5);
    assert_eq!(outcome.instances.iter().map(|i| i.left).collect::<Vec<_>>(), [4, 1]);
    // naming one leaves out the other
    assert_eq!(ask(&[&nat], &[&ecs, &nat], &used).left, 1);
}

#[test]
fn web_hosting_shares_five_per_account() {
    let (one, two) = (instance("i-1", "web_hosting"), instance("i-2", "web_hosting"));
    let mut elsewhere = instance("i-3", "web_hosting");
    elsewhere.account = "a2".into();
    let mut used = numbers("i-1", 3, 0);
    used.extend(numbers("i-2", 1, 0));
    used.extend(numbers("i-3", 2, 0));
    let outcome = ask(&[&one, &two], &[&one, &two, &elsewhere], &used);
    assert_eq!(outcome.left, 1);
    assert_eq!(outcome.instances.iter().map(|i| (i.used, i.left)).collect::<Vec<_>>(), [(3, 2), (1, 4)]);
    assert_eq!(outcome.instances.iter().map(|i| i.shared_left).collect::<Vec<_>>(), [Some(1), Some(1)]);
    // what the other instance used counts even when only one is asked for
    assert_eq!(ask(&[&two], &[&one, &two], &used).left, 1);
    // another account has a quota of its own
    assert_eq!(ask(&[&one, &two, &elsewhere], &[&one, &two, &elsewhere], &used).left, 1 + 3);
}

#[test]
fn a_shared_quota_used_up_blocks_every_instance() {
    let (one, two) = (instance("i-1", "web_hosting"), instance("i-2", "web_hosting"));
    let outcome = ask(&[&one, &two], &[&one, &two], &numbers("i-1", 5, 0));
    assert_eq!(outcome.left, 0);
    for found in &outcome.instances {
        assert_eq!((found.eligible, found.left), (false, 0));
        assert_eq!(found.blockers, [ServerBlocker::QuotaUsedUp]);
    }
}

#[test]
fn an_expired_sibling_leaves_its_used_numbers_behind() {
    let (mut one, two) = (instance("i-1", "web_hosting"), instance("i-2", "web_hosting"));
    one.expires_on = date(2019, 1, 1);
    let outcome = ask(&[&one, &two], &[&one, &two], &numbers("i-1", 3, 0));
    assert_eq!(outcome.left, 2);
    assert_eq!(outcome.instances[0].left, 0);
}

#[test]
fn nothing_is_left_where_the_instance_is_not_eligible() {
    let mut hongkong = instance("i-1", "ecs");
    hongkong.region = Region::Hongkong;
    let mut hourly = instance("i-2", "ecs");
    hourly.billing = Billing::PayAsYouGo;
    let bucket = instance("i-3", "oss");
    let all = [&hongkong, &hourly, &bucket];
    let outcome = ask(&all, &all, &[]);
    assert_eq!(outcome.left, 0);
    assert_eq!(
        outcome.instances.iter().map(|i| (i.limit, i.left)).collect::<Vec<_>>(),
        [(5, 0), (5, 0), (0, 0)]
    );
    assert_eq!(outcome.instances[2].blockers, [ServerBlocker::ProductUnsupported]);
}

#[test]
fn no_instances_no_numbers() {
    assert_eq!(serde_json::to_value(ask(&[], &[], &[])).unwrap(), json!({"left": 0, "instances": []}));
}

proptest! {
    /// However many numbers were used on how many instances, an account never has more than its five.
    #[test]
    fn shared_quota_never_exceeds_its_limit(used in proptest::collection::vec(0usize..7, 1..5)) {
        let instances: Vec<_> = (0..used.len()).map(|n| instance(&format!("i-{n}"), "web_hosting")).collect();
        let listed: Vec<_> = instances.iter().collect();
        let all: Vec<_> = used.iter().enumerate().flat_map(|(n, count)| numbers(&format!("i-{n}"), *count, 1)).collect();
        let outcome = ask(&listed, &listed, &all);
        let total: usize = used.iter().sum();
        prop_assert_eq!(outcome.left as usize, 5usize.saturating_sub(total));
    }
}

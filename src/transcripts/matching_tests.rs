//! What matches and what doesn't, by example and by property.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn fits(expected: &Value, actual: &Value) -> bool {
    compare("outcome", expected, Some(actual)).is_empty()
}

#[test]
fn maps_match_as_subsets() {
    let actual = json!({"allowed": true, "ways": ["abandon"], "order": {"id": "1", "state": "draft"}});
    assert!(fits(&json!({}), &actual));
    assert!(fits(&json!({"allowed": true, "order": {"state": "draft"}}), &actual));
    assert!(!fits(&json!({"allowed": false}), &actual));
    assert!(!fits(&json!({"reason": null}), &actual));
    assert!(!fits(&json!({}), &json!(null)));
}

#[test]
fn every_difference_is_named_by_its_place() {
    let actual = json!({"a": 1, "b": {"c": 2, "d": 3}});
    let found = compare("outcome", &json!({"a": 2, "b": {"c": 2, "d": 4}, "e": 5}), Some(&actual));
    let places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["outcome.a", "outcome.b.d", "outcome.e"]);
    assert_eq!(found[1].actual, Some(json!(3)));
    assert_eq!(found[2].actual, None);
}

#[test]
fn plain_lists_are_equal_as_sets() {
    assert!(fits(&json!(["withdraw", "abandon"]), &json!(["abandon", "withdraw"])));
    assert!(fits(&json!(["abandon", "abandon"]), &json!(["abandon"])));
    assert!(fits(&json!([1, null, true]), &json!([true, 1.0, null])));
    assert!(!fits(&json!(["abandon"]), &json!(["abandon", "withdraw"])));
    assert!(!fits(&json!(["abandon", "withdraw"]), &json!(["abandon"])));
    assert!(!fits(&json!(["a"]), &json!(["a", {"b": 1}])));
}

#[test]
fn an_empty_list_means_empty() {
    assert!(fits(&json!([]), &json!([])));
    assert!(!fits(&json!([]), &json!(["a"])));
    assert!(!fits(&json!([]), &json!([{"code": "a"}])));
    assert!(!fits(&json!([]), &json!(null)));
}

#[test]
fn each_expected_map_needs_an_item_of_its_own() {
    let actual = json!([{"code": "a", "stage": "provider"}, {"code": "b", "stage": null}]);
    assert!(fits(&json!([{"code": "b"}]), &actual));
    assert!(fits(&json!([{"code": "b"}, {"code": "a"}]), &actual));
    assert!(!fits(&json!([{"code": "a"}, {"code": "a"}]), &actual));
    assert!(!fits(&json!([{}, {}, {}]), &actual));
    assert!(fits(&json!([{"stage": null}]), &actual));
}

/// Guards against taking the first item that fits: `{}` must leave the first one to the second expectation.
#[test]
fn the_pairing_is_sought_not_grabbed() {
    let actual = json!([{"x": 1}, {"y": 2}]);
    assert!(fits(&json!([{}, {"x": 1}]), &actual));
    assert!(fits(&json!([{"x": 1}, {}]), &actual));
    let chain = json!([{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"c": 1}]);
    assert!(fits(&json!([{"b": 1}, {"c": 1}, {"a": 1}]), &chain));
    let found = compare("outcome.list", &json!([{"a": 1}, {"z": 1}]), Some(&chain));
    assert!(found[0].note.as_ref().unwrap().ends_with("item 2"), "{found:?}");
}

#[test]
fn numbers_compare_by_value_and_only_with_numbers() {
    assert!(fits(&json!(3), &json!(3.0)));
    assert!(fits(&json!(0.5), &json!(0.5)));
    assert!(!fits(&json!(3), &json!(4)));
    assert!(!fits(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992_i64)));
    assert!(!fits(&json!(1), &json!(true)));
    assert!(!fits(&json!("3"), &json!(3)));
    let found = compare("outcome.order", &json!(20_190_812_001_i64), Some(&json!("20190812001")));
    assert!(found[0].note.as_ref().unwrap().contains("quote"));
}

#[test]
fn null_matches_null_alone() {
    assert!(fits(&json!(null), &json!(null)));
    for other in [json!(false), json!(0), json!(""), json!([]), json!({})] {
        assert!(!fits(&json!(null), &other), "{other}");
        assert!(!fits(&other, &json!(null)), "{other}");
    }
    assert!(!compare("outcome", &json!(null), None).is_empty());
}

fn any_value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
    ];
    plain.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[xyz]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_maps() -> impl Strategy<Value = Vec<Value>> {
    let map = prop::collection::hash_map("[xyz]", 0_i64..3, 0..3)
        .prop_map(|map| Value::Object(map.into_iter().map(|(name, number)| (name, number.into())).collect()));
    prop::collection::vec(map, 0..5)
}

/// The definition, tried out: some way to give every expected item an actual one of its own.
fn some_pairing(wanted: &[Value], got: &[Value]) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    (0..got.len()).any(|index| {
        let mut left = got.to_vec();
        let item = left.remove(index);
        fits(first, &item) && some_pairing(rest, &left)
    })
}

proptest! {
    #[test]
    fn everything_matches_itself(value in any_value()) {
        prop_assert!(fits(&value, &value));
    }

    #[test]
    fn further_fields_do_no_harm(mut actual in prop::collection::hash_map("[xyz]", any_value(), 0..4), other in any_value()) {
        let expected = Value::Object(actual.clone().into_iter().collect());
        actual.insert("other".to_owned(), other);
        prop_assert!(fits(&expected, &Value::Object(actual.into_iter().collect())));
    }

    #[test]
    fn the_order_of_a_list_is_free(list in prop::collection::vec(any_value(), 0..5), turn in 0_usize..5) {
        let mut turned = list.clone();
        turned.rotate_left(turn.min(list.len()));
        prop_assert!(fits(&Value::from(list), &Value::from(turned)));
    }

    #[test]
    fn lists_of_maps_match_as_the_contract_defines_it(wanted in any_maps(), got in any_maps()) {
        prop_assume!(!wanted.is_empty());
        prop_assert_eq!(fits(&Value::from(wanted.clone()), &Value::from(got.clone())), some_pairing(&wanted, &got));
    }
}

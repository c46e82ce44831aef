//! What is refused, with its path, and what must not be.

use serde_json::{Value, json};

use super::*;

/// A small set that is right; tests break it in one place.
fn sound() -> Value {
    json!({
        "accounts": [{"id": "a1", "site": "china"}],
        "identities": [{"channel": "web", "user": "u1", "account": "a1", "role": "applicant"}],
        "entities": [{"id": "e1", "account": "a1", "name": "甲公司", "nature": "enterprise", "id_type": "营业执照",
            "id_number": "1", "province": "浙江", "status": "unfiled",
            "person": {"name": "甲", "id_type": "身份证", "id_number": "2", "phone": "3", "legal_representative": true}}],
        "websites": [{"id": "w1", "entity": "e1", "name": "甲站", "domains": ["unknown.com"], "status": "unfiled",
            "resolves_to": "none"}],
        "domains": [{"name": "jia.com", "registrar": "r", "registrar_approved": true, "expires_on": "2027-01-01",
            "holder": {"name": "甲公司", "id_type": "营业执照", "id_number": "1"}, "real_name": {"status": "none"}}],
        "instances": [{"id": "i-1", "account": "a1", "product": "ecs", "region": "mainland", "billing": "subscription",
            "months": 12, "expires_on": "2027-01-01", "public_bandwidth": true}],
        "service_numbers": [
            {"number": "n1", "instance": "i-1", "used_by": "20190812001"},
            {"number": "n2", "instance": "i-1", "used_by": "20190812001"},
            {"number": "n3", "instance": "i-1", "used_by": "an order nobody knows"},
            {"number": "n4", "instance": "i-1", "used_by": null}
        ],
        "orders": [{"id": "20190812001", "account": "a1", "entity": "e1", "type": "first", "domains": ["other.com"],
            "province": "浙江", "state": "provider_review", "instance": "i-1",
            "events": [{"at": "2019-08-12T10:00:00+08:00", "event": "created"},
                       {"at": "2019-08-12T02:00:00Z", "event": "submitted"}]}]
    })
}

fn findings(set: Value, known: &Known) -> Vec<(String, Problem)> {
    let set: RecordSet = serde_json::from_value(set).unwrap();
    match check(&set, known) {
        Ok(()) => Vec::new(),
        Err(found) => found.0.into_iter().map(|finding| (finding.path, finding.problem)).collect(),
    }
}

/// The findings after one value was set.
fn broken(pointer: &str, value: Value) -> Vec<(String, Problem)> {
    let mut set = sound();
    *set.pointer_mut(pointer).expect(pointer) = value;
    findings(set, &Known::default())
}

fn paths(found: &[(String, Problem)]) -> Vec<&str> {
    found.iter().map(|(path, _)| path.as_str()).collect()
}

/// The set with a second, equal record in a list.
fn doubled(list: &str) -> Vec<(String, Problem)> {
    let mut set = sound();
    let records = set[list].as_array_mut().unwrap();
    let copy = records[0].clone();
    records.push(copy);
    findings(set, &Known::default())
}

#[test]
fn a_sound_set_and_an_empty_one_pass() {
    assert_eq!(findings(sound(), &Known::default()), []);
    assert_eq!(findings(json!({}), &Known::default()), []);
}

#[test]
fn keys_are_unique() {
    for (list, path) in [
        ("accounts", "accounts[1].id"),
        ("identities", "identities[1]"),
        ("entities", "entities[1].id"),
        ("websites", "websites[1].id"),
        ("domains", "domains[1].name"),
        ("instances", "instances[1].id"),
        ("orders", "orders[1].id"),
    ] {
        let found = doubled(list);
        assert_eq!(paths(&found), [path]);
        let Problem::Duplicate { first, .. } = &found[0].1 else { panic!("{found:?}") };
        assert!(first.starts_with(&format!("{list}[0]")), "{first}");
    }
}

#[test]
fn domain_names_differ_by_more_than_case() {
    let mut set = sound();
    let mut copy = set["domains"][0].clone();
    copy["name"] = json!("JIA.com");
    set["domains"].as_array_mut().unwrap().push(copy);
    assert_eq!(paths(&findings(set, &Known::default())), ["domains[1].name"]);
}

#[test]
fn keys_are_not_empty() {
    for (pointer, path) in [
        ("/identities/0/channel", "identities[0].channel"),
        ("/identities/0/user", "identities[0].user"),
        ("/websites/0/id", "websites[0].id"),
        ("/domains/0/name", "domains[0].name"),
        ("/service_numbers/3/number", "service_numbers[3].number"),
        ("/orders/0/id", "orders[0].id"),
    ] {
        assert_eq!(broken(pointer, json!(" ")), [(path.to_owned(), Problem::Empty)]);
    }
}

#[test]
fn references_resolve() {
    for (pointer, path, kind) in [
        ("/identities/0/account", "identities[0].account", "account"),
        ("/entities/0/account", "entities[0].account", "account"),
        ("/websites/0/entity", "websites[0].entity", "entity"),
        ("/instances/0/account", "instances[0].account", "account"),
        ("/service_numbers/2/instance", "service_numbers[2].instance", "instance"),
        ("/orders/0/account", "orders[0].account", "account"),
        ("/orders/0/entity", "orders[0].entity", "entity"),
        ("/orders/0/instance", "orders[0].instance", "instance"),
    ] {
        let problem = Problem::Unresolved { kind, id: "nobody".to_owned() };
        assert_eq!(broken(pointer, json!("nobody")), [(path.to_owned(), problem)]);
    }
}

#[test]
fn references_may_resolve_in_the_store() {
    let mut set = sound();
    for list in ["accounts", "entities", "instances"] {
        set.as_object_mut().unwrap().remove(list);
    }
    assert!(!findings(set.clone(), &Known::default()).is_empty());
    let known = Known {
        accounts: ["a1".to_owned()].into(),
        entities: ["e1".to_owned()].into(),
        instances: ["i-1".to_owned()].into(),
        ..Known::default()
    };
    assert_eq!(findings(set, &known), []);
}

#[test]
fn what_may_be_null_may_be_null() {
    for pointer in ["/identities/0/account", "/entities/0/account", "/orders/0/entity", "/orders/0/instance"]
    {
        assert_eq!(broken(pointer, Value::Null), [], "{pointer}");
    }
}

#[test]
fn a_service_number_is_used_once() {
    let found = broken("/service_numbers/2/number", json!("n1"));
    assert_eq!(paths(&found), ["service_numbers[2].number"]);
    assert!(found[0].1.to_string().contains("used twice, first at service_numbers[0]"), "{}", found[0].1);
}

#[test]
fn a_service_number_once_used_stays_used_by_its_order() {
    let used = |order: &str| Known {
        used_numbers: [("n1".to_owned(), order.to_owned())].into(),
        ..Known::default()
    };
    assert_eq!(findings(sound(), &used("20190812001")), []);
    let found = findings(sound(), &used("20190101001"));
    assert_eq!(paths(&found), ["service_numbers[0].used_by"]);
}

#[test]
fn an_order_without_events_stands_where_it_says() {
    for state in OrderState::ALL {
        let mut set = sound();
        set["orders"][0]["state"] = json!(state);
        set["orders"][0]["events"] = json!([]);
        assert_eq!(findings(set, &Known::default()), [], "{state}");
    }
}

#[test]
fn events_lead_to_the_state() {
    let found = broken("/orders/0/state", json!("approved"));
    assert_eq!(paths(&found), ["orders[0].state"]);
    assert!(
        found[0].1.to_string().contains("lead to `provider_review`, not to `approved`"),
        "{}",
        found[0].1
    );
}

#[test]
fn an_illegal_event_is_named() {
    let found = broken("/orders/0/events/1/event", json!("administration_approved"));
    assert_eq!(paths(&found), ["orders[0].events[1].event"]);
    assert!(found[0].1.to_string().contains("`administration_approved`"), "{}", found[0].1);
}

#[test]
fn events_are_in_time_order() {
    let found = broken("/orders/0/events/1/at", json!("2019-08-12T09:59:59+08:00"));
    assert_eq!(paths(&found), ["orders[0].events[1].at"]);
}

#[test]
fn either_reading_of_the_last_handover_is_accepted() {
    for state in ["sms_pending", "administration_review"] {
        let mut set = sound();
        set["orders"][0]["state"] = json!(state);
        let events = ["submitted", "provider_approved", "verification_submitted", "verification_passed"];
        let events: Vec<Value> = events
            .iter()
            .chain(&["sent_to_administration"])
            .map(|event| json!({"at": "2019-08-12T10:00:00+08:00", "event": event}))
            .collect();
        set["orders"][0]["events"] = json!(events);
        assert_eq!(findings(set, &Known::default()), [], "{state}");
    }
}

#[test]
fn findings_are_one_line_in_the_order_of_the_document() {
    let mut set = sound();
    set["orders"][0]["state"] = json!("approved");
    set["websites"][0]["entity"] = json!("nobody");
    let broken: RecordSet = serde_json::from_value(set.clone()).unwrap();
    let two = check(&broken, &Known::default()).unwrap_err().to_string();
    assert!(two.ends_with("(and 1 more finding)"), "{two}");
    set["orders"][0]["id"] = json!("");
    set["service_numbers"][1]["number"] = json!("n1");
    let set: RecordSet = serde_json::from_value(set).unwrap();
    let found = check(&set, &Known::default()).unwrap_err();
    let order: Vec<_> = found.all().iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(order, ["websites[0].entity", "service_numbers[1].number", "orders[0].id", "orders[0].state"]);
    let text = found.to_string();
    assert!(text.starts_with("websites[0].entity: there is no entity `nobody`"), "{text}");
    assert!(text.ends_with("(and 3 more findings)") && !text.contains('\n'), "{text}");
}

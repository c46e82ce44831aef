//! Record sets of every shape that the checks allow.

use beian::domain::moment::Moment;
use beian::domain::order::{OrderState, OrderType, Standing, apply, possible};
use beian::domain::records::{Order, RecordSet};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// A set with up to a handful of records in each list; references resolve, orders follow the machine.
pub(super) fn record_set() -> impl Strategy<Value = RecordSet> {
    (1..4_usize, 0..4_usize, 0..4_usize).prop_flat_map(|(accounts, entities, instances)| {
        let order = order(accounts, entities, instances);
        let websites = if entities == 0 { 0..1 } else { 0..4 };
        let numbers = if instances == 0 { 0..1 } else { 0..5 };
        (
            prop::collection::vec(select(vec!["china", "international"]), accounts),
            prop::collection::vec((prop::option::of(0..accounts), text(), any::<bool>()), entities),
            prop::collection::vec((0..accounts, 0..61_u32, amount()), instances),
            prop::collection::vec((any::<Index>(), text(), names()), websites),
            prop::collection::vec((any::<Index>(), prop::option::of(text())), numbers),
            prop::collection::vec(order, 0..4),
            prop::collection::vec((prop::option::of(0..accounts), select(vec!["applicant", "agent", "admin"])), 0..4),
            prop::collection::hash_set("[a-z]{1,3}\\.(com|cn|中国)", 0..4),
        )
            .prop_map(|(sites, entities, instances, websites, numbers, orders, identities, domains)| {
                let website = |(index, (entity, name, names)): (usize, &(Index, String, Vec<String>))| {
                    json!({"id": format!("w{index}"), "entity": format!("e{}", entity.index(entities.len())),
                        "name": name, "domains": names, "status": "filed", "filed_with": "other",
                        "filed_on": "2019-02-28", "resolves_to": "elsewhere"})
                };
                let number = |(index, (instance, used_by)): (usize, &(Index, Option<String>))| {
                    let instance = format!("i-{}", instance.index(instances.len()));
                    json!({"number": format!("n{index}"), "instance": instance, "used_by": used_by})
                };
                let value = json!({
                    "accounts": numbered(&sites, |(index, site)| json!({"id": format!("a{index}"), "site": site})),
                    "identities": numbered(&identities, |(index, (account, role))| json!({"channel": "web",
                        "user": format!("u{index}"), "account": account.map(|it| format!("a{it}")), "role": role})),
                    "entities": numbered(&entities, |(index, (account, name, legal))| json!({"id": format!("e{index}"),
                        "account": account.map(|it| format!("a{it}")), "name": name, "nature": "association",
                        "id_type": "t", "id_number": name, "province": "内蒙古", "status": "deregistered",
                        "person": {"name": name, "id_type": "", "id_number": "", "phone": "",
                            "legal_representative": legal}})),
                    "websites": numbered(&websites, website),
                    "domains": numbered(&domains.into_iter().collect::<Vec<_>>(), |(_, name)| json!({"name": name,
                        "registrar": "r", "registrar_approved": false, "expires_on": "2020-02-29",
                        "holder": {"name": "h", "id_type": "t", "id_number": "1"},
                        "real_name": {"status": "pending", "verified_on": null}})),
                    "instances": numbered(&instances, |(index, (account, months, amount))| json!({
                        "id": format!("i-{index}"), "account": format!("a{account}"), "product": "ens",
                        "region": "mainland", "billing": "subscription", "months": months, "expires_on": "2020-01-01",
                        "public_bandwidth": true, "amount_yuan": amount, "plan": "shared"})),
                    "service_numbers": numbered(&numbers, number),
                });
                let mut set: RecordSet = serde_json::from_value(value).unwrap();
                set.orders = orders;
                for (index, order) in set.orders.iter_mut().enumerate() {
                    order.id = format!("2019081200{index}");
                }
                set
            })
    })
}

fn numbered<T>(all: &[T], record: impl Fn((usize, &T)) -> Value) -> Vec<Value> {
    all.iter().enumerate().map(record).collect()
}

/// An order that went some way through the machine, or of which only the state is known.
fn order(accounts: usize, entities: usize, instances: usize) -> impl Strategy<Value = Order> {
    (
        select(OrderType::ALL.to_vec()),
        (0..accounts, maybe_below(entities), maybe_below(instances)),
        (names(), text()),
        prop::collection::vec((any::<Index>(), any::<bool>(), 0..4_i64), 0..12),
        select(OrderState::ALL.to_vec()),
        prop::option::of(select(vec!["post", "more_documents"])),
        any::<bool>(),
    )
        .prop_map(|(kind, (account, entity, instance), (domains, note), steps, state, waiting_for, noted)| {
            let mut at = Standing::START;
            let mut seconds = 1_565_600_000;
            let mut events = Vec::new();
            for (choice, sms_required, pause) in steps {
                let possible = possible(kind, at);
                if possible.is_empty() {
                    break;
                }
                let event = possible[choice.index(possible.len())];
                at = apply(kind, at, event, sms_required).unwrap();
                seconds += pause;
                let moment = Moment::of(jiff::Timestamp::from_second(seconds).unwrap());
                events.push(json!({"at": moment, "event": event}));
            }
            let state = if events.is_empty() { state } else { at.state() };
            let rejection = json!({"stage": "administration", "reason": "icp_password_wrong", "note": note,
                "at": "2019-08-20T10:00:00+08:00"});
            serde_json::from_value(json!({
                "id": "set later", "account": format!("a{account}"), "entity": entity.map(|it| format!("e{it}")),
                "type": kind, "domains": domains, "province": "广西", "state": state,
                "instance": instance.map(|it| format!("i-{it}")), "waiting_for": waiting_for,
                "rejections": if noted { vec![rejection.clone(), rejection] } else { Vec::new() }, "events": events,
            }))
            .unwrap()
        })
}

fn maybe_below(count: usize) -> BoxedStrategy<Option<usize>> {
    if count == 0 { Just(None).boxed() } else { prop::option::of(0..count).boxed() }
}

fn names() -> impl Strategy<Value = Vec<String>> {
    // Repeated names, upper case and names that are not on record are all allowed.
    prop::collection::vec("[a-cA-C]{1,2}\\.(com|cn)", 0..4)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,8}", Just("'; DROP TABLE orders; --".to_owned()), Just("备案😀\u{0}".to_owned())]
}

fn amount() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<u32>().prop_map(Value::from),
        (0..100_000_u32).prop_map(|cents| json!(f64::from(cents) / 100.0)),
    ]
}

//! Which record a question is about: the one named, the only one that fits, or a question back.

use super::{Ask, Request, Step};
use crate::domain::order::history;
use crate::domain::records::{Entity, Instance, Order, Website};
use crate::phrases;

/// What there is to take.
pub(super) enum Picked<'a, T> {
    One(&'a T),
    Ask(Ask),
    /// Nothing fits.
    Nothing,
    /// A record is named that isn't there.
    Missing(String),
}

/// The order that a question is about: the one named, else by its domain, else the only one that `fits`, else the only open one.
pub(super) fn order<'a>(request: &'a Request<'_>, fits: impl Fn(&Order) -> bool) -> Picked<'a, Order> {
    let Some(case) = request.case else { return Picked::Nothing };
    let orders = &case.records.orders;
    if let Some(id) = request.slot("order") {
        return orders
            .iter()
            .find(|order| order.id == id)
            .map_or_else(|| Picked::Missing(id.to_owned()), Picked::One);
    }
    let of_domain = |order: &&Order| {
        request.slot("domain").is_none_or(|domain| order.domains.iter().any(|name| same_domain(name, domain)))
    };
    let fitting: Vec<&Order> = orders.iter().filter(of_domain).filter(|order| fits(order)).collect();
    match fitting.as_slice() {
        [] => Picked::Nothing,
        [one] => Picked::One(one),
        several => Picked::Ask(Ask {
            slot: "order",
            text: phrases::clarify::which_order(request.voice, several),
            options: several.iter().map(|order| order.id.clone()).collect(),
        }),
    }
}

/// The latest of the orders that are over, when none is open.
pub(super) fn last_finished<'a>(request: &'a Request<'_>) -> Option<&'a Order> {
    let orders = &request.case?.records.orders;
    let finished: Vec<&Order> = orders.iter().filter(|order| !history::is_open(order)).collect();
    match finished.as_slice() {
        [one] => Some(one),
        several => several
            .iter()
            .copied()
            .max_by(|a, b| history::in_state_since(a).cmp(&history::in_state_since(b)).then(b.id.cmp(&a.id))),
    }
}

/// The instance that a question is about.
pub(super) fn instance<'a>(request: &'a Request<'_>) -> Picked<'a, Instance> {
    let Some(case) = request.case else { return Picked::Nothing };
    let instances = &case.records.instances;
    if let Some(id) = request.slot("instance") {
        return instances
            .iter()
            .find(|instance| instance.id.eq_ignore_ascii_case(id))
            .map_or_else(|| Picked::Missing(id.to_owned()), Picked::One);
    }
    let mut fitting: Vec<&Instance> = instances
        .iter()
        .filter(|instance| request.slot("product").is_none_or(|product| instance.product == product))
        .collect();
    // 云服务器 is the name of one product, and what people call every server.
    if fitting.is_empty() && request.slot("product") == Some("ecs") && !request.says(&["ecs"]) {
        fitting = instances.iter().collect();
    }
    match fitting.as_slice() {
        [] => Picked::Nothing,
        [one] => Picked::One(one),
        several => Picked::Ask(Ask {
            slot: "instance",
            text: phrases::clarify::which_instance(request.voice, several),
            options: several.iter().map(|instance| instance.id.clone()).collect(),
        }),
    }
}

/// The domains of the case: of all its websites and orders, registrable, each once, in order.
pub(super) fn domains(request: &Request<'_>) -> Vec<String> {
    let Some(case) = request.case else { return Vec::new() };
    let of_websites = case.records.websites.iter().flat_map(|website| &website.domains);
    let mut names: Vec<String> = Vec::new();
    for name in of_websites.chain(case.records.orders.iter().flat_map(|order| &order.domains)) {
        let name = crate::understand::entities::registrable(name).unwrap_or_else(|| name.to_lowercase());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a name on record is the domain asked about, or lies below it.
pub(super) fn same_domain(on_record: &str, asked: &str) -> bool {
    on_record.eq_ignore_ascii_case(asked)
        || crate::understand::entities::registrable(on_record)
            .is_some_and(|name| name.eq_ignore_ascii_case(asked))
}

/// Whether the question is about how it usually is, and not about anything of the asker's.
pub(super) fn is_general(request: &Request<'_>) -> bool {
    const USUALLY: &[&str] =
        &["一般", "通常", "正常情况", "普遍", "usually", "typically", "normally", "generally", "in general"];
    const MINE: &[&str] =
        &["我", "俺", "咱", "这个订单", "这单", "这台", "名下", "my ", "our ", "mine", " i ", "this order"];
    request.says(USUALLY)
        && !request.says(MINE)
        && request.slot("order").is_none()
        && request.slot("instance").is_none()
}

/// The order that a status question is about: as [`order`], then the latest one that is over, of the domain where one is named.
pub(super) fn order_or_latest<'a>(request: &'a Request<'_>) -> Picked<'a, Order> {
    match order(request, history::is_open) {
        Picked::Nothing => {}
        picked => return picked,
    }
    let Some(domain) = request.slot("domain") else {
        return last_finished(request).map_or(Picked::Nothing, Picked::One);
    };
    let orders = request.case.into_iter().flat_map(|case| &case.records.orders);
    orders
        .filter(|order| order.domains.iter().any(|name| same_domain(name, domain)))
        .max_by(|a, b| history::in_state_since(a).cmp(&history::in_state_since(b)).then(b.id.cmp(&a.id)))
        .map_or(Picked::Nothing, Picked::One)
}

/// The entity that a question is about: of the domain named where there is one, else the only or first one.
pub(super) fn entity<'a>(request: &'a Request<'_>, domain: Option<&str>) -> Option<&'a Entity> {
    let records = &request.case?.records;
    let of_domain = domain.and_then(|domain| {
        let websites = records.websites.iter();
        let owner = websites
            .filter(|website| website.domains.iter().any(|name| same_domain(name, domain)))
            .map(|website| website.entity.as_str())
            .next();
        owner.and_then(|id| records.entities.iter().find(|entity| entity.id == id))
    });
    of_domain.or_else(|| records.entities.first())
}

/// The websites of an entity; of a domain's where one is named.
pub(super) fn websites<'a>(
    request: &'a Request<'_>,
    entity: Option<&Entity>,
    domain: Option<&str>,
) -> Vec<&'a Website> {
    let websites = request.case.into_iter().flat_map(|case| &case.records.websites);
    websites
        .filter(|website| entity.is_none_or(|entity| website.entity == entity.id))
        .filter(|website| {
            domain.is_none_or(|domain| website.domains.iter().any(|name| same_domain(name, domain)))
        })
        .collect()
}

/// The website of a domain: one that has the very name, else one that has a name below it.
pub(super) fn website<'a>(request: &'a Request<'_>, domain: &str) -> Option<&'a Website> {
    let websites = websites(request, None, Some(domain));
    let exact = websites
        .iter()
        .find(|website| website.domains.iter().any(|name| name.eq_ignore_ascii_case(domain)))
        .copied();
    exact.or_else(|| websites.first().copied())
}

/// An agent has named nobody.
pub(super) fn whose(request: &Request<'_>, slot: &'static str) -> Step {
    Step::Ask(Ask { slot, text: phrases::clarify::whose(request.voice), options: Vec::new() })
}

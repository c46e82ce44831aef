//! Which record a question is about: the one named, the only one that fits, or a question back.

use super::{Ask, Request};
use crate::domain::order::history;
use crate::domain::records::{Instance, Order};
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
    let fitting: Vec<&Instance> = instances
        .iter()
        .filter(|instance| request.slot("product").is_none_or(|product| instance.product == product))
        .collect();
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
    let named = case.records.websites.iter().flat_map(|website| &website.domains);
    let mut names: Vec<String> = Vec::new();
    for name in named.chain(case.records.orders.iter().flat_map(|order| &order.domains)) {
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

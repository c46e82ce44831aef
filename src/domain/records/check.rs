//! What a record set must satisfy beyond its form: keys that are there and unique, references that resolve, service
//! numbers used once, orders whose events are in order and lead to their state.
//!
//! Nothing that the contract leaves open is refused: `used_by` and the names in `domains` lists may name what isn't on
//! record, an order without events stands where it says.

mod outside;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;

pub use outside::{Known, References};

use super::{Order, RecordSet};
use crate::order::{Illegal, OrderState, OrderType, replays};

/// Something wrong in a record set, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Finding {
    /// Where in the document, such as `orders[2].events[4].event`.
    pub path: String,
    pub problem: Problem,
}

/// What is wrong, with the mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("is empty; give a value")]
    Empty,
    #[error("`{key}` is already at {first}; keep one of the two")]
    Duplicate { key: String, first: String },
    #[error("there is no {kind} `{id}` in this set or the store; add it or correct the id")]
    Unresolved { kind: &'static str, id: String },
    #[error(
        "service number `{number}` is used twice, first at {first}; a service number is used once: keep one of the two"
    )]
    ServiceNumberTwice { number: String, first: String },
    #[error(
        "service number `{number}` was used by order `{before}` and stays used for ever; put that order's id back"
    )]
    ServiceNumberReused { number: String, before: String },
    #[error(
        "`{at}` is before `{previous}` of the event before it; put the events in the order of their times"
    )]
    NotInTimeOrder { at: String, previous: String },
    #[error("{0}; correct the event or the ones before it")]
    IllegalEvent(Illegal),
    #[error("the events of this `{kind}` order lead to {}, not to `{stated}`; correct the state or the events", names(.reached))]
    StateMismatch { kind: OrderType, stated: OrderState, reached: Vec<OrderState> },
}

/// Everything found wrong, in the order of the document; never empty. Shown as one line: the first, and how many more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    pub fn all(&self) -> &[Finding] {
        &self.0
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else { return Ok(()) };
        write!(f, "{first}")?;
        match self.0.len() - 1 {
            0 => Ok(()),
            1 => f.write_str(" (and 1 more finding)"),
            more => write!(f, " (and {more} more findings)"),
        }
    }
}

impl std::error::Error for Findings {}

/// Checks a set against itself and what the store already holds.
pub fn check(set: &RecordSet, known: &Known) -> Result<(), Findings> {
    let mut found = Vec::new();
    keys(set, &mut found);
    references(set, known, &mut found);
    service_numbers(set, known, &mut found);
    for (index, order) in set.orders.iter().enumerate() {
        events(index, order, &mut found);
    }
    if found.is_empty() {
        return Ok(());
    }
    // Stable: findings of one place stay in the order of the checks.
    found.sort_by_key(|finding| position(&finding.path));
    Err(Findings(found))
}

/// Keys that are there, and there once.
fn keys(set: &RecordSet, found: &mut Vec<Finding>) {
    unique("accounts", "id", set.accounts.iter().map(|it| it.id.as_str()), found);
    unique("entities", "id", set.entities.iter().map(|it| it.id.as_str()), found);
    unique("websites", "id", set.websites.iter().map(|it| it.id.as_str()), found);
    unique("domains", "name", set.domains.iter().map(|it| it.name.to_ascii_lowercase()), found);
    unique("instances", "id", set.instances.iter().map(|it| it.id.as_str()), found);
    unique("orders", "id", set.orders.iter().map(|it| it.id.as_str()), found);

    let mut seen = HashMap::new();
    for (index, identity) in set.identities.iter().enumerate() {
        for (field, text) in [("channel", &identity.channel), ("user", &identity.user)] {
            not_empty(&format!("identities[{index}].{field}"), text, found);
        }
        match seen.entry((&identity.channel, &identity.user)) {
            Entry::Occupied(first) => {
                let key = format!("{}:{}", identity.channel, identity.user);
                let problem = Problem::Duplicate { key, first: format!("identities[{}]", first.get()) };
                found.push(Finding { path: format!("identities[{index}]"), problem });
            }
            Entry::Vacant(free) => {
                free.insert(index);
            }
        }
    }
}

fn unique<K: AsRef<str> + Hash + Eq>(
    list: &str,
    field: &str,
    keys: impl Iterator<Item = K>,
    found: &mut Vec<Finding>,
) {
    let mut seen: HashMap<K, usize> = HashMap::new();
    for (index, key) in keys.enumerate() {
        let path = format!("{list}[{index}].{field}");
        not_empty(&path, key.as_ref(), found);
        match seen.entry(key) {
            Entry::Occupied(first) => {
                let key = first.key().as_ref().to_owned();
                let problem = Problem::Duplicate { key, first: format!("{list}[{}].{field}", first.get()) };
                found.push(Finding { path, problem });
            }
            Entry::Vacant(free) => {
                free.insert(index);
            }
        }
    }
}

fn not_empty(path: &str, text: &str, found: &mut Vec<Finding>) {
    if text.trim().is_empty() {
        found.push(Finding { path: path.to_owned(), problem: Problem::Empty });
    }
}

/// References that resolve, in the set or in the store.
fn references(set: &RecordSet, known: &Known, found: &mut Vec<Finding>) {
    let outside = References::of(set);
    for (kind, references, held) in [
        ("account", &outside.accounts, &known.accounts),
        ("entity", &outside.entities, &known.entities),
        ("instance", &outside.instances, &known.instances),
    ] {
        for (path, id) in references {
            if !held.contains(*id) {
                let problem = Problem::Unresolved { kind, id: (*id).to_owned() };
                found.push(Finding { path: path.clone(), problem });
            }
        }
    }
}

/// A service number belongs to one instance and is used by one order, for ever.
fn service_numbers(set: &RecordSet, known: &Known, found: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (index, entry) in set.service_numbers.iter().enumerate() {
        let path = format!("service_numbers[{index}].number");
        not_empty(&path, &entry.number, found);
        if let Some(first) = seen.get(entry.number.as_str()) {
            let problem = Problem::ServiceNumberTwice {
                number: entry.number.clone(),
                first: format!("service_numbers[{first}]"),
            };
            found.push(Finding { path, problem });
            continue;
        }
        seen.insert(&entry.number, index);
        if let Some(before) = known.used_numbers.get(&entry.number)
            && entry.used_by.as_ref() != Some(before)
        {
            let problem =
                Problem::ServiceNumberReused { number: entry.number.clone(), before: before.clone() };
            found.push(Finding { path: format!("service_numbers[{index}].used_by"), problem });
        }
    }
}

/// Events in time order that lead to the stated state. No events: the order stands where it says.
fn events(index: usize, order: &Order, found: &mut Vec<Finding>) {
    if order.events.is_empty() {
        return;
    }
    for (place, pair) in (1..).zip(order.events.windows(2)) {
        if let [previous, next] = pair
            && next.at < previous.at
        {
            let problem =
                Problem::NotInTimeOrder { at: next.at.to_string(), previous: previous.at.to_string() };
            found.push(Finding { path: format!("orders[{index}].events[{place}].at"), problem });
        }
    }
    // A record may state either reading of a last `sent_to_administration`, so no table of provinces is asked.
    match replays(order.kind, order.events.iter().map(|happened| happened.event), false) {
        Err(refused) => found.push(Finding {
            path: format!("orders[{index}].events[{}].event", refused.index),
            problem: Problem::IllegalEvent(refused.illegal),
        }),
        Ok(readings) => {
            let mut reached: Vec<OrderState> = Vec::new();
            for state in readings.iter().map(|reading| reading.standing().state()) {
                if !reached.contains(&state) {
                    reached.push(state);
                }
            }
            if !reached.contains(&order.state) {
                let problem = Problem::StateMismatch { kind: order.kind, stated: order.state, reached };
                found.push(Finding { path: format!("orders[{index}].state"), problem });
            }
        }
    }
}

fn names(states: &[OrderState]) -> String {
    let names: Vec<String> = states.iter().map(|state| format!("`{state}`")).collect();
    names.join(" or ")
}

/// Where a path stands in the document: the list, then the index.
fn position(path: &str) -> (usize, usize) {
    const LISTS: [&str; 8] = [
        "accounts",
        "identities",
        "entities",
        "websites",
        "domains",
        "instances",
        "service_numbers",
        "orders",
    ];
    let (list, rest) = path.split_once('[').unwrap_or((path, ""));
    let index = rest.split_once(']').and_then(|(index, _)| index.parse().ok()).unwrap_or(0);
    (LISTS.iter().position(|known| *known == list).unwrap_or(LISTS.len()), index)
}

//! What a record set refers to outside itself, and what is known there: how the store and the checks talk.

use std::collections::{HashMap, HashSet};

use crate::records::RecordSet;

/// What the store holds of what a set refers to. Empty for a set that stands alone.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub accounts: HashSet<String>,
    pub entities: HashSet<String>,
    pub instances: HashSet<String>,
    /// Service numbers that are used, with the order that used them.
    pub used_numbers: HashMap<String, String>,
}

/// The references of a set that it doesn't resolve itself: path and id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References<'a> {
    pub accounts: Vec<(String, &'a str)>,
    pub entities: Vec<(String, &'a str)>,
    pub instances: Vec<(String, &'a str)>,
}

impl<'a> References<'a> {
    /// Collects what a set leaves open. `used_by` and the names in `domains` lists are not references.
    pub fn of(set: &'a RecordSet) -> Self {
        let accounts: HashSet<&str> = set.accounts.iter().map(|account| account.id.as_str()).collect();
        let entities: HashSet<&str> = set.entities.iter().map(|entity| entity.id.as_str()).collect();
        let instances: HashSet<&str> = set.instances.iter().map(|instance| instance.id.as_str()).collect();
        let mut open = Self::default();

        for (index, identity) in set.identities.iter().enumerate() {
            note(
                &mut open.accounts,
                &accounts,
                ("identities", index, "account"),
                identity.account.as_deref(),
            );
        }
        for (index, entity) in set.entities.iter().enumerate() {
            note(&mut open.accounts, &accounts, ("entities", index, "account"), entity.account.as_deref());
        }
        for (index, website) in set.websites.iter().enumerate() {
            note(&mut open.entities, &entities, ("websites", index, "entity"), Some(&website.entity));
        }
        for (index, instance) in set.instances.iter().enumerate() {
            note(&mut open.accounts, &accounts, ("instances", index, "account"), Some(&instance.account));
        }
        for (index, number) in set.service_numbers.iter().enumerate() {
            let place = ("service_numbers", index, "instance");
            note(&mut open.instances, &instances, place, Some(&number.instance));
        }
        for (index, order) in set.orders.iter().enumerate() {
            note(&mut open.accounts, &accounts, ("orders", index, "account"), Some(&order.account));
            note(&mut open.entities, &entities, ("orders", index, "entity"), order.entity.as_deref());
            note(&mut open.instances, &instances, ("orders", index, "instance"), order.instance.as_deref());
        }
        open
    }
}

fn note<'a>(
    open: &mut Vec<(String, &'a str)>,
    within: &HashSet<&str>,
    (list, index, field): (&str, usize, &str),
    id: Option<&'a str>,
) {
    if let Some(id) = id
        && !within.contains(id)
    {
        open.push((format!("{list}[{index}].{field}"), id));
    }
}

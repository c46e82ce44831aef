//! Slots: what a message names, by the contract's names, and what of it a follow-up keeps.

use serde_json::{Map, Value};

use super::actions::Slots;
use crate::store::{Store, StoreError};
use crate::understand::{Entities, Normalised, Recogniser, Stance};

/// The first of each kind that a message names.
pub(super) fn slots_of(entities: &Entities) -> Slots {
    let mut slots = Slots::new();
    let lists: [(&str, &[String]); 8] = [
        ("order", &entities.orders),
        ("instance", &entities.instances),
        ("domain", &entities.domains),
        ("province", &entities.provinces),
        ("city", &entities.cities),
        ("product", &entities.products),
        ("field", &entities.fields),
        ("name", &entities.quoted),
    ];
    for (slot, list) in lists {
        if let Some(first) = list.first() {
            slots.insert(slot.to_owned(), first.clone());
        }
    }
    if let Some(range) = entities.dates.first() {
        slots.insert("date".to_owned(), range.last.to_string());
    }
    if let Some(format) = &entities.picture.format {
        slots.insert("format".to_owned(), format.clone());
    }
    if let Some(bytes) = entities.picture.bytes {
        slots.insert("size".to_owned(), bytes.to_string());
    }
    slots
}

/// Takes out the fields that a message names only to say that they are not to be changed: 不想改域名，想改负责人.
pub(super) fn drop_unwanted_fields(folded: &str, entities: &mut Entities, recogniser: &Recogniser) {
    const CHANGE: &[&str] = &["改", "换", "变更", "change", "update", "replace"];
    if entities.fields.len() < 2 {
        return;
    }
    let clauses = folded.split([',', '。', ';', '!', '?', '.']);
    let wanted = clauses.filter(|clause| Stance::of(clause, CHANGE) != Stance::Unwanted);
    let kept: Vec<String> = wanted.flat_map(|clause| recogniser.recognise(clause, clause).fields).collect();
    if !kept.is_empty() {
        entities.fields.retain(|field| kept.contains(field));
    }
}

/// Whether a remembered slot is about another record than the one newly named.
pub(super) fn conflicts(remembered: &str, new: &Slots) -> bool {
    match remembered {
        "order" | "domain" => new.contains_key("order") || new.contains_key("domain"),
        "province" | "city" => new.contains_key("province") || new.contains_key("city"),
        "instance" | "product" => new.contains_key("instance") || new.contains_key("product"),
        other => new.contains_key(other),
    }
}

/// An account that an agent names: a word of the message that is an account's id.
pub(super) fn account_named(store: &dyn Store, text: &Normalised) -> Result<Option<String>, StoreError> {
    let words =
        text.original.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@')));
    for word in words.filter(|word| word.len() >= 2 && word.len() <= 64).take(40) {
        if let Some(account) = store.account(word)? {
            return Ok(Some(account.id));
        }
    }
    Ok(None)
}

pub(super) fn to_json(slots: &Slots) -> Map<String, Value> {
    slots.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect()
}

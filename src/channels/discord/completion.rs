//! What is offered while an option is typed: the asker's own records, and nothing to strangers.

use unicode_normalization::UnicodeNormalization as _;

use super::catalogue::Thing;
use super::{Bot, CHANNEL};
use crate::domain::records::RecordSet;
use crate::store::{Database, StoreError};

/// As many as Discord shows.
const MOST: usize = 25;
/// The longest name and value of a choice, in characters.
const LONGEST: usize = 100;

/// A choice: what is shown, and what is then given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub name: String,
    pub value: String,
}

impl Bot {
    /// The records of somebody's own account that fit what is typed so far.
    pub(super) async fn choices(&self, user: String, thing: Thing, typed: String) -> Vec<Choice> {
        let found = self.reception.with_store(move |store| own(store, &user)).await;
        match found {
            Ok(Ok(Some(records))) => fitting(all(thing, &records), &typed),
            Ok(Ok(None)) => Vec::new(),
            Ok(Err(error)) => {
                tracing::error!(%error, "records to choose from could not be read");
                Vec::new()
            }
            Err(busy) => {
                tracing::warn!(error = %busy, "records to choose from were not read");
                Vec::new()
            }
        }
    }
}

/// The records of the account that somebody is linked to.
fn own(store: &dyn Database, user: &str) -> Result<Option<RecordSet>, StoreError> {
    let account = store.identity(CHANNEL, user)?.and_then(|identity| identity.account);
    account.map(|account| store.case_file(&account)).transpose()
}

fn all(thing: Thing, records: &RecordSet) -> Vec<Choice> {
    let plain = |value: &str| Choice { name: value.to_owned(), value: value.to_owned() };
    let mut all: Vec<Choice> = match thing {
        // The newest first.
        Thing::Order => records
            .orders
            .iter()
            .rev()
            .map(|order| {
                let name = [std::slice::from_ref(&order.id), &order.domains].concat().join(" · ");
                Choice { name, value: order.id.clone() }
            })
            .collect(),
        Thing::Domain => records
            .websites
            .iter()
            .flat_map(|website| &website.domains)
            .chain(records.orders.iter().flat_map(|order| &order.domains))
            .map(|domain| plain(domain))
            .collect(),
        Thing::Instance => records
            .instances
            .iter()
            .map(|instance| Choice {
                name: format!("{} · {}", instance.id, instance.product),
                value: instance.id.clone(),
            })
            .collect(),
        Thing::Province => records
            .entities
            .iter()
            .map(|entity| plain(&entity.province))
            .chain(records.orders.iter().map(|order| plain(&order.province)))
            .collect(),
        Thing::Name | Thing::Picture => Vec::new(),
    };
    let mut seen = std::collections::HashSet::new();
    all.retain(|choice| seen.insert(choice.value.clone()));
    all
}

fn fitting(all: Vec<Choice>, typed: &str) -> Vec<Choice> {
    let typed = folded(typed);
    all.into_iter()
        // A value that had to be cut would be another record.
        .filter(|choice| choice.value.chars().count() <= LONGEST && folded(&choice.name).contains(&typed))
        .take(MOST)
        .map(|choice| Choice { name: choice.name.chars().take(LONGEST).collect(), ..choice })
        .collect()
}

/// Full-width forms as plain ones, small letters, no spaces.
fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(count: usize) -> Vec<Choice> {
        (0..count)
            .map(|number| Choice { name: format!("i-{number:03} · ECS"), value: format!("i-{number:03}") })
            .collect()
    }

    #[test]
    fn what_is_typed_filters_however_it_is_typed() {
        assert_eq!(fitting(choices(40), "").len(), MOST);
        assert_eq!(fitting(choices(40), " Ｉ－０３ ").len(), 10);
        assert_eq!(fitting(choices(40), "ecs").len(), MOST);
        assert_eq!(fitting(choices(40), "没有"), []);
    }

    #[test]
    fn a_choice_fits_into_discord() {
        let long = Choice {
            name: format!("20190812001 · {}", "很长".repeat(100)),
            value: "20190812001".to_owned(),
        };
        let whole = Choice { name: "x".repeat(101), value: "x".repeat(101) };
        let found = fitting(vec![long, whole], "");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name.chars().count(), LONGEST);
    }
}

//! Which replies nobody but the asker may see, wherever others read along.

use std::sync::LazyLock;

use regex::Regex;

use crate::assistant::Asker;
use crate::domain::records::RecordSet;
use crate::domain::reply::{Kind, Reply};
use crate::store::{Database, StoreError};

/// Ids of orders and instances.
static RECORD: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"[0-9]{11,}|\bi-[0-9A-Za-z]").unwrap()
});

/// Whether a reply may rest on records: then it has no place where others read. In doubt it does.
pub(super) fn is_private(store: &dyn Database, channel: &str, user: &str, reply: &Reply) -> bool {
    decide(store, channel, user, reply).unwrap_or_else(|error| {
        tracing::error!(%error, "whose records a reply is about could not be found out; it is given in private");
        true
    })
}

fn decide(store: &dyn Database, channel: &str, user: &str, reply: &Reply) -> Result<bool, StoreError> {
    let identity = store.identity(channel, user)?;
    // Nobody's records are in what a stranger is told.
    if !Asker::find(store, channel, Some(user))?.is_linked() {
        return Ok(false);
    }
    // Talk about something that was to be done, such as an order that is left as it is, tells that there is one.
    let of_an_act = || reply.intent.as_deref().is_some_and(|intent| !intent.starts_with("chitchat_"));
    if match reply.kind {
        Kind::Action | Kind::Clarify => true,
        Kind::Chitchat => of_an_act(),
        Kind::Answer | Kind::NoAnswer | Kind::Handoff | Kind::Error => reply.outcome.is_some(),
    } {
        return Ok(true);
    }
    let said = [std::slice::from_ref(&reply.text), &reply.suggestions].concat().join("\n");
    if RECORD.is_match(&said) {
        return Ok(true);
    }
    let account = identity.and_then(|identity| identity.account);
    let records = account.map(|account| store.case_file(&account)).transpose()?;
    Ok(records.is_some_and(|records| names(&records).any(|name| said.contains(name))))
}

/// What the records of an account are called.
fn names(records: &RecordSet) -> impl Iterator<Item = &str> {
    let orders = records
        .orders
        .iter()
        .flat_map(|order| std::iter::once(&order.id).chain(&order.domains).chain(order.instance.as_ref()));
    let websites =
        records.websites.iter().flat_map(|website| std::iter::once(&website.name).chain(&website.domains));
    let entities = records.entities.iter().flat_map(|entity| [&entity.name, &entity.person.name]);
    orders
        .chain(websites)
        .chain(entities)
        .chain(records.accounts.iter().map(|account| &account.id))
        .chain(records.domains.iter().map(|domain| &domain.name))
        .chain(records.instances.iter().map(|instance| &instance.id))
        .chain(records.service_numbers.iter().map(|number| &number.number))
        .map(|name| name.trim())
        // A single character is in any text.
        .filter(|name| name.chars().count() > 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::records::RecordSet;
    use crate::store::{SqliteStore, Store as _};

    fn store() -> SqliteStore {
        let set: RecordSet = serde_json::from_value(json!({
            "accounts": [{"id": "account-1", "site": "china"}],
            "identities": [
                {"channel": "discord", "user": "1001", "account": "account-1", "role": "applicant"},
                {"channel": "discord", "user": "9", "account": null, "role": "agent"},
                {"channel": "discord", "user": "8", "account": null, "role": "applicant"}
            ],
            "instances": [{"id": "i-abc", "account": "account-1", "product": "ecs", "region": "mainland",
                "billing": "subscription", "months": 12, "expires_on": "2027-01-01", "public_bandwidth": true,
                "amount_yuan": null, "plan": null}],
            "orders": [{"id": "20190812001", "account": "account-1", "entity": null, "type": "first",
                "domains": ["tea.cn"], "province": "浙江", "state": "draft", "instance": "i-abc", "rejections": [], "events": []}]
        }))
        .unwrap();
        let store = SqliteStore::in_memory().unwrap();
        store.import(&set).unwrap();
        store
    }

    #[test]
    fn what_may_rest_on_records_is_private_for_whoever_is_linked() {
        let store = store();
        let general = Reply::new(Kind::Answer, "管局审核要 3 到 20 个工作日。");
        let mut action = Reply::new(Kind::Action, "浙江要短信核验。");
        action.outcome = Some(json!({"province": "浙江"}));
        let clarify = Reply::new(Kind::Clarify, "哪个订单？");
        let mut dropped = Reply::new(Kind::Chitchat, "好的，订单不动。");
        dropped.intent = Some("can_cancel_order".to_owned());
        let mut offers = general.clone();
        offers.suggestions = vec!["订单 20190812001".to_owned()];
        for (reply, linked) in [
            (&general, false),
            (&action, true),
            (&clarify, true),
            (&offers, true),
            (&Reply::new(Kind::Answer, "tea.cn 在备案"), true),
            (&Reply::new(Kind::Handoff, "i-abc 的事交给人工"), true),
            (&Reply::new(Kind::Chitchat, "你好"), false),
            (&dropped, true),
        ] {
            assert_eq!(is_private(&store, "discord", "1001", reply), linked, "{reply:?}");
            assert!(!is_private(&store, "discord", "404", reply), "{reply:?}");
            assert!(!is_private(&store, "discord", "8", reply), "{reply:?}");
        }
        for reply in [&action, &clarify, &offers] {
            assert!(is_private(&store, "discord", "9", reply), "{reply:?}");
        }
        assert!(!is_private(&store, "discord", "9", &general));
    }
}

//! `can_start_order`: whether an order of a type can be started now, and why its button is missing (001.5, 003.2d).

use serde::Serialize;

use super::book::Origin;
use crate::order::OrderType;
use crate::records::{Entity, EntityStatus, FiledWith, Order, Website, WebsiteStatus};

/// What keeps an order from being started is code and not a table; this is where it comes from.
pub const ORIGIN: Origin<'static> = Origin { source: "001.5, 003.2d", as_of: jiff::civil::date(2019, 8, 20) };

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct StartFacts<'a> {
    pub kind: OrderType,
    /// The asker's entity, if there is one.
    pub entity: Option<&'a Entity>,
    /// The website meant, or all of the entity's.
    pub websites: &'a [&'a Website],
    /// The orders of the entity, open or not.
    pub orders: &'a [&'a Order],
    /// The province's administration doesn't take this type of order.
    pub administration_forbids: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StartBlocker {
    OrderInProgress,
    NotFiledHere,
    AccessCancelled,
    AdministrationForbids,
}

/// The outcome of `can_start_order`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CanStart {
    #[serde(rename = "type")]
    pub kind: OrderType,
    pub allowed: bool,
    pub blockers: Vec<StartBlocker>,
    /// The open orders that stand in the way.
    #[serde(skip)]
    pub open_orders: Vec<String>,
}

/// What an order of this type works on.
enum Needs {
    /// Nothing that is filed here.
    Nothing,
    /// The entity's filing here.
    Entity,
    /// A website whose access is here.
    Website,
    /// A website on record here, whether its access stands or was cancelled.
    WebsiteOrFormer,
}

fn needs(kind: OrderType) -> Needs {
    match kind {
        OrderType::First
        | OrderType::AddAccess
        | OrderType::AddWebsiteElsewhere
        | OrderType::Claim
        | OrderType::Import => Needs::Nothing,
        OrderType::ResumeAccess
        | OrderType::AddWebsite
        | OrderType::DeregisterEntity
        | OrderType::Transfer => Needs::Entity,
        OrderType::ChangeEntity | OrderType::ChangeWebsite | OrderType::CancelAccess => Needs::Website,
        OrderType::DeregisterWebsite => Needs::WebsiteOrFormer,
    }
}

/// Whether the order can be started. All blockers that hold are listed.
pub fn can_start_order(facts: &StartFacts<'_>) -> CanStart {
    let open_orders: Vec<_> =
        facts.orders.iter().filter(|order| order.state.is_open()).map(|order| order.id.clone()).collect();
    let filed_here = facts.entity.is_some_and(|entity| {
        entity.status == EntityStatus::Filed && entity.filed_with == Some(FiledWith::Provider)
    });
    let status = |wanted| facts.websites.iter().any(|website| website.status == wanted);
    let with_us = facts.websites.iter().any(|website| {
        website.status == WebsiteStatus::Filed && website.filed_with != Some(FiledWith::Other)
    });
    let cancelled = status(WebsiteStatus::AccessCancelled) && !with_us;
    let (not_filed_here, access_cancelled) = match needs(facts.kind) {
        Needs::Nothing => (false, false),
        Needs::Entity => (!filed_here, false),
        Needs::Website => (!(filed_here || with_us || cancelled) || only_elsewhere(facts), cancelled),
        Needs::WebsiteOrFormer => (!(filed_here || with_us || cancelled) || only_elsewhere(facts), false),
    };
    let blockers: Vec<_> = [
        (!open_orders.is_empty(), StartBlocker::OrderInProgress),
        (not_filed_here, StartBlocker::NotFiledHere),
        (access_cancelled, StartBlocker::AccessCancelled),
        (facts.administration_forbids, StartBlocker::AdministrationForbids),
    ]
    .into_iter()
    .filter_map(|(holds, blocker)| holds.then_some(blocker))
    .collect();
    CanStart { kind: facts.kind, allowed: blockers.is_empty(), blockers, open_orders }
}

/// Every website named is filed with another provider, or not filed at all.
fn only_elsewhere(facts: &StartFacts<'_>) -> bool {
    !facts.websites.is_empty()
        && facts.kind != OrderType::ChangeEntity
        && facts.websites.iter().all(|website| match website.status {
            WebsiteStatus::Filed => website.filed_with == Some(FiledWith::Other),
            WebsiteStatus::Unfiled | WebsiteStatus::Deregistered => true,
            WebsiteStatus::AccessCancelled => false,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::StartBlocker::*;
    use super::*;
    use crate::order::OrderState;
    use crate::rules::samples::{entity, order, website};

    const ALL: [OrderType; 13] = [
        OrderType::First,
        OrderType::AddAccess,
        OrderType::ResumeAccess,
        OrderType::AddWebsite,
        OrderType::AddWebsiteElsewhere,
        OrderType::ChangeEntity,
        OrderType::ChangeWebsite,
        OrderType::CancelAccess,
        OrderType::DeregisterEntity,
        OrderType::DeregisterWebsite,
        OrderType::Claim,
        OrderType::Import,
        OrderType::Transfer,
    ];

    fn ask(
        kind: OrderType,
        entity: Option<&Entity>,
        websites: &[&Website],
        orders: &[&Order],
    ) -> Vec<StartBlocker> {
        let facts = StartFacts { kind, entity, websites, orders, administration_forbids: false };
        let outcome = can_start_order(&facts);
        assert_eq!(outcome.allowed, outcome.blockers.is_empty());
        outcome.blockers
    }

    #[test]
    fn one_order_at_a_time() {
        let (owner, site) = (entity("e1"), website("w1"));
        let open = order("20190812001", OrderType::First, OrderState::Draft);
        let ended = order("20190812002", OrderType::First, OrderState::Approved);
        for kind in ALL {
            assert_eq!(ask(kind, Some(&owner), &[&site], &[&ended]), [], "{kind:?}");
            assert_eq!(ask(kind, Some(&owner), &[&site], &[&ended, &open]), [OrderInProgress], "{kind:?}");
        }
        let facts = StartFacts {
            kind: OrderType::ChangeEntity,
            entity: Some(&owner),
            websites: &[&site],
            orders: &[&ended, &open],
            administration_forbids: true,
        };
        let outcome = can_start_order(&facts);
        assert_eq!(outcome.open_orders, ["20190812001"]);
        assert_eq!(
            serde_json::to_value(outcome).unwrap(),
            json!({
                "type": "change_entity", "allowed": false, "blockers": ["order_in_progress", "administration_forbids"],
            })
        );
    }

    #[test]
    fn every_state_but_the_ends_is_open() {
        for state in [
            OrderState::Draft,
            OrderState::ProviderReview,
            OrderState::ProviderRejected,
            OrderState::VerificationPending,
            OrderState::VerificationReview,
            OrderState::Verified,
            OrderState::SmsPending,
            OrderState::AdministrationReview,
            OrderState::AdministrationRejected,
        ] {
            assert!(state.is_open(), "{state:?}");
        }
        assert!(!OrderState::Approved.is_open() && !OrderState::Abandoned.is_open());
    }

    #[test]
    fn what_works_on_a_filing_needs_one_here() {
        let mut elsewhere = entity("e1");
        elsewhere.filed_with = Some(FiledWith::Other);
        let mut gone = entity("e1");
        gone.status = EntityStatus::Deregistered;
        for kind in ALL {
            let expected: &[_] = match kind {
                OrderType::First
                | OrderType::AddAccess
                | OrderType::AddWebsiteElsewhere
                | OrderType::Claim
                | OrderType::Import => &[],
                _ => &[NotFiledHere],
            };
            assert_eq!(ask(kind, None, &[], &[]), expected, "{kind:?}");
            assert_eq!(ask(kind, Some(&elsewhere), &[], &[]), expected, "{kind:?}");
            assert_eq!(ask(kind, Some(&gone), &[], &[]), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_website_whose_access_was_cancelled() {
        let (owner, mut site) = (entity("e1"), website("w1"));
        site.status = WebsiteStatus::AccessCancelled;
        for (kind, expected) in [
            (OrderType::ChangeWebsite, vec![AccessCancelled]),
            (OrderType::ChangeEntity, vec![AccessCancelled]),
            (OrderType::CancelAccess, vec![AccessCancelled]),
            (OrderType::DeregisterWebsite, vec![]),
            (OrderType::DeregisterEntity, vec![]),
            (OrderType::ResumeAccess, vec![]),
        ] {
            assert_eq!(ask(kind, Some(&owner), &[&site], &[]), expected, "{kind:?}");
        }
        // another website still has its access here
        let other = website("w2");
        assert_eq!(ask(OrderType::ChangeEntity, Some(&owner), &[&site, &other], &[]), []);
    }

    #[test]
    fn a_website_filed_with_another_provider() {
        let (owner, mut site) = (entity("e1"), website("w1"));
        site.filed_with = Some(FiledWith::Other);
        for kind in [OrderType::ChangeWebsite, OrderType::CancelAccess, OrderType::DeregisterWebsite] {
            assert_eq!(ask(kind, Some(&owner), &[&site], &[]), [NotFiledHere], "{kind:?}");
        }
        // the entity itself is filed here
        assert_eq!(ask(OrderType::ChangeEntity, Some(&owner), &[&site], &[]), []);
        for status in [WebsiteStatus::Deregistered, WebsiteStatus::Unfiled] {
            site.status = status;
            assert_eq!(ask(OrderType::DeregisterWebsite, Some(&owner), &[&site], &[]), [NotFiledHere]);
        }
    }

    #[test]
    fn an_entity_filed_elsewhere_with_a_website_here() {
        // access filing brings a website here while the entity was filed with another provider first
        let (mut owner, site) = (entity("e1"), website("w1"));
        owner.filed_with = Some(FiledWith::Other);
        assert_eq!(ask(OrderType::ChangeWebsite, Some(&owner), &[&site], &[]), []);
        assert_eq!(ask(OrderType::DeregisterWebsite, Some(&owner), &[&site], &[]), []);
    }
}

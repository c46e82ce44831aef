//! `can_transfer`: whether a filing can be moved to another account (003.5.2a).

use serde::Serialize;

use super::book::{AsOf, RuleBook, TransferBlocker};
use crate::records::{Account, Entity, EntityStatus, Order, Site};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct TransferFacts<'a> {
    pub source: &'a Account,
    pub target: &'a Account,
    /// Every order of the target account.
    pub target_orders: &'a [&'a Order],
    /// Every entity of the target account.
    pub target_entities: &'a [&'a Entity],
    pub as_of: AsOf,
}

/// The outcome of `can_transfer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CanTransfer {
    pub allowed: bool,
    pub blockers: Vec<TransferBlocker>,
}

/// Whether the filing can be moved. What another account holds isn't for the asker to see: word it without names.
pub fn can_transfer(book: &RuleBook, facts: &TransferFacts<'_>) -> CanTransfer {
    let international =
        [facts.source, facts.target].iter().any(|account| account.site == Site::International);
    let blockers: Vec<_> = if international {
        // on that side there's nothing else to look at
        vec![TransferBlocker::InternationalSite]
    } else {
        let orders = facts.target_orders.iter().any(|order| order.state.is_open());
        let entities = facts.target_entities.iter().any(|entity| entity.status == EntityStatus::Filed);
        [(orders, TransferBlocker::TargetHasOrder), (entities, TransferBlocker::TargetHasEntity)]
            .into_iter()
            .filter_map(|(holds, blocker)| holds.then_some(blocker))
            .filter(|blocker| book.transfer.blocks(*blocker, facts.as_of))
            .collect()
    };
    CanTransfer { allowed: blockers.is_empty(), blockers }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::TransferBlocker::{TargetHasEntity, TargetHasOrder};
    use super::*;
    use crate::order::{OrderState, OrderType};
    use crate::records::FiledWith;
    use crate::rules::book::tests::book;
    use crate::rules::samples::{account, entity, order};

    fn ask(sites: [Site; 2], orders: &[&Order], entities: &[&Entity], as_of: AsOf) -> CanTransfer {
        let (source, target) = (account("a1", sites[0]), account("a2", sites[1]));
        let facts = TransferFacts {
            source: &source,
            target: &target,
            target_orders: orders,
            target_entities: entities,
            as_of,
        };
        can_transfer(book(), &facts)
    }

    const CHINA: [Site; 2] = [Site::China, Site::China];

    #[test]
    fn an_empty_target_in_the_contract_s_form() {
        let outcome = serde_json::to_value(ask(CHINA, &[], &[], AsOf::Newest)).unwrap();
        assert_eq!(outcome, json!({"allowed": true, "blockers": []}));
    }

    #[test]
    fn open_orders_and_filed_entities_block() {
        let open = order("1", OrderType::First, OrderState::ProviderReview);
        let ended = order("2", OrderType::First, OrderState::Approved);
        let mut filed_elsewhere = entity("e2");
        filed_elsewhere.filed_with = Some(FiledWith::Other);
        let mut unfiled = entity("e3");
        unfiled.status = EntityStatus::Unfiled;
        let mut deregistered = entity("e4");
        deregistered.status = EntityStatus::Deregistered;
        for (orders, entities, blockers) in [
            (vec![&open], vec![], vec![TargetHasOrder]),
            (vec![&ended], vec![], vec![]),
            (vec![&ended, &open], vec![], vec![TargetHasOrder]),
            (vec![], vec![&filed_elsewhere], vec![TargetHasEntity]),
            (vec![], vec![&unfiled, &deregistered], vec![]),
            (vec![&open], vec![&filed_elsewhere], vec![TargetHasOrder, TargetHasEntity]),
        ] {
            let outcome = ask(CHINA, &orders, &entities, AsOf::Newest);
            assert_eq!(outcome.allowed, blockers.is_empty());
            assert_eq!(outcome.blockers, blockers);
        }
    }

    #[test]
    fn an_international_account_on_either_side_is_reported_alone() {
        let (open, filed) = (order("1", OrderType::First, OrderState::Draft), entity("e2"));
        for sites in
            [[Site::International, Site::China], [Site::China, Site::International], [Site::International; 2]]
        {
            let outcome = ask(sites, &[&open], &[&filed], AsOf::Newest);
            assert_eq!(
                (outcome.allowed, outcome.blockers),
                (false, vec![TransferBlocker::InternationalSite])
            );
        }
    }

    #[test]
    fn the_older_document_asked_for_no_open_order_only() {
        let (open, filed) = (order("1", OrderType::First, OrderState::Draft), entity("e2"));
        let then = AsOf::On(date(2018, 11, 19));
        assert!(ask(CHINA, &[], &[&filed], then).allowed);
        assert_eq!(ask(CHINA, &[&open], &[&filed], then).blockers, [TransferBlocker::TargetHasOrder]);
    }
}

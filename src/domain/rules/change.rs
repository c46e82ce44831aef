//! `can_change`: what can be changed in a filing, and what to do where it can't (003.2a, 003.2b).

use serde::Serialize;

use super::book::{AsOf, Field, Instead, RuleBook};

/// What is asked. The facts are of the asker's own filing; false where nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct ChangeQuestion {
    pub field: Field,
    pub as_of: AsOf,
    /// Another order of the entity is under way.
    pub order_in_progress: bool,
    /// The website's access at this provider was cancelled.
    pub access_cancelled: bool,
    /// The administration doesn't take such a change.
    pub administration_forbids: bool,
}

impl ChangeQuestion {
    /// A question about the rule itself.
    pub fn of(field: Field) -> Self {
        Self {
            field,
            as_of: AsOf::Newest,
            order_in_progress: false,
            access_cancelled: false,
            administration_forbids: false,
        }
    }
}

/// The outcome of `can_change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CanChange {
    pub field: Field,
    pub allowed: bool,
    pub instead: Option<Instead>,
}

/// Whether the field can be changed. What waiting wouldn't help comes before what it would.
pub fn can_change(book: &RuleBook, question: &ChangeQuestion) -> CanChange {
    let rule = book.changes.of(question.field, question.as_of);
    let own = if question.access_cancelled || question.administration_forbids {
        Some(Instead::DeregisterFirst)
    } else if question.order_in_progress {
        Some(Instead::WaitForOrder)
    } else {
        None
    };
    let instead = rule.and_then(|rule| rule.instead).or(own);
    CanChange { field: question.field, allowed: instead.is_none(), instead }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn everything_but_domain_and_province_can_be_changed() {
        for field in Field::ALL {
            let outcome = can_change(book(), &ChangeQuestion::of(field));
            let instead = match field {
                Field::Domain => Some(Instead::DeleteOnly),
                Field::Province => Some(Instead::NewFiling),
                _ => None,
            };
            assert_eq!(outcome, CanChange { field, allowed: instead.is_none(), instead });
        }
    }

    #[test]
    fn the_contract_s_form() {
        assert_eq!(
            serde_json::to_value(can_change(book(), &ChangeQuestion::of(Field::Domain))).unwrap(),
            json!({"field": "domain", "allowed": false, "instead": "delete_only"})
        );
        assert_eq!(
            serde_json::to_value(can_change(book(), &ChangeQuestion::of(Field::EntityName))).unwrap(),
            json!({"field": "entity_name", "allowed": true, "instead": null})
        );
    }

    #[test]
    fn a_domain_could_be_changed_until_2019_04_21() {
        let mut question = ChangeQuestion::of(Field::Domain);
        question.as_of = AsOf::On(date(2019, 4, 21));
        assert!(can_change(book(), &question).allowed);
        question.as_of = AsOf::On(date(2019, 4, 22));
        assert_eq!(can_change(book(), &question).instead, Some(Instead::DeleteOnly));
    }

    #[test]
    fn the_asker_s_own_filing_may_stand_in_the_way() {
        for (open, cancelled, forbidden, expected) in [
            (true, false, false, Instead::WaitForOrder),
            (false, true, false, Instead::DeregisterFirst),
            (false, false, true, Instead::DeregisterFirst),
            (true, true, false, Instead::DeregisterFirst),
            (true, false, true, Instead::DeregisterFirst),
        ] {
            let mut question = ChangeQuestion::of(Field::Phone);
            question.order_in_progress = open;
            question.access_cancelled = cancelled;
            question.administration_forbids = forbidden;
            let outcome = can_change(book(), &question);
            assert_eq!((outcome.allowed, outcome.instead), (false, Some(expected)));
            question.field = Field::Province;
            assert_eq!(can_change(book(), &question).instead, Some(Instead::NewFiling));
        }
    }
}

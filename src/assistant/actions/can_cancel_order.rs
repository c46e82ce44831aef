//! `can_cancel_order`: can this order be stopped.

use super::candidates::{self, Picked};
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::order::history;
use crate::domain::rules::cancel_order::{CancelFacts, can_cancel_order};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct CanCancelOrder;

impl Action for CanCancelOrder {
    fn intent(&self) -> &'static str {
        "can_cancel_order"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "access-stop-order"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &[], origin: Some(crate::domain::rules::cancel_order::ORIGIN) }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["cancel-access-irrevocable", "deregister-irrevocable"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["order", "domain"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["撤", "放弃", "终止", "作废", "withdraw", "abandon"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        if request.case.is_none() {
            return Ok(Step::Ask(Ask {
                slot: "order",
                text: clarify::whose(request.voice),
                options: Vec::new(),
            }));
        }
        let order = match candidates::order(request, history::is_open) {
            Picked::One(order) => order,
            Picked::Ask(ask) => return Ok(Step::Ask(ask)),
            Picked::Missing(name) => return Ok(Step::NotFound { slot: "order", name }),
            Picked::Nothing => match candidates::last_finished(request) {
                Some(order) => order,
                None => return Ok(Step::General),
            },
        };
        let facts = CancelFacts { order, verification_passed: history::verification_passed(order) };
        let verdict = can_cancel_order(&facts);
        let text = actions::can_cancel_order::text(request.voice, &verdict, order.kind, &order.domains);
        let next = request.voice.pick(
            ["现在到哪一步了", "撤回和放弃有什么区别"],
            ["Where is my order now?", "Withdraw or abandon?"],
        );
        Ok(Step::Done(Done::new(&verdict, text).about("order", &order.id).then(next)))
    }
}

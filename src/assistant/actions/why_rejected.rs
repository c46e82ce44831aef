//! `why_rejected`: why was I rejected and what now, from an order or a pasted notice.

use super::candidates::{self, Picked};
use super::{Action, Basis, Done, Request, Step};
use crate::assistant::facet::Facet;
use crate::domain::order::{OrderState, history};
use crate::domain::records::Order;
use crate::domain::rules::rejection::why_rejected;
use crate::phrases::actions;
use crate::store::StoreError;

pub struct WhyRejected;

impl Action for WhyRejected {
    fn intent(&self) -> &'static str {
        "why_rejected"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "rejected-overview"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["rejections.toml", "import_prompts.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &[
            "rejected",
            "rejected-domain-owner",
            "rejected-site-name",
            "rejected-other-province",
            "rejected-site-content",
            "rejected-documents",
            "rejected-legal-rep",
            "rejected-phone",
            "rejected-verification-form",
            "rejected-mobile-reused",
            "rejected-type-error",
            "access-failed",
            "info-check-reasons",
        ]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["order", "domain"]
    }

    fn tells(&self) -> &'static [Facet] {
        &[Facet::Why, Facet::How]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let voice = request.voice;
        let pasted = request.notices.reasons_in(&request.text.folded);
        let names_a_record = request.slot("order").is_some();
        if !pasted.reasons.is_empty() && !names_a_record {
            let text = actions::why_rejected::text(voice, request.book, &pasted, None);
            return Ok(Step::Done(Done::new(&pasted, text)));
        }
        let prompts = request.notices.prompts_in(&request.text.folded);
        if !prompts.is_empty() && !names_a_record {
            let text = actions::why_rejected::import_prompt(voice, request.book, &prompts);
            return Ok(Step::Done(Done::new(&pasted, text)));
        }
        if request.case.is_none() {
            return Ok(Step::General);
        }
        let order = match candidates::order(request, is_rejected) {
            Picked::One(order) => Some(order),
            Picked::Ask(ask) => return Ok(Step::Ask(ask)),
            Picked::Missing(name) => return Ok(Step::NotFound { slot: "order", name }),
            Picked::Nothing => None,
        };
        let Some(order) = order else {
            // Nothing of theirs is rejected and they don't say that it is: they want to know what one does then.
            if !names_a_record && !request.says(OF_THEIRS) {
                return Ok(Step::General);
            }
            let verdict = pasted;
            // The only open order is the one they mean: say where it is instead.
            let open = match candidates::order(request, history::is_open) {
                Picked::One(order) => Some(order),
                Picked::Ask(_) | Picked::Nothing | Picked::Missing(_) => None,
            };
            return Ok(Step::Done(Done::new(&verdict, actions::why_rejected::none(voice, open))));
        };
        let verdict = why_rejected(order);
        let text = if verdict.reasons.is_empty() {
            actions::why_rejected::none(voice, Some(order))
        } else {
            actions::why_rejected::text(voice, request.book, &verdict, Some(order))
        };
        let next = voice.pick(
            ["这个订单还能撤回吗", "改好后要审多久"],
            ["Can this order still be stopped?", "How long does the review take?"],
        );
        Ok(Step::Done(Done::new(&verdict, text).about("order", &order.id).then(next)))
    }
}

/// Words of one who speaks of a rejection of their own.
const OF_THEIRS: &[&str] = &[
    "我",
    "这个",
    "这单",
    "为什么",
    "为啥",
    "为何",
    "咋回事",
    "怎么回事",
    "哪里",
    "原因",
    "my ",
    "our ",
    "why",
    " i ",
];

fn is_rejected(order: &Order) -> bool {
    matches!(order.state, OrderState::ProviderRejected | OrderState::AdministrationRejected)
}

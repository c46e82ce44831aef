//! `order_status`: where an order is, who has to do what next, and until when.

use serde_json::json;

use super::candidates::{self, Picked};
use super::{Action, Basis, Done, Request, Step};
use crate::assistant::facet::Facet;
use crate::domain::order::{OrderState, history};
use crate::domain::rules::order_status::{StatusFacts, order_status};
use crate::domain::rules::sms::sms_overdue;
use crate::phrases::actions;
use crate::store::StoreError;

pub struct OrderStatus;

impl Action for OrderStatus {
    fn intent(&self) -> &'static str {
        "order_status"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "review-states"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["terms.toml", "holidays.toml", "sms.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["order", "domain"]
    }

    fn tells(&self) -> &'static [Facet] {
        &[Facet::HowLong]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let voice = request.voice;
        if request.case.is_none() {
            return Ok(candidates::whose(request, "order"));
        }
        if candidates::is_general(request) {
            return Ok(Step::General);
        }
        let order = match candidates::order_or_latest(request) {
            Picked::One(order) => order,
            Picked::Ask(ask) => return Ok(Step::Ask(ask)),
            Picked::Missing(name) => return Ok(Step::NotFound { slot: "order", name }),
            Picked::Nothing => return Ok(nothing(request)),
        };
        let since = history::in_state_since(order);
        let facts = StatusFacts {
            order,
            reached_administration: since
                .filter(|_| order.state == OrderState::AdministrationReview)
                .map(crate::domain::moment::Moment::china_date),
            sent_at: since.map(crate::domain::moment::Moment::timestamp),
        };
        let verdict = order_status(request.book, &facts);
        let overdue = order.state == OrderState::SmsPending
            && facts.sent_at.is_some_and(|sent| sms_overdue(request.book, sent, request.now));
        let shown = actions::order_status::Shown { order, today: request.today(), sms_overdue: overdue };
        let text = actions::order_status::text(voice, request.book, &verdict, &shown);
        let next = match order.state {
            OrderState::ProviderRejected | OrderState::AdministrationRejected => voice.pick(
                ["为什么被驳回", "这个订单还能撤回吗"],
                ["Why was it rejected?", "Can this order still be stopped?"],
            ),
            _ if history::is_open(order) => voice.pick(
                ["这个订单还能撤回吗", "审核期间可以做什么"],
                ["Can this order still be stopped?", "What can I do while waiting?"],
            ),
            _ => voice.pick(
                ["备案成功后要做什么", "公安备案怎么办"],
                ["What do I do after approval?", "How do I file with public security?"],
            ),
        };
        let mut done = Done::new(&verdict, text).about("order", &order.id).then(next);
        done.anchors.push(match order.state {
            OrderState::Approved => "review-approved",
            _ => "review-timeline",
        });
        Ok(Step::Done(done))
    }
}

/// No order fits: of the domain that is named, or none at all.
fn nothing(request: &Request<'_>) -> Step {
    if let Some(domain) = request.slot("domain")
        && !candidates::domains(request).iter().any(|own| own == domain)
    {
        return Step::NotFound { slot: "domain", name: domain.to_owned() };
    }
    let outcome = json!({"order": null, "state": null, "next_step": null, "eta": null});
    let text = actions::order_status::none(request.voice, request.slot("domain"));
    let next = request
        .voice
        .pick(["我该办哪种备案", "备案要多久"], ["Which filing do I need?", "How long does a filing take?"]);
    Step::Done(Done::new(&outcome, text).then(next))
}

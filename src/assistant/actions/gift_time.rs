//! `gift_time`: how much server time comes back for the days of the review.

use super::candidates::{self, Picked};
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::assistant::facet::Facet;
use crate::domain::order::{OrderState, OrderType, history};
use crate::domain::records::{Instance, Order};
use crate::domain::rules::gift_time::{GiftFacts, gift_time};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct GiftTime;

impl Action for GiftTime {
    fn intent(&self) -> &'static str {
        "gift_time"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "gift-time-conditions"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["products.toml", "terms.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["order", "instance", "domain"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["送", "赠", "补给", "补时", "延长", "free time", "extended", "bonus"]
    }

    fn tells(&self) -> &'static [Facet] {
        &[Facet::Why]
    }

    fn says_how_long(&self) -> bool {
        true
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        if request.case.is_none() {
            return Ok(candidates::whose(request, "order"));
        }
        if candidates::is_general(request) {
            return Ok(Step::General);
        }
        let pair = match pick(request) {
            Picked::One(order) => order,
            Picked::Ask(ask) => return Ok(Step::Ask(ask)),
            Picked::Missing(name) => return Ok(Step::NotFound { slot: "order", name }),
            Picked::Nothing => return Ok(on_the_server_alone(request)),
        };
        let Some(instance) = instance_of(request, pair) else { return Ok(on_the_server_alone(request)) };
        Ok(answer(request, instance, pair, true))
    }
}

/// Whether the user says that the server had its gift; the records don't.
fn already_given(request: &Request<'_>) -> bool {
    request.says(&[
        "送过一次",
        "已经送过",
        "上次送过",
        "之前送过",
        "送过了",
        "got it before",
        "already got",
        "already given",
    ]) && !request.says(&["没送过", "没有送过", "不是送过", "not already"])
}

fn answer(request: &Request<'_>, instance: &Instance, order: &Order, on_record: bool) -> Step {
    let facts = GiftFacts {
        instance,
        order,
        earlier_website: earlier_website(request, instance, order),
        already_given: already_given(request),
        today: request.today(),
    };
    let verdict = gift_time(request.book, &facts);
    let shown = on_record.then_some(order);
    let text = actions::gift_time::text(request.voice, request.book, &verdict, instance, shown);
    let next = request.voice.pick(
        ["赠送时长什么时候到账", "送时长要满足哪些条件"],
        ["When does the time arrive?", "What are the conditions?"],
    );
    let mut done = Done::new(&verdict, text).about("instance", &instance.id).then(next);
    if on_record {
        done = done.about("order", &order.id);
    }
    done.anchors.push("gift-time-calculation");
    Step::Done(done)
}

/// The order that is meant: the one named, else the only approved one on a server, else the only open one.
fn pick<'a>(request: &'a Request<'_>) -> Picked<'a, Order> {
    let Some(case) = request.case else { return Picked::Nothing };
    if request.slot("order").is_some() {
        return candidates::order(request, |_| true);
    }
    let on_a_server = |order: &Order| {
        let Some(instance) = instance_of(request, order) else { return false };
        request.slot("instance").is_none_or(|id| instance.id.eq_ignore_ascii_case(id))
    };
    let fits: [fn(&Order) -> bool; 2] = [|order| order.state == OrderState::Approved, history::is_open];
    for fits in fits {
        let fitting: Vec<&Order> = case
            .records
            .orders
            .iter()
            .filter(|order| fits(order) && on_a_server(order))
            .filter(|order| {
                let asked = request.slot("domain");
                asked.is_none_or(|domain| {
                    order.domains.iter().any(|name| candidates::same_domain(name, domain))
                })
            })
            .collect();
        let of_product: Vec<&Order> = fitting
            .iter()
            .copied()
            .filter(|order| {
                let product = instance_of(request, order).map(|instance| instance.product.as_str());
                request.slot("product").is_none_or(|asked| product == Some(asked))
            })
            .collect();
        match if of_product.is_empty() { fitting } else { of_product }.as_slice() {
            [] => {}
            [one] => return Picked::One(one),
            several => {
                return Picked::Ask(Ask {
                    slot: "order",
                    text: clarify::which_order(request.voice, several),
                    options: several.iter().map(|order| order.id.clone()).collect(),
                });
            }
        }
    }
    Picked::Nothing
}

/// The server of an order: the one it names, else the one whose service number it used.
fn instance_of<'a>(request: &'a Request<'_>, order: &Order) -> Option<&'a Instance> {
    let records = &request.case?.records;
    let by_number =
        || records.service_numbers.iter().find(|number| number.used_by.as_deref() == Some(order.id.as_str()));
    let id = order.instance.as_deref().or_else(|| by_number().map(|number| number.instance.as_str()))?;
    records.instances.iter().find(|instance| instance.id == id)
}

/// Whether a website was filed on the server before this order: by an approved order, or by one that is too old to be on
/// record and has left its service number used.
fn earlier_website(request: &Request<'_>, instance: &Instance, order: &Order) -> bool {
    let Some(case) = request.case else { return false };
    let records = &case.records;
    let approved = history::approved_at(order);
    let by_order = records.orders.iter().any(|other| {
        other.id != order.id
            && other.state == OrderState::Approved
            && files_a_website(other.kind)
            && instance_of(request, other).is_some_and(|server| server.id == instance.id)
            && match (history::approved_at(other), approved) {
                (Some(then), Some(now)) => then < now,
                (Some(_) | None, None) => true,
                (None, Some(_)) => false,
            }
    });
    let by_number =
        records.service_numbers.iter().filter(|number| number.instance == instance.id).any(|number| {
            number.used_by.as_ref().is_some_and(|user| {
                *user != order.id && !records.orders.iter().any(|known| known.id == *user)
            })
        });
    by_order || by_number
}

fn files_a_website(kind: OrderType) -> bool {
    matches!(
        kind,
        OrderType::First
            | OrderType::AddAccess
            | OrderType::ResumeAccess
            | OrderType::AddWebsite
            | OrderType::AddWebsiteElsewhere
    )
}

/// No order fits: what the server itself has to say, as for a first filing on it.
fn on_the_server_alone(request: &Request<'_>) -> Step {
    let instance = match candidates::instance(request) {
        Picked::One(instance) => instance,
        Picked::Ask(ask) => return Step::Ask(ask),
        Picked::Missing(name) => return Step::NotFound { slot: "instance", name },
        Picked::Nothing => return Step::General,
    };
    let order = Order {
        id: String::new(),
        account: instance.account.clone(),
        entity: None,
        kind: OrderType::First,
        domains: Vec::new(),
        province: String::new(),
        state: OrderState::Draft,
        instance: Some(instance.id.clone()),
        waiting_for: None,
        rejections: Vec::new(),
        events: Vec::new(),
    };
    answer(request, instance, &order, false)
}

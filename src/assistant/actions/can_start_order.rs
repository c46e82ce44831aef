//! `can_start_order`: can an order of a type be started now, and why is its button missing.

use super::candidates;
use super::{Action, Basis, Done, Request, Step};
use crate::domain::order::{OrderType, history};
use crate::domain::records::Order;
use crate::domain::rules::cancel_order::{CancelFacts, can_cancel_order};
use crate::domain::rules::filing_type::{EntityFiling, entity_filing};
use crate::domain::rules::start_order::{StartFacts, can_start_order};
use crate::phrases::actions;
use crate::store::StoreError;

pub struct CanStartOrder;

impl Action for CanStartOrder {
    fn intent(&self) -> &'static str {
        "can_start_order"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "change-no-button"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &[], origin: Some(crate::domain::rules::start_order::ORIGIN) }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["按钮", "入口", "在哪点", "找不到", "点不了", "灰的", "没有这个选项", "button", "greyed", "grayed"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let Some(case) = request.case else { return Ok(candidates::whose(request, "domain")) };
        let domain = request.slot("domain");
        let entity = candidates::entity(request, domain);
        let all = candidates::websites(request, entity, None);
        let kind = named(request).unwrap_or_else(|| match entity_filing(entity, &all) {
            EntityFiling::Unfiled | EntityFiling::WithoutWebsites => OrderType::First,
            EntityFiling::Here => OrderType::AddWebsite,
            EntityFiling::Elsewhere => OrderType::AddWebsiteElsewhere,
        });
        let kind = match (kind, entity_filing(entity, &all)) {
            // The button reads the same; which of the two it is depends on where the entity was filed.
            (OrderType::AddWebsite, EntityFiling::Elsewhere) => OrderType::AddWebsiteElsewhere,
            (kind, _) => kind,
        };
        let websites = match domain {
            Some(name) if works_on_a_website(kind) => {
                if !candidates::domains(request).iter().any(|own| own == name) {
                    return Ok(Step::NotFound { slot: "domain", name: name.to_owned() });
                }
                candidates::websites(request, entity, domain)
            }
            _ => all,
        };
        let orders: Vec<&Order> = case
            .records
            .orders
            .iter()
            .filter(|order| match (&order.entity, entity) {
                (Some(id), Some(entity)) => *id == entity.id,
                _ => true,
            })
            .collect();
        let administration_forbids = request.says(&[
            "管局不允许",
            "管局不让",
            "管局禁止",
            "管局规定不",
            "administration forbids",
            "administration doesn't allow",
            "administration does not allow",
        ]);
        let facts = StartFacts { kind, entity, websites: &websites, orders: &orders, administration_forbids };
        let verdict = can_start_order(&facts);
        let blocking: Vec<&Order> =
            orders.iter().copied().filter(|order| verdict.open_orders.contains(&order.id)).collect();
        let stoppable = blocking.iter().all(|order| {
            let verification_passed = history::verification_passed(order);
            can_cancel_order(&CancelFacts { order, verification_passed }).allowed
        });
        let text = actions::can_start_order::text(request.voice, &verdict, &blocking, stoppable);
        let next = request.voice.pick(
            ["进行中的订单到哪一步了", "进行中的订单还能撤回吗"],
            ["Where is the order in progress?", "Can the order in progress be stopped?"],
        );
        let mut done = Done::new(&verdict, text);
        if let Some(domain) = domain {
            done = done.about("domain", domain);
        }
        if !blocking.is_empty() {
            done = done.then(next);
        }
        done.anchors.push(match kind {
            OrderType::ResumeAccess | OrderType::AddAccess => "access-no-continue-button",
            OrderType::DeregisterEntity | OrderType::DeregisterWebsite => "deregister-no-button",
            _ => "change-not-allowed",
        });
        Ok(Step::Done(done))
    }
}

/// Words for changing what is filed.
const CHANGES: &[&str] = &[
    "变更", "变梗", "变跟", "修改", "改", "订正", "修订", "修正", "更正", "chang", "amend", "modify",
    "correct", "edit", "update",
];

fn works_on_a_website(kind: OrderType) -> bool {
    matches!(kind, OrderType::ChangeWebsite | OrderType::CancelAccess | OrderType::DeregisterWebsite)
}

/// The type that the question names. What the question also says of the past (已取消接入, 刚办完接入) comes after what is
/// asked for, so the verbs of changing and ending are looked for first.
fn named(request: &Request<'_>) -> Option<OrderType> {
    let says = |words: &[&str]| request.says(words);
    let of_entity = says(&["主体", "entity", "organizer"]);
    if says(CHANGES) {
        let of_website =
            says(&["网站", "站点", "站上", "我的站", "website", "site"]) || request.slot("domain").is_some();
        let field = request.slot("field");
        return Some(if !of_entity && (of_website || matches!(field, Some("website_name" | "domain"))) {
            OrderType::ChangeWebsite
        } else {
            OrderType::ChangeEntity
        });
    }
    if says(&["注销", "deregist"]) {
        return Some(if of_entity { OrderType::DeregisterEntity } else { OrderType::DeregisterWebsite });
    }
    let kinds: [(&[&str], OrderType); 9] = [
        (&["继续接入", "恢复接入", "重新接入", "resume"], OrderType::ResumeAccess),
        (&["新增接入", "接入备案", "add access", "access filing"], OrderType::AddAccess),
        (&["取消接入", "cancel"], OrderType::CancelAccess),
        (
            &[
                "新增网站",
                "增加网站",
                "加网站",
                "加个网站",
                "再备",
                "再加",
                "另一个网站",
                "add a website",
                "add a site",
                "another site",
                "second site",
            ],
            OrderType::AddWebsite,
        ),
        (&["首次", "first filing"], OrderType::First),
        (&["认领", "claim"], OrderType::Claim),
        (&["导入", "import"], OrderType::Import),
        (&["转移", "转出", "transfer"], OrderType::Transfer),
        (&["接入", "access"], OrderType::ResumeAccess),
    ];
    kinds.into_iter().find(|(words, _)| says(words)).map(|(_, kind)| kind)
}

//! `can_change`: can this part of a filing be changed.

use super::candidates::same_domain;
use super::{Action, Ask, Basis, Done, Request, Step, when};
use crate::domain::order::history;
use crate::domain::records::{Order, Website, WebsiteStatus};
use crate::domain::rules::book::{AsOf, Field, Instead};
use crate::domain::rules::change::{ChangeQuestion, can_change};
use crate::phrases::actions;
use crate::phrases::actions::can_change::Told;
use crate::store::StoreError;

pub struct CanChange;

/// Parts of a filing beside those that the contract names: all can be changed.
const OTHER_PARTS: &[&str] = &[
    "备注",
    "语言",
    "服务内容",
    "所属区域",
    "邮编",
    "qq",
    "微信",
    "前置审批",
    "首页",
    "应急",
    "证件类型",
    "证件住所",
    "住所",
    "城市",
    "姓名",
    "主体信息",
    "网站信息",
    "备案主体",
    "传真",
    "remark",
    "language",
    "service content",
    "postcode",
    "entity information",
    "the entity",
    "website information",
];
const ORDER_UNDER_WAY: &[&str] = &[
    "还在审",
    "订单在审",
    "在审核",
    "审核中",
    "没走完",
    "进行中",
    "正在审",
    "接入过程中",
    "备案过程中",
    "有订单",
    "in review",
    "in progress",
    "under review",
    "order pending",
];
const ACCESS_CANCELLED: &[&str] = &[
    "已取消接入",
    "取消了接入",
    "被取消接入",
    "取消接入后",
    "取消接入了",
    "取消接入的",
    "取消接入之后",
    "access was cancelled",
    "access has been cancelled",
    "access was canceled",
    "cancelled access",
    "cancelled the access",
];
const FORBIDDEN: &[&str] = &[
    "管局不允许",
    "管局不让",
    "管局不给",
    "管局不支持",
    "当地不允许",
    "当地不让",
    "当地规定不",
    "administration doesn't allow",
    "administration forbids",
    "administration does not allow",
];

impl Action for CanChange {
    fn intent(&self) -> &'static str {
        "can_change"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "change-what"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["changes.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["change-domain", "change-province", "change-entity-or-website", "change-not-allowed"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["field", "date", "domain"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let Some(field) = field(request) else {
            if request.says(&[
                "哪些",
                "什么信息",
                "哪几项",
                "范围",
                "which part",
                "what can",
                "which details",
            ]) {
                return Ok(Step::General);
            }
            return Ok(Step::Ask(Ask {
                slot: "field",
                text: actions::can_change::which_field(request.voice),
                options: actions::can_change::options(request.voice),
            }));
        };
        let as_of = when::as_of(request);
        let now = as_of == AsOf::Newest;
        let open = open_order(request).filter(|_| now);
        let question = ChangeQuestion {
            field,
            as_of,
            order_in_progress: open.is_some() || now && request.says(ORDER_UNDER_WAY),
            access_cancelled: now && (request.says(ACCESS_CANCELLED) || own_access_cancelled(request)),
            administration_forbids: request.says(FORBIDDEN),
        };
        let verdict = can_change(request.book, &question);
        let told = Told {
            as_of,
            open,
            deletes: request.says(&["删", "去掉", "拿掉", "减少", "remove", "delete", "drop a"]),
            forbidden: question.administration_forbids,
        };
        let text = actions::can_change::text(request.voice, request.book, &verdict, &told);
        let mut done = Done::new(&verdict, text).about("field", key(field));
        if let AsOf::On(day) = as_of {
            done = done.about(when::AS_OF, day.to_string());
        }
        if let (Some(order), Some(Instead::WaitForOrder)) = (open, verdict.instead) {
            done = done.then(request.voice.pick(
                [format!("订单 {} 到哪一步了", order.id), format!("订单 {} 还能撤回吗", order.id)],
                [
                    format!("Where is order {}?", order.id),
                    format!("Can order {} still be stopped?", order.id),
                ],
            ));
        }
        done.anchors.push(match (field, verdict.instead) {
            (Field::Domain, _) => "change-domain",
            (Field::Province, _) => "change-province",
            (_, Some(Instead::DeregisterFirst)) => "change-not-allowed",
            _ => "change-entity-or-website",
        });
        Ok(Step::Done(done))
    }
}

/// The field's name in the contract.
fn key(field: Field) -> String {
    serde_json::to_value(field).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The part of the filing that the question names.
fn field(request: &Request<'_>) -> Option<Field> {
    let known = |name: &str| {
        let offered = actions::can_change::option_of(request.voice, name);
        offered.or_else(|| Field::ALL.into_iter().find(|field| key(*field) == name))
    };
    let named = &request.entities.fields;
    if let [first, rest @ ..] = named.as_slice() {
        // The telephone of the person in charge is a telephone.
        let own_part =
            rest.iter().find(|name| matches!(name.as_str(), "phone" | "email" | "id_number" | "address"));
        let joined = request.says(&["和", "、", "及", "都", " and "]);
        return match own_part {
            Some(part) if first == "person" && !joined => known(part),
            _ => known(first),
        };
    }
    if let Some(field) = request.slot("field").and_then(known) {
        return Some(field);
    }
    if !request.entities.domains.is_empty() {
        return Some(Field::Domain);
    }
    request.says(OTHER_PARTS).then_some(Field::Other).or_else(|| {
        // What stands in the way of any change needs no field.
        (request.says(ACCESS_CANCELLED) || request.says(FORBIDDEN)).then_some(Field::Other)
    })
}

/// An order of the asker that is under way: with several entities only one that concerns the domain named.
fn open_order<'a>(request: &Request<'a>) -> Option<&'a Order> {
    let records = &request.case?.records;
    let mut open = records.orders.iter().filter(|order| history::is_open(order));
    if records.entities.len() <= 1 {
        return open.next();
    }
    let entity = &websites(request).first()?.entity;
    request.slot("domain")?;
    open.find(|order| order.entity.as_ref() == Some(entity))
}

/// Whether the website that can be meant, or each of them, has lost its access here.
fn own_access_cancelled(request: &Request<'_>) -> bool {
    let websites = websites(request);
    !websites.is_empty() && websites.iter().all(|website| website.status == WebsiteStatus::AccessCancelled)
}

/// The asker's websites, of the domain named where one is.
fn websites<'a>(request: &Request<'a>) -> Vec<&'a Website> {
    let Some(case) = request.case else { return Vec::new() };
    let named = request.slots.get("domain");
    case.records
        .websites
        .iter()
        .filter(|website| {
            named.is_none_or(|name| website.domains.iter().any(|domain| same_domain(domain, name)))
        })
        .collect()
}

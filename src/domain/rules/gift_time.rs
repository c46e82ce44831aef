//! `gift_time`: how much server time comes back for the days of the review (004.16.3).

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Serialize;

use super::book::RuleBook;
use crate::moment::{Moment, china_date};
use crate::order::{Event, OrderType};
use crate::records::{Billing, Instance, Order, Region};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct GiftFacts<'a> {
    pub instance: &'a Instance,
    pub order: &'a Order,
    /// Whether an order that filed another website on this instance was approved before.
    pub earlier_website: bool,
    /// Whether the instance has had its gift.
    pub already_given: bool,
    /// Today in China, for an order that isn't approved yet.
    pub today: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GiftBlocker {
    NotSubscription,
    ProductExcluded,
    PlanExcluded,
    NotFirstWebsite,
    AlreadyGiven,
    ExpiredBeforeApproval,
    OutsideMainland,
    ChangeOrder,
}

/// The outcome of `gift_time`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GiftTime {
    pub eligible: bool,
    /// 0 where not eligible; none where the order isn't approved yet.
    pub days: Option<u32>,
    pub blockers: Vec<GiftBlocker>,
    #[serde(skip)]
    pub evidence: GiftEvidence,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GiftEvidence {
    /// The last submission before the approval.
    pub submitted_at: Option<Moment>,
    pub approved_at: Option<Moment>,
    /// More days were taken than are given.
    pub capped: bool,
}

/// How many days come back.
pub fn gift_time(book: &RuleBook, facts: &GiftFacts<'_>) -> GiftTime {
    let instance = facts.instance;
    let product = book.products.get(&instance.product);
    let approved_at = moment_of(facts.order, |event| event == Event::AdministrationApproved, None);
    let submitted_at = moment_of(
        facts.order,
        |event| matches!(event, Event::Submitted | Event::Resubmitted),
        approved_at.as_ref(),
    );
    let approved_on = approved_at.as_ref().map_or(facts.today, |at| china_date(at.timestamp()));
    let excluded = !product.is_some_and(|product| product.gift);
    let plan_excluded = product
        .zip(instance.plan)
        .is_some_and(|(product, plan)| product.gift && product.gift_not_for.contains(&plan));
    let outside = match instance.region {
        Region::Mainland => false,
        Region::Hongkong | Region::Overseas => true,
    };
    let blockers: Vec<_> = [
        (instance.billing != Billing::Subscription, GiftBlocker::NotSubscription),
        (excluded, GiftBlocker::ProductExcluded),
        (plan_excluded, GiftBlocker::PlanExcluded),
        (facts.earlier_website, GiftBlocker::NotFirstWebsite),
        (facts.already_given, GiftBlocker::AlreadyGiven),
        (instance.expires_on < approved_on, GiftBlocker::ExpiredBeforeApproval),
        (outside, GiftBlocker::OutsideMainland),
        (!files_a_website(facts.order.kind), GiftBlocker::ChangeOrder),
    ]
    .into_iter()
    .filter_map(|(holds, blocker)| holds.then_some(blocker))
    .collect();
    let taken = submitted_at.as_ref().zip(approved_at.as_ref()).map(|(from, to)| days_between(from, to));
    let most = book.terms.gift.at_most_days;
    let eligible = blockers.is_empty();
    let days = if eligible { taken.map(|days| days.min(most)) } else { Some(0) };
    let capped = eligible && taken.is_some_and(|days| days > most);
    GiftTime { eligible, days, blockers, evidence: GiftEvidence { submitted_at, approved_at, capped } }
}

/// The last such event, not later than a moment.
fn moment_of(order: &Order, wanted: impl Fn(Event) -> bool, until: Option<&Moment>) -> Option<Moment> {
    let events = order.events.iter().filter(|event| wanted(event.event));
    events.map(|event| &event.at).filter(|at| until.is_none_or(|until| *at <= until)).max().cloned()
}

/// Days of 24 hours, a part of one counting as one.
fn days_between(from: &Moment, to: &Moment) -> u32 {
    let day = SignedDuration::from_hours(24);
    let taken = to.timestamp().duration_since(from.timestamp());
    let whole = taken.as_secs() / day.as_secs();
    let part = taken.as_secs() % day.as_secs() > 0 || taken.subsec_nanos() > 0;
    u32::try_from(whole + i64::from(part)).unwrap_or(0)
}

/// Orders that put a website on the instance; changing or ending one earns nothing.
fn files_a_website(kind: OrderType) -> bool {
    match kind {
        OrderType::First
        | OrderType::AddAccess
        | OrderType::ResumeAccess
        | OrderType::AddWebsite
        | OrderType::AddWebsiteElsewhere => true,
        OrderType::ChangeEntity
        | OrderType::ChangeWebsite
        | OrderType::CancelAccess
        | OrderType::DeregisterEntity
        | OrderType::DeregisterWebsite
        | OrderType::Claim
        | OrderType::Import
        | OrderType::Transfer => false,
    }
}

#[cfg(test)]
mod tests;

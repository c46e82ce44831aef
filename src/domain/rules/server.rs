//! `check_server`: whether an instance can be used for a filing, and what stands in the way (004.3.7, 004.7.2).

use jiff::civil::Date;
use serde::Serialize;

use super::book::{ProductTerms, RuleBook};
use crate::records::{Billing, Instance, Region};

/// What stands in the way of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerBlocker {
    PayAsYouGo,
    NoPublicBandwidth,
    TermTooShort,
    Expired,
    OutsideMainland,
    AmountTooLow,
    QuotaUsedUp,
    ProductUnsupported,
}

/// The outcome of `check_server`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckServer {
    pub instance: String,
    pub eligible: bool,
    pub blockers: Vec<ServerBlocker>,
    #[serde(skip)]
    pub evidence: ServerEvidence,
}

/// What the wording needs: what would make it a yes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerEvidence {
    pub product: String,
    pub months: u32,
    /// The months it takes; none for a product that cannot be used.
    pub months_needed: Option<u32>,
    /// The months have to come with the first purchase.
    pub first_purchase: bool,
    pub expires_on: Option<Date>,
    /// Less than the months it takes is still to run, though enough was bought: renewing is wise.
    pub runs_out_soon: bool,
    pub amount_needed: Option<u32>,
    /// An amount is needed and none is on record: taken as enough, to be looked up.
    pub amount_unknown: bool,
    /// The quota, and how much of it is used (by all instances that share it).
    pub quota: Option<u32>,
    pub used: u32,
}

/// Whether the instance can be used for one more website. `used` is how much of its quota is gone, counted over all
/// instances that share the quota.
pub fn check_server(book: &RuleBook, instance: &Instance, used: u32, today: Date) -> CheckServer {
    let product = book.products.get(&instance.product);
    let rules = product.and_then(|product| Some((product.terms.as_ref()?, product.quota.as_ref()?)));
    let mut evidence = ServerEvidence {
        product: instance.product.clone(),
        months: instance.months,
        expires_on: Some(instance.expires_on),
        used,
        ..ServerEvidence::default()
    };
    let blockers = match rules {
        None => {
            let mut blockers = vec![ServerBlocker::ProductUnsupported];
            blockers.extend(place_and_time(instance, today));
            blockers
        }
        Some((terms, quota)) => {
            evidence.months_needed = Some(terms.months);
            evidence.first_purchase = terms.first_purchase;
            evidence.amount_needed = terms.amount_yuan;
            evidence.amount_unknown = terms.amount_yuan.is_some() && instance.amount_yuan.is_none();
            evidence.quota = Some(quota.limit);
            evidence.runs_out_soon = runs_out_soon(instance, terms, today);
            if terms.subscription && instance.billing == Billing::PayAsYouGo {
                // it has no term, and changing the billing comes before everything else
                vec![ServerBlocker::PayAsYouGo]
            } else {
                let mut blockers = unmet(terms, instance);
                blockers.extend(place_and_time(instance, today));
                if used >= quota.limit {
                    blockers.push(ServerBlocker::QuotaUsedUp);
                }
                blockers
            }
        }
    };
    CheckServer { instance: instance.id.clone(), eligible: blockers.is_empty(), blockers, evidence }
}

fn unmet(terms: &ProductTerms, instance: &Instance) -> Vec<ServerBlocker> {
    let paid = instance.amount_yuan.as_ref().and_then(serde_json::Number::as_f64);
    let too_low = matches!((terms.amount_yuan, paid), (Some(needed), Some(paid)) if paid < f64::from(needed));
    [
        (terms.public_bandwidth && !instance.public_bandwidth, ServerBlocker::NoPublicBandwidth),
        (instance.months < terms.months, ServerBlocker::TermTooShort),
        (too_low, ServerBlocker::AmountTooLow),
    ]
    .into_iter()
    .filter_map(|(holds, blocker)| holds.then_some(blocker))
    .collect()
}

fn place_and_time(instance: &Instance, today: Date) -> impl Iterator<Item = ServerBlocker> {
    let outside = match instance.region {
        Region::Mainland => false,
        Region::Hongkong | Region::Overseas => true,
    };
    [(instance.expires_on < today, ServerBlocker::Expired), (outside, ServerBlocker::OutsideMainland)]
        .into_iter()
        .filter_map(|(holds, blocker)| holds.then_some(blocker))
}

fn runs_out_soon(instance: &Instance, terms: &ProductTerms, today: Date) -> bool {
    let enough =
        jiff::Span::new().try_months(i64::from(terms.months)).and_then(|span| today.checked_add(span));
    instance.months >= terms.months
        && today <= instance.expires_on
        && enough.is_ok_and(|day| instance.expires_on < day)
}

#[cfg(test)]
mod tests;

//! `service_numbers_left`: how many service numbers are still to be had (004.3.6, 004.7.2). A number once used stays
//! used, whatever becomes of the website.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use super::book::{Per, Product, RuleBook};
use super::server::{CheckServer, ServerBlocker, ServerEvidence, check_server};
use crate::records::{Instance, ServiceNumber};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct NumbersQuestion<'a> {
    /// The instances asked for: all of the asker's, or the one named.
    pub instances: &'a [&'a Instance],
    /// Every instance of the accounts concerned: some share a quota with those asked for.
    pub all_instances: &'a [&'a Instance],
    /// Every service number of those instances.
    pub numbers: &'a [&'a ServiceNumber],
    /// Today in China.
    pub today: Date,
}

/// The outcome of `service_numbers_left`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NumbersLeft {
    /// Over all instances listed; a quota that instances share counts once.
    pub left: u32,
    pub instances: Vec<InstanceNumbers>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InstanceNumbers {
    pub instance: String,
    pub product: String,
    pub limit: u32,
    /// This instance's own numbers that were used.
    pub used: u32,
    /// `limit - used`; 0 where the instance isn't eligible.
    pub left: u32,
    pub eligible: bool,
    pub blockers: Vec<ServerBlocker>,
    /// The quota is one for all instances of the group in the account: what of it is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_left: Option<u32>,
    #[serde(skip)]
    pub evidence: ServerEvidence,
}

/// How many numbers are left, instance by instance and in all.
pub fn service_numbers_left(book: &RuleBook, question: &NumbersQuestion<'_>) -> NumbersLeft {
    let mut total = 0;
    let mut counted = HashSet::new();
    let mut instances = Vec::new();
    for instance in question.instances {
        let CheckServer { instance: id, eligible, blockers, evidence } =
            server_with_quota(book, question, instance);
        let limit = evidence.quota.unwrap_or(0);
        let used = own(question, instance);
        let left = if eligible { limit.saturating_sub(used) } else { 0 };
        let group = group(book, instance);
        let shared_left = group.map(|_| limit.saturating_sub(evidence.used));
        if eligible {
            match (group, shared_left) {
                (Some(group), Some(shared)) => {
                    if counted.insert((instance.account.as_str(), group)) {
                        total += shared;
                    }
                }
                _ => total += left,
            }
        }
        instances.push(InstanceNumbers {
            instance: id,
            product: instance.product.clone(),
            limit,
            used,
            left,
            eligible,
            blockers,
            shared_left,
            evidence,
        });
    }
    NumbersLeft { left: total, instances }
}

/// `check_server` with the used numbers counted from the records, shared quotas included.
pub fn server_with_quota(
    book: &RuleBook,
    question: &NumbersQuestion<'_>,
    instance: &Instance,
) -> CheckServer {
    let used = match group(book, instance) {
        None => own(question, instance),
        Some(shared) => question
            .all_instances
            .iter()
            .filter(|other| other.account == instance.account && group(book, other) == Some(shared))
            .map(|other| own(question, other))
            .sum(),
    };
    check_server(book, instance, used, question.today)
}

fn own(question: &NumbersQuestion<'_>, instance: &Instance) -> u32 {
    let used =
        question.numbers.iter().filter(|number| number.instance == instance.id && number.used_by.is_some());
    u32::try_from(used.count()).unwrap_or(u32::MAX)
}

/// The group within an account that shares the quota.
fn group<'b>(book: &'b RuleBook, instance: &Instance) -> Option<&'b str> {
    let quota = book.products.get(&instance.product).and_then(|product: &Product| product.quota.as_ref())?;
    match quota.per {
        Per::Instance => None,
        Per::Account => quota.group.as_deref(),
    }
}

#[cfg(test)]
mod tests;

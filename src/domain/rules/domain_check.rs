//! `check_domain`: whether a domain can be filed (003 chapter 1.1). The holder is compared and never shown.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::book::{AsOf, RuleBook};
use crate::records::{Domain, Entity, Nature, RealNameStatus};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct DomainQuestion<'a> {
    /// The registrable name in lower case.
    pub name: &'a str,
    /// The domain on record, if there is one.
    pub record: Option<&'a Domain>,
    /// The asker's entity, if there is one.
    pub entity: Option<&'a Entity>,
    /// The step that the user names; none for a plain "can it be filed".
    pub step: Option<DomainStep>,
    /// Today in China.
    pub today: Date,
    pub as_of: AsOf,
}

/// A step of a filing for which a domain may have to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainStep {
    Deregister,
    CancelAccess,
    /// Access again after access was cancelled.
    AccessAgain,
    Change {
        new_domains: bool,
        /// When the website was filed; none: not known, and then it's checked.
        site_filed_on: Option<Date>,
    },
    /// Every other step: always checked.
    File,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Fail,
    Unknown,
    /// The step isn't checked at all.
    Exempt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainRule {
    TldApproved,
    RegistrarApproved,
    NotExpired,
    RealNameVerified,
    RegistrySynced,
    HolderMatchesEntity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    Pass,
    Fail,
    Unknown,
}

impl From<Option<bool>> for CheckResult {
    fn from(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::Pass,
            Some(false) => Self::Fail,
            None => Self::Unknown,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub rule: DomainRule,
    pub result: CheckResult,
}

/// The outcome of `check_domain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainCheck {
    pub domain: String,
    pub verdict: Verdict,
    /// All six rules; empty where the step is exempt.
    pub checks: Vec<Check>,
    #[serde(skip)]
    pub evidence: DomainEvidence,
}

/// What the wording needs. Says which parts of the holder differ, never what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainEvidence {
    pub registrar: Option<String>,
    /// The last day of validity.
    pub expires_on: Option<Date>,
    pub real_name: Option<RealNameStatus>,
    pub verified_on: Option<Date>,
    /// The day from which the registry knows of the verification.
    pub synced_from: Option<Date>,
    pub mismatch: Option<HolderMismatch>,
}

/// Which parts of the holder differ from the entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent findings, not the states of a machine")]
pub struct HolderMismatch {
    pub name: bool,
    pub id_type: bool,
    pub id_number: bool,
    /// An organisation whose domain belongs to its person in charge, and the like: some provinces take documents.
    pub documents_may_help: bool,
    /// The holder is the other half of the entity: the organisation's person in charge.
    pub held_by_person_in_charge: bool,
}

/// Whether the domain can be filed, rule by rule.
pub fn check_domain(book: &RuleBook, question: &DomainQuestion<'_>) -> DomainCheck {
    let domain = question.name.to_owned();
    if question.step.is_some_and(|step| is_exempt(book, step)) {
        return DomainCheck {
            domain,
            verdict: Verdict::Exempt,
            checks: Vec::new(),
            evidence: DomainEvidence::default(),
        };
    }
    let evidence = evidence(book, question);
    let record = question.record;
    let verified = record.map(|record| record.real_name.status == RealNameStatus::Verified);
    let synced = match verified {
        Some(true) => evidence.synced_from.map(|from| from <= question.today),
        // what isn't verified cannot have reached the registry
        Some(false) => Some(false),
        None => None,
    };
    let compared = record.is_some() && question.entity.is_some();
    let checks: Vec<Check> = [
        (DomainRule::TldApproved, book.suffixes.approved(question.name, question.as_of)),
        (DomainRule::RegistrarApproved, record.map(|record| record.registrar_approved)),
        (DomainRule::NotExpired, record.map(|record| question.today <= record.expires_on)),
        (DomainRule::RealNameVerified, verified),
        (DomainRule::RegistrySynced, synced),
        (DomainRule::HolderMatchesEntity, compared.then_some(evidence.mismatch.is_none())),
    ]
    .into_iter()
    .map(|(rule, holds)| Check { rule, result: holds.into() })
    .collect();
    let any = |result| checks.iter().any(|check| check.result == result);
    let verdict = if any(CheckResult::Fail) {
        Verdict::Fail
    } else if any(CheckResult::Unknown) {
        Verdict::Unknown
    } else {
        Verdict::Pass
    };
    DomainCheck { domain, verdict, checks, evidence }
}

/// Steps for which domains aren't checked (003.1.1b).
fn is_exempt(book: &RuleBook, step: DomainStep) -> bool {
    match step {
        DomainStep::Deregister | DomainStep::CancelAccess | DomainStep::AccessAgain => true,
        DomainStep::Change { new_domains, site_filed_on } => {
            !new_domains && site_filed_on.is_some_and(|filed| filed < book.domain_checks.checked_since.date)
        }
        DomainStep::File => false,
    }
}

fn evidence(book: &RuleBook, question: &DomainQuestion<'_>) -> DomainEvidence {
    let Some(record) = question.record else { return DomainEvidence::default() };
    let verified_on = record.real_name.verified_on;
    let days = i64::from(book.terms.registry_sync.days);
    DomainEvidence {
        registrar: Some(record.registrar.clone()),
        expires_on: Some(record.expires_on),
        real_name: Some(record.real_name.status),
        verified_on,
        synced_from: verified_on.and_then(|day| day.checked_add(days.days()).ok()),
        mismatch: question.entity.and_then(|entity| mismatch(record, entity)),
    }
}

/// An individual is compared by the person in charge, everyone else by the organizer.
fn mismatch(record: &Domain, entity: &Entity) -> Option<HolderMismatch> {
    let holder = &record.holder;
    let person = &entity.person;
    let as_person = [&person.name, &person.id_type, &person.id_number];
    let as_organizer = [&entity.name, &entity.id_type, &entity.id_number];
    let held_by = [&holder.name, &holder.id_type, &holder.id_number];
    let expected = match entity.nature {
        Nature::Individual => as_person,
        Nature::Enterprise | Nature::Institution | Nature::Government | Nature::Association => as_organizer,
    };
    let differs = |at: usize| !same(held_by[at], expected[at]);
    let (name, id_type, id_number) = (differs(0), differs(1), differs(2));
    (name || id_type || id_number).then(|| HolderMismatch {
        name,
        id_type,
        id_number,
        documents_may_help: entity.nature != Nature::Individual,
        held_by_person_in_charge: entity.nature != Nature::Individual
            && held_by.iter().zip(as_person).all(|(held, person)| same(held, person)),
    })
}

/// Spaces around and the case of letters (the X that ends some ID numbers) don't make a difference.
fn same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

#[cfg(test)]
mod tests;

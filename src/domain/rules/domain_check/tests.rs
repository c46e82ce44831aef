//! Each rule on both sides of its edge.

use jiff::civil::{Date, date};
use serde_json::json;

use super::*;
use crate::records::Nature;
use crate::rules::book::tests::book;
use crate::rules::samples::{domain, entity};

const TODAY: Date = date(2019, 8, 20);

fn question<'a>(name: &'a str, record: Option<&'a Domain>, entity: Option<&'a Entity>) -> DomainQuestion<'a> {
    DomainQuestion { name, record, entity, step: None, today: TODAY, as_of: AsOf::Newest }
}

fn result(check: &DomainCheck, rule: DomainRule) -> CheckResult {
    check.checks.iter().find(|check| check.rule == rule).unwrap().result
}

#[test]
fn everything_in_order_passes_in_the_contract_s_form() {
    let (domain, entity) = (domain("example.com"), entity("e1"));
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    assert_eq!(
        serde_json::to_value(&check).unwrap(),
        json!({"domain": "example.com", "verdict": "pass", "checks": [
            {"rule": "tld_approved", "result": "pass"},
            {"rule": "registrar_approved", "result": "pass"},
            {"rule": "not_expired", "result": "pass"},
            {"rule": "real_name_verified", "result": "pass"},
            {"rule": "registry_synced", "result": "pass"},
            {"rule": "holder_matches_entity", "result": "pass"},
        ]})
    );
    assert_eq!(check.evidence.mismatch, None);
}

#[test]
fn without_a_record_only_the_suffix_is_known() {
    let entity = entity("e1");
    for (name, tld, verdict) in [
        ("example.com", CheckResult::Pass, Verdict::Unknown),
        ("example.org", CheckResult::Fail, Verdict::Fail),
        ("example.xyz", CheckResult::Unknown, Verdict::Unknown),
        ("示例.中国", CheckResult::Unknown, Verdict::Unknown),
    ] {
        let check = check_domain(book(), &question(name, None, Some(&entity)));
        assert_eq!(check.verdict, verdict, "{name}");
        for found in &check.checks {
            let expected = if found.rule == DomainRule::TldApproved { tld } else { CheckResult::Unknown };
            assert_eq!(found.result, expected, "{name} {:?}", found.rule);
        }
        assert_eq!(check.checks.len(), 6);
    }
}

#[test]
fn without_an_entity_the_holder_is_unknown_and_so_is_the_verdict() {
    let domain = domain("example.com");
    let check = check_domain(book(), &question("example.com", Some(&domain), None));
    assert_eq!(result(&check, DomainRule::HolderMatchesEntity), CheckResult::Unknown);
    assert_eq!(check.verdict, Verdict::Unknown);
}

#[test]
fn a_registrar_without_approval_fails() {
    let (mut domain, entity) = (domain("example.com"), entity("e1"));
    domain.registrar_approved = false;
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    assert_eq!(result(&check, DomainRule::RegistrarApproved), CheckResult::Fail);
    assert_eq!(check.verdict, Verdict::Fail);
    assert_eq!(check.evidence.registrar.as_deref(), Some("Registrar"));
}

#[test]
fn the_last_day_of_validity_still_counts() {
    let (mut domain, entity) = (domain("example.com"), entity("e1"));
    for (expires_on, expected) in [
        (date(2019, 8, 19), CheckResult::Fail),
        (date(2019, 8, 20), CheckResult::Pass),
        (date(2019, 8, 21), CheckResult::Pass),
    ] {
        domain.expires_on = expires_on;
        let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
        assert_eq!(result(&check, DomainRule::NotExpired), expected, "{expires_on}");
        assert_eq!(check.evidence.expires_on, Some(expires_on));
    }
}

#[test]
fn the_registry_knows_from_the_third_day_after_verification() {
    let (mut domain, entity) = (domain("example.com"), entity("e1"));
    for (verified_on, expected) in [
        (Some(date(2019, 8, 17)), CheckResult::Pass),
        (Some(date(2019, 8, 18)), CheckResult::Fail),
        (Some(date(2019, 8, 20)), CheckResult::Fail),
        (None, CheckResult::Unknown),
    ] {
        domain.real_name.verified_on = verified_on;
        let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
        assert_eq!(result(&check, DomainRule::RegistrySynced), expected, "{verified_on:?}");
        assert_eq!(result(&check, DomainRule::RealNameVerified), CheckResult::Pass);
    }
    domain.real_name.verified_on = Some(date(2019, 8, 18));
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    assert_eq!(check.evidence.synced_from, Some(date(2019, 8, 21)));
}

#[test]
fn what_is_not_verified_is_not_in_the_registry() {
    let (mut domain, entity) = (domain("example.com"), entity("e1"));
    for status in [RealNameStatus::None, RealNameStatus::Pending] {
        domain.real_name.status = status;
        let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
        assert_eq!(result(&check, DomainRule::RealNameVerified), CheckResult::Fail);
        assert_eq!(result(&check, DomainRule::RegistrySynced), CheckResult::Fail);
        assert_eq!(check.evidence.real_name, Some(status));
    }
}

#[test]
fn an_organisation_is_compared_by_its_own_document() {
    let (mut domain, entity) = (domain("example.com"), entity("e1"));
    domain.holder.id_number = "other".into();
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    let expected = HolderMismatch {
        name: false,
        id_type: false,
        id_number: true,
        documents_may_help: true,
        held_by_person_in_charge: false,
    };
    assert_eq!(check.evidence.mismatch, Some(expected));
    assert_eq!(result(&check, DomainRule::HolderMatchesEntity), CheckResult::Fail);

    domain.holder.name = entity.person.name.clone();
    domain.holder.id_type = entity.person.id_type.clone();
    domain.holder.id_number = entity.person.id_number.clone();
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    let mismatch = check.evidence.mismatch.unwrap();
    assert!(mismatch.held_by_person_in_charge && mismatch.documents_may_help);
    assert!(mismatch.name && mismatch.id_type && mismatch.id_number);
}

#[test]
fn each_part_of_the_holder_counts() {
    let entity = entity("e1");
    for part in 0..3 {
        let mut domain = domain("example.com");
        match part {
            0 => domain.holder.name.push('x'),
            1 => domain.holder.id_type.push('x'),
            _ => domain.holder.id_number.push('x'),
        }
        let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
        assert_eq!(check.verdict, Verdict::Fail, "part {part}");
    }
}

#[test]
fn an_individual_whose_domain_belongs_to_the_company_fails() {
    let (mut domain, mut entity) = (domain("example.com"), entity("e1"));
    entity.nature = Nature::Individual;
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    assert_eq!(result(&check, DomainRule::HolderMatchesEntity), CheckResult::Fail);
    let mismatch = check.evidence.mismatch.unwrap();
    assert!(!mismatch.documents_may_help && !mismatch.held_by_person_in_charge);

    domain.holder.name = format!(" {} ", entity.person.name);
    domain.holder.id_type = entity.person.id_type.clone();
    domain.holder.id_number = entity.person.id_number.to_lowercase();
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    assert_eq!(result(&check, DomainRule::HolderMatchesEntity), CheckResult::Pass);
}

#[test]
fn some_steps_are_exempt_and_nothing_else() {
    let change = |new_domains, site_filed_on| DomainStep::Change { new_domains, site_filed_on };
    for (step, exempt) in [
        (Some(DomainStep::Deregister), true),
        (Some(DomainStep::CancelAccess), true),
        (Some(DomainStep::AccessAgain), true),
        (Some(change(false, Some(date(2017, 12, 31)))), true),
        (Some(change(false, Some(date(2018, 1, 1)))), false),
        (Some(change(true, Some(date(2017, 12, 31)))), false),
        (Some(change(false, None)), false),
        (Some(DomainStep::File), false),
        (None, false),
    ] {
        let mut question = question("example.org", None, None);
        question.step = step;
        let check = check_domain(book(), &question);
        assert_eq!(check.verdict == Verdict::Exempt, exempt, "{step:?}");
        assert_eq!(check.checks.is_empty(), exempt, "{step:?}");
    }
    let mut question = question("example.org", None, None);
    question.step = Some(DomainStep::Deregister);
    let exempt = serde_json::to_value(check_domain(book(), &question)).unwrap();
    assert_eq!(exempt, json!({"domain": "example.org", "verdict": "exempt", "checks": []}));
}

#[test]
fn the_outcome_never_shows_the_holder() {
    let (mut domain, entity) = (domain("example.com"), entity("e1"));
    domain.holder.name = "秘密持有人".into();
    let check = check_domain(book(), &question("example.com", Some(&domain), Some(&entity)));
    assert!(!serde_json::to_string(&check).unwrap().contains("秘密"));
    assert!(!format!("{:?}", check.evidence).contains("秘密"));
}

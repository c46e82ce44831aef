//! `shell_site_check`: whether a filed site is a shell, with nothing of it at the provider (003.1.3a).

use jiff::civil::Date;
use serde::Serialize;

use super::book::Origin;
use crate::records::{Domain, RealNameStatus, ResolvesTo, Website};

/// What makes a shell is code and not a table; this is where it comes from.
pub const ORIGIN: Origin<'static> = Origin { source: "003.1.3a", as_of: jiff::civil::date(2019, 8, 20) };

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShellReason {
    ResolvesElsewhere,
    DomainInvalid,
}

/// The outcome of `shell_site_check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShellSite {
    pub domain: String,
    /// None where neither the website nor a fault of the domain is on record.
    pub shell: Option<bool>,
    pub reasons: Vec<ShellReason>,
    #[serde(skip)]
    pub evidence: ShellEvidence,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShellEvidence {
    pub resolves_to: Option<ResolvesTo>,
    /// The domain's last day, where it has passed.
    pub expired_on: Option<Date>,
    pub not_verified: bool,
}

/// Whether the site of a domain is a shell.
pub fn shell_site_check(
    name: &str,
    website: Option<&Website>,
    record: Option<&Domain>,
    today: Date,
) -> ShellSite {
    let resolves_to = website.map(|website| website.resolves_to);
    let evidence = ShellEvidence {
        resolves_to,
        expired_on: record.map(|record| record.expires_on).filter(|last| *last < today),
        not_verified: record.is_some_and(|record| record.real_name.status != RealNameStatus::Verified),
    };
    let elsewhere = match resolves_to {
        Some(ResolvesTo::ProviderOverseas | ResolvesTo::Elsewhere | ResolvesTo::None) => true,
        Some(ResolvesTo::ProviderMainland) | None => false,
    };
    let invalid = evidence.expired_on.is_some() || evidence.not_verified;
    let reasons: Vec<_> =
        [(elsewhere, ShellReason::ResolvesElsewhere), (invalid, ShellReason::DomainInvalid)]
            .into_iter()
            .filter_map(|(holds, reason)| holds.then_some(reason))
            .collect();
    let shell = (website.is_some() || !reasons.is_empty()).then_some(!reasons.is_empty());
    ShellSite { domain: name.to_owned(), shell, reasons, evidence }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::rules::samples::{domain, website};

    const TODAY: Date = date(2019, 8, 20);

    #[test]
    fn a_living_site_in_the_contract_s_form() {
        let (site, record) = (website("w1"), domain("example.com"));
        let outcome = shell_site_check("example.com", Some(&site), Some(&record), TODAY);
        assert_eq!(
            serde_json::to_value(outcome).unwrap(),
            json!({"domain": "example.com", "shell": false, "reasons": []})
        );
    }

    #[test]
    fn everything_but_the_provider_s_mainland_is_elsewhere() {
        for (resolves_to, shell) in [
            (ResolvesTo::ProviderMainland, false),
            (ResolvesTo::ProviderOverseas, true),
            (ResolvesTo::Elsewhere, true),
            (ResolvesTo::None, true),
        ] {
            let mut site = website("w1");
            site.resolves_to = resolves_to;
            let outcome = shell_site_check("example.com", Some(&site), None, TODAY);
            assert_eq!(outcome.shell, Some(shell), "{resolves_to:?}");
            assert_eq!(outcome.reasons.contains(&ShellReason::ResolvesElsewhere), shell);
            assert_eq!(outcome.evidence.resolves_to, Some(resolves_to));
        }
    }

    #[test]
    fn an_invalid_domain_makes_a_shell() {
        let site = website("w1");
        let mut record = domain("example.com");
        for (expires_on, status, shell) in [
            (TODAY, RealNameStatus::Verified, false),
            (date(2019, 8, 19), RealNameStatus::Verified, true),
            (TODAY, RealNameStatus::Pending, true),
            (TODAY, RealNameStatus::None, true),
        ] {
            (record.expires_on, record.real_name.status) = (expires_on, status);
            let outcome = shell_site_check("example.com", Some(&site), Some(&record), TODAY);
            assert_eq!(outcome.shell, Some(shell), "{expires_on} {status:?}");
            assert_eq!(outcome.reasons, if shell { vec![ShellReason::DomainInvalid] } else { vec![] });
            assert_eq!(outcome.evidence.expired_on.is_some(), expires_on < TODAY);
            assert_eq!(outcome.evidence.not_verified, status != RealNameStatus::Verified);
        }
    }

    #[test]
    fn without_the_website_only_a_fault_of_the_domain_is_known() {
        let mut record = domain("example.com");
        assert_eq!(shell_site_check("example.com", None, None, TODAY).shell, None);
        assert_eq!(shell_site_check("example.com", None, Some(&record), TODAY).shell, None);
        record.expires_on = date(2019, 1, 1);
        assert_eq!(shell_site_check("example.com", None, Some(&record), TODAY).shell, Some(true));
    }
}

//! `cancel_access_effects` and `deregister_effects`: what happens to site, number and quota (003.3a, 003.4.1b, 004.13.7).

use serde::Serialize;

use super::book::{AsOf, Origin, RuleBook};

/// What ending a filing does is code and not a table; this is where it comes from.
pub const ORIGIN: Origin<'static> =
    Origin { source: "003.3a, 003.4.1b, 004.13.7", as_of: jiff::civil::date(2019, 8, 20) };

/// What is to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    CancelAccess,
    DeregisterWebsite,
    DeregisterEntity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    SiteUnreachable,
    IcpNumberKept,
    IcpNumberRemoved,
    ServiceNumberNotReturned,
    SuffixCannotRefile,
    Irrevocable,
    AllWebsitesRemoved,
    EntityKept,
}

/// The outcome of both intents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effects {
    pub effects: Vec<Effect>,
    #[serde(skip)]
    pub evidence: EffectsEvidence,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EffectsEvidence {
    /// Domains whose suffix isn't approved: they can't be filed again.
    pub not_approved: Vec<String>,
    /// Domains on whose suffix the sources are silent: to be looked up before.
    pub unknown: Vec<String>,
}

/// What the ending does, for the domains concerned (none named: in general).
pub fn effects(book: &RuleBook, ending: Ending, domains: &[&str], as_of: AsOf) -> Effects {
    let with = |approved| {
        let matching = domains.iter().filter(move |domain| book.suffixes.approved(domain, as_of) == approved);
        matching.map(|domain| (*domain).to_owned()).collect::<Vec<_>>()
    };
    let evidence = EffectsEvidence { not_approved: with(Some(false)), unknown: with(None) };
    let mut effects = match ending {
        Ending::CancelAccess => vec![
            Effect::SiteUnreachable,
            Effect::IcpNumberKept,
            Effect::ServiceNumberNotReturned,
            Effect::Irrevocable,
        ],
        Ending::DeregisterWebsite | Ending::DeregisterEntity => vec![
            Effect::SiteUnreachable,
            Effect::IcpNumberRemoved,
            Effect::ServiceNumberNotReturned,
            Effect::Irrevocable,
        ],
    };
    match ending {
        Ending::CancelAccess => {}
        Ending::DeregisterWebsite => effects.push(Effect::EntityKept),
        Ending::DeregisterEntity => effects.push(Effect::AllWebsitesRemoved),
    }
    if !evidence.not_approved.is_empty() {
        effects.push(Effect::SuffixCannotRefile);
    }
    Effects { effects, evidence }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    fn ask(ending: Ending, domains: &[&str]) -> serde_json::Value {
        serde_json::to_value(effects(book(), ending, domains, AsOf::Newest)).unwrap()
    }

    #[test]
    fn the_three_endings() {
        assert_eq!(
            ask(Ending::CancelAccess, &[]),
            json!({"effects": ["site_unreachable", "icp_number_kept", "service_number_not_returned", "irrevocable"]})
        );
        assert_eq!(
            ask(Ending::DeregisterWebsite, &["example.com"]),
            json!({"effects": [
                "site_unreachable", "icp_number_removed", "service_number_not_returned", "irrevocable", "entity_kept",
            ]})
        );
        assert_eq!(
            ask(Ending::DeregisterEntity, &["示例.中国"]),
            json!({"effects": [
                "site_unreachable", "icp_number_removed", "service_number_not_returned", "irrevocable",
                "all_websites_removed",
            ]})
        );
    }

    #[test]
    fn a_suffix_without_approval_cannot_be_filed_again() {
        let outcome =
            effects(book(), Ending::CancelAccess, &["a.com", "b.cc", "c.xyz", "d.org"], AsOf::Newest);
        assert_eq!(outcome.effects.last(), Some(&Effect::SuffixCannotRefile));
        assert_eq!(outcome.effects.len(), 5);
        assert_eq!(outcome.evidence.not_approved, ["b.cc", "d.org"]);
        assert_eq!(outcome.evidence.unknown, ["c.xyz"]);
    }
}

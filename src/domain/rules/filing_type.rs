//! `filing_type`: which kind of order somebody needs (000.4, 001.1, 002.6, 004.16.7a).

use jiff::civil::Date;
use serde::Serialize;

use super::book::{LegacyPath, Origin, RuleBook};

use super::legacy_record::legacy_record_path;
use crate::order::OrderType;
use crate::records::{Entity, EntityStatus, FiledWith, Website, WebsiteStatus};

/// Which order is needed is code and not a table; this is where it comes from.
pub const ORIGIN: Origin<'static> =
    Origin { source: "000.4, 001.1, 002.6", as_of: jiff::civil::date(2019, 5, 8) };

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// Put a site of a domain on a server of this provider.
    #[default]
    OpenSite,
    ChangeEntity,
    ChangeWebsite,
    /// Stop using this provider and keep the filing.
    LeaveProvider,
    /// Close one site for good.
    CloseSite,
    /// Close everything.
    CloseEntity,
    /// Move the filing to another account.
    MoveAccount,
}

/// How the domain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainFiling {
    Unfiled,
    /// Filed, with its access at this provider. A subdomain of a filed domain stands as that domain does.
    Here,
    /// Filed through another provider.
    Elsewhere,
    /// Filed, and the access at this provider was cancelled.
    AccessCancelled,
}

/// How the organizer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityFiling {
    Unfiled,
    Here,
    Elsewhere,
    /// Filed, but all its websites are gone.
    WithoutWebsites,
}

/// What is asked. Made from records by [`domain_filing`] and [`entity_filing`], or from what the user says.
#[derive(Clone, Copy, Debug)]
pub struct FilingFacts {
    pub wish: Wish,
    pub domain: DomainFiling,
    pub entity: EntityFiling,
    /// False: the server stands outside the mainland, and nothing has to be filed.
    pub server_in_mainland: bool,
    /// The filing was made on the former platform then, and is in no account yet.
    pub legacy_filed_on: Option<Date>,
}

/// The kind of order; `none` where nothing has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Needed {
    Order(OrderType),
    Nothing(NoOrder),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoOrder {
    None,
}

/// What has to be done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstStep {
    /// An entity left without websites is deregistered with the administration, on paper.
    DeregisterOffline,
    Import,
    Claim,
}

/// The outcome of `filing_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FilingType {
    #[serde(rename = "type")]
    pub kind: Needed,
    pub first_step: Option<FirstStep>,
}

/// Which order is needed, and what comes first.
pub fn filing_type(book: &RuleBook, facts: &FilingFacts) -> FilingType {
    let kind = match facts.wish {
        Wish::OpenSite => return open_site(book, facts),
        Wish::ChangeEntity => OrderType::ChangeEntity,
        Wish::ChangeWebsite => OrderType::ChangeWebsite,
        Wish::LeaveProvider => OrderType::CancelAccess,
        Wish::CloseSite => OrderType::DeregisterWebsite,
        Wish::CloseEntity => OrderType::DeregisterEntity,
        Wish::MoveAccount => OrderType::Transfer,
    };
    FilingType { kind: Needed::Order(kind), first_step: legacy_step(book, facts) }
}

fn open_site(book: &RuleBook, facts: &FilingFacts) -> FilingType {
    if !facts.server_in_mainland {
        return FilingType { kind: Needed::Nothing(NoOrder::None), first_step: None };
    }
    let first_step = legacy_step(book, facts);
    let kind = match (facts.domain, facts.entity) {
        (DomainFiling::Here, _) => return FilingType { kind: Needed::Nothing(NoOrder::None), first_step },
        (DomainFiling::Elsewhere | DomainFiling::AccessCancelled, EntityFiling::Here) => {
            OrderType::ResumeAccess
        }
        (DomainFiling::Elsewhere | DomainFiling::AccessCancelled, _) => OrderType::AddAccess,
        (DomainFiling::Unfiled, EntityFiling::Here) => OrderType::AddWebsite,
        (DomainFiling::Unfiled, EntityFiling::Elsewhere) => OrderType::AddWebsiteElsewhere,
        (DomainFiling::Unfiled, EntityFiling::Unfiled) => OrderType::First,
        (DomainFiling::Unfiled, EntityFiling::WithoutWebsites) => {
            let kind = Needed::Order(OrderType::First);
            return FilingType { kind, first_step: Some(FirstStep::DeregisterOffline) };
        }
    };
    FilingType { kind: Needed::Order(kind), first_step }
}

fn legacy_step(book: &RuleBook, facts: &FilingFacts) -> Option<FirstStep> {
    let day = facts.legacy_filed_on?;
    match legacy_record_path(book, day, day).path? {
        LegacyPath::Claim => Some(FirstStep::Claim),
        LegacyPath::Import => Some(FirstStep::Import),
        LegacyPath::Direct => None,
    }
}

/// How a domain (registrable name) stands among websites.
pub fn domain_filing(name: &str, websites: &[&Website]) -> DomainFiling {
    let of_domain =
        || websites.iter().filter(|website| website.domains.iter().any(|domain| holds(domain, name)));
    let any = |wanted: fn(&Website) -> bool| of_domain().any(|website| wanted(website));
    if any(|site| site.status == WebsiteStatus::Filed && site.filed_with != Some(FiledWith::Other)) {
        DomainFiling::Here
    } else if any(|site| site.status == WebsiteStatus::Filed) {
        DomainFiling::Elsewhere
    } else if any(|site| site.status == WebsiteStatus::AccessCancelled) {
        DomainFiling::AccessCancelled
    } else {
        DomainFiling::Unfiled
    }
}

/// Whether the name is the filed domain or lies below it.
fn holds(filed: &str, name: &str) -> bool {
    name == filed || name.strip_suffix(filed).is_some_and(|below| below.ends_with('.'))
}

/// How an entity stands, with all its websites on record. An entity filed elsewhere whose websites aren't on record at all
/// is taken to have some.
pub fn entity_filing(entity: Option<&Entity>, websites: &[&Website]) -> EntityFiling {
    let Some(entity) = entity.filter(|entity| entity.status == EntityStatus::Filed) else {
        return EntityFiling::Unfiled;
    };
    let standing = websites
        .iter()
        .any(|website| matches!(website.status, WebsiteStatus::Filed | WebsiteStatus::AccessCancelled));
    match entity.filed_with {
        _ if !standing && !websites.is_empty() => EntityFiling::WithoutWebsites,
        Some(FiledWith::Other) => EntityFiling::Elsewhere,
        Some(FiledWith::Provider) | None if standing => EntityFiling::Here,
        Some(FiledWith::Provider) | None => EntityFiling::WithoutWebsites,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;
    use crate::rules::samples::{entity, website};

    fn facts(domain: DomainFiling, entity: EntityFiling) -> FilingFacts {
        FilingFacts { wish: Wish::OpenSite, domain, entity, server_in_mainland: true, legacy_filed_on: None }
    }

    fn ask(facts: &FilingFacts) -> serde_json::Value {
        serde_json::to_value(filing_type(book(), facts)).unwrap()
    }

    #[test]
    fn by_how_domain_and_organizer_stand() {
        use DomainFiling as D;
        use EntityFiling as E;
        for (domain, entity, kind, first_step) in [
            (D::Unfiled, E::Unfiled, "first", None),
            (D::Unfiled, E::Here, "add_website", None),
            (D::Unfiled, E::Elsewhere, "add_website_elsewhere", None),
            (D::Unfiled, E::WithoutWebsites, "first", Some("deregister_offline")),
            (D::Elsewhere, E::Unfiled, "add_access", None),
            (D::Elsewhere, E::Here, "resume_access", None),
            (D::Elsewhere, E::Elsewhere, "add_access", None),
            (D::Elsewhere, E::WithoutWebsites, "add_access", None),
            (D::AccessCancelled, E::Here, "resume_access", None),
            (D::AccessCancelled, E::Elsewhere, "add_access", None),
            (D::Here, E::Here, "none", None),
            (D::Here, E::Unfiled, "none", None),
        ] {
            let expected = json!({"type": kind, "first_step": first_step});
            assert_eq!(ask(&facts(domain, entity)), expected, "{domain:?} {entity:?}");
        }
    }

    #[test]
    fn outside_the_mainland_nothing_is_filed() {
        let mut question = facts(DomainFiling::Unfiled, EntityFiling::WithoutWebsites);
        question.server_in_mainland = false;
        question.legacy_filed_on = Some(date(2012, 1, 1));
        assert_eq!(ask(&question), json!({"type": "none", "first_step": null}));
    }

    #[test]
    fn other_wishes() {
        for (wish, kind) in [
            (Wish::ChangeEntity, "change_entity"),
            (Wish::ChangeWebsite, "change_website"),
            (Wish::LeaveProvider, "cancel_access"),
            (Wish::CloseSite, "deregister_website"),
            (Wish::CloseEntity, "deregister_entity"),
            (Wish::MoveAccount, "transfer"),
        ] {
            let mut question = facts(DomainFiling::Here, EntityFiling::Here);
            question.wish = wish;
            assert_eq!(ask(&question), json!({"type": kind, "first_step": null}));
        }
    }

    #[test]
    fn a_filing_of_the_former_platform_comes_into_the_account_first() {
        for (day, step) in [
            (date(2010, 5, 31), Some("claim")),
            (date(2010, 6, 1), Some("import")),
            (date(2017, 1, 31), Some("import")),
            (date(2017, 2, 1), None),
        ] {
            let mut question = facts(DomainFiling::Unfiled, EntityFiling::Here);
            question.legacy_filed_on = Some(day);
            assert_eq!(ask(&question), json!({"type": "add_website", "first_step": step}), "{day}");
            question.wish = Wish::ChangeWebsite;
            assert_eq!(ask(&question), json!({"type": "change_website", "first_step": step}), "{day}");
        }
    }

    #[test]
    fn domains_among_websites() {
        let mut site = website("w1");
        assert_eq!(domain_filing("example.com", &[&site]), DomainFiling::Here);
        assert_eq!(domain_filing("blog.example.com", &[&site]), DomainFiling::Here);
        assert_eq!(domain_filing("badexample.com", &[&site]), DomainFiling::Unfiled);
        assert_eq!(domain_filing("example.cn", &[&site]), DomainFiling::Unfiled);
        assert_eq!(domain_filing("example.com", &[]), DomainFiling::Unfiled);
        site.status = WebsiteStatus::AccessCancelled;
        assert_eq!(domain_filing("example.com", &[&site]), DomainFiling::AccessCancelled);
        let mut elsewhere = website("w2");
        elsewhere.filed_with = Some(FiledWith::Other);
        assert_eq!(domain_filing("example.com", &[&elsewhere]), DomainFiling::Elsewhere);
        assert_eq!(domain_filing("example.com", &[&site, &elsewhere]), DomainFiling::Elsewhere);
        assert_eq!(domain_filing("example.com", &[&elsewhere, &website("w3")]), DomainFiling::Here);
        for status in [WebsiteStatus::Deregistered, WebsiteStatus::Unfiled] {
            site.status = status;
            assert_eq!(domain_filing("example.com", &[&site]), DomainFiling::Unfiled);
        }
    }

    #[test]
    fn entities_with_their_websites() {
        let (mut owner, mut site) = (entity("e1"), website("w1"));
        assert_eq!(entity_filing(None, &[]), EntityFiling::Unfiled);
        assert_eq!(entity_filing(Some(&owner), &[&site]), EntityFiling::Here);
        assert_eq!(entity_filing(Some(&owner), &[]), EntityFiling::WithoutWebsites);
        owner.filed_with = Some(FiledWith::Other);
        assert_eq!(entity_filing(Some(&owner), &[&site]), EntityFiling::Elsewhere);
        assert_eq!(entity_filing(Some(&owner), &[]), EntityFiling::Elsewhere);
        for status in [WebsiteStatus::Deregistered, WebsiteStatus::Unfiled] {
            site.status = status;
            assert_eq!(entity_filing(Some(&owner), &[&site]), EntityFiling::WithoutWebsites, "{status:?}");
        }
        site.status = WebsiteStatus::AccessCancelled;
        owner.filed_with = Some(FiledWith::Provider);
        assert_eq!(entity_filing(Some(&owner), &[&site]), EntityFiling::Here);
        for status in [EntityStatus::Unfiled, EntityStatus::Deregistered] {
            owner.status = status;
            assert_eq!(entity_filing(Some(&owner), &[&site]), EntityFiling::Unfiled);
        }
    }
}

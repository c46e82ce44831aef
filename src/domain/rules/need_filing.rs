//! `need_filing`: whether anything has to be filed at all, and where (004.4, 004.5, 004.7.5, 004.8.8).

use serde::Serialize;

use super::book::{Access, RuleBook};
use crate::records::{FiledWith, Region};

/// What is asked: as much as the user says.
#[derive(Clone, Copy, Debug, Default)]
pub struct NeedFacts<'a> {
    /// Where the server stands; for CDN and WAF the source server.
    pub region: Option<Region>,
    /// A key of `rules/products.toml`.
    pub product: Option<&'a str>,
    /// The server is another provider's, or the user's own.
    pub other_provider: bool,
    /// The site is reached by its address only, without a domain.
    pub address_only: bool,
    /// Whether a CDN serves the mainland, where that was said.
    pub serves_mainland: Option<bool>,
    /// The domain, or the domain above a subdomain, is filed already.
    pub filed: Option<FiledWith>,
}

/// Through whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileThrough {
    /// The provider of the server.
    Provider,
    Administration,
}

/// The outcome of `need_filing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NeedFiling {
    /// None where it depends on where the server stands, and that wasn't said.
    pub needed: Option<bool>,
    #[serde(rename = "where")]
    pub through: Option<FileThrough>,
    /// Whether the filing has to be with this provider.
    pub access_needed: Option<bool>,
}

impl NeedFiling {
    const NO: Self = Self { needed: Some(false), through: None, access_needed: Some(false) };

    fn with_provider(access_needed: Option<bool>) -> Self {
        Self { needed: Some(true), through: Some(FileThrough::Provider), access_needed }
    }
}

/// Whether to file.
pub fn need_filing(book: &RuleBook, facts: &NeedFacts<'_>) -> NeedFiling {
    let product = facts.product.and_then(|key| book.products.get(key));
    let access = product.map(|product| product.access);
    let mainland = facts.region.map(|region| match region {
        Region::Mainland => true,
        Region::Hongkong | Region::Overseas => false,
    });
    if access == Some(Access::Origin) {
        // what serves the mainland is filed wherever its source stands; access goes by the source
        return match facts.serves_mainland {
            Some(false) => NeedFiling::NO,
            Some(true) | None if facts.filed == Some(FiledWith::Provider) => NeedFiling::NO,
            Some(true) | None => {
                NeedFiling::with_provider(mainland.map(|here| here && !facts.other_provider))
            }
        };
    }
    if mainland == Some(false) {
        return NeedFiling::NO;
    }
    if facts.address_only {
        // the provider files domains only
        return NeedFiling {
            needed: Some(true),
            through: Some(FileThrough::Administration),
            access_needed: None,
        };
    }
    if facts.filed == Some(FiledWith::Provider) && !facts.other_provider {
        return NeedFiling::NO;
    }
    if product.is_none() && mainland.is_none() {
        return NeedFiling { needed: None, through: None, access_needed: None };
    }
    NeedFiling::with_provider(match access {
        Some(Access::Depends) => None,
        Some(Access::No) => Some(false),
        Some(Access::Yes | Access::Origin) | None => Some(!facts.other_provider),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    fn ask(facts: &NeedFacts<'_>) -> serde_json::Value {
        serde_json::to_value(need_filing(book(), facts)).unwrap()
    }

    fn outcome(
        needed: Option<bool>,
        through: Option<&str>,
        access_needed: Option<bool>,
    ) -> serde_json::Value {
        json!({"needed": needed, "where": through, "access_needed": access_needed})
    }

    #[test]
    fn by_where_the_server_stands() {
        for (region, expected) in [
            (Some(Region::Mainland), outcome(Some(true), Some("provider"), Some(true))),
            (Some(Region::Hongkong), outcome(Some(false), None, Some(false))),
            (Some(Region::Overseas), outcome(Some(false), None, Some(false))),
            (None, outcome(None, None, None)),
        ] {
            assert_eq!(ask(&NeedFacts { region, ..NeedFacts::default() }), expected, "{region:?}");
        }
    }

    #[test]
    fn an_address_without_a_domain_is_filed_with_the_administration() {
        let mut facts = NeedFacts { address_only: true, ..NeedFacts::default() };
        assert_eq!(ask(&facts), outcome(Some(true), Some("administration"), None));
        facts.region = Some(Region::Mainland);
        assert_eq!(ask(&facts), outcome(Some(true), Some("administration"), None));
        facts.region = Some(Region::Hongkong);
        assert_eq!(ask(&facts), outcome(Some(false), None, Some(false)));
    }

    #[test]
    fn by_product() {
        for (product, access) in [
            ("ecs", Some(true)),
            ("virtual_host", Some(true)),
            ("web_hosting", Some(true)),
            ("slb", Some(true)),
            ("site_builder", Some(true)),
            ("nat_gateway", Some(true)),
            ("ipv6_translation", Some(true)),
            ("ens", Some(true)),
            ("oss", Some(false)),
            ("anti_ddos", None),
            ("cdn", None),
            ("waf", None),
        ] {
            let facts = NeedFacts { product: Some(product), ..NeedFacts::default() };
            assert_eq!(ask(&facts), outcome(Some(true), Some("provider"), access), "{product}");
        }
        let facts =
            NeedFacts { product: Some("ecs"), region: Some(Region::Hongkong), ..NeedFacts::default() };
        assert_eq!(ask(&facts), outcome(Some(false), None, Some(false)));
        let facts = NeedFacts { product: Some("unheard_of"), ..NeedFacts::default() };
        assert_eq!(ask(&facts), outcome(None, None, None));
    }

    #[test]
    fn a_cdn_goes_by_its_source() {
        for (region, other_provider, serves_mainland, expected) in [
            (Some(Region::Mainland), false, None, outcome(Some(true), Some("provider"), Some(true))),
            (Some(Region::Mainland), true, None, outcome(Some(true), Some("provider"), Some(false))),
            (Some(Region::Hongkong), false, Some(true), outcome(Some(true), Some("provider"), Some(false))),
            (Some(Region::Mainland), false, Some(false), outcome(Some(false), None, Some(false))),
            (None, false, Some(true), outcome(Some(true), Some("provider"), None)),
        ] {
            let facts = NeedFacts {
                product: Some("cdn"),
                region,
                other_provider,
                serves_mainland,
                ..NeedFacts::default()
            };
            assert_eq!(ask(&facts), expected, "{region:?} {other_provider} {serves_mainland:?}");
        }
        let filed =
            NeedFacts { product: Some("waf"), filed: Some(FiledWith::Provider), ..NeedFacts::default() };
        assert_eq!(ask(&filed), outcome(Some(false), None, Some(false)));
    }

    #[test]
    fn what_is_filed_already() {
        let mainland = NeedFacts { region: Some(Region::Mainland), ..NeedFacts::default() };
        let here = NeedFacts { filed: Some(FiledWith::Provider), ..mainland };
        assert_eq!(ask(&here), outcome(Some(false), None, Some(false)));
        let elsewhere = NeedFacts { filed: Some(FiledWith::Other), ..mainland };
        assert_eq!(ask(&elsewhere), outcome(Some(true), Some("provider"), Some(true)));
        let leaving = NeedFacts { other_provider: true, ..here };
        assert_eq!(ask(&leaving), outcome(Some(true), Some("provider"), Some(false)));
        let bucket =
            NeedFacts { product: Some("oss"), filed: Some(FiledWith::Other), ..NeedFacts::default() };
        assert_eq!(ask(&bucket), outcome(Some(true), Some("provider"), Some(false)));
    }

    #[test]
    fn someone_else_s_server() {
        let facts =
            NeedFacts { region: Some(Region::Mainland), other_provider: true, ..NeedFacts::default() };
        assert_eq!(ask(&facts), outcome(Some(true), Some("provider"), Some(false)));
    }
}

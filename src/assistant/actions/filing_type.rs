//! `filing_type`: which kind of filing is needed, from what the user says and, where they don't say, from their records.

mod said;
mod words;

use self::said::{Place, Said};
use super::candidates;
use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::rules::filing_type::Wish;
use crate::domain::rules::filing_type::{
    DomainFiling, EntityFiling, FilingFacts, domain_filing, entity_filing, filing_type,
};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct FilingType;

impl Action for FilingType {
    fn intent(&self) -> &'static str {
        "filing_type"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "getting-started-types"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["legacy.toml"], origin: Some(crate::domain::rules::filing_type::ORIGIN) }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let provider = &request.book.provider;
        let names = [provider.zh.provider.to_lowercase(), provider.en.provider.to_lowercase()];
        let said = Said::read(&request.text.folded, &names, request.entities);
        if request.case.is_none()
            && said.domain.is_none()
            && said.entity.is_none()
            && said.wish == Wish::OpenSite
        {
            return Ok(candidates::whose(request, "domain"));
        }
        let domain = match (said.domain, said.wish) {
            (None, Wish::OpenSite) if !said.abroad => {
                match (request.slot("domain"), candidates::domains(request).as_slice()) {
                    (Some(name), _) => Some(name.to_owned()),
                    (None, [one]) => Some(one.clone()),
                    (None, []) => None,
                    (None, several) => {
                        let text = clarify::which_domain(request.voice, several);
                        return Ok(Step::Ask(Ask { slot: "domain", text, options: several.to_vec() }));
                    }
                }
            }
            _ => request.slot("domain").map(ToOwned::to_owned),
        };
        let facts = facts(request, said, domain.as_deref());
        let verdict = filing_type(request.book, &facts);
        let text =
            actions::filing_type::text(request.voice, request.book, verdict, &facts, domain.as_deref());
        let next = request.voice.pick(
            ["备案要准备什么", "备案要多久"],
            ["What do I prepare for a filing?", "How long does a filing take?"],
        );
        let mut done = Done::new(&verdict, text).then(next);
        if let Some(domain) = domain {
            done = done.about("domain", domain);
        }
        done.anchors.push("access-types");
        Ok(Step::Done(done))
    }
}

/// What is said comes first, what is on record fills the rest.
fn facts(request: &Request<'_>, said: Said, domain: Option<&str>) -> FilingFacts {
    let owner = candidates::entity(request, domain);
    let websites = candidates::websites(request, owner, None);
    let on_record = entity_filing(owner, &websites);
    let domain_on_record = domain.map_or(DomainFiling::Unfiled, |name| {
        candidates::website(request, name).map_or(DomainFiling::Unfiled, |website| {
            // A name below the domain counts as the domain.
            website.domains.first().map_or(DomainFiling::Unfiled, |filed| domain_filing(filed, &[website]))
        })
    });
    let entity = match said.entity {
        None => on_record,
        Some(Place::Nowhere) => EntityFiling::Unfiled,
        Some(Place::Here) => EntityFiling::Here,
        Some(Place::Elsewhere) => EntityFiling::Elsewhere,
        Some(Place::Empty) => EntityFiling::WithoutWebsites,
        // Filed, and where isn't said.
        Some(Place::Somewhere | Place::Cancelled) => match on_record {
            EntityFiling::Unfiled => EntityFiling::Elsewhere,
            known => known,
        },
    };
    let domain = match said.domain {
        None => domain_on_record,
        Some(Place::Nowhere | Place::Empty) => DomainFiling::Unfiled,
        Some(Place::Here) => DomainFiling::Here,
        Some(Place::Elsewhere) => DomainFiling::Elsewhere,
        Some(Place::Cancelled) => DomainFiling::AccessCancelled,
        Some(Place::Somewhere) => match domain_on_record {
            DomainFiling::Unfiled => DomainFiling::Elsewhere,
            known => known,
        },
    };
    let legacy_filed_on =
        if said.legacy { request.entities.dates.first().map(|range| range.last) } else { None };
    FilingFacts { wish: said.wish, domain, entity, server_in_mainland: !said.abroad, legacy_filed_on }
}

//! `domains_per_website`: how many domains may one website file in a province.

use super::{Action, Basis, Done, Request, Step, place};
use crate::domain::rules::book::AsOf;
use crate::domain::rules::domains_per_website::domains_per_website;
use crate::phrases::actions;
use crate::store::StoreError;

pub struct DomainsPerWebsite;

impl Action for DomainsPerWebsite {
    fn intent(&self) -> &'static str {
        "domains_per_website"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "domains-multiple-limit"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["domains_per_website.toml", "provinces.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["province", "city"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let place = match place::province(request) {
            Ok(place) => place,
            Err(step) => return Ok(*step),
        };
        let verdict = domains_per_website(request.book, &place.province, AsOf::Newest);
        let text = actions::domains_per_website::text(request.voice, request.book, &verdict);
        Ok(Step::Done(Done::new(&verdict, text).about("province", &place.province)))
    }
}

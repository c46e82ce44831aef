//! `commercial_ip_rule`: what the commercial licence asks of the addresses in a place.

use super::{Action, Basis, Done, Request, Step, place};
use crate::domain::rules::book::AsOf;
use crate::domain::rules::commercial_ip::commercial_ip_rule;
use crate::phrases::actions;
use crate::store::StoreError;

pub struct CommercialIpRule;

impl Action for CommercialIpRule {
    fn intent(&self) -> &'static str {
        "commercial_ip_rule"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "commercial-ip-rules"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["commercial_ip.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["province", "city"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let city = request.slot("city").filter(|city| has_own_rule(request, city));
        let (place, others) = match (city, place::province(request)) {
            (Some(city), _) => (city.to_owned(), Vec::new()),
            (None, Ok(place)) => (place.province, place.others),
            (None, Err(step)) => return Ok(*step),
        };
        let verdict = commercial_ip_rule(request.book, &place, AsOf::Newest);
        let elsewhere = others.first().map(String::as_str).filter(|_| verdict.local_server);
        let text = actions::commercial_ip_rule::text(request.voice, request.book, &verdict, elsewhere);
        let slot = if city.is_some() { "city" } else { "province" };
        let mut done = Done::new(&verdict, text).about(slot, &place);
        if !verdict.must_match.is_empty() || verdict.local_server {
            done.anchors.push("commercial-change-ip");
        }
        Ok(Step::Done(done))
    }
}

/// Whether a city has a rule of its own within its province.
fn has_own_rule(request: &Request<'_>, city: &str) -> bool {
    request.book.commercial_ip.place.iter().any(|place| place.city && place.name == city)
}

//! `public_security_code`: the code of the network-security police where the server stands.

use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::rules::public_security::public_security_code;
use crate::phrases::actions;
use crate::store::StoreError;

/// The provider's name of a region that the sources give with its city (004.14.7).
const REGIONS: &[(&str, &str)] =
    &[("华北2", "北京"), ("华北 2", "北京"), ("华北二", "北京"), ("cn-beijing", "北京")];

pub struct PublicSecurityCode;

impl Action for PublicSecurityCode {
    fn intent(&self) -> &'static str {
        "public_security_code"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "public-security-code"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["public_security.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["city", "province"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let Some(city) = city(request) else {
            let cities = &request.book.public_security.city;
            return Ok(Step::Ask(Ask {
                slot: "city",
                text: actions::public_security_code::which_city(request.voice, request.book),
                options: cities
                    .iter()
                    .map(|city| actions::public_security_code::city(request.voice, request.book, &city.name))
                    .collect(),
            }));
        };
        let verdict = public_security_code(request.book, &city);
        let text = actions::public_security_code::text(request.voice, request.book, &verdict);
        Ok(Step::Done(Done::new(&verdict, text).about("city", &verdict.city)))
    }
}

/// The city where the server stands: named, a municipality, or the city of a region's name.
fn city(request: &Request<'_>) -> Option<String> {
    if let Some(city) = request.slot("city") {
        return Some(city.to_owned());
    }
    let provinces = &request.book.provinces.province;
    let municipality = |name: &&str| {
        provinces.iter().any(|province| province.name == *name && (province.municipality || !province.files))
    };
    let region =
        || REGIONS.iter().find(|(name, _)| request.text.folded.contains(name)).map(|(_, city)| *city);
    request.slot("province").filter(municipality).or_else(region).map(str::to_owned)
}

//! `commercial_ip_rule`: what the commercial licence asks of the addresses (004.15.2).

use serde::Serialize;

use super::book::{Address, AsOf, RuleBook, holding};

/// The outcome of `commercial_ip_rule`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommercialIpRule {
    /// The place asked for: a province, or a city with a rule of its own.
    pub province: String,
    /// Addresses that have to be the same.
    pub must_match: Vec<Address>,
    /// Whether the server has to stand in the place itself.
    pub local_server: bool,
}

/// The rule of a place, by its short name. A place without a row asks nothing.
pub fn commercial_ip_rule(book: &RuleBook, place: &str, as_of: AsOf) -> CommercialIpRule {
    let row = holding(book.commercial_ip.place.iter().filter(|row| row.name == place), as_of);
    CommercialIpRule {
        province: place.to_owned(),
        must_match: row.map(|row| row.must_match.clone()).unwrap_or_default(),
        local_server: row.is_some_and(|row| row.local_server),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn place_by_place() {
        for (place, must_match, local_server) in [
            ("北京", json!(["contract", "pointing", "filed"]), true),
            ("广东", json!([]), true),
            ("深圳", json!([]), false),
            ("辽宁", json!(["contract", "pointing", "filed"]), false),
            ("上海", json!(["contract", "pointing"]), false),
            ("河北", json!(["contract", "pointing"]), false),
            ("浙江", json!([]), false),
        ] {
            let outcome = serde_json::to_value(commercial_ip_rule(book(), place, AsOf::Newest)).unwrap();
            assert_eq!(
                outcome,
                json!({"province": place, "must_match": must_match, "local_server": local_server})
            );
        }
    }
}

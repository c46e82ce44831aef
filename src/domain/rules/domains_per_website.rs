//! `domains_per_website`: how many domains one website may file (004.8.7).

use serde::Serialize;

use super::book::{AsOf, RuleBook, holding};

/// The outcome of `domains_per_website`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainsPerWebsiteLimit {
    pub province: String,
    /// None where the mainland's filing doesn't reach, or for a place that isn't a province.
    pub limit: Option<u32>,
}

/// The limit of a province, by its short name.
pub fn domains_per_website(book: &RuleBook, province: &str, as_of: AsOf) -> DomainsPerWebsiteLimit {
    let table = &book.domains_per_website;
    let known = book.provinces.province.iter().any(|row| row.name == province && row.files);
    let row = holding(table.province.iter().filter(|row| row.name == province), as_of);
    let limit = known.then(|| row.map_or(table.otherwise, |row| row.limit));
    DomainsPerWebsiteLimit { province: province.to_owned(), limit }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn one_in_two_provinces_ten_elsewhere() {
        for (province, limit) in [
            ("广西", Some(1)),
            ("重庆", Some(1)),
            ("浙江", Some(10)),
            ("内蒙古", Some(10)),
            ("香港", None),
            ("杭州", None),
        ] {
            let outcome = serde_json::to_value(domains_per_website(book(), province, AsOf::Newest)).unwrap();
            assert_eq!(outcome, json!({"province": province, "limit": limit}));
        }
    }
}

//! `public_security_code`: the code of the network-security police where the server stands (004.14.8).

use serde::Serialize;

use super::book::RuleBook;

/// The outcome of `public_security_code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicSecurityCode {
    /// The short form where the city is known, else as given.
    pub city: String,
    /// None where the sources don't name it.
    pub code: Option<String>,
}

/// The code of a city, by any of its names.
pub fn public_security_code(book: &RuleBook, city: &str) -> PublicSecurityCode {
    let called = |name: &String| name.eq_ignore_ascii_case(city.trim());
    let row =
        book.public_security.city.iter().find(|row| called(&row.name) || row.aliases.iter().any(called));
    PublicSecurityCode {
        city: row.map_or_else(|| city.trim().to_owned(), |row| row.name.clone()),
        code: row.map(|row| row.code.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn five_cities_and_no_other() {
        for (asked, city, code) in [
            ("青岛", "青岛", Some("370200000000")),
            ("北京市", "北京", Some("110000000000")),
            ("hangzhou", "杭州", Some("330100000000")),
            ("上海", "上海", Some("310113")),
            ("深圳市", "深圳", Some("440300000000")),
            (" 广州 ", "广州", None),
        ] {
            let outcome = serde_json::to_value(public_security_code(book(), asked)).unwrap();
            assert_eq!(outcome, json!({"city": city, "code": code}), "{asked}");
        }
    }
}

//! `app_verification`: whether documents and person can be checked with the provider's app (003.2d, 004.11.2, 004.12.5).

use serde::Serialize;

use super::book::{AsOf, RuleBook, holding};

/// What goes with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AppNote {
    /// The province's administration has an app of its own and allows no other.
    OwnApp,
    /// Not one of the provinces of the older list; the newer document names no limit.
    NotLimited,
}

/// The outcome of `app_verification`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppVerificationSupport {
    pub province: String,
    pub supported: bool,
    pub note: Option<AppNote>,
}

/// Whether the province (by its short name) takes the provider's app.
pub fn app_verification(book: &RuleBook, province: &str, as_of: AsOf) -> AppVerificationSupport {
    let table = &book.app_verification;
    let own_app = holding(table.own_app.iter().filter(|row| row.province == province), as_of).is_some();
    let named = |provinces: &Vec<String>| provinces.iter().any(|name| name == province);
    let files = book.provinces.province.iter().any(|row| row.name == province && row.files);
    let unlimited = holding(&table.list, as_of).is_some_and(|list| list.provinces.is_none());
    let listed_now = holding(&table.list, as_of).and_then(|list| list.provinces.as_ref()).is_some_and(named);
    let listed_ever = table.list.iter().filter_map(|list| list.provinces.as_ref()).any(named);
    let supported = files && !own_app && (unlimited || listed_now);
    let note = if own_app {
        Some(AppNote::OwnApp)
    } else if supported && unlimited && !listed_ever {
        Some(AppNote::NotLimited)
    } else {
        None
    };
    AppVerificationSupport { province: province.to_owned(), supported, note }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn now_and_in_the_older_document() {
        let then = AsOf::On(date(2018, 11, 19));
        for (province, as_of, supported, note) in [
            ("广东", AsOf::Newest, true, json!(null)),
            ("广东", then, true, json!(null)),
            ("福建", then, true, json!(null)),
            ("浙江", AsOf::Newest, true, json!("not_limited")),
            ("浙江", then, false, json!(null)),
            ("上海", AsOf::Newest, false, json!("own_app")),
            ("上海", then, false, json!("own_app")),
            ("香港", AsOf::Newest, false, json!(null)),
        ] {
            let outcome = serde_json::to_value(app_verification(book(), province, as_of)).unwrap();
            assert_eq!(
                outcome,
                json!({"province": province, "supported": supported, "note": note}),
                "{as_of:?}"
            );
        }
    }
}

//! `legacy_record_path`: what becomes of a filing made on the former platform, by its date (002.2, 003.5.1).

use jiff::civil::Date;
use serde::Serialize;

use super::book::{LegacyPath, RuleBook};

/// The outcome of `legacy_record_path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LegacyRecordPath {
    /// None where the days named reach over more than one span.
    pub path: Option<LegacyPath>,
}

/// The path for a filing submitted between two days, both included: the same day twice, or the first and the last day
/// of the month or the year that the user names.
pub fn legacy_record_path(book: &RuleBook, first: Date, last: Date) -> LegacyRecordPath {
    let path = |day: Date| {
        let spans = book.legacy.span.iter();
        let mut matching = spans
            .filter(|span| span.from.is_none_or(|from| from <= day) && span.to.is_none_or(|to| day <= to));
        matching.next().map(|span| span.path)
    };
    LegacyRecordPath { path: path(first).filter(|_| path(first) == path(last)) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn the_edges() {
        for (day, path) in [
            (date(2005, 1, 1), "claim"),
            (date(2010, 5, 31), "claim"),
            (date(2010, 6, 1), "import"),
            (date(2017, 1, 31), "import"),
            (date(2017, 2, 1), "direct"),
            (date(2019, 8, 20), "direct"),
        ] {
            let outcome = serde_json::to_value(legacy_record_path(book(), day, day)).unwrap();
            assert_eq!(outcome, json!({"path": path}), "{day}");
        }
    }

    #[test]
    fn a_month_or_a_year_may_reach_over_an_edge() {
        let path = |first, last| legacy_record_path(book(), first, last).path;
        assert_eq!(path(date(2010, 1, 1), date(2010, 12, 31)), None);
        assert_eq!(path(date(2017, 1, 1), date(2017, 12, 31)), None);
        assert_eq!(path(date(2010, 5, 1), date(2010, 5, 31)), Some(LegacyPath::Claim));
        assert_eq!(path(date(2015, 1, 1), date(2015, 12, 31)), Some(LegacyPath::Import));
    }
}

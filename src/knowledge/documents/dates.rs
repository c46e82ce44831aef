//! Days written in documents: `2019-08-20`, `20190820`, `2019年8月20日`, and the lines that say when a text is of.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by the tests")]
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"((?:19|20)\d{2})(?:[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})|(\d{2})(\d{2})(?:\D|$))").unwrap()
});

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by the tests")]
static STATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:文档版本|更新时间|更新日期|最后更新|最近更新|更新于|修订日期|发布日期|发布时间|last[ -]?(?:updated?|modified)(?: on| at)?)\s*[:：]?\s*((?:19|20)\d{2}[-/.年0-9月日 ]{4,10})",
    )
    .unwrap()
});

/// The first day written in the text.
pub(super) fn find_day(text: &str) -> Option<Date> {
    let found = DAY.captures(text)?;
    let number =
        |one: usize, other: usize| found.get(one).or_else(|| found.get(other))?.as_str().parse::<i8>().ok();
    Date::new(found.get(1)?.as_str().parse().ok()?, number(2, 4)?, number(3, 5)?).ok()
}

/// The day that a text says of itself ("文档版本：20190820", "更新时间：2020-01-02") near its beginning.
pub(super) fn stated_day(text: &str) -> Option<Date> {
    find_day(STATED.captures(super::beginning(text, 4000))?.get(1)?.as_str())
}

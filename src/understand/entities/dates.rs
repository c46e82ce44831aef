//! Dates in free text, as precise as they were said: a day, a month or a year.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

/// From the first day meant to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DateRange {
    pub first: Date,
    pub last: Date,
}

static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"((?:19|20)[0-9]{2})(?: ?年 ?| ?[-/.] ?)(?:(1[0-2]|0?[1-9])(?: ?月 ?份?| ?[-/.] ?)?(?:(3[01]|[12][0-9]|0?[1-9])(?: ?[日号])?)?)?").unwrap()
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"(?:([0-3]?[0-9])(?:st|nd|rd|th)? (?:of )?)?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:([0-3]?[0-9])(?:st|nd|rd|th)?,? )?((?:19|20)[0-9]{2})\b").unwrap()
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"\b(?:in|since|before|after|from) ((?:19|20)[0-9]{2})\b").unwrap()
});

/// A year as people say it: 09年, 16年5月. A number of years looks the same.
static SHORT: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"([0-2][0-9]) ?年 ?(?:(1[0-2]|0?[1-9]) ?月 ?份?(?:(3[01]|[12][0-9]|0?[1-9]) ?[日号])?)?")
        .unwrap()
});
/// What stands right behind a year without its century, and not behind a number of years.
const OF_A_YEAR: &[&str] = &[
    "备",
    "办",
    "在",
    "那会",
    "那时",
    "那阵",
    "的时候",
    "时候",
    "当时",
    "初",
    "底",
    "末",
    "上半",
    "下半",
    "春",
    "夏",
    "秋",
    "冬",
    "元旦",
    "搞",
    "弄",
    "申请",
    "提交",
    "通过",
    "新备",
    "新办",
    "我",
    "建",
    "开站",
    "上线",
    "搁",
    "你们",
    "用",
    "以前备",
    "之前备",
];
/// What stands right before a number of years.
const BEFORE_A_SPAN: &[char] = &[
    '了', '满', '共', '续', '买', '签', '交', '有', '近', '约', '第', '每', '过', '整', '够', '差', '不',
    '用', '租', '长', '期', '到', '超', '足',
];

/// Whether a year of two digits is one: with its month or a nought before it, or by the words around it.
fn is_a_year(before: &str, whole: &str, after: &str) -> bool {
    if before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/')) {
        return false;
    }
    whole.starts_with('0')
        || whole.contains('月')
        || OF_A_YEAR.iter().any(|word| after.starts_with(word)) && !before.trim_end().ends_with(BEFORE_A_SPAN)
}

/// All dates of a text, in order.
pub fn find(folded: &str) -> Vec<(DateRange, Range<usize>)> {
    let mut found: Vec<(DateRange, Range<usize>)> = Vec::new();
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    if digits >= 2 && folded.contains('年') {
        found.extend(short(folded));
    }
    // Every other date has a year in four digits.
    if digits < 4 {
        return found;
    }
    for captures in NUMERIC.captures_iter(folded) {
        let Some(whole) = captures.get(0) else { continue };
        // 2019.08 inside a longer number, a version or an id is no date.
        let glued = folded[..whole.start()].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.')
            || folded[whole.end()..].starts_with(|c: char| c.is_ascii_digit());
        let number = |index: usize| captures.get(index).and_then(|part| part.as_str().parse::<i8>().ok());
        let year = captures.get(1).and_then(|part| part.as_str().parse::<i16>().ok());
        let says_year = whole.as_str().contains('年') || number(2).is_some();
        if let (false, true, Some(range)) =
            (glued, says_year, year.and_then(|year| range(year, number(2), number(3))))
        {
            found.push((range, whole.range()));
        }
    }
    for captures in ENGLISH.captures_iter(folded) {
        let month = captures.get(2).and_then(|name| {
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
                .iter()
                .position(|m| *m == name.as_str())
        });
        let day =
            captures.get(1).or_else(|| captures.get(3)).and_then(|part| part.as_str().parse::<i8>().ok());
        let year = captures.get(4).and_then(|part| part.as_str().parse::<i16>().ok());
        if let (Some(whole), Some(month), Some(year)) = (captures.get(0), month, year) {
            let month = i8::try_from(month + 1).unwrap_or(1);
            if let Some(range) = range(year, Some(month), day) {
                found.push((range, whole.range()));
            }
        }
    }
    for captures in YEAR.captures_iter(folded) {
        if let (Some(whole), Some(Some(range))) = (
            captures.get(1),
            captures.get(1).and_then(|y| y.as_str().parse().ok()).map(|y| range(y, None, None)),
        ) && !found.iter().any(|(_, other)| other.start < whole.end() && whole.start() < other.end)
        {
            found.push((range, whole.range()));
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

/// Years in two digits.
fn short(folded: &str) -> impl Iterator<Item = (DateRange, Range<usize>)> {
    SHORT.captures_iter(folded).filter_map(|captures| {
        let whole = captures.get(0)?;
        if !is_a_year(&folded[..whole.start()], whole.as_str(), &folded[whole.end()..]) {
            return None;
        }
        let number = |index: usize| captures.get(index).and_then(|part| part.as_str().parse::<i8>().ok());
        Some((range(2000 + i16::from(number(1)?), number(2), number(3))?, whole.range()))
    })
}

fn range(year: i16, month: Option<i8>, day: Option<i8>) -> Option<DateRange> {
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let last = match (month, day) {
        (Some(_), Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, _) => first.last_of_year(),
    };
    Some(DateRange { first, last })
}

//! Which day a question is about: the day whose rules are asked for, and the day of something that happened.

use std::sync::LazyLock;

use jiff::civil::date;
use regex::Regex;

use super::Request;
use crate::domain::rules::book::AsOf;
use crate::understand::entities::{DateRange, marks};

/// The slot that keeps the day whose rules a conversation is about.
pub(super) const AS_OF: &str = "as_of";

/// What follows the date of something that was done then: its rules aren't asked for.
const DONE_THEN: &[&str] = &[
    "备的",
    "备案的",
    "备过",
    "备了",
    "办的",
    "办过",
    "办了",
    "提交的",
    "注册",
    "通过的",
    "建的",
    "买的",
    "下来的",
];

/// The day whose rules are asked for: 2018年的时候 gives the last day of 2018, 2019年4月22日以前 the day before it.
///
/// A date at which the asker did something (2015年备的案) is no such day, nor is one beside a 现在.
pub(super) fn as_of(request: &Request<'_>) -> AsOf {
    let folded = &request.text.folded;
    if request.says(&["现在", "目前", "如今", "今天", "today", "right now", " now"]) {
        return AsOf::Newest;
    }
    let Some(range) = request.entities.dates.first() else {
        if request.says(&["去年", "last year"]) && !request.says(DONE_THEN) {
            return AsOf::On(date(request.today().year() - 1, 12, 31));
        }
        return AsOf::from(request.slot(AS_OF).and_then(|day| day.parse().ok()));
    };
    let masked = &request.entities.masked;
    let (before, after) = masked.split_once(marks::DATE).unwrap_or((folded, ""));
    let next: String = after.chars().take(6).collect();
    let done_then = DONE_THEN.iter().any(|word| next.contains(word))
        || ["filed", "registered", "approved", "got my", "submitted"]
            .iter()
            .any(|word| before.contains(word));
    if done_then {
        return AsOf::Newest;
    }
    let day =
        if is_before(before, after) { range.first.yesterday().unwrap_or(range.first) } else { range.last };
    AsOf::On(day)
}

fn is_before(before: &str, after: &str) -> bool {
    let after = after.trim_start();
    ["之前", "以前", "前"].iter().any(|word| after.starts_with(word))
        || ["before", "prior to", "until", "earlier than"]
            .iter()
            .any(|word| before.trim_end().ends_with(word))
}

fn is_after(before: &str, after: &str) -> bool {
    let after = after.trim_start();
    ["之后", "以后", "后"].iter().any(|word| after.starts_with(word))
        || ["after", "later than"].iter().any(|word| before.trim_end().ends_with(word))
}

static YEARS_AGO: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"([0-9]{1,2}|二十|十[一二三四五六七八九]?|[一两二三四五六七八九]) ?(?:来)?年前|([0-9]{1,2}) years? ago")
        .unwrap()
});

/// When something was done, as precisely as it was said: 2010年下半年, 2010年6月1日以前, 去年, 十年前.
pub(super) fn said(request: &Request<'_>) -> Option<DateRange> {
    let year = |year: i16| DateRange { first: date(year, 1, 1), last: date(year, 12, 31) };
    let Some(range) = request.entities.dates.first().copied() else {
        let this = request.today().year();
        if let Some(found) = YEARS_AGO.captures(&request.text.folded) {
            let count = found.get(1).or_else(|| found.get(2)).and_then(|count| counted(count.as_str()))?;
            return Some(year(this - count));
        }
        let relative: [(&[&str], i16); 3] = [
            (&["前年", "the year before last"], 2),
            (&["去年", "last year"], 1),
            (&["今年", "this year"], 0),
        ];
        let (_, back) = relative.iter().find(|(words, _)| request.says(words))?;
        return Some(year(this - back));
    };
    let masked = &request.entities.masked;
    let (before, after) = masked.split_once(marks::DATE).unwrap_or_default();
    let whole_year = range.first.month() != range.last.month();
    Some(if is_before(before, after) {
        DateRange {
            first: date(1994, 1, 1).min(range.first),
            last: range.first.yesterday().unwrap_or(range.first),
        }
    } else if is_after(before, after) {
        DateRange {
            first: range.last.tomorrow().unwrap_or(range.last),
            last: request.today().max(range.last),
        }
    } else if whole_year && after.starts_with("下半年") {
        DateRange { first: date(range.first.year(), 7, 1), ..range }
    } else if whole_year
        && (after.starts_with('底') || after.starts_with("年底") || before.ends_with("end of "))
    {
        DateRange { first: date(range.first.year(), 11, 1), ..range }
    } else if whole_year && (after.starts_with('初') || after.starts_with("年初")) {
        DateRange { last: date(range.first.year(), 2, 28), ..range }
    } else {
        range
    })
}

/// A small number in digits or in characters.
fn counted(text: &str) -> Option<i16> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit =
        |c: char| "零一二三四五六七八九".chars().position(|known| known == c).or((c == '两').then_some(2));
    let of = |c: char| digit(c).and_then(|value| i16::try_from(value).ok());
    match text.split_once('十') {
        Some(("", "")) => Some(10),
        Some((tens, "")) => Some(10 * of(tens.chars().next()?)?),
        Some(("", ones)) => Some(10 + of(ones.chars().next()?)?),
        Some(_) => None,
        None => of(text.chars().next()?),
    }
}

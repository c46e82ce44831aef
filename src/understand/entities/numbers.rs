//! Order ids, instance ids, and the numbers of persons, which are masked wherever they are repeated.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::sight::may_hold_a_number;

static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"[0-9]{11,}").unwrap()
});
static INSTANCE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"(?:^|[^a-z0-9_-])(i-[a-z0-9][a-z0-9_-]*)").unwrap()
});
static PERSONAL: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"[0-9]{17}[0-9xX]|[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}|(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}")
        .unwrap()
});

/// Order ids: eleven or more digits, unless the words before them say that it is a telephone or an identity card.
pub fn orders(folded: &str) -> Vec<(String, Range<usize>)> {
    if folded.bytes().filter(u8::is_ascii_digit).count() < 11 {
        return Vec::new();
    }
    DIGITS
        .find_iter(folded)
        .filter(|found| {
            let before =
                folded[..found.start()].trim_end_matches([' ', ':', '是', '为', '叫', '码', '号', '\'', '"']);
            let glued = folded[found.end()..].starts_with(['x'])
                || folded[..found.start()].ends_with(|c: char| c.is_ascii_alphabetic());
            let says_personal = [
                "手机",
                "电话",
                "身份证",
                "证件",
                "tel",
                "phone",
                "mobile",
                "id card",
                "call me at",
                "联系方式",
            ]
            .iter()
            .any(|word| before.ends_with(word));
            !glued && !says_personal && !is_identity_card(found.as_str())
        })
        .map(|found| (found.as_str().to_owned(), found.range()))
        .collect()
}

/// Instance ids: `i-` and what follows.
pub fn instances(folded: &str) -> Vec<(String, Range<usize>)> {
    if !folded.contains("i-") {
        return Vec::new();
    }
    INSTANCE
        .captures_iter(folded)
        .filter_map(|captures| captures.get(1))
        .map(|found| (found.as_str().trim_end_matches(['-', '_']).to_owned(), found.start()..found.end()))
        .collect()
}

/// An identity card number of the People's Republic: 18 digits whose last is the right check digit (GB 11643-1999).
fn is_identity_card(digits: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    if digits.len() != 18 {
        return false;
    }
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let month: u32 = digits[10..12].parse().unwrap_or(0);
    (1..=12).contains(&month) && digits.as_bytes()[17] == CHECKS[(sum % 11) as usize]
}

/// Masks numbers of persons and organisations in a text that is repeated to someone: all but the first three and last two characters.
///
/// `keep` holds ids that are records of the asker and are shown whole.
pub fn mask_personal(text: &str, keep: &[&str]) -> String {
    if !may_hold_a_number(text) {
        return text.to_owned();
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for found in PERSONAL.find_iter(text) {
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        let part_of_longer = before.is_some_and(|c| c.is_ascii_alphanumeric())
            || after.is_some_and(|c| c.is_ascii_alphanumeric());
        if part_of_longer || keep.contains(&found.as_str()) {
            continue;
        }
        masked.push_str(&text[at..found.start()]);
        masked.push_str(&mask(found.as_str()));
        at = found.end();
    }
    masked.push_str(&text[at..]);
    masked
}

/// The first three and the last two characters, stars between.
pub fn mask(number: &str) -> String {
    let count = number.chars().count();
    if count < 6 {
        return "*".repeat(count);
    }
    number
        .chars()
        .enumerate()
        .map(|(index, c)| if index < 3 || index + 2 >= count { c } else { '*' })
        .collect()
}

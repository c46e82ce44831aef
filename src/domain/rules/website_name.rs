//! `website_name_check`: whether a website may be named so (004.1.2).

use serde::Serialize;

use super::book::RuleBook;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameViolation {
    TooShort,
    OnlyDigits,
    OnlyLatin,
    SpecialCharacters,
    NationalPrefix,
    IsDomain,
    SensitiveWord,
}

/// The outcome of `website_name_check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebsiteNameCheck {
    pub name: String,
    pub valid: bool,
    pub violations: Vec<NameViolation>,
    #[serde(skip)]
    pub evidence: NameEvidence,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameEvidence {
    pub chinese_characters: usize,
    pub prefix: Option<String>,
    pub words: Vec<String>,
    pub special: Vec<char>,
}

/// Checks a name. `national` is whether a body of the state files it. Hand in simplified characters to be compared with
/// the lists; the name is reported as given.
pub fn website_name_check(book: &RuleBook, name: &str, national: bool) -> WebsiteNameCheck {
    let rules = &book.website_names;
    let folded = half_width(name.trim());
    let compact: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    let chinese_characters = compact.chars().filter(|c| is_chinese(*c)).count();
    let all = |kind: fn(char) -> bool| !compact.is_empty() && compact.chars().all(kind);
    let is_domain = is_domain(&folded);
    let special: Vec<char> =
        if is_domain { Vec::new() } else { compact.chars().filter(|c| !c.is_alphanumeric()).collect() };
    let prefix =
        rules.national_prefixes.iter().find(|prefix| !national && compact.starts_with(prefix.as_str()));
    let words: Vec<_> =
        rules.sensitive_words.iter().filter(|word| compact.contains(word.as_str())).cloned().collect();
    let too_short = compact.is_empty() || (1..rules.min_chinese_characters).contains(&chinese_characters);
    let violations: Vec<_> = [
        (too_short, NameViolation::TooShort),
        (all(|c| c.is_ascii_digit()), NameViolation::OnlyDigits),
        (all(|c| c.is_ascii_alphabetic()), NameViolation::OnlyLatin),
        (!special.is_empty(), NameViolation::SpecialCharacters),
        (prefix.is_some(), NameViolation::NationalPrefix),
        (is_domain, NameViolation::IsDomain),
        (!words.is_empty(), NameViolation::SensitiveWord),
    ]
    .into_iter()
    .filter_map(|(holds, violation)| holds.then_some(violation))
    .collect();
    let evidence = NameEvidence { chinese_characters, prefix: prefix.cloned(), words, special };
    WebsiteNameCheck { name: name.to_owned(), valid: violations.is_empty(), violations, evidence }
}

fn half_width(text: &str) -> String {
    let fold = |c| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(fold).collect()
}

fn is_chinese(c: char) -> bool {
    matches!(c,
        '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A domain as people write one: labels and dots, perhaps with a scheme before and a path behind.
fn is_domain(text: &str) -> bool {
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = bare.split('/').next().unwrap_or_default();
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    match host.rsplit_once('.') {
        Some((below, suffix)) => {
            below.split('.').all(label)
                && suffix.chars().count() >= 2
                && suffix.chars().all(char::is_alphabetic)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::NameViolation::*;
    use super::*;
    use crate::rules::book::tests::book;

    fn violations(name: &str) -> Vec<NameViolation> {
        let outcome = website_name_check(book(), name, false);
        assert_eq!(outcome.valid, outcome.violations.is_empty());
        assert_eq!(outcome.name, name);
        outcome.violations
    }

    #[test]
    fn the_contract_s_form() {
        let outcome = website_name_check(book(), "杭州示例小店", false);
        assert_eq!(
            serde_json::to_value(outcome).unwrap(),
            json!({"name": "杭州示例小店", "valid": true, "violations": []})
        );
    }

    #[test]
    fn names_and_what_is_wrong_with_them() {
        for (name, expected) in [
            ("三个字", vec![]),
            ("小店", vec![TooShort]),
            ("店", vec![TooShort]),
            ("ABC小店", vec![TooShort]),
            ("ABC小店铺", vec![]),
            ("", vec![TooShort]),
            ("  ", vec![TooShort]),
            ("12345", vec![OnlyDigits]),
            ("１２３", vec![OnlyDigits]),
            ("Hello", vec![OnlyLatin]),
            ("Hello World", vec![OnlyLatin]),
            ("Ｈｅｌｌｏ", vec![OnlyLatin]),
            ("abc123", vec![]),
            ("杭州@示例", vec![SpecialCharacters]),
            ("杭州示例！", vec![SpecialCharacters]),
            ("店!", vec![TooShort, SpecialCharacters]),
            ("杭州 示例店", vec![]),
            ("中国示例网", vec![NationalPrefix]),
            ("中华示例网", vec![NationalPrefix]),
            ("中央示例网", vec![NationalPrefix]),
            ("人民示例网", vec![NationalPrefix]),
            ("人大示例网", vec![NationalPrefix]),
            ("国家示例网", vec![NationalPrefix]),
            ("示例中国网", vec![]),
            ("中国", vec![TooShort, NationalPrefix]),
            ("example.com", vec![IsDomain]),
            ("www.Example.com.cn", vec![IsDomain]),
            ("https://example.com/a", vec![IsDomain]),
            ("示例网站.中国", vec![IsDomain]),
            ("example.c", vec![SpecialCharacters]),
            ("版本1.20", vec![TooShort, SpecialCharacters]),
            ("示例网.", vec![SpecialCharacters]),
            (".com", vec![SpecialCharacters]),
            ("my_site.com", vec![SpecialCharacters]),
            ("反腐先锋网", vec![SensitiveWord]),
            ("网上赌博城", vec![SensitiveWord]),
            ("廉 政在线", vec![SensitiveWord]),
            ("中国色情网", vec![NationalPrefix, SensitiveWord]),
        ] {
            assert_eq!(violations(name), expected, "{name}");
        }
    }

    #[test]
    fn bodies_of_the_state_may_carry_the_country_in_their_name() {
        assert!(website_name_check(book(), "中国示例网", true).valid);
        assert!(!website_name_check(book(), "中国", true).valid);
    }

    #[test]
    fn the_evidence_names_what_was_found() {
        let evidence = website_name_check(book(), "国家#赌博 廉政&", false).evidence;
        assert_eq!(evidence.chinese_characters, 6);
        assert_eq!(evidence.prefix.as_deref(), Some("国家"));
        assert_eq!(evidence.words, ["赌博", "廉政"]);
        assert_eq!(evidence.special, ['#', '&']);
    }

    #[test]
    fn rare_characters_are_chinese_too() {
        for name in ["\u{3400}\u{4dbf}〇", "\u{9fff}\u{f900}\u{faff}", "\u{20000}\u{3ffff}\u{4e00}"] {
            assert_eq!(website_name_check(book(), name, false).evidence.chinese_characters, 3);
        }
        assert_eq!(website_name_check(book(), "かなカナ한글", false).evidence.chinese_characters, 0);
    }

    proptest! {
        #[test]
        fn too_short_is_never_reported_beside_only_digits_or_latin(name in "[0-9a-zA-Z店网 .]{1,6}") {
            let found = violations(&name);
            prop_assert!(!(found.contains(&TooShort) && (found.contains(&OnlyDigits) || found.contains(&OnlyLatin))));
        }
    }
}

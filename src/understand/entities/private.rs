//! What people type about themselves and nobody needs to keep: telephone numbers, identity and credit codes, e-mail and
//! street addresses. Taken out before a text is stored.
//!
//! Rather one number too many than one too few; order ids, service numbers, dates and what we publish ourselves stay.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Match, Regex};

use super::numbers::mask;
use super::sight::{may_be_private, may_end_a_number};

/// Between the digits of a number as people write it.
const GAP: &str = r"[ \-.·–—]?";

fn compiled(pattern: &str) -> Regex {
    #[expect(clippy::unwrap_used, reason = "constant patterns, compiled by the tests")]
    Regex::new(pattern).unwrap()
}

static MOBILE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r"(?:(?:\+|00)?86{GAP})?1[3-9][0-9]{GAP}(?:[0-9]{{4}}{GAP}[0-9]{{4}}|[0-9]{{3}}{GAP}[0-9]{{3}}{GAP}[0-9]{{2}}|[0-9]{{1}}{GAP}[0-9]{{3}}{GAP}[0-9]{{4}})"
    ))
});
static LANDLINE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ \-–—]?[1-9][0-9]{6,7}(?:[ \-转][0-9]{1,5})?")
});
static IDENTITY: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r"(?:[0-9]{{6}}{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}{GAP}[0-9]{{3}}[0-9xX]|[0-9]{{6}}{GAP}[0-9]{{8}}{GAP}[0-9]{{3}}[0-9xX]|[0-9]{{15}})"
    ))
});
static CREDIT: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?i)[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"));
static MAIL: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[A-Za-z0-9][A-Za-z0-9._%+\-]*[@＠][A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"));
static STREET: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"[0-9０-９一二三四五六七八九十百A-Za-z]{1,6}";
    compiled(&format!(
        r"\p{{Han}}{{2,4}}?(?:路|街|大道|巷|弄|胡同|小区|花园|公寓|大厦|新村|广场)(?:\p{{Han}}{{0,8}}?{number}(?:-{number})* ?(?:号楼|号院|号|弄|栋|幢|座|单元|室|层|楼))+(?: ?{number}(?:号楼|号|弄|栋|幢|座|单元|室|层|楼)?)?|\b[0-9]{{1,5}} (?:[A-Z][a-z]+ ){{1,3}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd)\b(?:,? (?:Room|Rm|Apt|Unit|Flat) [0-9A-Za-z]+)?"
    ))
});

/// Every address of an e-mail has one of these.
const MAIL_SIGNS: [char; 2] = ['@', '＠'];

/// Every number of a person or organisation has as many digits.
const FEWEST_DIGITS: usize = 7;

/// A pattern, and whether what it finds is what it looks like.
type Recogniser<'a> = (&'a Regex, fn(&str) -> bool);

/// Takes out what is private. `keep` are ids that are on record with the speaker; `published` says whether a number or
/// address is one that we give out ourselves.
pub fn mask_private(text: &str, keep: &[&str], published: &dyn Fn(&str) -> bool) -> String {
    // Nearly every message has none of it, and each pattern costs a pass.
    if !may_be_private(text) {
        return text.to_owned();
    }
    let digits = text.chars().filter(|c| is_digit(*c)).count();
    let mail = text.contains(MAIL_SIGNS);
    if digits == 0 && !mail && !text.contains(['号', '號', '室', '栋', '棟', '幢', '座', '楼', '樓'])
    {
        return text.to_owned();
    }
    let masked = once(text, digits, keep, published);
    // Width, script and invisible characters can hide a number from the patterns; folded nothing is hidden.
    let folded = crate::understand::normalise::fold(&masked);
    if folded == text && masked == text {
        return masked;
    }
    let again = once(&folded, digits, keep, published);
    if again == folded { masked } else { again }
}

fn once(text: &str, digits: usize, keep: &[&str], published: &dyn Fn(&str) -> bool) -> String {
    // By where they start, each with its end; none lies over another.
    let mut hidden: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    let mut hide = |range: Range<usize>, instead: String| {
        let before = hidden.range(..range.end).next_back();
        if before.is_none_or(|(_, (end, _))| *end <= range.start) {
            hidden.insert(range.start, (range.end, instead));
        }
    };
    let (mail, street) = (text.contains(MAIL_SIGNS), may_name_a_street(text));
    if !mail && !street && digits < FEWEST_DIGITS {
        return text.to_owned();
    }
    for found in found_where(mail, &MAIL, text).filter(|found| !published(found.as_str())) {
        hide(found.range(), "***@***".to_owned());
    }
    if digits >= FEWEST_DIGITS {
        let words = Words::of(text);
        let numbers: [Recogniser; 4] =
            [(&CREDIT, is_credit_code), (&IDENTITY, is_identity), (&MOBILE, |_| true), (&LANDLINE, |_| true)];
        for (pattern, fits) in numbers {
            for found in
                all_of(pattern, text, |number, range| fits(number) && stands_alone(text, &words, range))
            {
                let (number, range) = (found.as_str(), found.range());
                if !keep.contains(&words.around(text, &range)) && !published(number) {
                    hide(range, mask(number));
                }
            }
        }
    }
    for found in found_where(street, &STREET, text).filter(|found| !published(found.as_str())) {
        hide(found.range(), "***".to_owned());
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (start, (end, instead)) in hidden {
        masked.push_str(&text[at..start]);
        masked.push_str(&instead);
        at = end;
    }
    masked.push_str(&text[at..]);
    masked
}

/// What a pattern finds, where there is anything to be found: each costs a pass that most texts don't need.
fn found_where<'r, 't>(
    there: bool,
    pattern: &'r Regex,
    text: &'t str,
) -> impl Iterator<Item = regex::Match<'t>> + use<'r, 't> {
    pattern.find_iter(if there { text } else { "" })
}

/// A digit of any script. No Chinese character is one, and most of a text is Chinese.
fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
        || !character.is_ascii() && !('\u{4e00}'..='\u{9fff}').contains(&character) && character.is_numeric()
}

/// Whether a text has what every street address has: in Chinese the end of a street's kind and, right behind a number, what is counted
/// in it; in English a number with a capital behind it.
fn may_name_a_street(text: &str) -> bool {
    let (mut street, mut before, mut before_that) = (false, ' ', ' ');
    for character in text.chars() {
        match character {
            '号' | '弄' | '栋' | '幢' | '座' | '单' | '室' | '层' | '楼'
                if street && may_end_a_number(if before == ' ' { before_that } else { before }) =>
            {
                return true;
            }
            '路' | '街' | '道' | '巷' | '弄' | '同' | '区' | '园' | '寓' | '厦' | '村' | '场' => {
                street = true;
            }
            'A'..='Z' if before == ' ' && before_that.is_ascii_digit() => return true,
            _ => {}
        }
        (before, before_that) = (character, before);
    }
    false
}

/// What a pattern finds that is one. What isn't may lie over the beginning of one that is: the end of an order id and, after a
/// blank, most of an identity number look like an identity number, too.
fn all_of<'text>(
    pattern: &Regex,
    text: &'text str,
    is_one: impl Fn(&str, &Range<usize>) -> bool,
) -> Vec<Match<'text>> {
    let (mut all, mut from) = (Vec::new(), 0);
    while let Some(found) = pattern.find_at(text, from) {
        if is_one(found.as_str(), &found.range()) {
            from = found.end();
            all.push(found);
        } else {
            from = found.start() + found.as_str().chars().next().map_or(1, char::len_utf8);
        }
    }
    all
}

/// Not part of a longer number, and not the tail of an instance id or of a UUID.
fn stands_alone(text: &str, words: &Words, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if is_part(before) || is_part(after) {
        return false;
    }
    let word = words.around(text, range);
    let is_uuid = word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    !word.starts_with("i-") && !is_uuid
}

/// Where the words of a text are, in order. Looked for once: one long word may hold thousands of numbers, and to walk to its ends
/// for each of them would take the square of its length.
struct Words(Vec<Range<usize>>);

impl Words {
    fn of(text: &str) -> Self {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let mut words: Vec<Range<usize>> = Vec::new();
        for (at, _) in text.bytes().enumerate().filter(|(_, byte)| is_word(*byte)) {
            match words.last_mut().filter(|word| word.end == at) {
                Some(word) => word.end = at + 1,
                None => words.push(at..at + 1),
            }
        }
        Self(words)
    }

    /// The whole word that a range is in; from the first to the last, where it is in several.
    fn around<'a>(&self, text: &'a str, range: &Range<usize>) -> &'a str {
        // The first word that doesn't end before the place.
        let at = |place: usize| self.0.get(self.0.partition_point(|word| word.end < place));
        let start = at(range.start).map_or(range.start, |word| word.start.min(range.start));
        let end = at(range.end).filter(|word| word.start <= range.end);
        &text[start..end.map_or(range.end, |word| word.end)]
    }
}

/// The first two digits of a division of the country.
fn is_division(digits: &[u8]) -> bool {
    let two = digits.get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| two.parse().ok());
    two.is_some_and(|number: u8| {
        matches!(number, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
    })
}

/// An identity card of 18 or, until 2013, 15 places: a division, then a day of birth. The check digit is not asked for: a
/// number with a slip in it is somebody's all the same.
fn is_identity(number: &str) -> bool {
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let day = match digits.len() {
        18 if matches!(digits[6..8], [b'1', b'9'] | [b'2', b'0']) => &digits[10..14],
        15 => &digits[8..12],
        _ => return false,
    };
    let number = |two: &[u8]| two.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit.wrapping_sub(b'0')));
    is_division(&digits) && (1..=12).contains(&number(&day[..2])) && (1..=31).contains(&number(&day[2..]))
}

/// A unified social credit code: who registers, what kind, then a division. All-digit ones look like nothing else that
/// begins so.
fn is_credit_code(number: &str) -> bool {
    let upper = number.to_ascii_uppercase();
    // Who registers: 1 offices, 5 civil affairs, 9 the market's; the rest are rare and have no digit of their own.
    let kind = match upper.as_bytes() {
        [b'1' | b'5', second, ..] => matches!(second, b'1' | b'2' | b'3' | b'9'),
        [b'9', second, ..] => matches!(second, b'1'..=b'3'),
        [b'2'..=b'4' | b'6'..=b'8' | b'A' | b'G' | b'N' | b'Y', second, ..] => {
            matches!(second, b'1'..=b'5' | b'9')
        }
        _ => false,
    };
    kind && is_division(&upper.as_bytes()[2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_taken_and_no_number_survives(
            before in "[\\PC备案号路]{0,20}",
            number in "1[3-9][0-9]{9}",
            after in "[\\PC室栋号]{0,20}",
        ) {
            let _ = masked(&format!("{before}{after}"));
            let whole = masked(&format!("{before} {number} {after}"));
            prop_assert!(!whole.contains(&number), "{}", whole);
        }
    }

    fn masked(text: &str) -> String {
        mask_private(text, &["13912340000", "sn-13912340001"], &|number| number == "010-12345678")
    }

    #[test]
    fn what_is_private_goes() {
        for (text, gone) in [
            ("我手机13812345678收不到短信", "12345678"),
            ("电话 138 1234 5678", "1234 5678"),
            ("138-1234-5678", "1234"),
            ("+86 13812345678", "12345678"),
            ("008613812345678", "12345678"),
            ("8613812345678", "12345678"),
            ("tel-13812345678", "12345678"),
            ("手机１３８１２３４５６７８", "１２３４５６"),
            ("手机138\u{200b}1234\u{200b}5678", "1234"),
            ("座机0571-88888888转801", "88888888"),
            ("（021）66668888", "66668888"),
            ("身份证33010619900307123X", "19900307"),
            ("330106 19900307 1234", "19900307"),
            ("老证330106900307123", "900307"),
            // Behind other digits, with which they would make a number that is none.
            ("订单 20190812001 11010119900307851x", "19900307"),
            ("2345678 110101199003078515", "19900307"),
            ("手机13812345678 身份证13812345678 11010119900307851x", "19900307"),
            ("密码 12 1381 2345 678 13812345678", "12345678"),
            ("代码91330106MA2ABCDE0X", "MA2ABCDE"),
            ("代码91330106ma2abcde0x是我们的", "ma2abcde"),
            ("代码911101081234567890", "1234567"),
            ("发到 li.lei+1@mail.example.com 吧", "li.lei"),
            ("发到lilei＠example．com", "lilei"),
            ("我住杭州市西湖区文三路90号东部软件园3号楼502室", "90号"),
            ("地址：人民大道一百二十号", "一百二十号"),
            ("住在忠孝街十二號", "十二"),
            ("I live at 12 Willow Grove Road, Apt 5B", "Willow"),
        ] {
            let masked = masked(text);
            assert!(!masked.contains(gone), "{text} -> {masked}");
        }
    }

    proptest! {
        #[test]
        fn every_street_has_what_a_street_has(
            text in "[文三路街道胡同小区花园广场 号弄楼单元室层院A-Cab0-2０一十百-]{0,30}",
            english in "[0-9]{1,2} ([A-B][a-b]{1,2} ){1,2}(Road|St|Lane)",
        ) {
            for text in [text, format!("at {english}")] {
                prop_assert!(may_name_a_street(&text) || !STREET.is_match(&text), "{}", text);
            }
        }

        #[test]
        fn what_is_not_suspected_holds_nothing(
            text in "[备路文街道 号號弄楼樓单單层室院区A-Cab@＠0-9１.。、—·（）\\-\n\u{200b}一十百]{0,40}",
        ) {
            if !may_be_private(&text) {
                for text in [crate::understand::normalise::fold(&text), text] {
                    let digits = text.chars().filter(|c| is_digit(*c)).count();
                    prop_assert_eq!(once(&text, digits, &[], &|_| false), text);
                }
            }
        }

        #[test]
        fn digits_are_what_the_tables_say(character in proptest::char::any()) {
            prop_assert_eq!(is_digit(character), character.is_numeric());
        }
    }

    #[test]
    fn what_is_nobodys_stays() {
        for text in [
            "订单 20190812001 还能撤吗",
            "订单20190812001234567还能撤吗",
            "订单 201908120012345 到哪了",
            "订单 202108120012345678 到哪了",
            "13912340000",
            "服务号 sn-13912340001 用过了吗",
            "服务号 4e1f2a3b-1234-5678-9abc-13812345678a",
            "服务号 BA20190812345678",
            "实例 i-13812345678 能备案吗",
            "浙ICP备12345678号-1 是谁的",
            "打 010-12345678 没人接",
            "客服电话 95187 是多少",
            "2019-08-20 到 2019-09-20 之间",
            "2019年8月20号提交的，到现在20个工作日了",
            "example.cn 和 1.2.3.4:8080",
            "我8月2号提交了3个订单，花了12800.50元",
            "第3层交换机、2号楼都行",
            "路由器坏了，换1号机",
            "IP 192.168.100.200",
            "@某人 帮看一下",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_range_is_in_its_word() {
        let text = "号 ab-1 2_c,34";
        let around = |start: usize, end: usize| Words::of(text).around(text, &(start..end));
        assert_eq!(&text[7..10], "1 2");
        for (start, end, word) in [
            (7, 10, "ab-1 2_c"),
            (7, 8, "ab-1"),
            (4, 5, "ab-1"),
            (9, 12, "2_c"),
            (13, 15, "34"),
            (0, 3, "号"),
        ] {
            assert_eq!(around(start, end), word, "{start}..{end}");
        }
        assert_eq!(Words::of("").around("", &(0..0)), "");
    }

    #[test]
    fn masking_twice_is_masking_once() {
        let text = "13812345678 a@b.cn 文三路90号 33010619900307123X 0571-88888888";
        let once = masked(text);
        assert_eq!(masked(&once), once);
        assert!(once.contains("138") && once.ends_with("88"), "{once}");
    }
}

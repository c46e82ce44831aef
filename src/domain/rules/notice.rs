//! Recognising a notice that somebody pasted, by the words on the screen or words near to them.
//!
//! Text is compared without spaces, punctuation, width and case. The script isn't folded here: hand in simplified
//! characters.

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a, K> {
    pub key: K,
    pub notices: &'a [String],
    /// Parts in order, separated by spaces; `|` between alternatives.
    pub near: &'a [String],
}

/// Where a pattern was found, in characters of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found<K> {
    key: K,
    from: usize,
    to: usize,
    /// How many characters were matched, the gaps left out.
    matched: usize,
}

/// Longer texts are cut: a notice is a line or two.
const LONGEST_TEXT: usize = 4000;
/// Characters that may stand between two parts.
const GAP: usize = 8;
/// The same between Latin words, which are longer.
const LATIN_GAP: usize = 24;
/// A notice shorter than this has to stand in the text word for word.
const SHORTEST_FUZZY: usize = 8;

/// Patterns made ready for many texts: their words are folded and cut once.
#[derive(Clone, Debug)]
pub struct Notices<K> {
    patterns: Vec<Ready<K>>,
}

#[derive(Clone, Debug)]
struct Ready<K> {
    key: K,
    notices: Vec<Vec<char>>,
    near: Vec<Vec<Part>>,
}

/// The words that may stand in one place.
type Part = Vec<Vec<char>>;

impl<K: PartialEq> Notices<K> {
    pub fn of<'a>(patterns: impl IntoIterator<Item = Pattern<'a, K>>) -> Self {
        let ready = |pattern: Pattern<'a, K>| Ready {
            key: pattern.key,
            notices: pattern.notices.iter().map(|notice| fold(notice)).collect(),
            near: pattern.near.iter().map(|near| near.split_whitespace().map(part).collect()).collect(),
        };
        Self { patterns: patterns.into_iter().map(ready).collect() }
    }

    /// The keys whose notices stand in the text, in the order of the text. Of notices within one another only the widest
    /// counts: “主体负责人姓名不合格，非法定代表人” isn't also “非法定代表人”.
    pub fn in_text(&self, text: &Text) -> Vec<&K> {
        let mut found: Vec<Found<&K>> =
            self.patterns.iter().flat_map(|pattern| find_all(text, pattern)).collect();
        found.sort_by_key(|found| found.from);
        let mut keys = Vec::new();
        for one in &found {
            let swallowed = found.iter().any(|other| other.key != one.key && within(one, other));
            if !swallowed && !keys.contains(&one.key) {
                keys.push(one.key);
            }
        }
        keys
    }

    /// Whether there is any.
    pub fn any_in(&self, text: &Text) -> bool {
        self.patterns.iter().any(|pattern| find_all(text, pattern).next().is_some())
    }
}

/// A text to look for notices in.
#[derive(Clone, Debug)]
pub struct Text {
    characters: Vec<char>,
    /// Which characters stand in it, by their last twelve bits: most words of most notices have one that doesn't.
    held: Box<[u64; 64]>,
}

impl Text {
    pub fn of(text: &str) -> Self {
        let characters: Vec<char> = fold(text).into_iter().take(LONGEST_TEXT).collect();
        let mut held = Box::new([0; 64]);
        for character in &characters {
            let (word, bit) = place(*character);
            held[word] |= bit;
        }
        Self { characters, held }
    }

    /// How many of these characters stand nowhere in it, at least; counted until there are more than `most`.
    fn missing(&self, word: &[char], most: usize) -> usize {
        let absent = |character: &&char| {
            let (word, bit) = place(**character);
            self.held[word] & bit == 0
        };
        word.iter().filter(absent).take(most + 1).count()
    }
}

fn place(character: char) -> (usize, u64) {
    let code = character as usize % (64 * 64);
    (code / 64, 1 << (code % 64))
}

fn part(words: &str) -> Part {
    words.split('|').map(fold).filter(|word| !word.is_empty()).collect()
}

/// Whether `one` lies within `other`, which is wider, or as wide and better matched.
fn within<K>(one: &Found<K>, other: &Found<K>) -> bool {
    let inside = other.from <= one.from && one.to <= other.to;
    let wider = other.to - other.from > one.to - one.from;
    inside && (wider || other.matched > one.matched)
}

fn find_all<'t, 'p, K>(
    text: &'t Text,
    pattern: &'p Ready<K>,
) -> impl Iterator<Item = Found<&'p K>> + use<'t, 'p, K> {
    let found = |(from, to, matched)| Found { key: &pattern.key, from, to, matched };
    let notices = pattern.notices.iter().filter_map(|notice| find_notice(text, notice));
    let near = pattern.near.iter().filter_map(|near| find_near(text, near));
    notices.chain(near).map(found)
}

type Span = (usize, usize, usize);

/// The notice word for word, or with a few characters amiss.
fn find_notice(text: &Text, notice: &[char]) -> Option<Span> {
    if notice.is_empty() {
        return None;
    }
    let (missing, text) = (text.missing(notice, notice.len() / 5), &text.characters);
    if missing == 0
        && let Some(from) = text.windows(notice.len()).position(|window| window == notice)
    {
        return Some((from, from + notice.len(), notice.len()));
    }
    let close = |distance: usize| distance * 5 <= notice.len();
    // Each character that stands nowhere is one amiss, and each that the text is too short for.
    if notice.len() < SHORTEST_FUZZY || !close(missing.max(notice.len().saturating_sub(text.len()))) {
        return None;
    }
    let (from, to, distance) = closest(text, notice)?;
    let window = text.get(from..to)?;
    // “非法定代表人” and “法定代表人” are one character apart and say the opposite
    let same_polarity = negations(window) == negations(notice);
    (close(distance) && same_polarity).then(|| (from, to, notice.len() - distance))
}

fn negations(text: &[char]) -> usize {
    text.iter().filter(|c| matches!(c, '不' | '非' | '未' | '无' | '没')).count()
}

/// The stretch of text with the smallest edit distance to the notice: (from, to, distance).
fn closest(text: &[char], notice: &[char]) -> Option<Span> {
    // one row per character of the notice; each cell carries where its alignment began
    let mut row: Vec<(usize, usize)> = (0..=text.len()).map(|at| (0, at)).collect();
    for (n, expected) in notice.iter().enumerate() {
        let mut next = vec![(n + 1, 0)];
        for (at, found) in text.iter().enumerate() {
            let replaced = (row[at].0 + usize::from(found != expected), row[at].1);
            let missing = (row[at + 1].0 + 1, row[at + 1].1);
            let surplus = (next[at].0 + 1, next[at].1);
            next.push(replaced.min(missing).min(surplus));
        }
        row = next;
    }
    let (to, (distance, from)) = row.into_iter().enumerate().min_by_key(|(_, (distance, _))| *distance)?;
    Some((from, to, distance))
}

/// The parts in their order with little between them; the narrowest place where they stand so.
fn find_near(text: &Text, parts: &[Part]) -> Option<Span> {
    let (first, rest) = parts.split_first()?;
    if !parts.iter().all(|part| part.iter().any(|word| text.missing(word, 0) == 0)) {
        return None;
    }
    let text = &text.characters;
    (0..text.len())
        .flat_map(|from| starting_at(text, from, first).map(move |length| (from, from + length, length)))
        .filter_map(|span| follow(text, span, rest))
        .min_by_key(|(from, to, _)| to - from)
}

/// The lengths of the words that begin here.
fn starting_at<'t>(
    text: &'t [char],
    from: usize,
    words: &'t [Vec<char>],
) -> impl Iterator<Item = usize> + 't {
    words.iter().filter(move |word| text[from..].starts_with(word)).map(Vec::len)
}

fn follow(text: &[char], span: Span, parts: &[Part]) -> Option<Span> {
    let Some((part, rest)) = parts.split_first() else { return Some(span) };
    let (from, to, matched) = span;
    let gap = if part.iter().flatten().all(char::is_ascii) { LATIN_GAP } else { GAP };
    (to..text.len().min(to + gap + 1))
        .flat_map(|at| starting_at(text, at, part).map(move |length| (from, at + length, matched + length)))
        .filter_map(|next| follow(text, next, rest))
        .min_by_key(|(from, to, _)| to - from)
}

/// Letters and digits only, half width, lower case.
fn fold(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn recognise<K: Copy + PartialEq>(text: &str, patterns: &[Pattern<'_, K>]) -> Vec<K> {
        let notices = Notices::of(patterns.iter().copied());
        let text = Text::of(text);
        let found: Vec<K> = notices.in_text(&text).into_iter().copied().collect();
        assert_eq!(notices.any_in(&text), !found.is_empty());
        found
    }

    fn found(text: &str, notices: &[&str], near: &[&str]) -> bool {
        let (notices, near) = (owned(notices), owned(near));
        !recognise(text, &[Pattern { key: 1, notices: &notices, near: &near }]).is_empty()
    }

    #[test]
    fn width_case_space_and_punctuation_do_not_count() {
        assert!(found("ＩＣＰ 备案，密码！错误", &["icp备案密码错误"], &[]));
        assert!(!found("", &["icp备案密码错误"], &["备案 错误"]));
        assert!(!found("随便", &[""], &[""]));
    }

    #[test]
    fn a_few_characters_amiss_are_forgiven_in_a_long_notice() {
        let notice = ["手机号码备案频率大于1"]; // eleven characters: two may be amiss
        assert!(found("手机号备案频率大于1", &notice, &[]));
        assert!(found("手机号码的备案频率大于 1 次", &notice, &[]));
        assert!(found("提示：手机的备案频率大于1", &notice, &[]));
        assert!(!found("手机的备案频率大过1", &notice, &[]));
        assert!(!found("网站名字不合格", &["网站名称不合格"], &[])); // seven: word for word
    }

    #[test]
    fn a_lost_negation_is_not_forgiven() {
        assert!(!found("主体负责人是法定代表人", &["主体负责人非法定代表人"], &[]));
        assert!(found("主体的负责人非法定代表人", &["主体负责人非法定代表人"], &[]));
    }

    #[test]
    fn parts_stand_in_order_with_little_between() {
        let near = ["域名 持有者|所有人 不符|不一致"];
        assert!(found("域名的持有者和主体不一致", &[], &near));
        assert!(!found("不一致的域名持有者", &[], &near));
        assert!(found("域名一二三四五六七八所有人不符", &[], &near));
        assert!(!found("域名一二三四五六七八九所有人不符", &[], &near));
        assert!(found("the domain name of your owner notmatch", &[], &["domain owner notmatch"]));
    }

    #[test]
    fn the_wider_notice_swallows_the_narrower() {
        let (wide, narrow) = (owned(&["姓名不合格，非法定代表人"]), owned(&["非法定代表人"]));
        let none = [];
        let patterns = [
            Pattern { key: "narrow", notices: &narrow, near: &none },
            Pattern { key: "wide", notices: &wide, near: &none },
        ];
        assert_eq!(recognise("负责人姓名不合格，非法定代表人", &patterns), ["wide"]);
        assert_eq!(recognise("负责人非法定代表人", &patterns), ["narrow"]);
    }

    /// The width decides, not how much of it was matched, wherever in the text it begins.
    #[test]
    fn a_wide_place_with_gaps_swallows_a_narrower_one_word_for_word() {
        let (near, narrow) = (owned(&["网站 不合格"]), owned(&["负责人姓名"]));
        let none = [];
        let patterns = [
            Pattern { key: "narrow", notices: &narrow, near: &none },
            Pattern { key: "wide", notices: &none, near: &near },
        ];
        assert_eq!(recognise("网站负责人姓名有误不合格", &patterns), ["wide"]);
        assert_eq!(recognise("您好，提示说是网站负责人姓名有误不合格", &patterns), ["wide"]);
    }

    #[test]
    fn of_two_as_wide_the_better_matched_counts_and_of_equals_both() {
        let (exact, close) = (owned(&["手机号码备案频率大于1"]), owned(&["手机号码备案频率大于2"]));
        let none = [];
        let patterns = [
            Pattern { key: "close", notices: &close, near: &none },
            Pattern { key: "exact", notices: &exact, near: &none },
        ];
        assert_eq!(recognise("手机号码备案频率大于1", &patterns), ["exact"]);
        assert_eq!(recognise("手机号码备案频率大于3", &patterns), ["close", "exact"]);
    }

    #[test]
    fn two_notices_side_by_side_are_both_found_in_their_order() {
        let (name, content) = (owned(&["名称不合格"]), owned(&["内容不合格"]));
        let near = owned(&["网站 内容 不合格"]);
        let none = [];
        let patterns = [
            Pattern { key: "content", notices: &content, near: &near },
            Pattern { key: "name", notices: &name, near: &none },
        ];
        assert_eq!(recognise("网站名称不合格，网站内容不合格", &patterns), ["name", "content"]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,200}") {
            found(&text, &["网站名称不合格", "主体负责人姓名不合格，非法定代表人"], &["域名 持有者|所有人 不符"]);
        }

        #[test]
        fn a_notice_is_found_in_any_surroundings(before in "[a-z ，。]{0,40}", after in "[a-z ，。]{0,40}") {
            let text = format!("{before}网站名称不合格{after}");
            prop_assert!(found(&text, &["网站名称不合格"], &[]));
        }
    }
}

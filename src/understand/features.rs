//! A text as a bag of small units: single characters, character pairs, Latin words, and groups of words that mean the same.
//!
//! Character pairs need no dictionary and measured better on this material than cut words. Each unit is the hash of
//! its text, so that a bag is a sorted list of numbers.

use std::ops::Range;

use super::entities::marks;
use super::lexicon::Lexicon;
use super::script::is_chinese;

/// How much a unit counts beside its rarity, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Single,
    Pair,
    Word,
    Group,
    Mark,
}

impl Unit {
    fn weight(self) -> f32 {
        match self {
            Self::Single => 0.4,
            Self::Pair | Self::Mark => 1.0,
            Self::Word => 1.1,
            Self::Group => 0.6,
        }
    }
}

/// The units of a folded text, as tokens: the same ones that the index holds.
pub fn tokens(folded: &str) -> Vec<(Unit, String)> {
    let mut tokens = Vec::new();
    visit(folded, &mut |unit, text| tokens.push((unit, text.to_owned())));
    tokens
}

/// The hashes of all units of a folded text, groups of words included, with repeats.
pub fn hashes(folded: &str, each: &mut dyn FnMut(u64)) {
    kinds(folded, &mut |_, unit| each(unit));
}

/// The same with the kind of each unit. No unit is written down for it.
pub fn kinds(folded: &str, each: &mut dyn FnMut(Unit, u64)) {
    let mut cutter = Cutter::default();
    while let Some((unit, [start, end])) = cutter.piece(folded) {
        each(unit, hash_on(hash(start), end.as_bytes()));
    }
    let lexicon = Lexicon::get();
    for group in lexicon.groups(folded) {
        each(Unit::Group, lexicon.unit(group));
    }
}

/// Hands over each unit of a folded text in order; groups of words are not among them.
fn visit(folded: &str, each: &mut dyn FnMut(Unit, &str)) {
    let mut cutter = Cutter::default();
    let mut text = String::new();
    while let Some(unit) = cutter.next(folded, &mut text) {
        each(unit, &text);
    }
}

/// Cuts a folded text into its units one by one: an index of many documents asks for millions, so none is a text of its own.
#[derive(Clone, Debug, Default)]
pub struct Cutter {
    /// The byte that comes next.
    at: usize,
    /// Where the Chinese character before it stands.
    before: Option<Range<usize>>,
    /// A pair to be handed out before anything else.
    pair: Option<[Range<usize>; 2]>,
}

impl Cutter {
    /// Writes the next unit over `text` and says of what kind it is. Always call it with the same text.
    pub fn next(&mut self, folded: &str, text: &mut String) -> Option<Unit> {
        let (unit, [start, end]) = self.piece(folded)?;
        text.clear();
        text.push_str(start);
        text.push_str(end);
        Some(unit)
    }

    /// The next unit and the two parts that it consists of.
    fn piece<'a>(&mut self, folded: &'a str) -> Option<(Unit, [&'a str; 2])> {
        if let Some(pair) = self.pair.take() {
            return Some((Unit::Pair, pair.map(|part| &folded[part])));
        }
        while let Some(character) = folded[self.at..].chars().next() {
            let here = self.at..self.at + character.len_utf8();
            if is_chinese(character) {
                self.at = here.end;
                self.pair = self.before.replace(here.clone()).map(|before| [before, here.clone()]);
                return Some((Unit::Single, [&folded[here], ""]));
            }
            if character.is_alphanumeric() {
                let rest = &folded[self.at..];
                let end = rest.find(|c: char| is_chinese(c) || !c.is_alphanumeric()).unwrap_or(rest.len());
                self.at += end;
                self.before = None;
                return Some((Unit::Word, stem_parts(&rest[..end]).into()));
            }
            self.at = here.end;
            // White space and dashes between characters don't part a pair; punctuation does.
            if !matches!(character, ' ' | '-' | '/') {
                self.before = None;
            }
            // All marks are in the private use area.
            if ('\u{e000}'..='\u{f8ff}').contains(&character)
                && let Some((name, _)) = marks::ALL.iter().find(|(_, mark)| *mark == character)
            {
                return Some((Unit::Mark, ["§", name]));
            }
        }
        None
    }
}

/// A light English stemmer: enough that filings meets filing and rejected meets rejection.
pub fn stem(word: &str) -> String {
    let (start, ending) = stem_parts(word);
    format!("{start}{ending}")
}

/// What a word begins with and the ending that it gets.
fn stem_parts(word: &str) -> (&str, &'static str) {
    if !word.is_ascii() || word.len() < 5 || word.bytes().any(|b| b.is_ascii_digit()) {
        let start = word
            .strip_suffix('s')
            .filter(|rest| rest.len() > 2 && word.is_ascii() && !rest.ends_with('s'))
            .unwrap_or(word);
        return (start, "");
    }
    for (suffix, replacement, rest) in [
        ("ations", "at", 3),
        ("ation", "at", 3),
        ("ating", "at", 3),
        ("ated", "at", 3),
        ("ates", "at", 3),
        ("ate", "at", 3),
        ("ions", "", 4),
        ("ion", "", 4),
        ("ings", "", 3),
        ("ing", "", 3),
        ("ies", "y", 2),
        ("ied", "y", 2),
        ("ers", "er", 3),
        ("ed", "", 3),
        ("es", "", 4),
        ("s", "", 3),
        ("e", "", 4),
    ] {
        if let Some(start) = word.strip_suffix(suffix)
            && start.len() >= rest
            && !(suffix == "s" && start.ends_with('s'))
        {
            return (start, replacement);
        }
    }
    (word, "")
}

/// A unit of a text, its kind, and how often it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub unit: u64,
    pub kind: Unit,
    pub count: u32,
}

/// The units of a folded text, each once, in the order of their hashes.
pub fn counted(folded: &str) -> Vec<Counted> {
    let mut units: Vec<(u64, Unit)> = Vec::with_capacity(folded.len());
    kinds(folded, &mut |kind, unit| units.push((unit, kind)));
    units.sort_unstable_by_key(|(unit, _)| *unit);
    let mut counted: Vec<Counted> = Vec::with_capacity(units.len());
    for (unit, kind) in units {
        match counted.last_mut() {
            Some(last) if last.unit == unit => last.count += 1,
            _ => counted.push(Counted { unit, kind, count: 1 }),
        }
    }
    counted
}

/// The units of a folded text with what each counts, its rarity aside: more often counts more, but less and less.
pub fn bag(folded: &str) -> Vec<(u64, f32)> {
    counted(folded).into_iter().map(|counted| (counted.unit, dampened(counted.kind, counted.count))).collect()
}

/// What a unit of a kind counts that stands so often in a text.
#[expect(clippy::cast_precision_loss, reason = "a text has few units")]
pub fn dampened(kind: Unit, count: u32) -> f32 {
    kind.weight() * (1.0 + (count as f32).ln())
}

/// FNV-1a, 64 bits: the same on every machine and in every release, unlike the standard library's.
pub fn hash(text: &str) -> u64 {
    hash_on(EMPTY, text.as_bytes())
}

/// The hash of no text.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a text with more behind it.
fn hash_on(hash: u64, more: &[u8]) -> u64 {
    more.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cuts_characters_pairs_and_words() {
        let units: Vec<String> = tokens("icp 备案号 filings").into_iter().map(|(_, token)| token).collect();
        assert_eq!(units, ["icp", "备", "案", "备案", "号", "案号", "fil"]);
    }

    proptest! {
        #[test]
        fn units_hash_as_their_texts(text in "[备案号〇 ，。/\\-a-zA-Zé0-9\u{e001}\u{e003}]{0,30}") {
            let mut found = Vec::new();
            kinds(&text, &mut |unit, hash| found.push((unit, hash)));
            let mut expected: Vec<(Unit, u64)> =
                tokens(&text).into_iter().map(|(unit, token)| (unit, hash(&token))).collect();
            let groups = Lexicon::get().groups(&text).into_iter();
            expected.extend(groups.map(|group| (Unit::Group, hash(&format!("§{group}")))));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn stems_meet() {
        for (a, b) in [
            ("rejected", "reject"),
            ("filings", "filing"),
            ("expired", "expire"),
            ("servers", "server"),
            ("changes", "change"),
            ("verification", "verifications"),
        ] {
            assert_eq!(stem(a), stem(b));
        }
        assert_eq!(stem("access"), stem("access"));
        assert_ne!(stem("ecs"), "");
    }

    #[test]
    fn a_mark_is_one_unit() {
        assert!(tokens("\u{e001}能备案吗").contains(&(Unit::Mark, "§domain".to_owned())));
    }
}

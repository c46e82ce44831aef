//! A text as a bag of small units: single characters, character pairs, Latin words, and groups of words that mean the same.
//!
//! Character pairs need no dictionary and measured better on this material than cut words. Each unit is the hash of
//! its text, so that a bag is a sorted list of numbers.

use std::collections::HashMap;

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
    let mut before: Option<char> = None;
    let mut word = String::new();
    for character in folded.chars().chain(std::iter::once(' ')) {
        if character.is_alphanumeric() && !is_chinese(character) {
            word.push(character);
            before = None;
            continue;
        }
        if !word.is_empty() {
            tokens.push((Unit::Word, stem(&word)));
            word.clear();
        }
        if is_chinese(character) {
            tokens.push((Unit::Single, character.to_string()));
            if let Some(before) = before {
                tokens.push((Unit::Pair, [before, character].iter().collect()));
            }
            before = Some(character);
        } else {
            if let Some((name, _)) = marks::ALL.iter().find(|(_, mark)| *mark == character) {
                tokens.push((Unit::Mark, format!("§{name}")));
            }
            // White space and dashes between characters don't part a pair; punctuation does.
            if !matches!(character, ' ' | '-' | '/') {
                before = None;
            }
        }
    }
    tokens
}

/// A light English stemmer: enough that filings meets filing and rejected meets rejection.
pub fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 5 || word.bytes().any(|b| b.is_ascii_digit()) {
        return word
            .strip_suffix('s')
            .filter(|rest| rest.len() > 2 && word.is_ascii() && !rest.ends_with('s'))
            .unwrap_or(word)
            .to_owned();
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
            return format!("{start}{replacement}");
        }
    }
    word.to_owned()
}

/// A bag of units: hash of the unit, weight of its kind times how often it stands there (dampened).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bag(pub Vec<(u64, f32)>);

impl Bag {
    /// The bag of a folded text.
    pub fn of(folded: &str) -> Self {
        let mut counts: HashMap<u64, (f32, u32)> = HashMap::new();
        for (unit, token) in tokens(folded) {
            counts.entry(hash(&token)).or_insert((unit.weight(), 0)).1 += 1;
        }
        for group in Lexicon::get().groups(folded) {
            counts.entry(hash(&format!("§{group}"))).or_insert((Unit::Group.weight(), 0)).1 += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of units in a sentence are small")]
        let mut units: Vec<(u64, f32)> = counts
            .into_iter()
            .map(|(unit, (weight, count))| (unit, weight * (1.0 + (count as f32).ln())))
            .collect();
        units.sort_by_key(|(unit, _)| *unit);
        Self(units)
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every release, unlike the standard library's.
pub fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_characters_pairs_and_words() {
        let units: Vec<String> = tokens("icp 备案号 filings").into_iter().map(|(_, token)| token).collect();
        assert_eq!(units, ["icp", "备", "案", "备案", "号", "案号", "fil"]);
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

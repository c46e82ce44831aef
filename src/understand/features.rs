//! A text as a bag of small units: single characters, character pairs, Latin words, and groups of words that mean the same.
//!
//! Character pairs need no dictionary and measured better on this material than cut words. Each unit is the hash of
//! its text, so that a bag is a sorted list of numbers.

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

/// The same with the kind of each unit.
pub fn kinds(folded: &str, each: &mut dyn FnMut(Unit, u64)) {
    visit(folded, &mut |unit, text| each(unit, hash(text)));
    for group in Lexicon::get().groups(folded) {
        each(Unit::Group, hash(&format!("§{group}")));
    }
}

/// Hands over each unit of a folded text in order; groups of words are not among them.
fn visit(folded: &str, each: &mut dyn FnMut(Unit, &str)) {
    let mut before: Option<char> = None;
    let mut word = String::new();
    let mut buffer = [0_u8; 8];
    for character in folded.chars().chain(std::iter::once(' ')) {
        let chinese = is_chinese(character);
        if !chinese && character.is_alphanumeric() {
            word.push(character);
            before = None;
            continue;
        }
        if !word.is_empty() {
            each(Unit::Word, &stem(&word));
            word.clear();
        }
        if chinese {
            each(Unit::Single, character.encode_utf8(&mut buffer));
            if let Some(before) = before {
                let first = before.encode_utf8(&mut buffer).len();
                let second = character.encode_utf8(&mut buffer[first..]).len();
                each(Unit::Pair, std::str::from_utf8(&buffer[..first + second]).unwrap_or_default());
            }
            before = Some(character);
        } else {
            if let Some((name, _)) = marks::ALL.iter().find(|(_, mark)| *mark == character) {
                each(Unit::Mark, &format!("§{name}"));
            }
            // White space and dashes between characters don't part a pair; punctuation does.
            if !matches!(character, ' ' | '-' | '/') {
                before = None;
            }
        }
    }
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
        let mut units: Vec<(u64, f32)> = Vec::with_capacity(folded.len());
        visit(folded, &mut |unit, text| units.push((hash(text), unit.weight())));
        for group in Lexicon::get().groups(folded) {
            units.push((hash(&format!("§{group}")), Unit::Group.weight()));
        }
        units.sort_unstable_by_key(|(unit, _)| *unit);
        let mut counted: Vec<(u64, f32, f32)> = Vec::with_capacity(units.len());
        for (unit, weight) in units {
            match counted.last_mut() {
                Some(last) if last.0 == unit => last.2 += 1.0,
                _ => counted.push((unit, weight, 1.0)),
            }
        }
        Self(counted.into_iter().map(|(unit, weight, count)| (unit, weight * (1.0 + count.ln()))).collect())
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

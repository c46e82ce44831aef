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
    let mut cutter = Cutter::default();
    let mut text = String::new();
    while let Some(unit) = cutter.next(folded, &mut text) {
        each(unit, &text);
    }
}

/// Cuts a folded text into its units one by one, each written over the last: an index of many documents asks for millions.
#[derive(Clone, Debug, Default)]
pub struct Cutter {
    /// The byte that comes next.
    at: usize,
    /// The Chinese character before it.
    before: Option<char>,
    /// A pair to be handed out before anything else.
    pair: Option<(char, char)>,
}

impl Cutter {
    /// Writes the next unit into `text` and says of what kind it is. Always call it with the same text.
    pub fn next(&mut self, folded: &str, text: &mut String) -> Option<Unit> {
        if let Some((first, second)) = self.pair.take() {
            text.clear();
            text.push(first);
            text.push(second);
            return Some(Unit::Pair);
        }
        while let Some(character) = folded[self.at..].chars().next() {
            if is_chinese(character) {
                self.at += character.len_utf8();
                self.pair = self.before.map(|before| (before, character));
                self.before = Some(character);
                text.clear();
                text.push(character);
                return Some(Unit::Single);
            }
            if character.is_alphanumeric() {
                let rest = &folded[self.at..];
                let end = rest.find(|c: char| is_chinese(c) || !c.is_alphanumeric()).unwrap_or(rest.len());
                self.at += end;
                self.before = None;
                let (start, ending) = stem_parts(&rest[..end]);
                text.clear();
                text.push_str(start);
                text.push_str(ending);
                return Some(Unit::Word);
            }
            self.at += character.len_utf8();
            // White space and dashes between characters don't part a pair; punctuation does.
            if !matches!(character, ' ' | '-' | '/') {
                self.before = None;
            }
            // All marks are in the private use area.
            if ('\u{e000}'..='\u{f8ff}').contains(&character)
                && let Some((name, _)) = marks::ALL.iter().find(|(_, mark)| *mark == character)
            {
                text.clear();
                text.push('§');
                text.push_str(name);
                return Some(Unit::Mark);
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

//! Words of the field that mean the same, words that mean nothing, and the English for the Chinese.
//!
//! The lists are data beside this file. A group is one extra unit that all its members share when texts are
//! compared, so that 撤掉 and 收回 meet without either being rewritten.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::features::hash;
use super::normalise::fold;

const GROUPS: &str = include_str!("lexicon/groups.txt");
const FILLER: &str = include_str!("lexicon/filler.txt");

/// Words by their first two characters (a word of one has the second missing), with the number of their group.
type Members = FxHashMap<(char, Option<char>), Vec<(String, u32)>>;

/// The lists, read once.
#[derive(Debug)]
pub struct Lexicon {
    members: Members,
    /// The unit that stands for each group.
    units: Vec<u64>,
    /// Which characters a member begins with: most of a text begins none.
    first: CharacterSet,
    /// Words that carry no topic, longest first.
    filler: Vec<String>,
}

impl Lexicon {
    /// The lexicon compiled into the binary.
    pub fn get() -> &'static Self {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON.get_or_init(|| Self::read(GROUPS, FILLER))
    }

    fn read(groups: &'static str, filler: &'static str) -> Self {
        let mut members: Members = FxHashMap::default();
        for (number, line) in lines(groups).enumerate() {
            for word in line.split_whitespace() {
                let word = fold(&word.replace('_', " "));
                let mut characters = word.chars();
                if let (Some(first), second, Ok(number)) =
                    (characters.next(), characters.next(), u32::try_from(number))
                {
                    members.entry((first, second)).or_default().push((word, number));
                }
            }
        }
        let units = (0..lines(groups).count()).map(|number| hash(&format!("§{number}"))).collect();
        let mut first = CharacterSet::default();
        for (character, _) in members.keys() {
            first.insert(*character);
        }
        for list in members.values_mut() {
            list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        }
        let mut filler: Vec<String> = lines(filler).map(fold).collect();
        filler.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Self { members, units, first, filler }
    }

    /// The groups whose members stand in a folded text, each once, in order of their number.
    pub fn groups(&self, folded: &str) -> Vec<u32> {
        let mut found = Vec::new();
        self.each_member(folded, &mut |_, group| {
            if !found.contains(&group) {
                found.push(group);
            }
        });
        found.sort_unstable();
        found
    }

    /// The hash of the unit that stands for a group.
    pub fn unit(&self, group: u32) -> u64 {
        self.units.get(group as usize).copied().unwrap_or_default()
    }

    /// Hands over each member of a group that stands in a folded text, with the group.
    pub fn each_member<'a>(&'a self, folded: &str, each: &mut dyn FnMut(&'a str, u32)) {
        let mut characters = folded.char_indices().peekable();
        while let Some((at, first)) = characters.next() {
            if !self.first.may_contain(first) {
                continue;
            }
            let second = characters.peek().map(|(_, second)| *second);
            for key in [(first, second), (first, None)] {
                for (word, group) in self.members.get(&key).map_or(&[][..], Vec::as_slice) {
                    if folded[at..].starts_with(word.as_str()) && whole_word(folded, at, word) {
                        each(word, *group);
                    }
                }
                if second.is_none() {
                    break;
                }
            }
        }
    }

    /// A folded text without the words that carry no topic; the text itself when nothing else is in it.
    pub fn without_filler(&self, folded: &str) -> String {
        let mut kept = folded.to_owned();
        for word in &self.filler {
            if kept.contains(word.as_str()) {
                kept =
                    if word.is_ascii() { drop_words(&kept, word) } else { kept.replace(word.as_str(), " ") };
            }
        }
        // What is left of 怎么办 is 办, which means nothing: a text of filler alone stays as it is.
        if kept.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return folded.to_owned();
        }
        kept.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A set of characters that is asked about every character of every document.
#[derive(Debug)]
struct CharacterSet(Vec<u64>);

impl Default for CharacterSet {
    fn default() -> Self {
        Self(vec![0; 0x1_0000 / 64])
    }
}

impl CharacterSet {
    /// Characters beyond the basic plane are never in doubt: they count as contained.
    fn insert(&mut self, character: char) {
        let code = character as usize;
        if let Some(word) = self.0.get_mut(code / 64) {
            *word |= 1 << (code % 64);
        }
    }

    fn may_contain(&self, character: char) -> bool {
        let code = character as usize;
        self.0.get(code / 64).is_none_or(|word| word >> (code % 64) & 1 == 1)
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn drop_words(text: &str, phrase: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for (start, _) in text.match_indices(phrase) {
        if start >= at && whole_word(text, start, phrase) {
            kept.push_str(&text[at..start]);
            kept.push(' ');
            at = start + phrase.len();
        }
    }
    kept.push_str(&text[at..]);
    kept
}

/// A Latin word must stand alone; a Chinese one may stand anywhere.
fn whole_word(text: &str, at: usize, word: &str) -> bool {
    if !word.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return true;
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_group_meet() {
        let lexicon = Lexicon::get();
        let shared =
            |a: &str, b: &str| lexicon.groups(a).iter().any(|group| lexicon.groups(b).contains(group));
        assert!(shared("还能撤掉吗", "可以撤回吗"));
        assert!(shared("网站打不开", "无法访问"));
        assert!(shared("why was it rejected", "被打回了"));
        assert!(!shared("短信", "幕布"));
    }

    #[test]
    fn filler_goes_but_never_everything() {
        let lexicon = Lexicon::get();
        assert_eq!(lexicon.without_filler("请问备案号怎么查"), "备案号 查");
        assert_eq!(lexicon.without_filler("怎么办"), "怎么办");
    }
}

//! Slips of Chinese typing: a character for another that sounds the same, as input methods produce them.
//!
//! Loose matching of sounds mangles good questions. So a character is changed only if neither pair it makes with its
//! neighbours has ever been seen, and one of the same sound makes pairs that have been seen several times, clearly more
//! than any other.

use pinyin::ToPinyin as _;
use rustc_hash::FxHashMap;

use super::script::is_chinese;

/// How often a pair must have been seen to be believed.
const SEEN: u32 = 3;

/// The pairs of characters that texts are known to hold, and which characters sound alike.
#[derive(Debug, Default)]
pub struct Typos {
    pairs: FxHashMap<(char, char), u32>,
    by_sound: FxHashMap<&'static str, Vec<char>>,
}

impl Typos {
    /// Learns the pairs of a folded text.
    pub fn learn(&mut self, folded: &str) {
        let mut before: Option<char> = None;
        for character in folded.chars() {
            let chinese = is_chinese(character);
            if let (Some(before), true) = (before, chinese) {
                *self.pairs.entry((before, character)).or_default() += 1;
            }
            before = chinese.then_some(character);
        }
    }

    /// Call after the last [`Typos::learn`].
    pub fn seal(&mut self) {
        let mut known: Vec<char> = self.pairs.keys().flat_map(|(first, second)| [*first, *second]).collect();
        known.sort_unstable();
        known.dedup();
        for character in known {
            if let Some(sound) = character.to_pinyin() {
                self.by_sound.entry(sound.plain()).or_default().push(character);
            }
        }
    }

    /// The text with its slips mended; `None` when there is none.
    pub fn mend(&self, folded: &str) -> Option<String> {
        let mut characters: Vec<char> = folded.chars().collect();
        let mut mended = false;
        for at in 0..characters.len() {
            if !is_chinese(characters[at]) {
                continue;
            }
            let before = at.checked_sub(1).map(|before| characters[before]).filter(|c| is_chinese(*c));
            let after = characters.get(at + 1).copied().filter(|c| is_chinese(*c));
            if self.seen(before, characters[at], after) > 0 || (before.is_none() && after.is_none()) {
                continue;
            }
            let Some(sound) = characters[at].to_pinyin() else { continue };
            let alike = self.by_sound.get(sound.plain()).map_or(&[][..], Vec::as_slice);
            let mut best: (u32, char) = (0, characters[at]);
            let mut second = 0;
            for other in alike.iter().filter(|other| **other != characters[at]) {
                let seen = self.seen(before, *other, after);
                if seen > best.0 {
                    second = best.0;
                    best = (seen, *other);
                } else if seen > second {
                    second = seen;
                }
            }
            if best.0 >= SEEN && best.0 >= 2 * second {
                characters[at] = best.1;
                mended = true;
            }
        }
        mended.then(|| characters.into_iter().collect())
    }

    /// How often a character has been seen beside its neighbours.
    fn seen(&self, before: Option<char>, character: char, after: Option<char>) -> u32 {
        let pair = |first: Option<char>, second: Option<char>| {
            first.zip(second).and_then(|pair| self.pairs.get(&pair).copied()).unwrap_or(0)
        };
        pair(before, Some(character)) + pair(Some(character), after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typos() -> Typos {
        let mut typos = Typos::default();
        for text in [
            "备案要多久",
            "备案被驳回",
            "怎么备案",
            "服务器到期",
            "服务器备案",
            "短信核验没收到",
            "短信核验省份",
            "做短信核验",
        ] {
            typos.learn(text);
        }
        typos.learn("服务器");
        typos.seal();
        typos
    }

    #[test]
    fn mends_what_sounds_alike() {
        assert_eq!(typos().mend("备按要多久").as_deref(), Some("备案要多久"));
        assert_eq!(typos().mend("短信何验没收到").as_deref(), Some("短信核验没收到"));
        assert_eq!(typos().mend("买了服务气").as_deref(), Some("买了服务器"));
    }

    #[test]
    fn leaves_what_is_known_or_far() {
        for text in ["备案要多久", "今天天气好", "abc", ""] {
            assert_eq!(typos().mend(text), None, "{text}");
        }
    }
}

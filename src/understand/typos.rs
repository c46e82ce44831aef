//! Slips of Chinese typing: a character for another that sounds the same, as input methods produce them.
//!
//! A noisy channel: the texts that we know tell how likely one character follows another, a slip costs [`SLIP`], and the likeliest
//! way through a run of characters is taken (Viterbi). Loose matching of sounds mangles good questions, so only characters that
//! hardly ever stand beside their neighbours are doubted, and another is believed only where it makes a pair that is common and
//! no accident.

use std::ops::Range;

use pinyin::ToPinyin as _;
use rustc_hash::FxHashMap;

use super::script::is_chinese;

/// What a slip costs, as the logarithm of its odds. In 51 questions with slips by other people this mends 93 characters, and it
/// touches 15 of 1,415 without, most of them rightly (帐号, 身分证). With the first knowledge base that it was tried on it was 87 and
/// 11, where 7 came to 90 and 15, and 9 to 80 and 10.
const SLIP: f32 = 8.0;
/// A character that stands beside its neighbour less often than this is doubted.
const SOLID: u32 = 3;
/// How often a mended pair must have been seen, where texts are many and where they are few, and how much more often than chance
/// would have it.
const COMMON: (u32, u32) = (20, 3);
const NO_ACCIDENT: f32 = 10.0;
/// Of how many pairs one must be common where texts are few.
const FEW: u32 = 12_000;
/// How many characters' worth of background the followers of a character are smoothed with.
const BACKGROUND: f32 = 10.0;

/// How often a character has been seen at all, as the first of a pair, and as the second.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    all: u32,
    first: u32,
    second: u32,
}

/// The characters and pairs of characters that texts are known to hold, and which characters sound alike.
#[derive(Debug, Default)]
pub struct Typos {
    characters: FxHashMap<char, Counts>,
    pairs: FxHashMap<(char, char), u32>,
    by_sound: FxHashMap<&'static str, Vec<char>>,
    /// Characters in all, different ones and repeated.
    total: f32,
    /// Pairs in all, and how often one must have been seen to be common.
    pair_total: f32,
    common: u32,
}

/// The likeliest way to a character.
#[derive(Clone, Copy, Debug)]
struct Way {
    character: char,
    /// The logarithm of how likely it is.
    odds: f32,
    /// The place of the way to the character before.
    from: usize,
}

impl Typos {
    /// Learns the pairs of a folded text.
    pub fn learn(&mut self, folded: &str) {
        let mut before: Option<char> = None;
        for character in folded.chars() {
            if !is_chinese(character) {
                before = None;
                continue;
            }
            match before {
                Some(before) => *self.pairs.entry((before, character)).or_default() += 1,
                // Those behind another are counted by their pairs, in the end.
                None => self.characters.entry(character).or_default().all += 1,
            }
            before = Some(character);
        }
    }

    /// Call after the last [`Typos::learn`].
    #[expect(clippy::cast_precision_loss, reason = "counts of characters, far below the limits")]
    pub fn seal(&mut self) {
        for ((first, second), count) in &self.pairs {
            self.characters.entry(*first).or_default().first += count;
            let counts = self.characters.entry(*second).or_default();
            counts.second += count;
            counts.all += count;
        }
        let mut known: Vec<char> = self.characters.keys().copied().collect();
        known.sort_unstable();
        let repeated: u32 = self.characters.values().map(|counts| counts.all).sum();
        self.total = repeated as f32 + known.len() as f32;
        let pairs: u32 = self.pairs.values().sum();
        self.pair_total = pairs as f32;
        self.common = (pairs / FEW).clamp(COMMON.1, COMMON.0);
        for character in known {
            if let Some(sound) = character.to_pinyin() {
                self.by_sound.entry(sound.plain()).or_default().push(character);
            }
        }
    }

    /// The text with its slips mended; `None` when there is none.
    pub fn mend(&self, folded: &str) -> Option<String> {
        let characters: Vec<char> = folded.chars().collect();
        let mut mended: Option<Vec<char>> = None;
        for run in runs(&characters) {
            for (at, better) in self.slips(&characters[run.clone()]) {
                mended.get_or_insert_with(|| characters.clone())[run.start + at] = better;
            }
        }
        mended.map(|characters| characters.into_iter().collect())
    }

    /// The places of slips in a run of Chinese characters, with what was meant.
    fn slips(&self, run: &[char]) -> Vec<(usize, char)> {
        let seen: Vec<bool> = run.windows(2).map(|pair| self.pair(pair[0], pair[1]) >= SOLID).collect();
        if seen.iter().all(|seen| *seen) {
            return Vec::new();
        }
        let doubted = |at: usize| (at > 0 && !seen[at - 1]) || (at < seen.len() && !seen[at]);
        let mut ways: Vec<Vec<Way>> = Vec::with_capacity(run.len());
        for (at, written) in run.iter().enumerate() {
            let alike = if doubted(at) { self.alike(*written) } else { &[] };
            let others = alike.iter().filter(|other| *other != written);
            let meant = std::iter::once((*written, 0.0)).chain(others.map(|other| (*other, -SLIP)));
            let here = meant.map(|(character, cost)| match ways.last() {
                Some(before) => self.likeliest(before, character, cost),
                None => Way { character, odds: self.share(character).ln() + cost, from: 0 },
            });
            let here = here.collect();
            ways.push(here);
        }
        let meant = trace(&ways);
        let believed = |first: usize| first + 1 < run.len() && self.is_common(meant[first], meant[first + 1]);
        let slips = (0..run.len()).filter(|at| {
            meant[*at] != run[*at] && (believed(*at) || at.checked_sub(1).is_some_and(believed))
        });
        slips.map(|at| (at, meant[at])).collect()
    }

    /// The likeliest way to a character over those to the one before it.
    fn likeliest(&self, before: &[Way], character: char, cost: f32) -> Way {
        let mut best = Way { character, odds: f32::NEG_INFINITY, from: 0 };
        let behind = BACKGROUND * self.share(character);
        for (from, way) in before.iter().enumerate() {
            let odds = way.odds + cost + self.follows(way.character, character, behind);
            if odds > best.odds {
                best = Way { character, odds, from };
            }
        }
        best
    }

    /// How likely a character follows another, as a logarithm.
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs, far below the limits")]
    fn follows(&self, first: char, second: char, behind: f32) -> f32 {
        let firsts = self.counts(first).first as f32;
        ((self.pair(first, second) as f32 + behind) / (firsts + BACKGROUND)).ln()
    }

    /// The share of a character in all texts; a little for an unknown one.
    #[expect(clippy::cast_precision_loss, reason = "counts of characters, far below the limits")]
    fn share(&self, character: char) -> f32 {
        (self.counts(character).all as f32 + 0.5) / self.total.max(1.0)
    }

    /// Whether two characters are often seen together, and more often than chance would have it.
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs, far below the limits")]
    fn is_common(&self, first: char, second: char) -> bool {
        let seen = self.pair(first, second);
        let by_chance =
            self.counts(first).first as f32 * self.counts(second).second as f32 / self.pair_total.max(1.0);
        seen >= self.common && seen as f32 >= NO_ACCIDENT * by_chance
    }

    fn counts(&self, character: char) -> Counts {
        self.characters.get(&character).copied().unwrap_or_default()
    }

    fn pair(&self, first: char, second: char) -> u32 {
        self.pairs.get(&(first, second)).copied().unwrap_or(0)
    }

    /// The known characters that sound like one, itself among them where it is known.
    fn alike(&self, character: char) -> &[char] {
        let sound = character.to_pinyin();
        sound.and_then(|sound| self.by_sound.get(sound.plain())).map_or(&[], Vec::as_slice)
    }
}

/// Where two or more Chinese characters stand together.
fn runs(characters: &[char]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let pieces = characters.chunk_by(|first, second| is_chinese(*first) == is_chinese(*second));
    let placed = pieces.map(move |piece| {
        let run = start..start + piece.len();
        start = run.end;
        (run, is_chinese(piece[0]))
    });
    placed.filter(|(run, chinese)| *chinese && run.len() > 1).map(|(run, _)| run)
}

/// The characters along the likeliest way.
fn trace(ways: &[Vec<Way>]) -> Vec<char> {
    let mut meant: Vec<char> = Vec::with_capacity(ways.len());
    let last = ways.last().map_or(&[][..], Vec::as_slice);
    let mut at = (0..last.len()).rev().max_by(|a, b| last[*a].odds.total_cmp(&last[*b].odds)).unwrap_or(0);
    for here in ways.iter().rev() {
        let way = here[at];
        meant.push(way.character);
        at = way.from;
    }
    meant.reverse();
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typos() -> Typos {
        let mut typos = Typos::default();
        // Said again and again, as people do.
        for _ in 0..200 {
            for text in [
                "备案要多久",
                "备案被驳回",
                "怎么备案",
                "服务器到期",
                "服务器备案",
                "短信核验没收到",
                "短信核验省份",
                "做短信核验",
                "数据同步的空档",
                "工具好用",
                "家具很多",
            ] {
                typos.learn(text);
            }
        }
        typos.seal();
        typos
    }

    #[test]
    fn mends_what_sounds_alike() {
        assert_eq!(typos().mend("备按要多久").as_deref(), Some("备案要多久"));
        assert_eq!(typos().mend("短信何验没收到").as_deref(), Some("短信核验没收到"));
        assert_eq!(typos().mend("买了服务气, ok").as_deref(), Some("买了服务器, ok"));
    }

    #[test]
    fn mends_two_slips_side_by_side_and_one_that_makes_a_known_pair() {
        assert_eq!(typos().mend("数具同布吗").as_deref(), Some("数据同步吗"));
        assert_eq!(typos().mend("何燕").as_deref(), Some("核验"));
    }

    #[test]
    fn leaves_what_is_known_or_far() {
        for text in ["备案要多久", "今天天气好", "abc", "", "备", "工具好用"] {
            assert_eq!(typos().mend(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_is_mended_by_texts_that_know_nothing() {
        let mut typos = Typos::default();
        typos.seal();
        assert_eq!(typos.mend("备按要多久"), None);
    }
}

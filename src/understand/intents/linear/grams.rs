//! The pieces of a text: runs of two to five letters within a word, one to four Chinese characters within a phrase, words
//! and pairs of words.

use crate::understand::features::hash;
use crate::understand::script::is_chinese;

/// The pieces of a text by their hash, each with how often it stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grams {
    /// Runs of characters.
    pub runs: Vec<(u64, f32)>,
    /// Words, and pairs of words that follow each other.
    pub words: Vec<(u64, f32)>,
    /// What is said, each once: words and pairs of words, and runs of Chinese characters without the edges of their phrase.
    pub said: Vec<u64>,
}

/// Told apart from a run of the same letters.
const WORD: char = '\u{1}';
/// Stands where a word or phrase begins and ends.
const EDGE: char = '\u{2}';

impl Grams {
    pub fn of(folded: &str) -> Self {
        let (mut runs, mut words, mut said) = (Vec::new(), Vec::new(), Vec::new());
        let mut before: Option<String> = None;
        for (word, chinese) in parts(folded) {
            let edged: Vec<char> = [EDGE].into_iter().chain(word.chars()).chain([EDGE]).collect();
            let lengths = if chinese { 1..=4 } else { 2..=5 };
            for length in lengths {
                for run in edged.windows(length).filter(|run| **run != [EDGE]) {
                    let piece = hash(&run.iter().collect::<String>());
                    runs.push(piece);
                    if chinese && !run.contains(&EDGE) {
                        said.push(piece);
                    }
                }
            }
            if chinese {
                before = None;
                continue;
            }
            words.push(hash(&format!("{WORD}{word}")));
            if let Some(before) = before {
                words.push(hash(&format!("{WORD}{before}{WORD}{word}")));
            }
            before = Some(word);
        }
        said.extend(&words);
        said.sort_unstable();
        said.dedup();
        Self { runs: counted(runs), words: counted(words), said }
    }

    pub fn all(&self) -> impl Iterator<Item = &(u64, f32)> {
        self.runs.iter().chain(&self.words)
    }
}

/// The words and Chinese phrases of a text, in order.
fn parts(folded: &str) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut open = false;
    for character in folded.chars() {
        if !character.is_alphanumeric() {
            open = false;
            continue;
        }
        let chinese = is_chinese(character);
        match parts.last_mut() {
            Some((part, kind)) if open && *kind == chinese => part.push(character),
            _ => parts.push((character.to_string(), chinese)),
        }
        open = true;
    }
    parts
}

fn counted(mut pieces: Vec<u64>) -> Vec<(u64, f32)> {
    pieces.sort_unstable();
    let mut counted: Vec<(u64, f32)> = Vec::new();
    for piece in pieces {
        match counted.last_mut() {
            Some((last, count)) if *last == piece => *count += 1.0,
            _ => counted.push((piece, 1.0)),
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_within_their_edges_and_paired() {
        let grams = Grams::of("my card, my card");
        // " my ": two, three, four; " card ": 5 + 4 + 3 + 2 runs, each word's twice.
        assert_eq!(grams.runs.len(), (3 + 2 + 1) + (5 + 4 + 3 + 2));
        assert!(grams.runs.iter().all(|(_, count)| (*count - 2.0).abs() < f32::EPSILON));
        // my, card, my card (twice), card my.
        assert_eq!(grams.words.len(), 4);
        assert_eq!(grams.said, grams.words.iter().map(|(word, _)| *word).collect::<Vec<_>>());
    }

    #[test]
    fn a_chinese_phrase_is_cut_into_one_to_four_characters() {
        // Edged it is four characters: two single ones, three pairs, two of three, one of four.
        assert_eq!(Grams::of("备案").runs.len(), 2 + 3 + 2 + 1);
        assert!(Grams::of("备案").words.is_empty());
        // 备, 案 and 备案; a phrase that is said twice says nothing more.
        assert_eq!(Grams::of("备案").said.len(), 3);
        assert_eq!(Grams::of("备案,备案").said, Grams::of("备案").said);
        assert_eq!(Grams::of("?!"), Grams::default());
        assert_eq!(
            parts("用ecs备案,ok"),
            [
                ("用".to_owned(), true),
                ("ecs".to_owned(), false),
                ("备案".to_owned(), true),
                ("ok".to_owned(), false),
            ]
        );
    }
}

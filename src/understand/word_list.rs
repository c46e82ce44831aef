//! Many words looked for in a text in one pass: at each character only those that begin with it.

use rustc_hash::FxHashMap;

/// Words by their first character, each with its place in the list that it came from.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    by_first: FxHashMap<char, Vec<(Box<str>, u32)>>,
}

impl WordList {
    /// Words without a character stand nowhere.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut by_first: FxHashMap<char, Vec<(Box<str>, u32)>> = FxHashMap::default();
        for (word, place) in words.into_iter().zip(0..) {
            if let Some(first) = word.chars().next() {
                by_first.entry(first).or_default().push((word.into(), place));
            }
        }
        Self { by_first }
    }

    /// Wherever a word begins: at which byte, and the word's place in the list. In the order of the text, then of the list.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        text.char_indices().flat_map(move |(at, character)| {
            let words = self.by_first.get(&character).map_or(&[][..], Vec::as_slice);
            let here = words.iter().filter(move |(word, _)| text[at..].starts_with(&**word));
            here.map(move |(_, place)| (at, *place as usize))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_looking_for_one_word_after_the_other_finds(
            text in "[ab备案 ]{0,20}",
            words in proptest::collection::vec("[ab备案]{0,3}", 0..6),
        ) {
            let list = WordList::of(words.iter().map(String::as_str));
            let mut found: Vec<(usize, usize)> = list.find(&text).collect();
            let mut expected = Vec::new();
            for (place, word) in words.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
                let starts = text.char_indices().map(|(at, _)| at);
                expected.extend(starts.filter(|at| text[*at..].starts_with(word.as_str())).map(|at| (at, place)));
            }
            prop_assert!(found.is_sorted());
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

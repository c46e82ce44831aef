//! Names from tables (provinces, cities, products, fields of a filing) and names in quotation marks.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::understand::word_list::WordList;

/// What a name in the table stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Province,
    City { province: String },
    Product,
    Field,
}

/// A name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub kind: Kind,
    /// The short form or key that the alias stands for.
    pub name: String,
    pub range: Range<usize>,
}

/// Aliases and what they stand for, longest first.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    aliases: Vec<(String, Kind, String)>,
    known: FxHashSet<String>,
    list: WordList,
}

impl Gazetteer {
    /// Adds an alias; it is folded like the texts it is looked for in.
    pub fn add(&mut self, alias: &str, kind: Kind, name: &str) {
        let alias = crate::understand::normalise::fold(alias);
        if !alias.is_empty() && self.known.insert(alias.clone()) {
            self.aliases.push((alias, kind, name.to_owned()));
        }
    }

    /// Call after the last [`Gazetteer::add`]: longer aliases win over shorter ones inside them.
    pub fn seal(&mut self) {
        self.aliases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        self.list = WordList::of(self.aliases.iter().map(|(alias, ..)| alias.as_str()));
        self.known = FxHashSet::default();
    }

    /// All names in a folded text, in order; the longest alias at a place wins.
    pub fn find(&self, folded: &str) -> Vec<Mention> {
        let mut places: Vec<(usize, usize)> = self.list.find(folded).map(|(at, alias)| (alias, at)).collect();
        // The aliases are in the order in which they win.
        places.sort_unstable();
        let mut mentions: Vec<Mention> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        for (number, start) in places {
            let (alias, kind, name) = &self.aliases[number];
            let range = start..start + alias.len();
            // Of an alias that lies over itself the first place counts.
            if last.is_some_and(|(other, end)| other == number && start < end) {
                continue;
            }
            last = Some((number, range.end));
            let inside =
                mentions.iter().any(|other| range.start < other.range.end && other.range.start < range.end);
            if !inside && stands_alone(folded, &range) {
                mentions.push(Mention { kind: kind.clone(), name: name.clone(), range });
            }
        }
        mentions.sort_by_key(|mention| mention.range.start);
        mentions
    }
}

/// A Latin alias must be a whole word; a Chinese one may stand anywhere.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let alias = &text[range.clone()];
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let starts_latin = alias.starts_with(|c: char| c.is_ascii_alphanumeric());
    let ends_latin = alias.ends_with(|c: char| c.is_ascii_alphanumeric());
    !(starts_latin && word(text[..range.start].chars().next_back())
        || ends_latin && word(text[range.end..].chars().next()))
}

/// Names in quotation marks, as typed.
pub fn quoted(original: &str) -> Vec<String> {
    const PAIRS: &[(char, char)] = &[
        ('“', '”'),
        ('「', '」'),
        ('『', '』'),
        ('《', '》'),
        ('"', '"'),
        ('‘', '’'),
        ('＂', '＂'),
        ('【', '】'),
        ('”', '”'),
        ('\'', '\''),
    ];
    let mut names = Vec::new();
    let mut rest = original;
    while let Some((at, open)) = rest.char_indices().find(|(_, c)| PAIRS.iter().any(|(open, _)| open == c)) {
        let after = &rest[at + open.len_utf8()..];
        let close = PAIRS
            .iter()
            .filter(|(o, _)| *o == open)
            .find_map(|(_, close)| after.find(*close).map(|end| (end, *close)));
        let Some((end, close)) = close else {
            rest = after;
            continue;
        };
        let name = after[..end].trim();
        if !name.is_empty() && name.chars().count() <= 60 {
            names.push(name.to_owned());
        }
        rest = &after[end + close.len_utf8()..];
    }
    names
}

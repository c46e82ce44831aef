//! How the model spells: characters to their compatibility forms by the model's own table, white space to one mark.
//!
//! The table is a double-array trie over UTF-8 bytes (the layout of darts-clone): in each unit the low 8 bits are the label,
//! bit 31 marks a value, bit 8 says that a value hangs below, bit 9 that the offset above is shifted by 8 more bits.

use super::tables::Tables;

/// The mark for white space.
const SPACE: &str = "\u{2581}";

pub(super) struct Spelling<'a> {
    units: &'a [u32],
    /// Replacements, each ended by a zero byte.
    replacements: &'a [u8],
}

impl<'a> Spelling<'a> {
    pub(super) fn of(tables: &'a Tables) -> Result<Self, &'static str> {
        Ok(Self { units: tables.numbers("spell_units", 1)?, replacements: tables.bytes("spell_texts")? })
    }

    /// A text as the model spells it, beginning with the mark for white space; nothing where nothing is left.
    pub(super) fn normalise(&self, text: &str) -> String {
        let mut spelt = String::with_capacity(text.len() + 8);
        // True at the start and behind white space: more of it then means nothing.
        let mut gap = true;
        let mut rest = text;
        while !rest.is_empty() {
            let (replacement, length) = self.longest(rest);
            rest = &rest[length..];
            let replacement = if gap { replacement.trim_start_matches(' ') } else { replacement };
            let Some(last) = replacement.chars().next_back() else { continue };
            if spelt.is_empty() {
                spelt.push_str(SPACE);
            }
            for character in replacement.chars() {
                if character == ' ' { spelt.push_str(SPACE) } else { spelt.push(character) }
            }
            gap = last == ' ';
        }
        spelt.truncate(spelt.trim_end_matches(SPACE).len());
        spelt
    }

    /// What the longest entry that a text begins with is replaced by, and its length; else the first character as it is.
    fn longest<'t>(&'t self, text: &'t str) -> (&'t str, usize) {
        let mut found = None;
        let mut at = 0_usize;
        let mut unit = self.units.first().copied().unwrap_or_default();
        at ^= offset(unit);
        for (index, byte) in text.bytes().enumerate() {
            at ^= usize::from(byte);
            unit = self.units.get(at).copied().unwrap_or_default();
            if unit & 0x8000_00ff != u32::from(byte) {
                break;
            }
            at ^= offset(unit);
            if unit & 0x100 != 0 {
                found = self.units.get(at).map(|value| ((value & 0x7fff_ffff) as usize, index + 1));
            }
        }
        found.and_then(|(value, length)| self.replacement(value).map(|text| (text, length))).unwrap_or_else(
            || {
                let length = text.chars().next().map_or(text.len(), char::len_utf8);
                (&text[..length], length)
            },
        )
    }

    fn replacement(&self, at: usize) -> Option<&str> {
        let bytes = self.replacements.get(at..)?;
        std::str::from_utf8(bytes.split(|byte| *byte == 0).next()?).ok()
    }
}

fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}

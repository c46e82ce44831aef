//! One spelling for many: width, case, script, control characters and emoji folded away before anything is compared.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::romanised;
use super::script::{self, Script, is_chinese};

/// A user's text beside its folded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised {
    /// What was typed, cut to [`LONGEST`] characters.
    pub original: String,
    /// Folded: NFKC, simplified script, lower case, control characters and emoji dropped, white space single.
    pub folded: String,
    /// The script to answer in, when the text shows one.
    pub script: Option<Script>,
}

/// A message longer than this many characters is cut: nobody asks a question in more.
pub const LONGEST: usize = 4000;

impl Normalised {
    pub fn of(text: &str) -> Self {
        let original: String = text.chars().take(LONGEST).collect();
        let folded = fold(&original);
        let script = Script::of(&original);
        match romanised::to_chinese(&folded) {
            // Who types pinyin reads characters.
            Some(folded) => {
                let script = script.filter(|script| *script != Script::Latin).or(Some(Script::Simplified));
                Self { original, folded, script }
            }
            None => Self { original, folded, script },
        }
    }

    /// Whether anything is left to answer.
    pub fn is_empty(&self) -> bool {
        !self.folded.chars().any(char::is_alphanumeric)
    }
}

/// Folds a text for comparison. Folding twice is folding once.
pub fn fold(text: &str) -> String {
    composed(text)
        .map_or_else(|| fold_composed(&text.nfkc().collect::<String>()), |text| fold_composed(&text))
}

/// The compatibility form of a text in plain Chinese or ASCII, by hand: a document is hardly ever anything else, and the
/// tables for everything are slow. `None` for any other text.
fn composed(text: &str) -> Option<Cow<'_, str>> {
    // What doesn't change, what has one form of its own, what is something else.
    let unchanged = |c: char| {
        c.is_ascii()
            || matches!(
                c,
                '\u{4e00}'
                    ..='\u{9fff}'
                        | '、'
                        | '。'
                        | '“'
                        | '”'
                        | '‘'
                        | '’'
                        | '—'
                        | '·'
                        | '《'
                        | '》'
                        | '「'
                        | '」'
                        | '『'
                        | '』'
                        | '【'
                        | '】'
            )
    };
    let Some(start) = text.find(|c| !unchanged(c)) else { return Some(Cow::Borrowed(text)) };
    let mut composed = String::with_capacity(text.len());
    composed.push_str(&text[..start]);
    for character in text[start..].chars() {
        match character {
            '\u{ff01}'..='\u{ff5e}' => composed.push(char::from_u32(u32::from(character) - 0xfee0)?),
            '\u{3000}' => composed.push(' '),
            '…' => composed.push_str("..."),
            other if unchanged(other) => composed.push(other),
            _ => return None,
        }
    }
    Some(Cow::Owned(composed))
}

/// Folds a text that is in its compatibility form.
fn fold_composed(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for character in script::simplify(text).chars() {
        // Most characters are one of these two, and need none of the tables.
        if ('\u{4e00}'..='\u{9fff}').contains(&character) || character.is_ascii_graphic() {
            close_gap(&mut folded, &mut gap, character);
            folded.push(character.to_ascii_lowercase());
            continue;
        }
        for character in character.to_lowercase() {
            let character = match character {
                '“' | '”' | '「' | '」' | '『' | '』' | '＂' => '"',
                '‘' | '’' | '＇' => '\'',
                other => other,
            };
            if character.is_whitespace() || character.is_control() || is_ornament(character) {
                gap = !folded.is_empty();
                continue;
            }
            close_gap(&mut folded, &mut gap, character);
            folded.push(character);
        }
    }
    folded
}

/// White space between Chinese characters means nothing; elsewhere it parts words.
fn close_gap(folded: &mut String, gap: &mut bool, next: char) {
    if std::mem::take(gap) && !(is_chinese(next) && folded.chars().next_back().is_some_and(is_chinese)) {
        folded.push(' ');
    }
}

/// Emoji, pictographs, variation selectors, zero-width characters, private use.
fn is_ornament(character: char) -> bool {
    matches!(character,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_width_case_script_and_ornament() {
        assert_eq!(fold("ＥＸＡＭＰＬＥ．ＣＮ　能備案嗎？😀"), "example.cn 能备案吗?");
        assert_eq!(fold("备 案\u{200b}号"), "备案号");
        assert_eq!(fold("ICP\n\nfiling"), "icp filing");
        assert_eq!(fold("\u{0}\u{7}"), "");
    }

    #[test]
    fn knows_when_nothing_is_left() {
        assert!(Normalised::of("😀 …！").is_empty());
        assert!(!Normalised::of("？a").is_empty());
    }

    proptest! {
        #[test]
        fn the_form_by_hand_is_the_form_of_the_tables(text in "[ -~\u{3000}\u{ff01}-\u{ff5e}一-龥、。“”‘’—·《》「」『』【】…]{0,40}") {
            let by_hand = composed(&text).unwrap();
            prop_assert_eq!(&*by_hand, text.nfkc().collect::<String>());
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

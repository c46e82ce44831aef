//! Which script a question is written in, and the conversion of replies to it.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// The script a question is written in, and so its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Script {
    Simplified,
    Traditional,
    Latin,
}

impl Script {
    /// Recognises the script: a text without Chinese is Latin; one whose characters change when folded to
    /// simplified is traditional. `None` when the text shows nothing (digits, a bare domain, emoji).
    pub fn of(text: &str) -> Option<Self> {
        let (mut chinese, mut latin_words) = (0_usize, 0_usize);
        let mut in_word = false;
        for character in text.chars() {
            if is_chinese(character) {
                chinese += 1;
            }
            let letter = character.is_alphabetic() && !is_chinese(character);
            if letter && !in_word {
                latin_words += 1;
            }
            in_word = letter || (in_word && matches!(character, '.' | '-' | '\'' | '’'));
        }
        if chinese > 0 {
            // One Chinese name inside an English sentence doesn't make the sentence Chinese.
            if latin_words >= 4 && chinese * 2 <= latin_words {
                return Some(Self::Latin);
            }
            return Some(if is_traditional(text) { Self::Traditional } else { Self::Simplified });
        }
        (latin_words >= 2 || (latin_words == 1 && !text.contains(['.', '-', '_', '/', '@'])))
            .then_some(Self::Latin)
    }
}

/// Folds traditional characters to simplified ones.
pub fn simplify(text: &str) -> Cow<'_, str> {
    static CHANGING: LazyLock<Box<[u64]>> = LazyLock::new(changing);
    // Nearly every text is simplified already.
    let may_change = |c: char| {
        let at = c as usize;
        CHANGING.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    };
    if text.chars().any(may_change) { Cow::Owned(fast2s::convert(text)) } else { Cow::Borrowed(text) }
}

/// A bit for each character that is another one in simplified script, at least beside some others.
fn changing() -> Box<[u64]> {
    /// Those that change only beside others.
    const BESIDE_OTHERS: &str = "藉著苧闔鍾讎畫";
    let han = ('\u{3400}'..='\u{9fff}').chain('\u{f900}'..='\u{faff}');
    // Parted by something that stands beside none of them.
    let all: String = han.flat_map(|c| [c, '-']).collect();
    let folded = fast2s::convert(&all);
    let mut bits = vec![0_u64; 0x1_0000 / 64];
    let changed = all.chars().zip(folded.chars()).filter(|(before, after)| before != after);
    for character in changed.map(|(before, _)| before).chain(BESIDE_OTHERS.chars()) {
        bits[character as usize / 64] |= 1 << (character as usize % 64);
    }
    bits.into()
}

/// Writes a reply in traditional characters (the standard of Taiwan), loading the tables at the first call.
pub fn traditionalise(text: &str) -> String {
    static TABLES: OnceLock<Option<OpenCC>> = OnceLock::new();
    // The tables are part of the library; if they should ever be missing, simplified script is still readable.
    let tables = TABLES.get_or_init(|| OpenCC::from_config(BuiltinConfig::S2tw).ok());
    tables.as_ref().map_or_else(|| text.to_owned(), |tables| tables.convert(text))
}

/// Whether a character is a Chinese ideograph.
pub fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}' | '〇')
}

/// More characters that exist only in traditional script than characters that exist only in simplified script.
fn is_traditional(text: &str) -> bool {
    let Cow::Owned(folded) = simplify(text) else { return false };
    let changed = text.chars().zip(folded.chars()).filter(|(before, after)| before != after).count();
    if changed == 0 {
        return false;
    }
    let simplified_only = folded
        .chars()
        .zip(text.chars())
        .filter(|(after, before)| after == before && is_simplified_only(*after))
        .count();
    changed > simplified_only
}

/// The commonest characters that are written otherwise in traditional script.
fn is_simplified_only(character: char) -> bool {
    const COMMON: &str = "备网务办过这个为么吗号时间们后没说还进发现问题请应该让从给对会经单选业员应电话邮证资料审验体责变更换销续费购买载传图约节码频类开关门见认识账户转导领绑顺级论页链钱务费";
    COMMON.contains(character)
        && fast2s::convert(&character.to_string()) == character.to_string()
        && !"后更换导料码频类".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_scripts_apart() {
        for (text, script) in [
            ("备案被驳回了怎么办", Some(Script::Simplified)),
            ("備案被駁回了怎麼辦", Some(Script::Traditional)),
            ("可以撤回吗", Some(Script::Simplified)),
            ("ICP filing 怎么弄", Some(Script::Simplified)),
            ("Why was my ICP filing rejected?", Some(Script::Latin)),
            ("Does my Hangzhou 公司 need an ICP filing", Some(Script::Latin)),
            ("example.cn", None),
            ("20190812001", None),
            ("😀", None),
            ("thanks", Some(Script::Latin)),
            ("網站名稱", Some(Script::Traditional)),
        ] {
            assert_eq!(Script::of(text), script, "{text}");
        }
    }

    #[test]
    fn what_is_not_looked_up_would_not_change() {
        let all: String = ('\u{800}'..='\u{ffff}').flat_map(|c| [c, '备', c]).collect();
        assert_eq!(simplify(&all), fast2s::convert(&all));
        for text in ["憑藉", "看著", "苧麻", "著作", "計畫", "鍾書", "乾隆", "回覆", "慰藉"]
        {
            assert_eq!(simplify(text), fast2s::convert(text), "{text}");
        }
        for character in ('\u{800}'..='\u{ffff}').filter(|c| !"藉著苧闔鍾讎畫".contains(*c)) {
            let text = character.to_string();
            assert_eq!(simplify(&text), fast2s::convert(&text), "{text}");
        }
    }

    #[test]
    fn writes_traditional() {
        assert_eq!(traditionalise("备案被驳回后"), "備案被駁回後");
        assert_eq!(simplify("備案被駁回後"), "备案被驳回后");
    }
}

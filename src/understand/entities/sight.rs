//! Whether a text can hold anything private, told in one pass over its characters: hardly any does, and the patterns that find it
//! take many.
//!
//! Rather one text too many than one too few. Folding a text may show what its writing hides, so that a character which folding may
//! change into anything is as good as a number.

/// Digits that may belong to one number.
#[derive(Default)]
struct Digits {
    /// Side by side.
    together: u32,
    /// With at most one sign or blank between each two.
    apart: u32,
    /// Signs and blanks since the last one.
    gap: u32,
}

impl Digits {
    /// Identity and credit codes and landlines have six side by side, and a mobile number has eleven.
    fn one_more(&mut self) -> bool {
        self.together = if self.gap == 0 { self.together + 1 } else { 1 };
        self.apart = if self.gap <= 1 { self.apart + 1 } else { 1 };
        self.gap = 0;
        self.together >= 6 || self.apart >= 11
    }

    fn ended(&mut self) {
        *self = Self { gap: 2, ..Self::default() };
    }
}

/// Whether a text may hold the number of a person or an organisation: digits and signs are told apart as they stand, unfolded.
pub fn may_hold_a_number(text: &str) -> bool {
    let mut digits = Digits::default();
    text.bytes().any(|byte| match byte {
        b'0'..=b'9' => digits.one_more(),
        b' ' | b'-' => {
            digits.gap += 1;
            false
        }
        _ => {
            digits.ended();
            false
        }
    })
}

/// Whether a text, or the text folded, may hold a number of a person or an organisation, or an address of a house or of e-mail.
pub fn may_be_private(text: &str) -> bool {
    let mut digits = Digits::default();
    // The last character that isn't white space, which folding may leave out, and whether there is some behind it.
    let (mut street, mut before, mut blank) = (false, ' ', false);
    for character in text.chars() {
        match character {
            '0'..='9' => {
                if digits.one_more() {
                    return true;
                }
            }
            _ if character.is_ascii_whitespace() || character.is_ascii_control() => {
                // Folding leaves one blank of several.
                digits.gap += u32::from(!blank);
                blank = true;
                continue;
            }
            '-' | '.' | '·' | '—' | '－' | '．' => digits.gap += 1,
            '@' => return true,
            'A'..='Z' if blank && before.is_ascii_digit() => return true,
            '号' | '號' | '弄' | '栋' | '棟' | '幢' | '座' | '单' | '單' | '室' | '层' | '層' | '楼'
            | '樓'
                if street && may_end_a_number(before) =>
            {
                return true;
            }
            '路' | '街' | '道' | '巷' | '弄' | '衕' | '同' | '仝' | '区' | '區' | '园' | '園' | '寓'
            | '厦' | '廈' | '村' | '场' | '場' | '塲' => {
                street = true;
                digits.ended();
            }
            _ if is_plain(character) => digits.ended(),
            _ => return true,
        }
        (before, blank) = (character, false);
    }
    false
}

/// Whether a number of a house may end so.
pub fn may_end_a_number(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '０'..='９' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百'
        )
}

/// Whether folding makes nothing of a character but a Chinese one, a letter in lower case, or a sign that stands in no number.
fn is_plain(character: char) -> bool {
    matches!(
        character,
        '!'..='~'
            | '\u{4e00}'..='\u{9fff}'
            | '、' | '。' | '，' | '；' | '：' | '？' | '！' | '（' | '）' | '“' | '”' | '‘' | '’' | '《' | '》' | '「' | '」' | '【' | '】' | '～' | '…'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::normalise::fold;

    #[test]
    fn what_replies_say_every_day_is_not_suspected() {
        for text in [
            "备案号是：浙ICP备12345号-1（2019-08-20），在地区管局的网站上查；客服 95187。",
            "照片 6 MB，最多 2000×1500？",
            "2019 年 8 月 20 日提交，3 到 20 个工作日，共 4 次；道路千万条",
        ] {
            assert_eq!(may_be_private(text), text.contains('×'), "{text}");
        }
        assert!(!may_hold_a_number("2019-08-20 到 2019-09-20，12345 号"));
    }

    #[test]
    fn what_may_be_private_is_suspected() {
        for text in [
            "13812345678",
            "138-1234-5678",
            "1 3 8.1 2 3—4 5 6 7 8",
            "138 \n1234 \t5678",
            "0571-8888888",
            "１３",
            "手机1\u{200b}3",
            "a@b.cn",
            "a＠b",
            "文三路 90 号",
            "忠孝街十 二號",
            "at 12 Willow",
        ] {
            assert!(may_be_private(text), "{text}");
        }
        assert!(may_hold_a_number("138-1234 5678") && may_hold_a_number("330106"));
    }

    /// Every character that folding makes one of those that are looked for is looked for itself, or suspected.
    #[test]
    fn folding_hides_nothing() {
        let asked = "0123456789@-.·—号弄栋幢座单室层楼路街道巷同区园寓厦村场一二三四五六七八九十百";
        let kind = |character: char| match character {
            '0'..='9' => 1,
            '@' => 2,
            '-' | '.' | '·' | '—' => 3,
            '弄' => 4,
            '号' | '栋' | '幢' | '座' | '单' | '室' | '层' | '楼' => 5,
            '路' | '街' | '道' | '巷' | '同' | '区' | '园' | '寓' | '厦' | '村' | '场' => 6,
            _ => 7,
        };
        // Stands for a character in a text in which it counts.
        let counts = |kind: u8, character: char| match kind {
            1 => may_be_private(&character.to_string().repeat(6)),
            2 => may_be_private(&format!("a{character}b")),
            3 => may_be_private(&format!("138{character}1234{character}5678")),
            4 => may_be_private(&format!("路1{character}")) && may_be_private(&format!("{character}1号")),
            5 => may_be_private(&format!("路1{character}")),
            6 => may_be_private(&format!("{character}1号")),
            _ => may_be_private(&format!("路{character}号")),
        };
        // Three points part a number.
        let all = ('\0'..='\u{1ffff}').chain('\u{2f800}'..='\u{2fa1f}').filter(|one| *one != '…');
        let hides = |character: &char| {
            let folded = fold(&format!("x{character}x"));
            let mut inside = folded.chars().filter(|inside| asked.contains(*inside));
            inside.any(|inside| !counts(kind(inside), *character))
        };
        assert_eq!(all.filter(hides).collect::<String>(), "");
    }
}

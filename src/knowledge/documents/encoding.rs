//! Bytes to text: UTF-8, UTF-16 and GB18030, with and without a byte-order mark, and what is no text at all.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// The largest file that is read, in bytes: a document is smaller, and memory is bounded.
pub(super) const LARGEST: u64 = 32 * 1024 * 1024;

/// Why a file is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkipReason {
    #[error("it is empty")]
    Empty,
    #[error("it is not text: export it as text, Markdown or HTML")]
    Binary,
    #[error("its encoding is none of UTF-8, UTF-16 and GB18030: save it as UTF-8")]
    Encoding,
    #[error("it is larger than {} MB: split it", LARGEST / 1024 / 1024)]
    TooLarge,
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error("it has no headings and no text")]
    NoText,
}

/// Decodes a file and turns its line ends into `\n`.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, SkipReason> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SkipReason::Empty);
    }
    let text = decode_text(bytes)?;
    if text.contains('\r') { Ok(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Ok(text) }
}

fn decode_text(bytes: &[u8]) -> Result<String, SkipReason> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, malformed) = encoding.decode_without_bom_handling(&bytes[length..]);
        // a mark in front of something else: a UTF-8 mark before GBK happens when files are glued together
        return if malformed && encoding == UTF_8 { guess(&bytes[length..]) } else { Ok(text.into_owned()) };
    }
    if is_known_binary(bytes) { Err(SkipReason::Binary) } else { guess(bytes) }
}

fn guess(bytes: &[u8]) -> Result<String, SkipReason> {
    if bytes.contains(&0) {
        return guess_utf16(bytes).ok_or(SkipReason::Binary);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return readable(text).then(|| text.to_owned()).ok_or(SkipReason::Binary);
    }
    // a few broken bytes (a text cut in the middle of a character) don't make it another encoding
    let lossy = String::from_utf8_lossy(bytes);
    let (broken, letters) =
        lossy.chars().fold((0_usize, 0_usize), |(broken, letters), character| match character {
            '\u{fffd}' => (broken + 1, letters),
            character if !character.is_ascii() => (broken, letters + 1),
            _ => (broken, letters),
        });
    if broken * 20 < letters {
        return Ok(lossy.into_owned());
    }
    let (text, _) = GB18030.decode_without_bom_handling(bytes);
    if plausible_chinese(&text) { Ok(text.into_owned()) } else { Err(SkipReason::Encoding) }
}

/// UTF-16 without a mark shows itself by the zero bytes of its line ends, spaces and digits, all on the same side.
fn guess_utf16(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    // some Chinese characters end with a zero byte too, but ASCII is more frequent
    let (even, odd) = (zeros(0), zeros(1));
    let encoding = if odd > even { UTF_16LE } else { UTF_16BE };
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    let (all, usual) = text.chars().take(65_536).fold((0_usize, 0_usize), |(all, usual), character| {
        let is_usual = character.is_ascii() && character != '\0'
            || matches!(character, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
        (all + 1, usual + usize::from(is_usual))
    });
    (!malformed && readable(&text) && usual * 10 >= all * 9).then(|| text.into_owned())
}

fn is_known_binary(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] = [
        b"%PDF-",
        b"PK\x03\x04",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"\x7fELF",
        b"\xd0\xcf\x11\xe0",
        b"\x1f\x8b",
    ];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// Control characters are rare in text; form feeds come from PDF exports.
fn readable(text: &str) -> bool {
    let (all, control) = text.chars().take(65_536).fold((0_usize, 0_usize), |(all, control), character| {
        (
            all + 1,
            control
                + usize::from(character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}')),
        )
    });
    control * 100 <= all
}

fn plausible_chinese(text: &str) -> bool {
    let (all, wrong, chinese) =
        text.chars().take(65_536).fold((0_usize, 0_usize, 0_usize), |(all, wrong, chinese), character| {
            let bad = character == '\u{fffd}'
                || ('\u{e000}'..='\u{f8ff}').contains(&character)
                || (character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}'));
            (
                all + 1,
                wrong + usize::from(bad),
                chinese + usize::from(('\u{4e00}'..='\u{9fff}').contains(&character)),
            )
        });
    chinese > 0 && wrong * 50 <= all
}

//! Chinese typed as pinyin or its first letters: `yuming guoqi le neng ba ma`, `fwh怎么申请`. Known words of the field become
//! characters, so that everything behind reads them as such.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::script::is_chinese;

const WORDS: &str = include_str!("lexicon/pinyin.txt");

/// Each spelling with its word and whether it is a word of the field.
static SPELLINGS: LazyLock<FxHashMap<&'static str, (&'static str, bool)>> = LazyLock::new(|| {
    let mut spellings = FxHashMap::default();
    let mut field = true;
    for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with('=') {
            field = false;
            continue;
        }
        let mut words = line.split_whitespace();
        let Some(word) = words.next() else { continue };
        spellings.extend(words.map(|spelling| (spelling, (word, field))));
    }
    spellings
});

/// The longest spelling, in bytes.
static LONGEST: LazyLock<usize> =
    LazyLock::new(|| SPELLINGS.keys().map(|spelling| spelling.len()).max().unwrap_or_default());

/// Of the Latin words of a text without Chinese so many in ten must be pinyin: English has `you` and `ban` too.
const TENTHS: usize = 6;

/// The folded text with pinyin as characters; `None` when there is none in it.
pub fn to_chinese(folded: &str) -> Option<String> {
    let words = latin_words(folded);
    if words.is_empty() {
        return None;
    }
    let read: Vec<Option<Read>> = words.iter().map(|(start, end)| read(&folded[*start..*end])).collect();
    let known = read.iter().flatten().count();
    let of_field = read.iter().flatten().filter(|read| read.field).count();
    let chinese = folded.chars().any(is_chinese);
    let mostly = known * 10 >= words.len() * TENTHS;
    // A word alone may be anything: `ba`, `wz`.
    let alone = words.len() == 1 && folded.chars().count() < 4;
    if of_field == 0 || !(chinese || mostly && !alone) {
        return None;
    }
    let mut text = String::with_capacity(folded.len());
    let mut at = 0;
    for ((start, end), read) in words.into_iter().zip(read) {
        let Some(read) = read.filter(|read| read.field || mostly) else { continue };
        let between = &folded[at..start];
        // White space between two Chinese words means nothing.
        text.push_str(if text.ends_with(is_chinese) { between.trim_start_matches(' ') } else { between });
        text.push_str(&read.text);
        at = end;
    }
    let rest = &folded[at..];
    text.push_str(if rest.trim_start().starts_with(is_chinese) { rest.trim_start() } else { rest });
    Some(text)
}

struct Read {
    text: String,
    field: bool,
}

/// A Latin word as one or several known spellings, the longest first.
fn read(word: &str) -> Option<Read> {
    if let Some((text, field)) = SPELLINGS.get(word) {
        return Some(Read { text: (*text).to_owned(), field: *field });
    }
    // Two letters more than once are more likely English than pinyin.
    (word.len() >= 5).then(|| split(word)).flatten()
}

/// The word as spellings one after the other: at each place the longest after which the rest can be read too. From the end to the
/// start, as each place is asked once: some spellings are two others (`beianmima`), and trying all ways would double with each.
fn split(word: &str) -> Option<Read> {
    let length = word.len();
    // Where the spelling that begins at a place ends; none: the rest can't be read from there.
    let mut ends: Vec<Option<usize>> = vec![None; length];
    for start in (0..length).rev() {
        ends[start] = (start + 2..=length.min(start + *LONGEST)).rev().find(|&end| {
            let known = SPELLINGS.get(&word[start..end]);
            known.is_some_and(|(_, field)| !field || end - start >= 4)
                && (end == length || ends[end].is_some())
        });
    }
    let mut read = Read { text: String::new(), field: false };
    let mut at = 0;
    while at < length {
        let end = ends[at]?;
        let (text, field) = SPELLINGS.get(&word[at..end])?;
        read.text.push_str(text);
        read.field |= field;
        at = end;
    }
    Some(read)
}

/// Where the Latin words of a text are, without those that are part of an address, a number or a name with signs in it.
fn latin_words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let part = character.is_ascii_alphanumeric()
            || matches!(character, '-' | '_' | '@' | '/' | ':' | '.' | '\'');
        match start {
            None if part => start = Some(at),
            Some(from) if !part => {
                let word = text[from..at].trim_end_matches(['.', ':', '\'']);
                if word.bytes().all(|byte| byte.is_ascii_lowercase()) && !word.is_empty() {
                    words.push((from, from + word.len()));
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinyin_becomes_characters() {
        for (typed, read) in [
            ("fuwuhao zenme shenqing", "服务号怎么申请"),
            ("ba yao duojiu", "备案要多久"),
            ("yuming guoqi le neng beian ma?", "域名过期了能备案吗?"),
            ("yumingguoqi zenmeban", "域名过期怎么办"),
            ("ba被驳回了咋办", "备案被驳回了咋办"),
            ("我的 ym 没实名", "我的 域名没实名"),
            ("fwh怎么申请", "服务号怎么申请"),
            ("quxiao jieru hui zenyang.", "取消接入会怎样."),
            ("zhuxiao beian", "注销备案"),
        ] {
            assert_eq!(to_chinese(typed).as_deref(), Some(read), "{typed}");
        }
    }

    #[test]
    fn a_word_that_can_be_read_in_many_ways_is_read_at_once() {
        // Tried out one after the other, the ways of this one never come to an end.
        let word = "beianmima".repeat(400);
        assert_eq!(to_chinese(&word), Some("备案密码".repeat(400)));
        assert_eq!(to_chinese(&format!("{word}q")), None);
    }

    #[test]
    fn english_and_addresses_stay() {
        for text in [
            "how long does a beian take",
            "can you ban he",
            "beian.miit.gov.cn 打不开",
            "ba-yuming.com 能备案吗",
            "what is icp",
            "ba",
            "i-ba0001",
            "我的 ecs 到期了",
            "my server has a new ip",
            "",
        ] {
            assert_eq!(to_chinese(text), None, "{text}");
        }
    }
}

//! Mends lines that CommonMark doesn't read as they were meant: `##标题` without a space, `>!` call-outs, `<h2>` lines,
//! emphasis that ends with Chinese punctuation. Lines stay lines: their numbers don't change.

use std::sync::LazyLock;

use regex::{Captures, Regex};

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by the tests")]
static HEADING_TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)^\s{0,3}<h([1-6])(?:\s[^>]*?\bid="([^"\s]+)"[^>]*|\s[^>]*)?>(.*?)</h[1-6]>\s*$"#)
        .unwrap()
});

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by the tests")]
static STRONG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\*\*([^*\n]{1,80}?)([：，。、；！？]+)\*\*(\S)").unwrap());

/// The text with mended lines; lines of code stay as they are.
pub(super) fn mend(text: &str) -> String {
    let mut mended = String::with_capacity(text.len() + 64);
    let mut fence: Option<(char, usize)> = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if let Some((mark, length)) = fence_of(trimmed) {
            match fence {
                None => fence = Some((mark, length)),
                Some((open, least))
                    if open == mark && length >= least && trimmed.trim_end().len() == length =>
                {
                    fence = None;
                }
                Some(_) => {}
            }
            mended.push_str(line);
        } else if fence.is_some() {
            mended.push_str(line);
        } else {
            mend_line(line, &mut mended);
        }
    }
    mended
}

/// The mark and length of a code fence that a line begins with.
pub(super) fn fence_of(trimmed: &str) -> Option<(char, usize)> {
    let mark = trimmed.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = trimmed.len() - trimmed.trim_start_matches(mark).len();
    // a line of inline code may begin with three backticks too
    (length >= 3 && (mark == '~' || !trimmed[length..].contains('`'))).then_some((mark, length))
}

fn mend_line(line: &str, mended: &mut String) {
    let trimmed = line.trim_start_matches(' ');
    let indent = line.len() - trimmed.len();
    if indent <= 3 && trimmed.starts_with('#') {
        let marks = trimmed.len() - trimmed.trim_start_matches('#').len();
        let rest = &trimmed[marks..];
        let first = rest.chars().next();
        // `#5`, `#include` and `#!` are no headings; `#标题` and `##anything` are
        let is_heading = match first {
            None | Some(' ' | '\t' | '\n' | '!') => false,
            Some(first) => {
                marks <= 6
                    && (marks >= 2
                        || ('\u{2e80}'..='\u{ffef}').contains(&first) && !rest.trim_end().ends_with('#'))
            }
        };
        if is_heading {
            mended.push_str(&line[..indent + marks]);
            mended.push(' ');
            mended.push_str(rest);
            return;
        }
    }
    if trimmed.starts_with('>') {
        let rest = trimmed.trim_start_matches(['>', ' ']);
        if rest.starts_with(['!', '?', '！', '？']) && !rest.starts_with("![") {
            mended.push_str(&line[..line.len() - rest.len()]);
            if !mended.ends_with(' ') {
                mended.push(' ');
            }
            mended.push_str(rest[rest.chars().next().map_or(0, char::len_utf8)..].trim_start_matches(' '));
            return;
        }
    }
    if trimmed.starts_with('<')
        && let Some(found) = HEADING_TAG.captures(line)
    {
        let text = super::super::html::fragment(&found[3]);
        let level: usize = found[1].parse().unwrap_or(1);
        mended.push_str(&"#".repeat(level));
        mended.push(' ');
        mended.push_str(&text.replace('\n', " "));
        if let Some(anchor) = found.get(2) {
            for part in [" {#", anchor.as_str(), "}"] {
                mended.push_str(part);
            }
        }
        mended.push('\n');
        return;
    }
    if line.contains("**") {
        mended.push_str(&STRONG.replace_all(line, |found: &Captures<'_>| {
            format!("**{}**{}{}", &found[1], &found[2], &found[3])
        }));
    } else {
        mended.push_str(line);
    }
}

//! The shape of a text: are its lines wrapped, at which width, do empty lines stand between all of them? And from it,
//! which line continues which.

use super::noise::Line;

/// How the lines of a text are laid out.
#[derive(Debug)]
pub(super) struct Layout {
    /// Lines of this width and more are full: their sentence goes on in the next. None if lines are not wrapped.
    full: Option<usize>,
    /// Empty lines stand between the lines of a paragraph too; lines without one between them are one cell of a table.
    pub(super) spaced: bool,
}

/// A wrapped line may end this many columns early: the next word didn't fit, or a box is narrower than the page.
const SLACK: usize = 10;

impl Layout {
    pub(super) fn of(lines: &[Line]) -> Self {
        let mut widths: Vec<usize> = lines.iter().map(|line| line.width).collect();
        widths.sort_unstable();
        let at = |share: usize| widths.get(widths.len() * share / 100).copied().unwrap_or(0);
        let (wrap, widest) = (at(90), at(99));
        let near = widths.iter().filter(|width| **width + 6 >= wrap).count();
        let wrapped =
            widths.len() >= 8 && wrap >= 30 && widest <= wrap + 8 && near * 100 >= widths.len() * 12;
        let gaps = lines.iter().filter(|line| line.gap).count();
        Self {
            full: wrapped.then(|| wrap.saturating_sub(SLACK)),
            spaced: wrapped && gaps * 10 >= lines.len() * 6,
        }
    }

    pub(super) fn wrapped(&self) -> bool {
        self.full.is_some()
    }

    pub(super) fn is_full(&self, line: &Line) -> bool {
        self.full.is_some_and(|full| line.width >= full)
    }

    /// Does the sentence of a line go on in the next?
    pub(super) fn is_unfinished(&self, line: &Line) -> bool {
        self.is_full(line) && !line.text.ends_with(['。', '？', '！', '；', '：', '?', '!', ';', ':'])
    }

    /// Is the next line a part of the same paragraph?
    pub(super) fn continues(&self, line: &Line, next: &Line) -> bool {
        if starts_item(next) || super::headings::is_note(&next.text) || super::headings::is_note(&line.text) {
            return false;
        }
        if self.wrapped() {
            if self.is_unfinished(line) || (self.is_full(line) && !next.gap && !self.spaced) {
                return true;
            }
            return self.spaced && !next.gap && !next.page_start && self.is_fragment(next);
        }
        false
    }

    /// A piece of a cell, or of a narrow paragraph, that stands right under the line it continues.
    fn is_fragment(&self, line: &Line) -> bool {
        !self.is_full(line)
    }
}

/// Appends a line: Chinese goes on without a space, Latin words keep theirs.
pub(super) fn join(text: &mut String, next: &str) {
    let latin = |character: char| character.is_ascii() && !character.is_whitespace();
    let before = text.chars().next_back().is_some_and(latin);
    let after = next.chars().next().is_some_and(latin);
    if before && after && !text.ends_with(['/', '-']) {
        text.push(' ');
    }
    text.push_str(next);
}

/// The number of a list item "3. …", "3、…", "3) …".
pub(super) fn number(text: &str) -> Option<u32> {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let rest = text[digits..].strip_prefix(['.', '、', ')', '）'])?;
    if digits == 0 || digits > 2 || rest.starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    text[..digits].parse().ok()
}

/// Is this line the beginning of a list item?
pub(super) fn starts_item(line: &Line) -> bool {
    let text = &line.text;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some('•' | '▬' | '·' | '●' | '■' | '◆' | '○' | '–' | '-' | '*' | '□' | '\u{f0b7}'), Some(' ')) => {
            true
        }
        (Some(letter), Some('.' | ')')) if letter.is_ascii_lowercase() => characters.next() == Some(' '),
        _ => number(text).is_some(),
    }
}

/// A bulleted item: its depth and text.
pub(super) fn bullet<'a>(line: &Line, text: &'a str) -> Option<(usize, &'a str)> {
    let mark = text.chars().next()?;
    let rest = text[mark.len_utf8()..].strip_prefix(' ')?;
    match mark {
        '•' | '●' | '■' | '◆' | '\u{f0b7}' | '·' | '*' | '□' => Some((0, rest)),
        '▬' | '○' | '–' => Some((1, rest)),
        '-' => Some((usize::from(line.indent > 0), rest)),
        _ => None,
    }
}

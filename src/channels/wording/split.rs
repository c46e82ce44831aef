//! Long texts in pieces that a platform takes: cut where a paragraph, a line or a sentence ends.

use std::borrow::Cow;

/// What a platform counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Unicode scalar values.
    Characters,
    /// UTF-16 code units, as JavaScript counts.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    fn of(self, c: char) -> usize {
        match self {
            Self::Characters => 1,
            Self::Utf16 => c.len_utf16(),
            Self::Bytes => c.len_utf8(),
        }
    }

    /// How long a text is.
    pub fn length(self, text: &str) -> usize {
        text.chars().map(|c| self.of(c)).sum()
    }

    /// Whether a text is longer than that; of a long one only the beginning is looked at.
    fn is_longer(self, text: &str, limit: usize) -> bool {
        let mut length = 0;
        text.chars().any(|c| {
            length += self.of(c);
            length > limit
        })
    }
}

/// The text in pieces of at most `limit`, none of them empty; nothing is lost but spaces where it was cut. A code block that is cut is
/// closed and opened anew.
pub fn split(text: &str, limit: usize, unit: Unit) -> Vec<String> {
    const FENCE: &str = "```";
    // Room to close and to open a block; too narrow a limit can't have it.
    let fence_room = if limit > 64 { 2 * (unit.length(FENCE) + 1) } else { 0 };
    let mut pieces = Vec::new();
    let mut rest = Cow::Borrowed(text.trim());
    while unit.is_longer(&rest, limit) {
        let at = place(&rest, limit.saturating_sub(fence_room).max(1), unit);
        let piece = &rest[..at];
        let open = fence_room > 0
            && piece.lines().filter(|line| line.trim_start().starts_with(FENCE)).count() % 2 == 1;
        let mut piece = piece.trim_end().to_owned();
        if open {
            piece.push_str("\n```");
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
        rest = match rest {
            // Text that is only passed on isn't copied: a long one has many pieces.
            Cow::Borrowed(rest) if !open => Cow::Borrowed(rest[at..].trim_start()),
            rest => Cow::Owned(format!("{}{}", if open { "```\n" } else { "" }, rest[at..].trim_start())),
        };
    }
    if !rest.is_empty() {
        pieces.push(rest.into_owned());
    }
    pieces
}

/// Where to cut: after the last end of a paragraph, else a line, else a sentence, else a space within the limit, if that leaves a
/// piece of at least a third of it; else as far as it goes.
fn place(text: &str, limit: usize, unit: Unit) -> usize {
    let (mut length, mut end, mut third) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        length += unit.of(c);
        // A limit of less than a character: one character all the same.
        if length > limit && at > 0 {
            break;
        }
        end = at + c.len_utf8();
        if length * 3 <= limit {
            third = end;
        }
    }
    let window = &text[..end];
    let after =
        |found: Option<(usize, &str)>| found.map(|(at, what)| at + what.len()).filter(|at| *at > third);
    let ends_sentence = |c: char| matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';');
    after(window.rmatch_indices("\n\n").next())
        .or_else(|| after(window.rmatch_indices('\n').next()))
        .or_else(|| after(window.rmatch_indices(ends_sentence).next()))
        .or_else(|| after(window.rmatch_indices(". ").next()))
        .or_else(|| after(window.rmatch_indices(['，', ',', '、', ' ']).next()))
        .unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cuts_where_a_sentence_ends() {
        let text = "第一句话说完了。第二句话也说完了。第三句";
        assert_eq!(split(text, 18, Unit::Characters), ["第一句话说完了。第二句话也说完了。", "第三句"]);
        assert_eq!(split("短", 18, Unit::Characters), ["短"]);
        assert_eq!(split("  ", 18, Unit::Characters), Vec::<String>::new());
        assert_eq!(split("一\n\n二三四五六七八九十", 10, Unit::Characters), ["一\n\n二三四五六七八", "九十"]);
    }

    #[test]
    fn a_code_block_is_closed_and_opened_anew() {
        let text = format!("前\n```\n{}```\n后", "一行代码\n".repeat(30));
        for piece in split(&text, 100, Unit::Characters) {
            assert!(Unit::Characters.length(&piece) <= 100);
            assert_eq!(piece.matches("```").count() % 2, 0, "{piece}");
        }
    }

    proptest! {
        #[test]
        fn pieces_fit_and_nothing_is_lost(text in "[a-z 。，\n🙂😀`备案]{0,300}", limit in 4_usize..80, kind in 0..3_usize) {
            let unit = [Unit::Characters, Unit::Utf16, Unit::Bytes][kind];
            let pieces = split(&text, limit, unit);
            for piece in &pieces {
                prop_assert!(!piece.is_empty());
                prop_assert!(unit.length(piece) <= limit, "{piece:?}");
            }
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '`').collect::<String>();
            prop_assert_eq!(bare(&pieces.concat()), bare(&text));
        }
    }
}

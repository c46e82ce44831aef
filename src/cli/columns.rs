//! Text in the columns of a terminal, where a Chinese character takes two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The text filled up to a number of columns.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// The text cut to a number of columns.
pub fn cut(text: &str, columns: usize) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    if text.width() <= columns {
        return text;
    }
    let mut width = 0;
    let kept = text.chars().take_while(|character| {
        width += character.width().unwrap_or_default();
        width < columns
    });
    format!("{}…", kept.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(pad("备案", 6), "备案  ");
        assert_eq!(pad("filing", 6), "filing");
        assert_eq!(cut("备案要多久", 10), "备案要多久");
        assert_eq!(cut("备案要多久", 9), "备案要多…");
        assert_eq!(cut("a\nb", 9), "a b");
    }
}

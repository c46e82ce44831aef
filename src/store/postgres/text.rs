//! Texts as PostgreSQL can keep them: it takes any but those with a NUL in them.
//!
//! NUL is written as two characters, U+0001 U+0001, and U+0001 itself as U+0001 U+0002. So no two texts are written alike, and
//! they sort as they did: `"\0…" < "\u{1}…" < "\u{2}…"`. Texts without either, which are all but an attacker's, stay as they
//! are.

use std::borrow::Cow;
use std::error::Error;

use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A text as a parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a>(pub &'a str);

impl ToSql for Text<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        written(self.0).as_ref().to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <&str as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

/// A text as it comes back.
pub(super) struct Back<'a>(pub Cow<'a, str>);

impl<'a> FromSql<'a> for Back<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        <&str as FromSql>::from_sql(kind, raw).map(|text| Back(read(text)))
    }

    fn accepts(kind: &Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}

/// A text as it is written.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', '\u{1}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\u{1}', "\u{1}\u{2}").replace('\0', "\u{1}\u{1}"))
}

/// A text as it was before it was written.
pub(super) fn read(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1}') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1}' => out.push(if characters.next() == Some('\u{1}') { '\0' } else { '\u{1}' }),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_comes_back_and_sorts_as_before(texts in prop::collection::vec("[\u{0}-\u{3}a备]{0,6}", 2)) {
            let [one, other] = [&texts[0], &texts[1]];
            prop_assert!(!written(one).contains('\0'));
            let kept = written(one);
            prop_assert_eq!(read(&kept), one.as_str());
            prop_assert_eq!(written(one).cmp(&written(other)), one.cmp(other));
        }
    }
}

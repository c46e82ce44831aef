//! A row of SQLite as [`Fields`].

use std::borrow::Cow;

use rusqlite::Row;

use crate::store::StoreError;
use crate::store::rows::Fields;

impl Fields for Row<'_> {
    fn optional_text(&self, column: &'static str) -> Result<Option<Cow<'_, str>>, StoreError> {
        let text = self.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
        Ok(text.map(Cow::Borrowed))
    }

    fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        Ok(self.get(column)?)
    }

    fn boolean(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.get(column)?)
    }
}

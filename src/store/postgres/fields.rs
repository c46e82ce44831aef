//! Rows of PostgreSQL as [`Fields`]: those of a query, and those that come as JSON, many kinds in one answer.

use std::borrow::Cow;

use postgres::Row;
use serde_json::{Map, Value};

use super::text::{Back, read};
use crate::store::StoreError;
use crate::store::rows::{Fields, missing};

impl Fields for Row {
    fn optional_text(&self, column: &'static str) -> Result<Option<Cow<'_, str>>, StoreError> {
        Ok(self.try_get::<_, Option<Back<'_>>>(column)?.map(|back| back.0))
    }

    fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn boolean(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.try_get(column)?)
    }
}

/// A row that PostgreSQL wrote as JSON.
pub(super) struct JsonRow(Map<String, Value>);

impl JsonRow {
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map(Self).map_err(|_| missing("a row"))
    }
}

fn unexpected(column: &'static str, value: &Value) -> StoreError {
    StoreError::Damaged { what: column, value: value.to_string() }
}

impl Fields for JsonRow {
    fn optional_text(&self, column: &'static str) -> Result<Option<Cow<'_, str>>, StoreError> {
        match self.0.get(column) {
            Some(Value::String(text)) => Ok(Some(read(text))),
            None | Some(Value::Null) => Ok(None),
            Some(other) => Err(unexpected(column, other)),
        }
    }

    fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| unexpected(column, value)),
        }
    }

    fn boolean(&self, column: &'static str) -> Result<bool, StoreError> {
        self.0.get(column).and_then(Value::as_bool).ok_or_else(|| missing(column))
    }
}

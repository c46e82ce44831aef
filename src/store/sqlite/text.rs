//! How values are written in a column: enums by their names in the contract, dates and times as text.

use jiff::civil::Date;
use rusqlite::Row;
use serde::Serialize;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};

use crate::domain::moment::Moment;
use crate::store::StoreError;

/// A unit variant's name in the contract, as serde knows it: there is no second list of names to keep in step.
pub(super) fn name<T: Serialize>(value: T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        Ok(other) => Err(StoreError::Damaged { what: "the name of a value", value: other.to_string() }),
        Err(error) => Err(StoreError::Database(Box::new(error))),
    }
}

pub(super) fn optional_name<T: Serialize>(value: Option<T>) -> Result<Option<String>, StoreError> {
    value.map(name).transpose()
}

fn named<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|_| StoreError::Damaged { what, value: text.to_owned() })
}

/// The enum in a column.
pub(super) fn variant<T: DeserializeOwned>(row: &Row<'_>, column: &'static str) -> Result<T, StoreError> {
    named(column, row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}

/// The enum in a column that may be null.
pub(super) fn optional_variant<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    text.map(|text| named(column, text)).transpose()
}

pub(super) fn date(row: &Row<'_>, column: &'static str) -> Result<Date, StoreError> {
    // Dates are text in JSON too: the same reading.
    variant(row, column)
}

pub(super) fn optional_date(row: &Row<'_>, column: &'static str) -> Result<Option<Date>, StoreError> {
    optional_variant(row, column)
}

pub(super) fn moment(row: &Row<'_>, column: &'static str) -> Result<Moment, StoreError> {
    variant(row, column)
}

/// A JSON number kept as text.
pub(super) fn optional_number(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<serde_json::Number>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|_| StoreError::Damaged { what: column, value: text })
    })
    .transpose()
}

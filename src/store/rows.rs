//! Rows as types, whichever database they come from: what [`Fields`] gives by name becomes records (`records`), turns and
//! handovers (`kept`), jobs, codes and keys (`work`). How values are written in a column stands here too: enums by their names
//! in the contract, dates and times as text, instants as microseconds.

pub(super) mod kept;
pub(super) mod records;
pub(super) mod work;

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};

use super::StoreError;
use crate::domain::moment::Moment;

/// A row's values by the names of their columns.
pub(super) trait Fields {
    fn optional_text(&self, column: &'static str) -> Result<Option<Cow<'_, str>>, StoreError>;
    fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError>;
    fn boolean(&self, column: &'static str) -> Result<bool, StoreError>;

    fn text(&self, column: &'static str) -> Result<Cow<'_, str>, StoreError> {
        self.optional_text(column)?.ok_or_else(|| missing(column))
    }

    fn integer(&self, column: &'static str) -> Result<i64, StoreError> {
        self.optional_integer(column)?.ok_or_else(|| missing(column))
    }
}

/// What stands where a value has to be.
pub(super) fn missing(column: &'static str) -> StoreError {
    StoreError::Damaged { what: column, value: "nothing".to_owned() }
}

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

pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(Box::new(error)))
}

fn named<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|_| StoreError::Damaged { what, value: text.to_owned() })
}

/// A text as it is.
pub(super) fn text(row: &dyn Fields, column: &'static str) -> Result<String, StoreError> {
    row.text(column).map(Cow::into_owned)
}

pub(super) fn optional_text(row: &dyn Fields, column: &'static str) -> Result<Option<String>, StoreError> {
    Ok(row.optional_text(column)?.map(Cow::into_owned))
}

/// The enum in a column.
pub(super) fn variant<T: DeserializeOwned>(row: &dyn Fields, column: &'static str) -> Result<T, StoreError> {
    named(column, &row.text(column)?)
}

/// The enum in a column that may be null.
pub(super) fn optional_variant<T: DeserializeOwned>(
    row: &dyn Fields,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    row.optional_text(column)?.map(|text| named(column, &text)).transpose()
}

pub(super) fn date(row: &dyn Fields, column: &'static str) -> Result<Date, StoreError> {
    // Dates are text in JSON too: the same reading.
    variant(row, column)
}

pub(super) fn optional_date(row: &dyn Fields, column: &'static str) -> Result<Option<Date>, StoreError> {
    optional_variant(row, column)
}

pub(super) fn moment(row: &dyn Fields, column: &'static str) -> Result<Moment, StoreError> {
    variant(row, column)
}

/// A JSON number kept as text.
pub(super) fn optional_number(
    row: &dyn Fields,
    column: &'static str,
) -> Result<Option<serde_json::Number>, StoreError> {
    row.optional_text(column)?
        .map(|text| {
            serde_json::from_str(&text)
                .map_err(|_| StoreError::Damaged { what: column, value: text.into_owned() })
        })
        .transpose()
}

/// A number that can't be negative.
pub(super) fn count(row: &dyn Fields, column: &'static str) -> Result<u64, StoreError> {
    let number = row.integer(column)?;
    u64::try_from(number).map_err(|_| StoreError::Damaged { what: column, value: number.to_string() })
}

/// The same, small.
pub(super) fn small_count(row: &dyn Fields, column: &'static str) -> Result<u32, StoreError> {
    let number = row.integer(column)?;
    u32::try_from(number).map_err(|_| StoreError::Damaged { what: column, value: number.to_string() })
}

pub(super) fn instant(row: &dyn Fields, column: &'static str) -> Result<Timestamp, StoreError> {
    at_microsecond(column, row.integer(column)?)
}

pub(super) fn optional_instant(
    row: &dyn Fields,
    column: &'static str,
) -> Result<Option<Timestamp>, StoreError> {
    row.optional_integer(column)?.map(|at| at_microsecond(column, at)).transpose()
}

pub(super) fn at_microsecond(column: &'static str, number: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(number)
        .map_err(|_| StoreError::Damaged { what: column, value: number.to_string() })
}

/// Who it is from: nobody is the empty name.
pub(super) fn user(row: &dyn Fields) -> Result<Option<String>, StoreError> {
    Ok(Some(text(row, "user")?).filter(|user| !user.is_empty()))
}

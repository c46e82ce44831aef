//! The sample records of `beian serve --demo`, moved in time so that they are always of the last few weeks.

use anyhow::Context as _;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde_json::Value;

use crate::channels::http::DemoPeople;
use crate::domain::moment::Moment;
use crate::domain::records::RecordSet;
use crate::store::read_record_set;

const RECORDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/demo/records.json"));
const PEOPLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/demo/people.json"));

/// The day on which the sample records were written.
const WRITTEN: Date = jiff::civil::date(2026, 11, 22);

/// The sample records as if written on a day.
pub fn records(today: Date) -> anyhow::Result<RecordSet> {
    let mut records: Value = serde_json::from_str(RECORDS).context("demo/records.json")?;
    let days = WRITTEN.until(today).map_or(0, |span| span.get_days());
    shift(&mut records, days.days());
    Ok(read_record_set(&records.to_string())?)
}

/// Whom a newcomer may play.
pub fn people() -> anyhow::Result<DemoPeople> {
    serde_json::from_str(PEOPLE).context("demo/people.json")
}

fn shift(value: &mut Value, span: Span) {
    match value {
        Value::String(text) => {
            if let Ok(date) = text.parse::<Date>()
                && text.len() == 10
            {
                *text = date.checked_add(span).unwrap_or(date).to_string();
            } else if let Ok(moment) = Moment::parse(text) {
                // Whole days in an offset without daylight saving: 24 hours each.
                let hours = i64::from(span.get_days()) * 24;
                if let Ok(moved) = moment.timestamp().checked_add(hours.hours()) {
                    *text = Moment::of(moved).to_string();
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, span)),
        Value::Object(fields) => fields.values_mut().for_each(|field| shift(field, span)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store as _;

    #[test]
    fn the_sample_records_hold_on_any_day() {
        for day in
            [jiff::civil::date(2026, 11, 22), jiff::civil::date(2028, 2, 29), jiff::civil::date(2025, 1, 1)]
        {
            let records = records(day).unwrap();
            crate::store::SqliteStore::in_memory().unwrap().import(&records).unwrap();
            let last = records
                .orders
                .iter()
                .flat_map(|order| &order.events)
                .map(|event| event.at.china_date())
                .max()
                .unwrap();
            assert!(last <= day && WRITTEN.until(last).is_ok(), "{last} is after {day}");
        }
    }

    #[test]
    fn everyone_in_the_switch_is_on_record() {
        let records = records(WRITTEN).unwrap();
        let people: Value = serde_json::to_value(people().unwrap()).unwrap();
        for person in people.as_array().unwrap() {
            let user = person["as"].as_str().unwrap();
            assert!(
                records.identities.iter().any(|identity| identity.channel == "web" && identity.user == user),
                "{user}"
            );
        }
    }
}

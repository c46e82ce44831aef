//! An instant that remembers how it was written, so that a record set exported is the record set imported.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in RFC 3339, with its original text. Two moments are equal when they name the same instant.
#[derive(Clone, Debug)]
pub struct Moment {
    text: String,
    at: Timestamp,
}

/// The text is not an RFC 3339 instant.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a time in RFC 3339, such as 2019-08-20T10:00:00+08:00")]
pub struct NotAMoment(pub String);

impl Moment {
    /// Reads RFC 3339, such as `2019-08-20T10:00:00+08:00`.
    pub fn parse(text: &str) -> Result<Self, NotAMoment> {
        let at: Timestamp = text.parse().map_err(|_| NotAMoment(text.to_owned()))?;
        Ok(Self { text: text.to_owned(), at })
    }

    /// The instant of a clock, written in China's offset (+08:00).
    pub fn of(at: Timestamp) -> Self {
        let local = at.to_zoned(china());
        Self { text: local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(), at }
    }

    pub fn timestamp(&self) -> Timestamp {
        self.at
    }

    /// The calendar day in mainland China, where every deadline of a filing is counted.
    pub fn china_date(&self) -> Date {
        china_date(self.at)
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The calendar day in mainland China (UTC+8, no daylight saving since 1992) of an instant.
pub fn china_date(at: Timestamp) -> Date {
    at.to_zoned(china()).date()
}

/// The instant at which a calendar day begins in mainland China. A day out of all range begins at the earliest instant there is.
pub fn day_begins(day: Date) -> Timestamp {
    day.to_zoned(china()).map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}

fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}
impl Eq for Moment {}
impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_its_text_and_compares_by_instant() {
        let here = Moment::parse("2019-08-20T00:30:00+08:00").unwrap();
        let there = Moment::parse("2019-08-19T16:30:00Z").unwrap();
        assert_eq!(here, there);
        assert_eq!(here.as_str(), "2019-08-20T00:30:00+08:00");
        assert_eq!(there.china_date().to_string(), "2019-08-20");
        assert_eq!(Moment::of(there.timestamp()).as_str(), "2019-08-20T00:30:00+08:00");
    }

    #[test]
    fn refuses_what_is_not_a_time() {
        for bad in ["", "2019-08-20", "2019-02-30T00:00:00+08:00", "yesterday", "2019-08-20T10:00:00"] {
            assert!(Moment::parse(bad).is_err(), "{bad}");
        }
    }
}

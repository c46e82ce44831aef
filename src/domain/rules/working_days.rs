//! Counting in working days from an event, as the deadlines of a review are counted.

use jiff::civil::Date;
use serde::Serialize;

use super::book::{Holidays, WorkingDaySpan};

/// The first and the last day on which something is to be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Eta {
    pub earliest: Date,
    pub latest: Date,
}

/// The span counted after a day, which itself doesn't count. None where the State Council's calendar isn't known so far.
pub fn eta_after(holidays: &Holidays, day: Date, span: &WorkingDaySpan) -> Option<Eta> {
    Some(Eta {
        earliest: holidays.working_day_after(day, span.earliest_working_days)?,
        latest: holidays.working_day_after(day, span.latest_working_days)?,
    })
}

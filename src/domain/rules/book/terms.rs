//! Spans of time, the days off of the State Council, and the ages of old filings.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::sourced;

sourced! {
    /// terms.toml
    pub struct Terms {
        pub provider_review: WorkingDays,
        pub verification_review: WorkingDays,
        pub handover: WorkingDays,
        pub administration_review: WorkingDaySpan,
        pub claim_review: WorkingDays,
        pub sms_code: SmsCode,
        pub registry_sync: RegistrySync,
        pub gift: GiftTerms,
        pub order: OrderTerms,
        pub public_security: PublicSecurityTerm,
        pub offline_transfer: WorkingDays,
        pub mailbox_reset: WorkingDaySpan,
    }
}

sourced! {
    pub struct WorkingDays {
        pub working_days: u32,
    }
}
sourced! {
    pub struct WorkingDaySpan {
        pub earliest_working_days: u32,
        pub latest_working_days: u32,
    }
}
sourced! {
    pub struct SmsCode {
        pub sent_within_minutes: u32,
        pub deadline_hours: u32,
    }
}
sourced! {
    pub struct RegistrySync {
        pub days: u32,
    }
}
sourced! {
    pub struct GiftTerms {
        pub at_most_days: u32,
        pub granted_within_hours: u32,
    }
}
sourced! {
    pub struct OrderTerms {
        pub valid_days: u32,
    }
}
sourced! {
    pub struct PublicSecurityTerm {
        pub within_days: u32,
    }
}

sourced! {
    /// domain_check.toml
    pub struct DomainChecks {
        pub checked_since: Since,
    }
}
sourced! {
    pub struct Since {
        pub date: Date,
    }
}

sourced! {
    /// holidays.toml
    pub struct Holidays {
        pub year: Vec<HolidayYear>,
    }
}

sourced! {
    pub struct HolidayYear {
        pub year: i16,
        /// Days off.
        pub off: Vec<Date>,
        /// Weekend days on which people work.
        pub working: Vec<Date>,
    }
}

impl Holidays {
    /// Whether people work that day; none for a year without a table.
    pub fn is_working_day(&self, day: Date) -> Option<bool> {
        let table = self.year.iter().find(|table| table.year == day.year())?;
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(if weekend { table.working.contains(&day) } else { !table.off.contains(&day) })
    }

    /// The n-th working day after a day, which itself doesn't count; the day itself for 0. None where the tables end.
    pub fn working_day_after(&self, day: Date, count: u32) -> Option<Date> {
        let mut day = day;
        let mut left = count;
        while left > 0 {
            day = day.checked_add(1.day()).ok()?;
            if self.is_working_day(day)? {
                left -= 1;
            }
        }
        Some(day)
    }
}

sourced! {
    /// legacy.toml
    pub struct Legacy {
        pub span: Vec<LegacySpan>,
    }
}

sourced! {
    pub struct LegacySpan {
        pub path: LegacyPath,
        /// First day of submission, included.
        #[serde(default)]
        pub from: Option<Date>,
        /// Last day of submission, included.
        #[serde(default)]
        pub to: Option<Date>,
    }
}

/// What to do with a filing of the former platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegacyPath {
    Claim,
    Import,
    /// It is in the account already.
    Direct,
}

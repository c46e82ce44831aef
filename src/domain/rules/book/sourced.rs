//! Rows that say where they come from and from when to when they hold, and how one is picked for a day.

use jiff::civil::Date;

/// The day whose rules are asked for. Nothing here reads a clock: "today" is the newest rule, not a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// What holds now, as far as the sources go.
    #[default]
    Newest,
    /// What held on that day.
    On(Date),
}

impl From<Option<Date>> for AsOf {
    fn from(date: Option<Date>) -> Self {
        date.map_or(Self::Newest, Self::On)
    }
}

/// Where a row stands in the sources: document and section as `003.1.1c`, and the date of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    pub source: &'a str,
    pub as_of: Date,
}

/// Every row of every table.
pub trait Sourced {
    fn origin(&self) -> Origin<'_>;
    /// The first day on which the row holds; none: since ever.
    fn valid_from(&self) -> Option<Date>;
    /// The last day on which the row holds; none: it still does.
    fn valid_to(&self) -> Option<Date>;

    fn holds(&self, as_of: AsOf) -> bool {
        match as_of {
            AsOf::Newest => self.valid_to().is_none(),
            AsOf::On(day) => {
                self.valid_from().is_none_or(|from| from <= day) && self.valid_to().is_none_or(|to| day <= to)
            }
        }
    }
}

/// The row that holds; the check of the tables makes sure that there is at most one.
pub fn holding<'a, T: Sourced>(rows: impl IntoIterator<Item = &'a T>, as_of: AsOf) -> Option<&'a T> {
    rows.into_iter().find(|row| row.holds(as_of))
}

/// Defines a row or a file: the fields given, and `source`, `as_of`, `valid_from`, `valid_to` beside them. A macro
/// because serde cannot both flatten a shared part and refuse unknown fields.
macro_rules! sourced {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Document and section.
            pub source: String,
            /// Date of the document.
            pub as_of: jiff::civil::Date,
            #[serde(default)]
            pub valid_from: Option<jiff::civil::Date>,
            #[serde(default)]
            pub valid_to: Option<jiff::civil::Date>,
        }

        impl $crate::rules::book::Sourced for $name {
            fn origin(&self) -> $crate::rules::book::Origin<'_> {
                $crate::rules::book::Origin { source: &self.source, as_of: self.as_of }
            }
            fn valid_from(&self) -> Option<jiff::civil::Date> {
                self.valid_from
            }
            fn valid_to(&self) -> Option<jiff::civil::Date> {
                self.valid_to
            }
        }
    };
}
pub(crate) use sourced;

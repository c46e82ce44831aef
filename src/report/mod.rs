//! What kept conversations tell those who look after the assistant: how much was asked and answered, and which questions weren't,
//! or were answered to nobody's liking.
//!
//! - `figures`: totals, and the same day by day
//! - `open`: which turns are open questions, and what of them is shown
//! - `cluster`: questions in similar words together
//! - `stub`: a section of the knowledge base to be written, begun with what people asked
//! - `agents`: who waits for a human, what was said, the records of an account
//!
//! Reads the store and changes nothing but who speaks. How a report looks is up to the command line and the agents' page.

mod agents;
mod cluster;
mod figures;
mod open;
mod stub;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use crate::assistant::{Asker, Clock, is_a_human_s};
use crate::domain::moment::{china_date, day_begins};
use crate::store::conversations::Turn;
use crate::store::{Database, StoreError};

pub use agents::Told;
pub use figures::{Day, Totals};
pub use open::{Cluster, Example};

/// How many days a report covers unless told otherwise.
pub const DAYS: u32 = 30;

/// How many days it covers at most.
pub const MOST_DAYS: u32 = 3650;

/// Everything that was said in some days, in figures, and what is to be done about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The first and the last day, both whole days in China.
    pub from: Date,
    pub to: Date,
    pub days: u32,
    pub totals: Totals,
    /// Each day, the oldest first, those without a turn too.
    pub daily: Vec<Day>,
    /// What wasn't answered, or was disliked: the most frequent first.
    pub clusters: Vec<Cluster>,
    /// The same of topics that are no business of ours, and of requests to get round the rules: to be looked at, not to be written.
    pub outside: Vec<Cluster>,
}

/// Where reports are made.
pub struct Desk {
    store: Arc<dyn Database>,
    clock: Clock,
}

impl Desk {
    pub fn new(store: Arc<dyn Database>, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Whether somebody is on record as an agent or an admin: the only ones who see reports.
    pub fn serves(&self, channel: &str, user: &str) -> Result<bool, StoreError> {
        Ok(Asker::find(&*self.store, channel, Some(user))? == Asker::Agent)
    }

    /// A turn by the id of its reply, with the receipt of how that came about.
    pub fn turn(&self, id: &str) -> Result<Option<Turn>, StoreError> {
        self.store.turn(id)
    }

    /// The report of the last days, today included. Of `days` 1 to [`MOST_DAYS`] count.
    pub fn report(&self, days: u32) -> Result<Report, StoreError> {
        let days = days.clamp(1, MOST_DAYS);
        let now = (self.clock)();
        let to = china_date(now);
        let from = to.saturating_sub((i64::from(days) - 1).days());
        let since = day_begins(from);
        let mut turns = self.store.turns_since(since)?;
        // What a human said was asked by nobody.
        turns.retain(|turn| turn.at <= now && !is_a_human_s(&turn.reply));
        let opinions = Opinions::of(self.store.feedback_since(since)?);
        Ok(report(from, to, days, &turns, &opinions))
    }
}

fn report(from: Date, to: Date, days: u32, turns: &[Turn], opinions: &Opinions) -> Report {
    let (clusters, outside) = open::questions(turns, opinions, to);
    Report {
        from,
        to,
        days,
        totals: figures::totals(turns, opinions),
        daily: figures::daily(from, to, turns, opinions),
        clusters,
        outside,
    }
}

/// What was thought of each turn.
#[derive(Debug, Default)]
struct Opinions(BTreeMap<String, Of>);

#[derive(Debug, Default)]
struct Of {
    likes: u64,
    dislikes: u64,
    /// Why it was disliked.
    reasons: BTreeSet<String>,
}

impl Opinions {
    fn of(all: Vec<crate::store::conversations::Feedback>) -> Self {
        let mut opinions = Self::default();
        for given in all {
            let of = opinions.0.entry(given.turn).or_default();
            if given.good {
                of.likes += 1;
            } else {
                of.dislikes += 1;
                of.reasons.extend(given.reason);
            }
        }
        opinions
    }

    fn on(&self, turn: &Turn) -> Option<&Of> {
        self.0.get(&turn.id)
    }
}

#[cfg(test)]
mod tests;

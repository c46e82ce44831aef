//! Counts: over all days together, and day by day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::Opinions;
use crate::assistant::is_silence;
use crate::domain::moment::china_date;
use crate::domain::reply::Kind;
use crate::store::conversations::Turn;

/// The figures of all days together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Messages that were taken.
    pub turns: u64,
    pub conversations: u64,
    /// Speakers whose names are known to their channel.
    pub people: u64,
    /// Messages that were left to a human who had the conversation: in nothing below.
    pub with_human: u64,
    /// Turns that had to end in an answer: answers, actions, and what got none. Questions back and small talk aren't among them.
    pub questions: u64,
    pub answered: u64,
    /// `answered` of `questions`, 0 to 1.
    pub answered_share: Option<f64>,
    pub kinds: BTreeMap<String, u64>,
    pub intents: BTreeMap<String, u64>,
    pub likes: u64,
    pub dislikes: u64,
    /// Microseconds from question to reply.
    pub median_us: Option<u64>,
    pub p99_us: Option<u64>,
}

/// The figures of one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Day {
    pub day: Date,
    pub turns: u64,
    pub questions: u64,
    pub answered: u64,
    pub answered_share: Option<f64>,
    pub median_us: Option<u64>,
    pub likes: u64,
    pub dislikes: u64,
}

pub(super) fn totals(turns: &[Turn], opinions: &Opinions) -> Totals {
    let mut totals = Totals::default();
    let (mut conversations, mut people) = (BTreeSet::new(), BTreeSet::new());
    let mut times = Vec::new();
    for turn in turns {
        totals.turns += 1;
        conversations.insert(&turn.key);
        people.extend(turn.key.user.as_ref().map(|user| (&turn.key.channel, user)));
        if is_silence(&turn.reply) {
            totals.with_human += 1;
            continue;
        }
        *totals.kinds.entry(turn.reply.kind.as_str().to_owned()).or_default() += 1;
        if let Some(intent) = &turn.reply.intent {
            *totals.intents.entry(intent.clone()).or_default() += 1;
        }
        if let Some(answered) = is_answered(turn) {
            totals.questions += 1;
            totals.answered += u64::from(answered);
        }
        if let Some(of) = opinions.on(turn) {
            totals.likes += of.likes;
            totals.dislikes += of.dislikes;
        }
        times.push(turn.reply.elapsed_us);
    }
    totals.conversations = conversations.len() as u64;
    totals.people = people.len() as u64;
    totals.answered_share = share(totals.answered, totals.questions);
    times.sort_unstable();
    totals.median_us = percentile(&times, 50);
    totals.p99_us = percentile(&times, 99);
    totals
}

pub(super) fn daily(from: Date, to: Date, turns: &[Turn], opinions: &Opinions) -> Vec<Day> {
    let mut by_day: BTreeMap<Date, Vec<Turn>> = BTreeMap::new();
    for turn in turns {
        by_day.entry(china_date(turn.at)).or_default().push(turn.clone());
    }
    from.series(jiff::Span::new().days(1))
        .take_while(|day| *day <= to)
        .map(|day| {
            let totals = totals(by_day.get(&day).map_or(&[], Vec::as_slice), opinions);
            Day {
                day,
                turns: totals.turns,
                questions: totals.questions,
                answered: totals.answered,
                answered_share: totals.answered_share,
                median_us: totals.median_us,
                likes: totals.likes,
                dislikes: totals.dislikes,
            }
        })
        .collect()
}

/// Whether a turn that had to end in an answer did; `None`: it hadn't to.
pub(super) fn is_answered(turn: &Turn) -> Option<bool> {
    match turn.reply.kind {
        Kind::Answer | Kind::Action => Some(true),
        Kind::NoAnswer | Kind::Error => Some(false),
        // Somebody who asked for a human was served; who was handed over because nothing was found wasn't.
        Kind::Handoff => super::open::handed_over_after_failures(turn).then_some(false),
        Kind::Clarify | Kind::Chitchat => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of turns, far below the limit")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

/// The smallest of sorted times that so many in a hundred don't exceed.
fn percentile(sorted: &[u64], hundredths: usize) -> Option<u64> {
    let rank = (sorted.len() * hundredths).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

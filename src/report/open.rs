//! Open questions: turns without an answer, and answers that somebody disliked; what of them is shown.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::cluster::{self, Rarity};
use super::{Opinions, figures, stub};
use crate::assistant::meaning::is_outside;
use crate::assistant::{Receipt, is_silence};
use crate::domain::reply::{Citation, Kind};
use crate::store::conversations::Turn;
use crate::understand::Recogniser;
use crate::understand::normalise::fold;

/// How many examples of a cluster are shown.
const EXAMPLES: usize = 5;

/// How many reasons of an example are shown.
const REASONS: usize = 5;

/// The step of a receipt that [`crate::assistant`] notes when nothing was found twice in a row.
const AFTER_FAILURES: &str = "handed over: failures";

/// Questions in similar words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cluster {
    /// How often it was asked.
    pub times: u64,
    /// By how many speakers whose names are known to their channel.
    pub people: u64,
    /// How often there was no answer.
    pub unanswered: u64,
    /// How often somebody disliked what was answered.
    pub disliked: u64,
    /// The wordings that were used most.
    pub examples: Vec<Example>,
    /// A file for the knowledge base, to be filled in.
    pub stub: String,
}

/// One wording, and what was shown when it was asked last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// What was asked; of a follow-up, the whole question that was meant.
    pub text: String,
    pub times: u64,
    /// The last reply's id: `beian explain` tells more.
    pub id: String,
    pub kind: Kind,
    pub intent: Option<String>,
    /// The text that was shown.
    pub shown: String,
    pub citations: Vec<Citation>,
    /// Why people disliked it.
    pub reasons: Vec<String>,
}

/// A turn to be looked at.
struct Open<'a> {
    turn: &'a Turn,
    text: String,
    unanswered: bool,
    disliked: bool,
    outside: bool,
}

/// Whether nothing was found so often that a human was asked for.
pub(super) fn handed_over_after_failures(turn: &Turn) -> bool {
    // Most turns are told by their kind alone; a receipt is long to read.
    turn.reply.kind == Kind::Handoff
        && turn.receipt.contains(AFTER_FAILURES)
        && receipt(turn).path.iter().any(|step| step == AFTER_FAILURES)
}

/// A receipt of another version says nothing.
fn receipt(turn: &Turn) -> Receipt {
    serde_json::from_str(&turn.receipt).unwrap_or_default()
}

/// Open questions of our field, and those of topics outside it.
pub(super) fn questions(turns: &[Turn], opinions: &Opinions, today: Date) -> (Vec<Cluster>, Vec<Cluster>) {
    let mut rarity = Rarity::default();
    for turn in turns {
        rarity.see(&comparable(&turn.text));
    }
    let (outside, ours): (Vec<Open<'_>>, Vec<Open<'_>>) =
        turns.iter().filter_map(|turn| open(turn, opinions)).partition(|open| open.outside);
    (clusters(&ours, &rarity, opinions, today), clusters(&outside, &rarity, opinions, today))
}

fn open<'a>(turn: &'a Turn, opinions: &Opinions) -> Option<Open<'a>> {
    if is_silence(&turn.reply) {
        return None;
    }
    // A store that failed is no gap in what is known.
    let unanswered = figures::is_answered(turn) == Some(false) && turn.reply.kind != Kind::Error;
    let disliked = opinions.on(turn).is_some_and(|of| of.dislikes > 0);
    if !unanswered && !disliked {
        return None;
    }
    let receipt = receipt(turn);
    // Who is handed over loses the intent of what was asked; the nearest one is noted.
    let intent = match turn.reply.kind {
        Kind::Handoff => receipt.intents.first().map(|noted| noted.intent.as_str()),
        _ => turn.reply.intent.as_deref(),
    };
    let outside = unanswered && intent.is_some_and(is_outside);
    // What was said before belongs to a follow-up of our field, and to no other topic.
    let meant = receipt.looked_for.filter(|_| !outside);
    let text = meant.unwrap_or_else(|| turn.text.clone());
    Some(Open { turn, text, unanswered, disliked, outside })
}

/// A text as it is compared: folded, records replaced by marks.
fn comparable(text: &str) -> String {
    Recogniser::masked(&fold(text))
}

fn clusters(open: &[Open<'_>], rarity: &Rarity, opinions: &Opinions, today: Date) -> Vec<Cluster> {
    let texts: Vec<String> = open.iter().map(|open| comparable(&open.text)).collect();
    let groups = cluster::group(&texts, rarity);
    groups
        .into_iter()
        .map(|places| {
            let members: Vec<&Open<'_>> = places.iter().map(|place| &open[*place]).collect();
            let count = |fits: fn(&Open<'_>) -> bool| members.iter().filter(|open| fits(open)).count() as u64;
            let people: BTreeSet<_> = members
                .iter()
                .filter_map(|open| open.turn.key.user.as_ref().map(|user| (&open.turn.key.channel, user)))
                .collect();
            let examples = examples(&members, opinions);
            let wordings: Vec<&str> = examples.iter().map(|example| example.text.as_str()).collect();
            Cluster {
                times: members.len() as u64,
                people: people.len() as u64,
                unanswered: count(|open| open.unanswered),
                disliked: count(|open| open.disliked),
                stub: stub::section(&wordings, today),
                examples,
            }
        })
        .collect()
}

/// The wordings used most, each as it was asked last; among equals, the one that was asked last.
fn examples(members: &[&Open<'_>], opinions: &Opinions) -> Vec<Example> {
    let mut wordings: BTreeMap<String, Vec<&Open<'_>>> = BTreeMap::new();
    for open in members {
        // A question mark more makes no other wording.
        let wording = fold(&open.text).trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
        wordings.entry(wording).or_default().push(open);
    }
    let mut wordings: Vec<Vec<&Open<'_>>> = wordings.into_values().collect();
    let last = |group: &Vec<&Open<'_>>| group.last().map(|open| open.turn.at);
    wordings.sort_by_key(|group| (std::cmp::Reverse(group.len()), std::cmp::Reverse(last(group))));
    let shown = wordings.into_iter().take(EXAMPLES).filter_map(|group| {
        let open = *group.last()?;
        let given = group.iter().filter_map(|open| opinions.on(open.turn));
        let reasons: BTreeSet<&String> = given.flat_map(|of| &of.reasons).collect();
        let reply = &open.turn.reply;
        Some(Example {
            text: open.text.clone(),
            times: group.len() as u64,
            id: open.turn.id.clone(),
            kind: reply.kind,
            intent: reply.intent.clone(),
            shown: reply.text.clone(),
            citations: reply.citations.clone(),
            reasons: reasons.into_iter().take(REASONS).cloned().collect(),
        })
    });
    shown.collect()
}

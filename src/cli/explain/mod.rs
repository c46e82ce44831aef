//! `beian explain`: how a reply came about, from its receipt.
//!
//! - `rows`: the rows of the rule tables that speak of what was asked
//! - `words`: which words of a question stand in a section
//! - `print`: all of it as lines for a person

mod print;
mod rows;
mod words;

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::{kept, wiring};
use crate::assistant::{Contents, Receipt};
use crate::config::Settings;
use crate::rulebook;
use crate::store::conversations::Turn;
use crate::understand::normalise::fold;
use rows::Row;

/// Shows how a kept reply came about: what was understood, found, read and decided
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian explain 95e1a5dee44eeb38\n  (the id stands in the reply: beian ask --json, and under each answer of the chat page)"
)]
pub struct Command {
    /// The reply's id
    #[arg(value_name = "ID")]
    id: String,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// A receipt with what can be told from today's knowledge and rules.
#[derive(Debug, Serialize)]
struct Explained {
    id: String,
    channel: String,
    user: Option<String>,
    conversation: String,
    ordinal: u64,
    text: String,
    reply: crate::domain::reply::Reply,
    receipt: Receipt,
    /// What has changed since.
    changed: Changed,
    /// For each section of the receipt, the words of the question that stand in it; empty when the knowledge base has
    /// changed since.
    matched: Vec<Vec<String>>,
    /// The rows of the rule tables that speak of what was asked, as they are today.
    rows: Vec<Row>,
}

/// What has changed since the reply.
#[expect(clippy::struct_excessive_bools, reason = "one for each thing that a reply rests on")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Changed {
    pub kb: bool,
    pub intents: bool,
    pub rules: bool,
    pub program: bool,
}

impl Changed {
    pub(super) fn between(then: &Contents, now: &Contents) -> Self {
        Self {
            kb: then.kb != now.kb,
            intents: then.intents != now.intents,
            rules: then.rules != now.rules,
            program: then.program != now.program,
        }
    }
}

impl Command {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<u8> {
        let store = kept::store(settings)?;
        let turn = kept::turn(&*store, &self.id)?;
        let explained = explain(settings, turn)?;
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&explained)?)?;
        } else {
            write!(out, "{}", print::lines(&explained))?;
        }
        Ok(0)
    }
}

fn explain(settings: &Settings, turn: Turn) -> anyhow::Result<Explained> {
    let receipt = kept::receipt(&turn)?;
    let mind = wiring::mind(settings)?;
    let changed = Changed::between(&receipt.contents, mind.contents());
    let asked = fold(receipt.looked_for.as_deref().unwrap_or(&receipt.folded));
    let matched = if changed.kb {
        Vec::new()
    } else {
        let of = |noted: &crate::assistant::receipt::SectionNoted| {
            let section = mind.sections().iter().find(|section| {
                (&section.place.doc, &section.heading, &section.anchor)
                    == (&noted.doc, &noted.heading, &noted.anchor)
            });
            section.map_or_else(Vec::new, |section| words::shared(&asked, section))
        };
        receipt.sections.iter().map(of).collect()
    };
    let rows = match &receipt.rule {
        Some(rule) => {
            let texts = rulebook::texts(settings.rules.as_deref())?;
            rows::about(&rule.tables, &texts, &rows::values(&receipt, &turn.reply))
        }
        None => Vec::new(),
    };
    Ok(Explained {
        id: turn.id,
        channel: turn.key.channel,
        user: turn.key.user,
        conversation: turn.key.conversation,
        ordinal: turn.ordinal,
        text: turn.text,
        reply: turn.reply,
        receipt,
        changed,
        matched,
        rows,
    })
}

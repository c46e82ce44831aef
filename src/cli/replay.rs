//! `beian replay`: a kept turn once more, on today's knowledge, rules, intents and records.
//!
//! Exit code 0: the same reply; 1: another one, with what has changed since.

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;
use similar::{ChangeTag, TextDiff};

use super::explain::Changed;
use super::{kept, wiring};
use crate::assistant::{Receipt, Rehearsed};
use crate::config::Settings;
use crate::domain::reply::Reply;
use crate::store::conversations::Turn;

/// Asks a kept question again, as it was, and says whether the reply is the same
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian replay 95e1a5dee44eeb38")]
pub struct Command {
    /// The reply's id
    #[arg(value_name = "ID")]
    id: String,
}

impl Command {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<u8> {
        let store = kept::store(settings)?;
        let turn = kept::turn(&*store, &self.id)?;
        let receipt = kept::receipt(&turn)?;
        let mind = std::sync::Arc::new(wiring::mind(settings)?);
        let today = wiring::on_store(settings, mind, store).rehearse(&turn, &receipt);
        let same = tell(&turn, &receipt, &today, &mut std::io::stdout().lock())?;
        Ok(u8::from(!same))
    }
}

/// Says whether the reply is the same, and if not what differs.
fn tell(turn: &Turn, then: &Receipt, today: &Rehearsed, out: &mut impl Write) -> std::io::Result<bool> {
    let (before, after) = (shown(&turn.reply), shown(&today.reply));
    if before == after {
        writeln!(out, "same reply")?;
        return Ok(true);
    }
    writeln!(out, "another reply")?;
    let causes = causes(then, &today.receipt);
    if causes.is_empty() {
        writeln!(out, "knowledge, intents, rules, records and program version are the same")?;
    } else {
        writeln!(out, "changed since: {}", causes.join(", "))?;
    }
    if then.masked {
        writeln!(
            out,
            "private data was taken out of the question before it was kept: that may be the cause"
        )?;
    }
    writeln!(out)?;
    for change in TextDiff::from_lines(&before, &after).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => continue,
        };
        writeln!(out, "{sign} {}", change.value().trim_end_matches('\n'))?;
    }
    Ok(false)
}

/// A reply as lines to compare: everything but its id and the time it took.
fn shown(reply: &Reply) -> String {
    let mut value = serde_json::to_value(reply).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        for field in ["id", "elapsed_us", "text"] {
            fields.remove(field);
        }
    }
    format!("{}\n{}\n", reply.text, serde_json::to_string_pretty(&value).unwrap_or_default())
}

/// What is not as it was.
fn causes(then: &Receipt, now: &Receipt) -> Vec<String> {
    let changed = Changed::between(&then.contents, &now.contents);
    let mut causes: Vec<String> = [
        ("the knowledge base", changed.kb),
        ("the intents", changed.intents),
        ("the rules", changed.rules),
        ("the program", changed.program),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(name, _)| name.to_owned())
    .collect();
    let names: BTreeSet<&String> = then.records.keys().chain(now.records.keys()).collect();
    for name in names {
        match (then.records.get(name), now.records.get(name)) {
            (Some(before), Some(after)) if before == after => {}
            (_, None) => causes.push(format!("{name} (not read today)")),
            (None, _) => causes.push(format!("{name} (not read then)")),
            _ => causes.push(name.clone()),
        }
    }
    if then.asker != now.asker {
        causes.push(format!("who asks ({} then, {} now)", then.asker, now.asker));
    }
    causes
}

//! `beian replay`: a kept turn once more, on today's knowledge, rules, intents and records.
//!
//! Exit code 0: the same reply; 1: another one, with what has changed since.

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;
use similar::{ChangeTag, TextDiff};

use super::explain::Changed;
use super::{kept, wiring};
use crate::assistant::{Receipt, Rehearsed, is_a_human_s};
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
        if is_a_human_s(&turn.reply) {
            writeln!(std::io::stdout(), "a human said this: there is nothing to replay")?;
            return Ok(0);
        }
        let receipt = kept::receipt(&turn)?;
        let mind = std::sync::Arc::new(wiring::mind(settings)?);
        let today = wiring::on_store(settings, mind, store).rehearse(&turn, &receipt);
        let told = tell(&turn, &receipt, &today, &mut std::io::stdout().lock())?;
        Ok(u8::from(told != Told::Same))
    }
}

/// What came of asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Same,
    Other,
    /// Knowledge, intents, rules and program are what they were, so that it can only be the records, who asks, or what was taken
    /// out of the question.
    OtherFacts,
}

/// Says whether the reply is the same, and if not what differs.
pub(super) fn tell(
    turn: &Turn,
    then: &Receipt,
    today: &Rehearsed,
    out: &mut impl Write,
) -> std::io::Result<Told> {
    let (before, after) = (shown(&turn.reply), shown(&today.reply));
    if before == after {
        writeln!(out, "same reply")?;
        return Ok(Told::Same);
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
    let Changed { kb, intents, rules, program } = Changed::between(&then.contents, &today.receipt.contents);
    Ok(if kb || intents || rules || program { Told::Other } else { Told::OtherFacts })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::Kind;
    use crate::store::conversations::Key;

    fn turn(text: &str) -> Turn {
        let mut reply = Reply::new(Kind::Answer, text);
        reply.id = Some("0123456789abcdef".to_owned());
        reply.elapsed_us = 7;
        Turn {
            id: "0123456789abcdef".to_owned(),
            key: Key { channel: "web".to_owned(), user: None, conversation: "c".to_owned() },
            ordinal: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
            text: String::new(),
            reply,
            receipt: String::new(),
            delivery: None,
        }
    }

    fn told(then: &Receipt, text: &str, now: Receipt) -> (bool, String) {
        let today = Rehearsed { reply: Reply::new(Kind::Answer, text), receipt: now };
        let mut out = Vec::new();
        let told = tell(&turn("one\ntwo"), then, &today, &mut out).unwrap();
        (told == Told::Same, String::from_utf8(out).unwrap())
    }

    #[test]
    fn the_id_and_the_time_taken_make_no_other_reply() {
        // Nor does a record that has changed, where the reply is the same.
        let mut now = Receipt::default();
        now.records.insert("order 1".to_owned(), "b".to_owned());
        assert_eq!(told(&Receipt::default(), "one\ntwo", now), (true, "same reply\n".to_owned()));
    }

    #[test]
    fn another_reply_comes_with_its_causes_and_lines() {
        let mut then = Receipt { asker: "applicant".to_owned(), masked: true, ..Receipt::default() };
        let mut now = Receipt { asker: "unlinked".to_owned(), ..Receipt::default() };
        then.records.extend([("order 1".to_owned(), "a".to_owned()), ("order 2".to_owned(), "a".to_owned())]);
        now.records.insert("order 1".to_owned(), "b".to_owned());
        now.contents.rules = "other".to_owned();
        let (same, told) = told(&then, "one\nthree", now);
        assert!(!same);
        let causes = "changed since: the rules, order 1, order 2 (not read today), who asks (applicant then, unlinked now)";
        assert!(told.contains(causes), "{told}");
        assert!(told.contains("private data was taken out"), "{told}");
        assert!(told.ends_with("\n- two\n+ three\n"), "{told}");
    }

    #[test]
    fn another_reply_without_a_cause_says_so() {
        let (_, told) = told(&Receipt::default(), "three", Receipt::default());
        assert!(told.contains("are the same") && !told.contains("private"), "{told}");
    }
}

//! `beian report`: what was asked and not answered, or disliked, and the figures of the last days.
//!
//! - `print`: lines for a terminal
//! - `markdown`: the same as a document, with a section to be written for each question

mod markdown;
mod print;

use std::io::Write as _;

use clap::Args;

use super::{kept, wiring};
use crate::config::Settings;
use crate::report::{DAYS, Desk, Report};

/// Lists unanswered and disliked questions, similar ones together, and counts what was asked
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian report --days 7\n  beian report --markdown > report.md\n\nDays are those of China; today is one of them. With --markdown each question comes with a section for the knowledge base, to be filled in."
)]
pub struct Command {
    /// How many days, today included
    #[arg(long, value_name = "N", default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Print it as JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print it as Markdown, with sections to be written
    #[arg(long)]
    markdown: bool,
}

impl Command {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<u8> {
        let store = kept::store(settings)?;
        let report = Desk::new(store, wiring::clock(settings.now)).report(self.days)?;
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        } else if self.markdown {
            write!(out, "{}", markdown::document(&report))?;
        } else {
            write!(out, "{}", print::lines(&report))?;
        }
        Ok(0)
    }
}

/// The totals as names and values.
fn figures(report: &Report) -> Vec<(&'static str, String)> {
    let totals = &report.totals;
    let counts = |counts: &std::collections::BTreeMap<String, u64>| {
        let mut all: Vec<(&String, &u64)> = counts.iter().collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let all: Vec<String> = all.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
        if all.is_empty() { "none".to_owned() } else { all.join(", ") }
    };
    let answered = match totals.answered_share {
        Some(share) => format!("{} of {} ({:.1} %)", totals.answered, totals.questions, share * 100.0),
        None => "no question yet".to_owned(),
    };
    let time = |time: Option<u64>| time.map_or_else(|| "none".to_owned(), milliseconds);
    vec![
        (
            "messages",
            format!(
                "{} (conversations: {}, left to a human: {})",
                totals.turns, totals.conversations, totals.with_human
            ),
        ),
        ("answered", answered),
        ("kinds", counts(&totals.kinds)),
        ("intents", counts(&totals.intents)),
        ("opinions", format!("{} good, {} bad", totals.likes, totals.dislikes)),
        ("time", format!("median {}, p99 {}", time(totals.median_us), time(totals.p99_us))),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a turn")]
fn milliseconds(microseconds: u64) -> String {
    format!("{:.1} ms", microseconds as f64 / 1000.0)
}

/// How often a question was asked, and what was wrong.
fn counts(cluster: &crate::report::Cluster) -> String {
    let mut parts = vec![format!("asked {}", times(cluster.times))];
    if cluster.unanswered > 0 {
        parts.push(format!("{} unanswered", cluster.unanswered));
    }
    if cluster.disliked > 0 {
        parts.push(format!("{} disliked", cluster.disliked));
    }
    parts.join(", ")
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// The beginning of a text on one line.
fn beginning(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(longest).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

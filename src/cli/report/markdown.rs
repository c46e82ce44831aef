//! A report as a Markdown document. What people typed stands in it as text: none of it becomes markup.

use std::fmt::Write as _;

use super::{beginning, counts, figures, times};
use crate::report::{Cluster, Report};

/// How much of an answer is shown, in characters.
const SHOWN: usize = 300;

pub(super) fn document(report: &Report) -> String {
    let mut out = format!("# Report, {} to {}\n\n| | |\n|---|---|\n", report.from, report.to);
    for (name, value) in figures(report) {
        let _ = writeln!(out, "| {name} | {} |", plain(&value));
    }
    out.push_str("\n| day | messages | answered | median ms | good | bad |\n|---|---|---|---|---|---|\n");
    for day in &report.daily {
        let share = day.answered_share.map_or_else(String::new, |share| format!("{:.1} %", share * 100.0));
        let median = day.median_us.map_or_else(String::new, super::milliseconds);
        let median = median.trim_end_matches(" ms");
        let _ = writeln!(
            out,
            "| {} | {} | {share} | {median} | {} | {} |",
            day.day, day.turns, day.likes, day.dislikes
        );
    }
    section(&mut out, "Unanswered or disliked", &report.clusters, true);
    // What isn't ours needs no section.
    section(&mut out, "Topics outside, and what is declined", &report.outside, false);
    out
}

fn section(out: &mut String, title: &str, clusters: &[Cluster], with_stubs: bool) {
    let _ = write!(out, "\n## {title}\n");
    if clusters.is_empty() {
        out.push_str("\nNone.\n");
    }
    for (number, cluster) in clusters.iter().enumerate() {
        let first = cluster.examples.first().map_or("", |example| example.text.as_str());
        let _ = write!(out, "\n### {}. {}\n\n", number + 1, plain(&beginning(first, 60)));
        let _ = write!(out, "{}.\n\n", counts(cluster));
        for example in &cluster.examples {
            let again =
                if example.times > 1 { format!(" ({})", times(example.times)) } else { String::new() };
            let _ = writeln!(out, "- {}{again}", plain(&beginning(&example.text, SHOWN)));
            let shown = plain(&beginning(&example.shown, SHOWN));
            let _ = writeln!(out, "  - `{}`, {}: {shown}", example.id, example.kind.as_str());
            if let Some(citation) = example.citations.first() {
                let _ = writeln!(out, "  - from {} · {}", plain(&citation.doc), plain(&citation.heading));
            }
            for reason in &example.reasons {
                let _ = writeln!(out, "  - disliked: {}", plain(&beginning(reason, SHOWN)));
            }
        }
        if with_stubs {
            // A stub holds no back-ticks, so nothing in it ends the block.
            let _ = write!(out, "\n```markdown\n{}```\n", cluster.stub);
        }
    }
}

/// A text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

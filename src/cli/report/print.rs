//! A report as lines for a terminal.

use std::fmt::Write as _;

use super::{beginning, counts, figures, times};
use crate::report::{Cluster, Report};

/// How much of an answer is shown, in characters.
const SHOWN: usize = 80;

pub(super) fn lines(report: &Report) -> String {
    let mut out = format!("{} to {}\n\n", report.from, report.to);
    for (name, value) in figures(report) {
        let _ = writeln!(out, "{name:<9} {value}");
    }
    section(&mut out, "unanswered or disliked", &report.clusters);
    section(&mut out, "topics outside, and what is declined", &report.outside);
    out
}

fn section(out: &mut String, title: &str, clusters: &[Cluster]) {
    if clusters.is_empty() {
        let _ = writeln!(out, "\n{title}: none");
        return;
    }
    let _ = writeln!(out, "\n{title}:");
    for (number, cluster) in clusters.iter().enumerate() {
        let _ = writeln!(out, "\n{}. {}", number + 1, counts(cluster));
        for example in &cluster.examples {
            let again =
                if example.times > 1 { format!(" ({})", times(example.times)) } else { String::new() };
            let _ = writeln!(out, "   {}{again}", beginning(&example.text, SHOWN));
            let shown = beginning(&example.shown, SHOWN);
            let _ = writeln!(out, "     {} [{}]: {shown}", example.id, example.kind.as_str());
            if let Some(citation) = example.citations.first() {
                let _ = writeln!(out, "     from {} · {}", citation.doc, citation.heading);
            }
            for reason in &example.reasons {
                let _ = writeln!(out, "     disliked: {}", beginning(reason, SHOWN));
            }
        }
    }
}

//! The figures in columns, run by run, and what they say of each other.

use super::super::columns::pad;
use super::http::{Run, to_float};

const HEADINGS: [(&str, usize); 10] = [
    ("server", 9),
    ("mix", 8),
    ("conn.", 6),
    ("replies", 9),
    ("errors", 7),
    ("per s", 8),
    ("p50 ms", 8),
    ("p99 ms", 8),
    ("CPU µs", 8),
    ("memory MB: start, end, most", 0),
];

/// Prints a run, as soon as it is done; the headings before the first.
pub fn row(run: &Run, first: bool) {
    if first {
        println!("{}", line(&HEADINGS.map(|(heading, _)| heading.to_owned())));
    }
    let milliseconds = |us: u64| format!("{:.1}", to_float(us) / 1000.0);
    let megabytes = |kilobytes: u64| format!("{:.1}", to_float(kilobytes) / 1024.0);
    println!(
        "{}",
        line(&[
            run.server.to_owned(),
            run.mix.name().to_owned(),
            run.connections.to_string(),
            run.replies.to_string(),
            run.errors.to_string(),
            format!("{:.0}", run.per_second),
            milliseconds(run.p50_us),
            milliseconds(run.p99_us),
            run.processor_us.map_or_else(|| "–".to_owned(), |us| format!("{us:.0}")),
            run.memory.map_or_else(
                || "–".to_owned(),
                |memory| [memory.start, memory.end, memory.most].map(megabytes).join(", ")
            ),
        ])
    );
    if let Some(error) = &run.first_error {
        println!("  the first error: {error}");
    }
}

/// How the server stands to what it is compared with.
pub fn compared(runs: &[Run]) {
    for run in runs.iter().filter(|run| run.server != "constant") {
        let other = runs.iter().find(|other| {
            other.server == "constant" && other.mix == run.mix && other.connections == run.connections
        });
        if let Some(other) = other {
            println!(
                "{}, {} at {}: {:.0} % of what the server reaches when understanding is a look-up",
                run.server,
                run.mix.name(),
                run.connections,
                100.0 * run.per_second / other.per_second.max(f64::MIN_POSITIVE)
            );
        }
    }
}

fn line(cells: &[String; 10]) -> String {
    let cells = cells.iter().zip(HEADINGS).map(|(cell, (_, width))| pad(cell, width));
    cells.collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

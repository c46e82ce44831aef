//! `beian index`: makes the search index before it is needed.

use std::io::IsTerminal as _;
use std::time::Instant;

use std::io::Write as _;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::wiring;
use crate::config::Settings;
use crate::knowledge::{disk, documents};

/// Builds the search index of --kb, with a progress bar on a terminal
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian --kb docs --data /var/lib/beian index")]
pub struct Command {}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let names = wiring::names(&wiring::rules(settings)?);
        let started = Instant::now();
        let Some(folder) = settings.kb.as_ref().filter(|folder| disk::is_large(folder)) else {
            let library = match &settings.kb {
                Some(folder) => documents::load_folder(folder, &names)?,
                None => documents::load_embedded(&names),
            };
            for skipped in &library.skipped {
                eprintln!("{}: left out: {}", skipped.path, skipped.reason);
            }
            writeln!(
                std::io::stdout(),
                "{} sections; small enough to be indexed in memory at each start, in {:.0?}",
                library.sections.len(),
                started.elapsed()
            )?;
            return Ok(0);
        };
        let bar =
            if std::io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} sections, {per_sec}, {elapsed}") {
            bar.set_style(style);
        }
        let opened =
            disk::open(folder, &settings.data, &names, &mut |sections| bar.set_position(sections as u64))?;
        bar.finish_and_clear();
        for skipped in &opened.skipped {
            eprintln!("{}: left out: {}", skipped.path, skipped.reason);
        }
        let how = if opened.made { "indexed" } else { "index taken as it is" };
        writeln!(
            std::io::stdout(),
            "{} sections, {how}, in {:.1?}",
            opened.knowledge.len(),
            started.elapsed()
        )?;
        Ok(0)
    }
}

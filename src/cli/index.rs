//! `beian index`: makes the search index before it is needed.

use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::wiring;
use crate::config::Settings;
use crate::knowledge::disk;
use crate::knowledge::documents::{self, Progress};

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
            if let Some((count, made)) = vectors_with_progress(settings)? {
                let how = if made { "encoded" } else { "vectors taken as they are" };
                writeln!(std::io::stdout(), "{count} texts, {how}, in {:.1?}", started.elapsed())?;
            }
            return Ok(0);
        };
        let bar =
            if std::io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
        let reading = ProgressStyle::with_template("reading {bar:30} {pos} of {len} files, {elapsed}")?;
        let indexing = ProgressStyle::with_template(
            "indexing {bar:30} {pos} of {len} sections, {per_sec}, {eta} to go",
        )?;
        bar.set_style(reading);
        let opened = disk::open(folder, &settings.data, &names, &mut |progress| match progress {
            Progress::Read { files, of } => {
                bar.set_length(of as u64);
                bar.set_position(files as u64);
            }
            Progress::Given { sections, of } => {
                if sections == 1 {
                    bar.set_style(indexing.clone());
                    bar.reset();
                    bar.set_length(of as u64);
                }
                bar.set_position(sections as u64);
            }
        })?;
        bar.finish_and_clear();
        for skipped in &opened.skipped {
            eprintln!("{}: left out: {}", skipped.path, skipped.reason);
        }
        let (count, taken) = (opened.knowledge.len(), started.elapsed());
        if opened.made {
            #[expect(clippy::cast_precision_loss, reason = "a rate for the eye")]
            let rate = count as f64 / taken.as_secs_f64();
            writeln!(
                std::io::stdout(),
                "{count} sections, indexed, in {taken:.1?}, {rate:.0} sections a second"
            )?;
        } else {
            writeln!(std::io::stdout(), "{count} sections, index taken as it is, in {taken:.1?}")?;
        }
        Ok(0)
    }
}

/// Makes the vectors of the knowledge base where an encoder is installed and they are missing, with a progress bar on a terminal.
pub(super) fn vectors_with_progress(settings: &Settings) -> anyhow::Result<Option<(usize, bool)>> {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("encoding {bar:30} {pos} of {len} texts, {eta} to go")?);
    let made = wiring::make_vectors(settings, &mut |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(made)
}

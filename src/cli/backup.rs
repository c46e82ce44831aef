//! `beian backup` and `beian restore`: the whole database into a file and out of it, also while `serve` runs.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::wiring;
use crate::config::Settings;
use crate::store::{backup, restore, status};

/// Writes the whole database into one file, while it is in use
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian --db sqlite:beian.db backup beian-monday.db\n\nThe file is a SQLite database, also that of a PostgreSQL database. It holds what people said: keep it safe."
)]
pub struct BackupCommand {
    /// A file that isn't there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl BackupCommand {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<u8> {
        backup(&settings.db, &self.file)?;
        let rows: u64 = status(&self.file.display().to_string())?.rows.iter().map(|(_, rows)| rows).sum();
        writeln!(std::io::stdout(), "{}: {rows} rows", self.file.display())?;
        Ok(0)
    }
}

/// Puts a backup into the database: all of it, verified, or nothing
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian --db sqlite:beian.db restore beian-monday.db")]
pub struct RestoreCommand {
    /// What `beian backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Remove what is in the database now
    #[arg(long)]
    replace: bool,
}

impl RestoreCommand {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<u8> {
        let shown = || self.file.display().to_string();
        let beside = data_folder(settings)?;
        status(&shown())?;
        let store = wiring::store_to_write(settings)?;
        let copied = restore(&self.file, &*store, self.replace, beside).with_context(shown)?;
        let rows: u64 = copied.iter().map(|copied| copied.rows).sum();
        writeln!(std::io::stdout(), "restored {rows} rows, and read them again: they are the same")?;
        Ok(0)
    }
}

/// The data folder, made where it is missing.
pub(super) fn data_folder(settings: &Settings) -> anyhow::Result<&std::path::Path> {
    std::fs::create_dir_all(&settings.data).with_context(|| {
        format!("{}: can't be made; give another folder with --data", settings.data.display())
    })?;
    Ok(&settings.data)
}

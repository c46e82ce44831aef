//! `beian records`: the record set in and out.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::wiring;
use crate::config::Settings;
use crate::store::read_record_bytes;

/// Loads and writes the record set
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  beian records import records.json\n  beian records export > records.json"
)]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Loads a record set, all of it or nothing; a record that is there already is replaced
    #[command(after_help = "Example:\n  beian --db sqlite:beian.db records import records.json")]
    Import {
        /// A JSON file with the record set; - for standard input
        file: PathBuf,
    },
    /// Writes the whole record set as JSON
    #[command(after_help = "Example:\n  beian --db sqlite:beian.db records export > records.json")]
    Export,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        match self.what {
            What::Import { file } => {
                let shown = file.display().to_string();
                let mut bytes = Vec::new();
                if file == Path::new("-") {
                    std::io::stdin().lock().read_to_end(&mut bytes)?;
                } else {
                    bytes = std::fs::read(&file).with_context(|| format!("{shown}: can't be read"))?;
                }
                let set = read_record_bytes(&bytes).with_context(|| shown.clone())?;
                let store = wiring::store_to_write(settings)?;
                let imported = store.import(&set).with_context(|| shown)?;
                eprintln!("imported {imported}");
            }
            What::Export => {
                let set = wiring::store(settings)?.export()?;
                let mut out = std::io::stdout().lock();
                serde_json::to_writer_pretty(&mut out, &set)?;
                writeln!(out)?;
            }
        }
        Ok(0)
    }
}

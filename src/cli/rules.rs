//! `beian rules`: check a folder of rule tables before it is used.

use std::path::PathBuf;

use std::io::Write as _;

use clap::{Args, Subcommand};

use crate::config::Settings;
use crate::rulebook;

/// Checks rule tables
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian rules check my-rules")]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Refuses a bad file with file:line, and lists what a good folder alters against the built-in rules
    #[command(after_help = "Example:\n  beian rules check my-rules")]
    Check {
        /// The folder; without it the folder of --rules, else the built-in rules
        dir: Option<PathBuf>,
    },
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let What::Check { dir } = self.what;
        let Some(folder) = dir.or_else(|| settings.rules.clone()) else {
            rulebook::built_in()?;
            writeln!(std::io::stdout(), "the built-in rules are in order")?;
            return Ok(0);
        };
        let alterations = rulebook::alterations(&folder)?;
        for alteration in &alterations {
            let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
            writeln!(
                std::io::stdout(),
                "{} {}: {} -> {}",
                alteration.file,
                alteration.place,
                show(&alteration.before),
                show(&alteration.after)
            )?;
        }
        writeln!(std::io::stdout(), "{} alteration(s) against the built-in rules", alterations.len())?;
        Ok(0)
    }
}

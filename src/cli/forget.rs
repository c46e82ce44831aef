//! `beian forget`: what a person said is removed, and what was answered.

use std::io::Write as _;

use clap::Args;

use super::kept;
use super::wiring::Speaker;
use crate::config::Settings;

/// Removes everything a person said: conversations, turns, feedback, handovers
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian forget discord:1001\n\nWhat was done to orders stays on record without the name. The person's identity is part of the records."
)]
pub struct Command {
    /// The person
    #[arg(value_name = "CHANNEL:USER")]
    person: Speaker,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let store = kept::store(settings)?;
        let Speaker { channel, user } = self.person;
        let removed = store.forget(&channel, &user)?;
        writeln!(
            std::io::stdout(),
            "removed {} conversations, {} turns, {} feedback, {} handovers; {} audit rows keep no name",
            removed.conversations,
            removed.turns,
            removed.feedback,
            removed.handovers,
            removed.audit_without_name
        )?;
        if store.identity(&channel, &user)?.is_some() {
            writeln!(std::io::stderr(), "{channel}:{user} is still an identity in the records")?;
        }
        Ok(0)
    }
}

//! `beian link`: a one-time code that links whoever enters it to an account.

use std::io::Write as _;

use clap::Args;

use super::{kept, wiring};
use crate::channels::issue_link_code;
use crate::config::Settings;

/// Issues a one-time code that links whoever enters it in a chat to an account
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian link --account u-1001\n\nThe code is good for ten minutes and five tries, and is shown once."
)]
pub struct Command {
    /// The account on record
    #[arg(long, value_name = "ACCOUNT")]
    account: String,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let store = kept::store(settings)?;
        let now = wiring::clock(None)();
        let (code, expires_at) = issue_link_code(&*store, self.account, "console:operator".to_owned(), now)?;
        writeln!(std::io::stdout(), "{code}")?;
        eprintln!("good until {expires_at}, for one person");
        Ok(0)
    }
}

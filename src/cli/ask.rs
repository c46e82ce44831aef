//! `beian ask`: one question, one answer.

use std::io::Write as _;

use clap::Args;

use super::wiring::{self, Speaker};
use crate::assistant::{Answer as _, Incoming};
use crate::config::Settings;

/// Asks one question and prints the answer
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  beian ask 备案被驳回了怎么办\n  beian ask --as web:demo-1 --json 我的订单还能撤回吗"
)]
pub struct Command {
    /// Who asks, as CHANNEL:USER; looked up in the records
    #[arg(long = "as", value_name = "CHANNEL:USER")]
    speaker: Option<Speaker>,
    /// Print the whole reply as JSON
    #[arg(long)]
    json: bool,
    /// The question
    #[arg(required = true, num_args = 1.., value_name = "TEXT")]
    text: Vec<String>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let text = self.text.join(" ");
        anyhow::ensure!(
            !text.trim().is_empty(),
            "the question is empty; say what you want to know, such as: beian ask 备案要多久"
        );
        let assistant = wiring::assistant(settings)?;
        let (channel, user) = Speaker::parts(self.speaker);
        let reply = assistant.answer(&Incoming { channel, user, conversation: "ask".to_owned(), text });
        let mut out = std::io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, &reply)?;
            writeln!(out)?;
        } else {
            write!(out, "{}", super::render::plain(&reply))?;
        }
        Ok(0)
    }
}

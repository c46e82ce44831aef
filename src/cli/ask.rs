//! `beian ask`: one question, one answer.

use std::io::Write as _;
use std::sync::Arc;

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
        let store = wiring::store(settings)?;
        let mind = Arc::new(wiring::mind(settings)?);
        // The process ends behind the answer: what it knows needn't be taken apart first.
        std::mem::forget(Arc::clone(&mind));
        let mut assistant = wiring::on_store(settings, mind, Arc::clone(&store));
        let (channel, user) = Speaker::parts(self.speaker);
        let mut conversation = "ask".to_owned();
        if wiring::has_store(settings) {
            // Each question is a conversation of its own: nothing is remembered of the one before.
            match store.begin(&channel, user.as_deref(), "ask", wiring::clock(settings.now)()) {
                Ok(key) => {
                    conversation = key.conversation;
                    assistant = assistant.keeping(store);
                }
                Err(error) => tracing::error!(%error, "the question is not kept"),
            }
        }
        let reply = assistant.answer(&Incoming { channel, user, conversation, text });
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

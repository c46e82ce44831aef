//! `beian chat`: the conversation in the terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;

use clap::Args;

use super::wiring::{self, Speaker};
use crate::assistant::{Answer as _, Heard, Incoming};
use crate::config::Settings;

/// Talks in the terminal, a line a message; an empty line or Ctrl-D ends it
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian chat --as web:demo-1")]
pub struct Command {
    /// Who speaks, as CHANNEL:USER; looked up in the records
    #[arg(long = "as", value_name = "CHANNEL:USER")]
    speaker: Option<Speaker>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let store = wiring::store_to_keep(settings)?;
        let mind = Arc::new(wiring::mind(settings)?);
        let assistant = wiring::on_store(settings, mind, store.clone()).keeping(store);
        let (channel, user) = Speaker::parts(self.speaker);
        let prompt = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let mut lines = std::io::stdin().lock();
        let mut line = Vec::new();
        loop {
            if prompt {
                eprint!("> ");
                std::io::stderr().flush()?;
            }
            line.clear();
            if lines.read_until(b'\n', &mut line)? == 0 {
                return Ok(0);
            }
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            if text.is_empty() {
                if prompt {
                    return Ok(0);
                }
                continue;
            }
            let incoming = Incoming {
                channel: channel.clone(),
                user: user.clone(),
                conversation: "chat".to_owned(),
                text,
            };
            match assistant.hear(&incoming, None) {
                Heard::Reply(reply) => {
                    writeln!(std::io::stdout(), "{}", super::render::plain(&reply))?;
                }
                Heard::Human => {
                    writeln!(std::io::stderr(), "a human has this conversation; it was kept for them")?;
                }
            }
        }
    }
}

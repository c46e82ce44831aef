//! `beian chat`: the conversation in the terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;

use clap::Args;

use super::wiring::{self, Speaker};
use crate::assistant::{Answer as _, Heard, Incoming, Opinion, REASON_LIMIT, Rated};
use crate::config::Settings;

/// The name of the one conversation that a speaker has in terminals.
const CONVERSATION: &str = "chat";

/// Talks in the terminal, a line a message; an empty line or Ctrl-D ends it
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian chat --as web:demo-1\n\nIn it, /good and /bad say what you think of the last reply; a reason may follow:\n  /bad the order was withdrawn long ago"
)]
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
        // The id of the last reply, where there was one and it was kept.
        let mut last: Option<Option<String>> = None;
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
            if let Some((good, reason)) = opinion(&text) {
                let word = match &last {
                    None => "there is no reply to rate yet; ask something first".to_owned(),
                    Some(None) => "this reply was not kept, so it can't be rated".to_owned(),
                    Some(Some(reply)) => told(assistant.rate(&Opinion {
                        channel: channel.clone(),
                        user: user.clone(),
                        conversation: CONVERSATION.to_owned(),
                        reply: reply.clone(),
                        good,
                        reason: reason.map(str::to_owned),
                    })),
                };
                writeln!(std::io::stderr(), "{word}")?;
                continue;
            }
            let incoming = Incoming {
                channel: channel.clone(),
                user: user.clone(),
                conversation: CONVERSATION.to_owned(),
                text,
            };
            match assistant.hear(&incoming, None) {
                Heard::Reply(reply) => {
                    writeln!(std::io::stdout(), "{}", super::render::plain(&reply))?;
                    last = Some(reply.id);
                }
                Heard::Human => {
                    writeln!(std::io::stderr(), "a human has this conversation; it was kept for them")?;
                }
            }
        }
    }
}

/// What a line says of the last reply, if it does: `/good` or `/bad`, and why.
fn opinion(line: &str) -> Option<(bool, Option<&str>)> {
    let (word, reason) =
        line.split_once(char::is_whitespace).map_or((line, None), |(word, rest)| (word, Some(rest.trim())));
    match word {
        "/good" => Some((true, reason)),
        "/bad" => Some((false, reason)),
        _ => None,
    }
}

fn told(rated: Rated) -> String {
    match rated {
        Rated::Kept => "noted, thank you".to_owned(),
        Rated::Unknown => "this reply is no longer kept, so it can't be rated".to_owned(),
        Rated::ReasonTooLong { characters } => {
            format!("the reason has {characters} characters, more than {REASON_LIMIT}; shorten it")
        }
        Rated::Later | Rated::Failed => "that could not be stored; the log has the cause".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::opinion;

    #[test]
    fn only_the_two_words_alone_rate_a_reply() {
        assert_eq!(opinion("/good"), Some((true, None)));
        assert_eq!(opinion("/bad  没说到点子上 "), Some((false, Some("没说到点子上"))));
        for other in ["/goodbye", "good", "/badly", "/ bad", "说 /bad", "/"] {
            assert_eq!(opinion(other), None, "{other}");
        }
    }
}

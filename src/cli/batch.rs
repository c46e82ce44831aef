//! `beian batch`: JSON Lines in, one line out for each, in the same order.

use std::io::{BufRead, Write};

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::wiring::{self, Speaker};
use crate::assistant::{Answer, Incoming};
use crate::config::Settings;

/// A line longer than this is refused without being read into memory whole.
const LONGEST_LINE: u64 = 256 * 1024;
/// A message longer than this is refused: no question is.
const LONGEST_TEXT: usize = 64 * 1024;

/// Answers JSON Lines from stdin: {"id","text","as"?,"conversation"?} gives {"id","reply"} or {"id","error"}
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  echo '{\"id\":\"1\",\"text\":\"备案要多久\"}' | beian batch")]
pub struct Command {
    /// Who asks where a line doesn't say, as CHANNEL:USER
    #[arg(long = "as", value_name = "CHANNEL:USER")]
    speaker: Option<Speaker>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default, rename = "as")]
    speaker: Option<String>,
    #[serde(default)]
    conversation: Option<String>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let assistant = wiring::assistant(settings)?;
        let out = std::io::BufWriter::new(std::io::stdout().lock());
        answer_lines(&assistant, self.speaker.as_ref(), std::io::stdin().lock(), out)?;
        Ok(0)
    }
}

/// Answers every line of `input`; a line that can't be used gets an error of its own and the rest go on.
pub fn answer_lines(
    assistant: &dyn Answer,
    default: Option<&Speaker>,
    mut input: impl BufRead,
    mut out: impl Write,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = std::io::Read::take(&mut input, LONGEST_LINE + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        let answer = if line.len() as u64 > LONGEST_LINE && line.last() != Some(&b'\n') {
            skip_line(&mut input)?;
            json!({"id": null, "error": format!("line {number} is longer than {LONGEST_LINE} bytes; send a shorter text")})
        } else {
            answer_line(assistant, default, number, &line)
        };
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Reads to the end of a line in pieces, keeping none of them.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let piece = input.fill_buf()?;
        if piece.is_empty() {
            return Ok(());
        }
        if let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            input.consume(end + 1);
            return Ok(());
        }
        let length = piece.len();
        input.consume(length);
    }
}

fn answer_line(assistant: &dyn Answer, default: Option<&Speaker>, number: u64, bytes: &[u8]) -> Value {
    let refused = |id: &Value, message: String| json!({"id": id, "error": message});
    let Ok(text) = std::str::from_utf8(bytes) else {
        return refused(&Value::Null, format!("line {number} is not UTF-8"));
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return refused(&Value::Null, format!("line {number} is empty; each line is {{\"id\", \"text\"}}"));
    }
    let line: Line = match serde_json::from_str(text) {
        Ok(line) => line,
        Err(error) => {
            let id = serde_json::from_str::<Value>(text)
                .ok()
                .and_then(|value| value.get("id").cloned())
                .unwrap_or(Value::Null);
            return refused(&id, format!("line {number}: {error}"));
        }
    };
    if line.text.trim().is_empty() {
        return refused(&line.id, format!("line {number}: `text` is empty"));
    }
    if line.text.len() > LONGEST_TEXT {
        return refused(
            &line.id,
            format!("line {number}: `text` is longer than {LONGEST_TEXT} bytes; send a shorter text"),
        );
    }
    let speaker = match line.speaker.as_deref().map(str::parse::<Speaker>) {
        Some(Err(error)) => return refused(&line.id, format!("line {number}: `as`: {error}")),
        Some(Ok(speaker)) => Some(speaker),
        None => default.cloned(),
    };
    let (channel, user) = Speaker::parts(speaker);
    // A line without a conversation stands alone.
    let conversation =
        line.conversation.map_or_else(|| format!("line {number}"), |name| format!("batch {name}"));
    let reply = assistant.answer(&Incoming { channel, user, conversation, text: line.text });
    json!({"id": line.id, "reply": reply})
}

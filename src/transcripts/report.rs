//! What is printed about a file that was played: its failures as conversation and difference, then its count.

use std::io::{self, Write};

use serde_json::Value;

use super::matching::Mismatch;
use super::play::{CaseReport, Failure, FileReport};

/// Whether the output may be coloured: on a terminal only, and never with `NO_COLOR`; the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    On,
    Off,
}

impl Colour {
    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::On => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Off => text.to_owned(),
        }
    }
    fn red(self, text: &str) -> String {
        self.paint("31", text)
    }
    fn green(self, text: &str) -> String {
        self.paint("32", text)
    }
    fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }
    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }
}

/// Writes the failures of a file and one line that counts its cases.
pub fn write_report(report: &FileReport, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    for case in &report.cases {
        if let Some(failure) = &case.failure {
            write_failure(report, case, failure, colour, out)?;
        }
    }
    let path = report.path.display();
    match (report.passed(), report.failed()) {
        (passed, 0) => writeln!(out, "{} {path}: {passed} passed", colour.green("ok")),
        (passed, failed) => {
            writeln!(out, "{} {path}: {passed} passed, {failed} failed", colour.red("FAILED"))
        }
    }
}

fn write_failure(
    report: &FileReport,
    case: &CaseReport,
    failure: &Failure,
    colour: Colour,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "{} {}:{}: {}",
        colour.red("FAIL"),
        report.path.display(),
        failure.line,
        colour.bold(&case.name)
    )?;
    for turn in &failure.conversation {
        write_lines(out, "  user  ", "        ", &turn.user)?;
        write_lines(out, "  bot   ", "        ", &turn.reply.text)?;
        let reply = &turn.reply;
        let kind = serde_json::to_value(reply.kind).unwrap_or(Value::Null);
        let mut summary = format!("kind {}", plain(&kind));
        if let Some(intent) = &reply.intent {
            summary += ", intent ";
            summary += intent;
        }
        if let Some(outcome) = &reply.outcome {
            summary += ", outcome ";
            summary += &outcome.to_string();
        }
        writeln!(out, "        {}", colour.dim(&summary))?;
    }
    writeln!(out, "  {} expected, {} came", colour.green("-"), colour.red("+"))?;
    for mismatch in &failure.mismatches {
        write_mismatch(mismatch, colour, out)?;
    }
    writeln!(out)
}

fn write_mismatch(mismatch: &Mismatch, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    let note = mismatch.note.as_ref().map_or_else(String::new, |note| colour.dim(&format!("  ({note})")));
    writeln!(out, "  {}{note}", colour.bold(&mismatch.place))?;
    for line in plain(&mismatch.expected).lines() {
        writeln!(out, "    {}", colour.green(&format!("- {line}")))?;
    }
    // The text itself is in the conversation above.
    if matches!(mismatch.place.as_str(), "contains" | "not_contains" | "matches") {
        return Ok(());
    }
    for line in mismatch.actual.as_ref().map_or_else(String::new, plain).lines() {
        writeln!(out, "    {}", colour.red(&format!("+ {line}")))?;
    }
    Ok(())
}

fn write_lines(out: &mut dyn Write, first: &str, further: &str, text: &str) -> io::Result<()> {
    let mut lines = text.lines();
    writeln!(out, "{first}{}", lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| writeln!(out, "{further}{line}"))
}

/// A value as a reader wants it: text bare where it can't be mistaken, lists an item a line, the rest as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if is_word(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => items.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// Text that YAML and JSON would both read as text.
fn is_word(text: &str) -> bool {
    !text.trim().is_empty() && text.parse::<f64>().is_err() && !["true", "false", "null", "~"].contains(&text)
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;

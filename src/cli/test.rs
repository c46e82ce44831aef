//! `beian test`: plays transcript files and says what differs.
//!
//! Exit code 0: every case passed; 1: a case failed; 2: a file could not be used (the others are still played).

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::transcripts::{
    Colour, FileReport, MakeAssistant, load, run_matching, transcript_files, write_report,
};

/// Run transcript files: conversations with what the replies must be like
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian test tests/transcripts\n  beian test --filter withdraw my-conversations.yml"
)]
pub struct TestArgs {
    /// Transcript files, or folders with *.yml and *.yaml files in them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Only the cases whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
}

/// Plays the files of `args` to assistants from `make_assistant`, prints what differs, and returns the exit code.
pub fn run(args: &TestArgs, make_assistant: &MakeAssistant<'_>) -> io::Result<u8> {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = if io::stdout().is_terminal() && !no_colour { Colour::On } else { Colour::Off };
    run_to(args, make_assistant, colour, &mut io::stdout().lock(), &mut io::stderr().lock())
}

fn run_to(
    args: &TestArgs,
    make_assistant: &MakeAssistant<'_>,
    colour: Colour,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> io::Result<u8> {
    let filter = args.filter.as_deref().unwrap_or_default();
    let (mut passed, mut failed, mut unusable) = (0, 0, false);
    for path in unique_files(&args.paths, &mut |error| {
        unusable = true;
        writeln!(errors, "error: {error}")
    })? {
        match play(&path, filter, make_assistant) {
            Ok(report) if report.cases.is_empty() && report.unusable.is_none() => {}
            Ok(report) => {
                write_report(&report, colour, out)?;
                passed += report.passed();
                failed += report.failed();
                if let Some(reason) = &report.unusable {
                    unusable = true;
                    writeln!(errors, "error: {}: {reason}", path.display())?;
                }
            }
            Err(error) => {
                unusable = true;
                writeln!(errors, "error: {error}")?;
            }
        }
    }
    if passed + failed == 0 && !unusable {
        unusable = true;
        writeln!(errors, "error: no case has a name that contains `{filter}`: change --filter")?;
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(if unusable { 2 } else { u8::from(failed > 0) })
}

fn play(
    path: &Path,
    filter: &str,
    make_assistant: &MakeAssistant<'_>,
) -> Result<FileReport, crate::transcripts::TranscriptError> {
    Ok(run_matching(&load(path)?, filter, make_assistant))
}

/// The files of every path in the order given, each once; a path that can't be used goes to `refuse`.
fn unique_files(
    paths: &[PathBuf],
    refuse: &mut dyn FnMut(crate::transcripts::TranscriptError) -> io::Result<()>,
) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        match transcript_files(path) {
            Ok(found) => {
                for file in found {
                    if !files.contains(&file) {
                        files.push(file);
                    }
                }
            }
            Err(error) => refuse(error)?,
        }
    }
    Ok(files)
}

#[cfg(test)]
#[path = "test_tests.rs"]
mod tests;

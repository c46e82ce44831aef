//! `beian kb`: check, compare and measure a knowledge base.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::knowledge::compare::{compare, stats};
use crate::knowledge::documents::{FolderError, Library, Names, load_embedded, load_folder};
use crate::knowledge::lint::{self, Against, Severity};

/// Check, compare and measure a knowledge base.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  beian kb check kb")]
pub struct KbArgs {
    #[command(subcommand)]
    command: KbCommand,
}

#[derive(Debug, Subcommand)]
enum KbCommand {
    /// Find what is wrong: one line each with file, line and mend; exit code 1 if any is an error.
    #[command(after_help = "Examples:\n  beian kb check\n  beian kb check docs --json")]
    Check {
        /// The folder; without it the folder of --kb, else the knowledge base in the binary.
        dir: Option<PathBuf>,
        /// One JSON object a finding.
        #[arg(long)]
        json: bool,
    },
    /// List the sections that were added, removed or changed.
    #[command(after_help = "Example:\n  beian kb diff kb-of-last-week kb")]
    Diff {
        old: PathBuf,
        new: PathBuf,
        /// One JSON object a section.
        #[arg(long)]
        json: bool,
    },
    /// Count documents, sections and other ways to ask.
    #[command(after_help = "Example:\n  beian kb stats --json")]
    Stats {
        /// The folder; without it the folder of --kb, else the knowledge base in the binary.
        dir: Option<PathBuf>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand. `kb` is the folder of the global option. The exit code is 0, 1 if errors were found, 2 if a
/// folder can't be used.
pub fn run(arguments: &KbArgs, kb: Option<&Path>, against: &Against) -> io::Result<u8> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = match &arguments.command {
        KbCommand::Check { dir, json } => match lint::check(dir.as_deref().or(kb), against) {
            Ok(findings) => {
                for finding in &findings {
                    if *json { write_json(&mut out, finding)? } else { writeln!(out, "{finding}")? }
                }
                let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
                eprintln!("{errors} errors, {} warnings", findings.len() - errors);
                u8::from(errors > 0)
            }
            Err(error) => wrong_folder(&error),
        },
        KbCommand::Diff { old, new, json } => {
            match (load_folder(old, &against.names), load_folder(new, &against.names)) {
                (Ok(old), Ok(new)) => {
                    for difference in compare(&old, &new) {
                        if *json {
                            write_json(&mut out, &difference)?;
                        } else {
                            writeln!(out, "{difference}")?;
                        }
                    }
                    0
                }
                (Err(error), _) | (_, Err(error)) => wrong_folder(&error),
            }
        }
        KbCommand::Stats { dir, json } => match load(dir.as_deref().or(kb), &against.names) {
            Ok(library) => {
                let counted = serde_json::to_value(stats(&library))?;
                if *json {
                    write_json(&mut out, &counted)?;
                } else {
                    for (name, count) in counted.as_object().into_iter().flatten() {
                        writeln!(out, "{name:<14}{count:>10}")?;
                    }
                }
                for skipped in &library.skipped {
                    eprintln!("{}: left out: {}", skipped.path, skipped.reason);
                }
                0
            }
            Err(error) => wrong_folder(&error),
        },
    };
    out.flush()?;
    Ok(code)
}

fn load(dir: Option<&Path>, names: &Names) -> Result<Library, FolderError> {
    dir.map_or_else(|| Ok(load_embedded(names)), |dir| load_folder(dir, names))
}

fn write_json(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

fn wrong_folder(error: &FolderError) -> u8 {
    eprintln!("{error}");
    2
}

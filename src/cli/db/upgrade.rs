//! `beian db upgrade`: what a new program would do with a database, tried on a copy; and the upgrade itself, after a backup.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::backup::data_folder;
use crate::cli::replay::{self, Told};
use crate::cli::test::{self, TestArgs};
use crate::cli::{kept, wiring};
use crate::config::Settings;
use crate::store::{self, Status, StoreError, backup, file_of, open, throwaway_copy};

/// Tries this program on a copy of the database, or backs the database up and brings it up to date
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  beian db upgrade --dry-run --turns 1000 my-conversations/\n  beian db upgrade\n\nExit code 1: a reply is another one than was given, or a transcript fails."
)]
pub(super) struct Args {
    /// Change nothing: migrate a copy, ask kept questions again on it, and play transcripts
    #[arg(long)]
    dry_run: bool,

    /// With --dry-run: how many of the newest kept questions to ask again
    #[arg(long, value_name = "N", default_value_t = 200)]
    turns: usize,

    /// With --dry-run: transcript files, or folders with them
    #[arg(value_name = "PATH", requires = "dry_run")]
    transcripts: Vec<PathBuf>,
}

impl Args {
    pub(super) fn run(&self, settings: &Settings, out: &mut impl Write) -> anyhow::Result<u8> {
        if self.dry_run { self.rehearse(settings, out) } else { upgrade(settings, out) }
    }

    fn rehearse(&self, settings: &Settings, out: &mut impl Write) -> anyhow::Result<u8> {
        let before = there(settings)?;
        let copy = throwaway_copy(&settings.db, &data_folder(settings)?.join("upgrade.db"))?;
        let url = format!("sqlite:{}", copy.path.display());
        let store = Arc::<dyn store::Database>::from(open(&url)?);
        let after = store::status(&url)?;
        compare(&before, &after)?;
        writeln!(
            out,
            "a copy went from version {} to {}; no row was lost; {} is as it was",
            before.version, after.version, before.place
        )?;
        let mut settings = settings.clone();
        settings.db = url;
        settings.db_named = true;
        let mind = Arc::new(wiring::mind(&settings)?);
        let assistant = wiring::on_store(&settings, mind.clone(), store.clone());

        let mut turns = store.turns_since(jiff::Timestamp::MIN)?;
        // Where a human spoke there is no reply to compare.
        turns.retain(|turn| !turn.reply.text.is_empty());
        let newest = turns.split_off(turns.len().saturating_sub(self.turns));
        let (mut same, mut other, mut elsewhere, mut unreadable) = (0, 0, 0, 0);
        for turn in &newest {
            let Ok(receipt) = kept::receipt(turn) else {
                unreadable += 1;
                continue;
            };
            let today = assistant.rehearse(turn, &receipt);
            let mut told = Vec::new();
            match replay::tell(turn, &receipt, &today, &mut told)? {
                Told::Same => same += 1,
                // The records, or who asks: not the program's doing.
                Told::OtherFacts => elsewhere += 1,
                Told::Other => {
                    other += 1;
                    writeln!(out, "\n{} {}", turn.id, one_line(turn.text.as_str()))?;
                    out.write_all(&told)?;
                }
            }
        }
        writeln!(
            out,
            "replies: {same} the same, {other} others, {elsewhere} others for the records have changed, \
             {unreadable} not comparable (beian replay ID shows one)"
        )?;
        let mut code = u8::from(other > 0);
        if !self.transcripts.is_empty() {
            let args = TestArgs { paths: self.transcripts.clone(), filter: None };
            let played = test::run(&args, &|setup| wiring::rehearsal(&mind, setup, settings.now))?;
            code = code.max(played);
        }
        Ok(code)
    }
}

/// The database, which has to have tables.
fn there(settings: &Settings) -> anyhow::Result<Status> {
    let found = store::status(&settings.db)?;
    anyhow::ensure!(found.version > 0, "{}: no tables yet; `beian db migrate` makes them", found.place);
    Ok(found)
}

/// Every table has as many rows as before.
fn compare(before: &Status, after: &Status) -> anyhow::Result<()> {
    for (table, rows) in &before.rows {
        let now = after.rows.iter().find(|(name, _)| name == table).map(|(_, rows)| *rows);
        anyhow::ensure!(
            now == Some(*rows),
            "{table} has {rows} rows, and {} on the copy after the migration; keep the program you have and report this",
            now.unwrap_or_default()
        );
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    crate::cli::columns::cut(text, 90)
}

fn upgrade(settings: &Settings, out: &mut impl Write) -> anyhow::Result<u8> {
    let before = there(settings)?;
    if before.version == before.latest {
        writeln!(out, "{}: version {}, nothing to do", before.place, before.version)?;
        return Ok(0);
    }
    let beside = match file_of(&settings.db)? {
        Some(file) => file.to_path_buf(),
        None => data_folder(settings)?.join("postgres.db"),
    };
    let kept = keep(settings, &beside, before.version)?;
    writeln!(out, "backup: {}", kept.display())?;
    drop(wiring::store_to_write(settings)?);
    let after = store::status(&settings.db)?;
    compare(&before, &after)?;
    writeln!(out, "{}: from version {} to {}", after.place, before.version, after.version)?;
    Ok(0)
}

/// Backs the database up under a name that is free.
fn keep(settings: &Settings, beside: &Path, version: i64) -> anyhow::Result<PathBuf> {
    for number in 1.. {
        let mut name = beside.as_os_str().to_owned();
        name.push(format!(".version-{version}"));
        if number > 1 {
            name.push(format!("-{number}"));
        }
        match backup(&settings.db, Path::new(&name)) {
            Ok(()) => return Ok(name.into()),
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    anyhow::bail!("there is no free name for a backup beside {}", beside.display())
}

//! `beian db`: what an operator does with the database: look at it, bring it up to date, copy it to another.

mod upgrade;

use std::io::Write;

use clap::{Args, Subcommand};

use super::columns::pad;
use super::wiring;
use crate::config::Settings;
use crate::store::{self, Status, StoreError, copy, open};

/// Shows, migrates, copies and upgrades the database
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  beian db status\n  beian db upgrade --dry-run tests/transcripts")]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Says what the database is, its version, and how much is in it; changes nothing
    #[command(after_help = "Example:\n  beian --db sqlite:beian.db db status")]
    Status,
    /// Brings the tables up to date; every command that opens the database does so too
    #[command(after_help = "Example:\n  beian --db sqlite:beian.db db migrate")]
    Migrate,
    /// Copies everything into another, empty database, SQLite or PostgreSQL, and compares the two
    #[command(
        after_help = "Example:\n  beian db copy --from sqlite:beian.db --to postgres://beian@localhost/beian\n\nStop `beian serve` first: what is said after the copy began isn't in it."
    )]
    Copy {
        /// The database to read; nothing is changed in it
        #[arg(long, value_name = "URL")]
        from: String,
        /// The database to write
        #[arg(long, value_name = "URL")]
        to: String,
    },
    Upgrade(upgrade::Args),
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let mut out = std::io::stdout();
        match self.what {
            What::Status => tell(&store::status(&settings.db)?, &mut out)?,
            What::Migrate => {
                let from = match store::status(&settings.db) {
                    Ok(found) => found.version,
                    Err(StoreError::NotThere { .. }) => 0,
                    Err(error) => return Err(error.into()),
                };
                drop(wiring::store_to_write(settings)?);
                let now = store::status(&settings.db)?;
                if from == now.version {
                    writeln!(out, "{}: version {from}, nothing to do", now.place)?;
                } else {
                    writeln!(out, "{}: from version {from} to {}", now.place, now.version)?;
                }
            }
            What::Copy { from, to } => {
                // Opening it would bring it up to date, and that is for its owner to decide.
                let found = store::status(&from)?;
                if found.version != found.latest {
                    let (version, latest) = (found.version, found.latest);
                    return Err(StoreError::Outdated { place: found.place, version, latest }.into());
                }
                let copied = copy(&*open(&from)?, &*open(&to)?, false)?;
                for copied in copied.iter().filter(|copied| copied.rows > 0) {
                    let short = copied.checksum.get(..16).unwrap_or(&copied.checksum);
                    writeln!(out, "{}{:>9}  {short}", pad(copied.table, 18), copied.rows)?;
                }
                let rows: u64 = copied.iter().map(|copied| copied.rows).sum();
                writeln!(out, "copied {rows} rows, and read them again: they are the same")?;
            }
            What::Upgrade(args) => return args.run(settings, &mut out),
        }
        Ok(0)
    }
}

fn tell(status: &Status, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "{}, {}", status.kind, status.place)?;
    let Status { version, latest, .. } = status;
    if version == latest {
        writeln!(out, "version {version}, up to date")?;
    } else if *version == 0 {
        writeln!(out, "no tables yet; `beian db migrate` makes them")?;
    } else {
        writeln!(out, "version {version}, this program's is {latest}: see `beian db upgrade --dry-run`")?;
    }
    for (table, rows) in &status.rows {
        writeln!(out, "{}{rows:>9}", pad(table, 18))?;
    }
    writeln!(out, "{} jobs wait", status.waiting)
}

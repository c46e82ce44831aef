//! `beian key`: keys that programs come with.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use unicode_width::UnicodeWidthStr as _;

use super::columns::pad;
use super::{kept, wiring};
use crate::channels::Key;
use crate::config::Settings;
use crate::domain::moment::china_date;
use crate::store::keys::{ApiKey, Scope};

/// Makes, lists and revokes keys that programs use the HTTP interface with
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  beian key create --scope channel --channel shop --label 'the shop'\n  beian key list\n  beian key revoke 0123456789ab"
)]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Makes a key and prints it, once: only a hash of it is kept
    #[command(
        after_help = "Example:\n  beian key create --scope channel --channel shop --label 'the shop'\n\nScopes: channel asks on behalf of a channel's users; agent sees what agents see; admin may do everything."
    )]
    Create(Create),
    /// Lists the keys, without their secrets
    #[command(after_help = "Example:\n  beian key list")]
    List,
    /// Revokes a key, by its handle: from now on it opens nothing
    #[command(after_help = "Example:\n  beian key revoke 0123456789ab")]
    Revoke {
        /// The part of the key between the two underscores
        handle: String,
    },
}

#[derive(Args, Debug)]
struct Create {
    /// What it is good for; may be given more than once
    #[arg(long, required = true, value_enum, value_name = "SCOPE")]
    scope: Vec<KeyScope>,
    /// The channel that what is asked with it counts as
    #[arg(long, value_name = "NAME", default_value = "api", value_parser = name)]
    channel: String,
    /// Who speaks with it, always [default: each request says so]
    #[arg(long, value_name = "USER", value_parser = name)]
    user: Option<String>,
    /// What it is for, in your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    label: String,
}

/// [`Scope`] as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KeyScope {
    Channel,
    Agent,
    Admin,
}

impl From<KeyScope> for Scope {
    fn from(scope: KeyScope) -> Self {
        match scope {
            KeyScope::Channel => Self::Channel,
            KeyScope::Agent => Self::Agent,
            KeyScope::Admin => Self::Admin,
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 128 || text.chars().any(char::is_control) {
        return Err("a name has 1 to 128 characters and no control characters".to_owned());
    }
    Ok(text.to_owned())
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        match self.what {
            What::Create(create) => create.run(settings),
            What::List => list(settings),
            What::Revoke { handle } => revoke(settings, &handle),
        }
    }
}

impl Create {
    fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let key = Key::new().context("the system gives no random numbers")?;
        let mut scopes: Vec<Scope> = self.scope.into_iter().map(Scope::from).collect();
        scopes.sort();
        scopes.dedup();
        let kept = ApiKey {
            handle: key.handle().to_owned(),
            key_hash: key.hash(),
            label: self.label.trim().to_owned(),
            scopes,
            channel: self.channel,
            user: self.user,
            created_at: wiring::clock(None)(),
            revoked_at: None,
        };
        let added = wiring::store_to_write(settings)?.add_key(&kept)?;
        anyhow::ensure!(added, "a key with this handle is there already; run the command again");
        writeln!(std::io::stdout(), "{key}")?;
        eprintln!("keep it now: it is not shown again; `beian key revoke {}` ends it", key.handle());
        Ok(0)
    }
}

fn list(settings: &Settings) -> anyhow::Result<u8> {
    let mut rows =
        vec![["handle", "scopes", "channel", "user", "made", "revoked", "label"].map(str::to_owned)];
    for key in kept::store(settings)?.keys()? {
        let scopes: Vec<&str> = key.scopes.iter().copied().map(Scope::as_str).collect();
        let day = |at: Timestamp| china_date(at).to_string();
        let none = || "-".to_owned();
        rows.push([
            key.handle,
            scopes.join(","),
            key.channel,
            key.user.unwrap_or_else(none),
            day(key.created_at),
            key.revoked_at.map_or_else(none, day),
            key.label,
        ]);
    }
    let mut out = std::io::stdout().lock();
    for row in &rows {
        let cells = row
            .iter()
            .enumerate()
            .map(|(at, cell)| pad(cell, rows.iter().map(|row| row[at].width()).max().unwrap_or_default()));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(0)
}

fn revoke(settings: &Settings, handle: &str) -> anyhow::Result<u8> {
    let handle = handle.trim();
    // Somebody who has the whole key at hand may paste it.
    let shown = Key::read(handle);
    let handle = shown.as_ref().map_or(handle, Key::handle);
    let revoked = kept::store(settings)?.revoke_key(handle, wiring::clock(None)())?;
    anyhow::ensure!(revoked, "`{handle}`: no key with this handle is in use; see `beian key list`");
    writeln!(std::io::stdout(), "revoked {handle}")?;
    Ok(0)
}

//! The Discord bot: commands, mentions, direct messages and forum posts, answered by the assistant.
//!
//! What comes in does so over Discord's gateway, which serenity keeps ([`session`]); what goes out goes through [`rest`]. [`messages`]
//! takes messages, [`interactions`] commands, buttons, menus and forms. Which intents have a command is in [`catalogue`], how Discord is
//! told of them in [`commands`]. [`super::privacy`] decides what nobody else may see, [`drawing`] and [`markup`] how a reply looks,
//! [`words`] has every sentence of the bot's own.

mod asking;
mod catalogue;
mod commands;
mod completion;
mod drawing;
mod interactions;
mod lanes;
mod markup;
mod messages;
mod pictures;
mod rest;
mod session;
mod threads;
mod words;

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, OnceLock};

use serenity::model::id::{ApplicationId, UserId};

use self::lanes::{Lanes, Moved, Seen};
use self::rest::Rest;
use self::threads::Threads;
use super::adapter::Adapter;
use super::linking::Linking;
use super::outgoing::Outgoing;
use super::reception::Reception;
use crate::config::{ConfigError, DiscordConfig, Secret};

/// The channel's name, as `identities` in the record set write it.
pub const CHANNEL: &str = "discord";

/// Where Discord is.
const DISCORD: &str = "https://discord.com";

/// The bot of a configuration.
pub fn open(config: &DiscordConfig, reception: &Arc<Reception>) -> Result<Adapter, ConfigError> {
    let token = config.token()?;
    adapter(config, token, DISCORD, reception)
        .map_err(|error| ConfigError::Key { key: "channels.discord", message: error.to_string() })
}

/// The same where Discord is at another address: a stand-in for tests.
pub fn adapter(
    config: &DiscordConfig,
    token: Secret,
    base: &str,
    reception: &Arc<Reception>,
) -> Result<Adapter, reqwest::Error> {
    let bot = Arc::new(Bot {
        reception: Arc::clone(reception),
        linking: Linking::new(Arc::clone(reception)),
        rest: Rest::new(Outgoing::new()?, base, token.clone()),
        config: config.clone(),
        me: OnceLock::new(),
        application: OnceLock::new(),
        told: AtomicBool::new(false),
        at_work: AtomicUsize::new(0),
        seen: Seen::default(),
        lanes: Lanes::default(),
        moved: Moved::default(),
        threads: Threads::default(),
    });
    let base = base.to_owned();
    let mut adapter = Adapter::new(CHANNEL, "Discord's gateway");
    adapter.task = Some(Box::new(move |stop| Box::pin(session::run(bot, token, base, stop))));
    Ok(adapter)
}

/// The bot, as long as the server runs.
struct Bot {
    reception: Arc<Reception>,
    linking: Linking,
    rest: Rest,
    config: DiscordConfig,
    /// Who we are, once Discord has said so.
    me: OnceLock<UserId>,
    application: OnceLock<ApplicationId>,
    /// Whether Discord knows our commands.
    told: AtomicBool,
    /// How many events are being answered.
    at_work: AtomicUsize,
    seen: Seen,
    lanes: Lanes,
    moved: Moved,
    threads: Threads,
}

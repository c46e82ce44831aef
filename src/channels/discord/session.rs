//! The connection to Discord's gateway: serenity keeps it, resumes it and opens it anew; here it is begun and ended.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{anyhow, bail};
use serenity::async_trait;
use serenity::client::{ClientBuilder, Context, EventHandler};
use serenity::gateway::GatewayError;
use serenity::http::HttpBuilder;
use serenity::model::application::Interaction;
use serenity::model::channel::Message;
use serenity::model::event::ResumedEvent;
use serenity::model::gateway::{GatewayIntents, Ready};

use super::rest::Refusal;
use super::{Bot, CHANNEL, commands};
use crate::channels::Stop;
use crate::config::Secret;

/// The longest wait before Discord is called again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How long the connection has to close.
const CLOSING: Duration = Duration::from_secs(3);
/// How long what has been begun may take after that.
const FINISHING: Duration = Duration::from_secs(5);

/// Where the gateway is, and over how many connections Discord wants it to be used.
struct Gateway {
    url: String,
    shards: u32,
}

/// Answers on Discord until it is told to stop.
pub(super) async fn run(bot: Arc<Bot>, token: Secret, base: String, mut stop: Stop) -> anyhow::Result<()> {
    let Some(gateway) = find(&bot, &mut stop).await? else { return Ok(()) };
    let http = HttpBuilder::new(token.expose()).proxy(base).ratelimiter_disabled(true).build();
    let client = ClientBuilder::new_with_http(http, intents(&bot)).event_handler(Handler(Arc::clone(&bot)));
    let mut client = tokio::select! {
        client = client.into_future() => client.map_err(|error| anyhow!("the client for Discord could not be made: {error}"))?,
        () = stop.requested() => return Ok(()),
    };
    // Serenity takes the public address where it couldn't ask for one.
    client.ws_url.lock().await.clone_from(&gateway.url);
    let manager = Arc::clone(&client.shard_manager);
    tokio::select! {
        ended = client.start_shards(gateway.shards) => match ended {
            Ok(()) if stop.is_requested() => Ok(()),
            Ok(()) => bail!("the connection to Discord ended; start beian again"),
            Err(serenity::Error::Gateway(error)) => Err(anyhow!(mend(&bot, &error))),
            Err(error) => Err(anyhow!("the connection to Discord ended: {error}")),
        },
        () = stop.requested() => {
            // It doesn't come back from a connection that is just being opened.
            let _ = tokio::time::timeout(CLOSING, manager.shutdown_all()).await;
            let _ = tokio::time::timeout(FINISHING, finished(&bot)).await;
            Ok(())
        }
    }
}

/// What we ask Discord to be told of.
fn intents(bot: &Bot) -> GatewayIntents {
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if bot.config.message_content.unwrap_or(false) {
        intents | GatewayIntents::MESSAGE_CONTENT
    } else {
        intents
    }
}

/// Why Discord closed the connection for good, and what to do about it.
fn mend(bot: &Bot, error: &GatewayError) -> String {
    match error {
        GatewayError::InvalidAuthentication => bad_token(),
        GatewayError::DisallowedGatewayIntents if bot.config.message_content.unwrap_or(false) => {
            "Discord doesn't allow the Message Content Intent (close code 4014); switch it on in the developer portal under Bot, or set channels.discord.message_content to false".to_owned()
        }
        GatewayError::DisallowedGatewayIntents => {
            "Discord doesn't allow an intent (close code 4014), though none of those asked for is privileged; look at the bot in the developer portal".to_owned()
        }
        GatewayError::InvalidGatewayIntents => {
            "Discord doesn't know an intent (close code 4013); use a newer beian".to_owned()
        }
        other => format!("Discord closed the connection: {other}"),
    }
}

fn bad_token() -> String {
    "Discord refuses the bot's token (channels.discord.token); reset it in the developer portal under Bot and put the new one into BEIAN_DISCORD_TOKEN or token_file".to_owned()
}

/// Asks where the gateway is, as long as it takes. `None`: told to stop before.
async fn find(bot: &Bot, stop: &mut Stop) -> anyhow::Result<Option<Gateway>> {
    let mut wait = Duration::from_secs(1);
    loop {
        let asked = tokio::select! {
            asked = bot.rest.get("/gateway/bot") => asked,
            () = stop.requested() => return Ok(None),
        };
        match asked {
            Ok(told) => {
                if let Some(url) = told["url"].as_str() {
                    let shards = told["shards"].as_u64().and_then(|shards| shards.try_into().ok());
                    return Ok(Some(Gateway { url: url.to_owned(), shards: shards.unwrap_or(1).max(1) }));
                }
                tracing::warn!("Discord doesn't say where its gateway is; asking again");
            }
            Err(Refusal::Refused { status: 401 | 403, .. }) => bail!(bad_token()),
            Err(error) => {
                tracing::warn!(channel = CHANNEL, %error, "asking for the gateway again in {} s", wait.as_secs());
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = (2 * wait).min(LONGEST_WAIT),
            () = stop.requested() => return Ok(None),
        }
    }
}

/// Resolves when nothing is being answered any more.
async fn finished(bot: &Bot) {
    while bot.at_work.load(Ordering::Relaxed) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Counts what is being answered.
struct AtWork<'a>(&'a Bot);

impl<'a> AtWork<'a> {
    fn on(bot: &'a Bot) -> Self {
        bot.at_work.fetch_add(1, Ordering::Relaxed);
        Self(bot)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.at_work.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Hands on what serenity hears.
struct Handler(Arc<Bot>);

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        // Who we are doesn't change while we run.
        let _ = self.0.me.set(ready.user.id);
        let _ = self.0.application.set(ready.application.id);
        tracing::info!(channel = CHANNEL, servers = ready.guilds.len(), "connected");
        self.0.tell_commands().await;
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        tracing::info!(channel = CHANNEL, "the connection was resumed");
    }

    async fn message(&self, _: Context, message: Message) {
        let _at_work = AtWork::on(&self.0);
        Arc::clone(&self.0).take_message(message).await;
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let _at_work = AtWork::on(&self.0);
        Arc::clone(&self.0).take_interaction(interaction).await;
    }
}

impl Bot {
    /// Tells Discord our commands, once.
    async fn tell_commands(&self) {
        let Some(application) = self.application.get() else { return };
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        let path = match self.config.guild {
            Some(guild) => format!("/applications/{application}/guilds/{guild}/commands"),
            None => format!("/applications/{application}/commands"),
        };
        match self.rest.put(&path, &commands::all()).await {
            Ok(_) => tracing::info!(channel = CHANNEL, "the commands are registered"),
            Err(error) => {
                // The next connection tries again.
                self.told.store(false, Ordering::Relaxed);
                tracing::error!(channel = CHANNEL, %error, "the commands could not be registered; is the bot invited with the scope applications.commands, and `guild` one of its servers?");
            }
        }
    }
}

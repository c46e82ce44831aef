//! `[channels.discord]`: the Discord bot. Its token is a secret and never in the file.

use std::fmt;
use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, de};

use super::{ConfigError, Secret, secret};

/// The table `[channels.discord]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiscordConfig {
    /// A file that holds the bot's token, where the environment doesn't.
    pub token_file: Option<PathBuf>,
    /// The server that gets the commands at once; without it they are registered for all servers.
    pub guild: Option<DiscordId>,
    /// Forums in which every new post is a ticket, and answered.
    pub ticket_forums: Vec<DiscordId>,
    /// Whether the privileged intent is asked for with which posts without a mention can be read.
    pub message_content: Option<bool>,
}

impl DiscordConfig {
    /// The bot's token, as the developer portal shows it.
    pub fn token(&self) -> Result<Secret, ConfigError> {
        const KEY: &str = "channels.discord.token";
        let token = secret(KEY, "BEIAN_DISCORD_TOKEN", self.token_file.as_deref())?;
        if token.expose().trim().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(token);
        }
        let message =
            "it has characters in it that no token of Discord has; copy it anew, without spaces or quotes";
        Err(ConfigError::Key { key: KEY, message: message.to_owned() })
    }
}

/// An id as Discord gives them to servers, channels and messages: a number too large for TOML, so written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DiscordId(NonZeroU64);

impl DiscordId {
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for DiscordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for DiscordId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.trim().parse().map(Self).map_err(|_| {
            de::Error::custom(format!(
                "`{text}` is not an id of Discord; switch on the developer mode, right-click and choose “Copy ID”"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers_in_quotes() {
        let config: DiscordConfig =
            toml::from_str("guild = \"81384788765712384\"\nticket_forums = [\"1\", \" 2 \"]").unwrap();
        assert_eq!(config.guild.unwrap().get(), 81_384_788_765_712_384);
        assert_eq!(config.ticket_forums.iter().map(|id| id.get()).collect::<Vec<_>>(), [1, 2]);
        for wrong in ["", "0", "#help", "-1", "99999999999999999999999"] {
            let error = toml::from_str::<DiscordConfig>(&format!("guild = \"{wrong}\"")).unwrap_err();
            assert!(error.message().contains("Copy ID"), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_bot_without_a_token_is_refused_with_the_key() {
        let config = DiscordConfig { token_file: Some("/nowhere/at/all".into()), ..DiscordConfig::default() };
        let error = config.token().unwrap_err().to_string();
        assert!(error.starts_with("channels.discord.token: "), "{error}");
        let file = tempfile::NamedTempFile::new().unwrap();
        for (text, taken) in
            [("MTk4.Cl2FMQ.ZnCj", true), (" MTk4.Cl2FMQ \n", true), ("令牌", false), ("Bot MTk4", false)]
        {
            std::fs::write(file.path(), text).unwrap();
            let config = DiscordConfig { token_file: Some(file.path().into()), ..DiscordConfig::default() };
            assert_eq!(config.token().is_ok(), taken, "{text}");
        }
    }
}

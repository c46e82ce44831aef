//! Settings: from the command line, else the environment, else `beian.toml`, else a default. Nothing else reads the
//! environment.

mod channels;
mod chatwoot;
mod dingtalk;
mod discord;
mod feishu;
mod file;
mod http;
mod mcp;
mod openai;
mod secret;
mod tickets;
mod web;
mod webhook;
mod wecom;
mod zammad;

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

pub use channels::ChannelsConfig;
pub use chatwoot::{Chatwoot, ChatwootConfig, ChatwootStatus};
pub use dingtalk::{DingtalkConfig, DingtalkSettings};
pub use discord::{DiscordConfig, DiscordId};
pub use feishu::{FeishuConfig, FeishuSettings};
pub use file::{ConfigError, ConversationConfig, FileConfig};
pub use http::HttpConfig;
pub use mcp::McpConfig;
pub use openai::OpenaiConfig;
pub use secret::{Secret, secret};
pub use tickets::TicketReply;
pub use web::{WebConfig, WebSettings};
pub use webhook::{Webhook, WebhookConfig, WebhookMode};
pub use wecom::{WecomConfig, WecomSettings};
pub use zammad::{Zammad, ZammadConfig};

use crate::domain::moment::Moment;

/// Options that every subcommand takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// Folder of .md, .txt and .html documents to answer from [default: the knowledge base in the binary]
    #[arg(long, global = true, env = "BEIAN_KB", value_name = "DIR")]
    pub kb: Option<PathBuf>,
    /// Folder of Rasa 3.1 training data [default: the intents in the binary]
    #[arg(long, global = true, env = "BEIAN_INTENTS", value_name = "DIR")]
    pub intents: Option<PathBuf>,
    /// Folder of rule tables [default: the rules in the binary]
    #[arg(long, global = true, env = "BEIAN_RULES", value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Database: sqlite:PATH, a path, or postgres://… [default: beian.db in the data folder]
    // It may hold a password, and help shows what is set.
    #[arg(long, global = true, env = "BEIAN_DB", value_name = "URL", hide_env_values = true)]
    pub db: Option<String>,
    /// Where the database and large indexes live [default: the user's data folder]
    #[arg(long, global = true, env = "BEIAN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Withdraw and abandon orders when people say yes to it [default: only say how]
    #[arg(long, global = true, env = "BEIAN_WRITE_ACTIONS")]
    pub write_actions: bool,
    /// A fixed clock, such as 2019-08-20T10:00:00+08:00
    #[arg(long, global = true, env = "BEIAN_NOW", value_name = "RFC3339")]
    pub now: Option<String>,
    /// What to log, such as info or beian=debug [default: warn]
    #[arg(long, global = true, env = "BEIAN_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Configuration file [default: beian.toml where it exists]
    #[arg(long, global = true, env = "BEIAN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What the options come to.
#[derive(Clone, Debug)]
pub struct Settings {
    pub kb: Option<PathBuf>,
    pub intents: Option<PathBuf>,
    pub rules: Option<PathBuf>,
    pub db: String,
    /// Whether somebody named the store: an unnamed one that doesn't exist is simply empty.
    pub db_named: bool,
    pub data: PathBuf,
    pub now: Option<Timestamp>,
    pub log: Option<String>,
    /// How long a conversation is remembered after its last message, in minutes.
    pub remembered_minutes: u32,
    /// How long what was said is kept, in days.
    pub keep_days: u32,
    /// Whether orders are withdrawn and abandoned, or people are only told how.
    pub write_actions: bool,
    /// What a human takes: words, or names of intents.
    pub handoff_topics: Vec<String>,
    /// What channels run beside HTTP.
    pub channels: ChannelsConfig,
}

/// How long a conversation is remembered where nobody says: half an hour.
const REMEMBERED_MINUTES: u32 = 30;
/// How long what was said is kept where nobody says.
const KEEP_DAYS: u32 = 180;
/// The longest that can be asked for: a hundred years.
const LONGEST_DAYS: u32 = 36_500;

impl Options {
    /// Fills in from `beian.toml` and the defaults.
    pub fn settle(self) -> Result<Settings, ConfigError> {
        let file = FileConfig::find(self.config.as_deref())?;
        let data = self.data.or(file.data).unwrap_or_else(default_data);
        let db = self.db.or(file.db);
        let now = self.now.or(file.now).map(|text| {
            Moment::parse(&text)
                .map(|moment| moment.timestamp())
                .map_err(|error| ConfigError::Value { option: "now", message: error.to_string() })
        });
        let remembered_minutes = within(
            "conversation.minutes",
            file.conversation.minutes.unwrap_or(REMEMBERED_MINUTES),
            LONGEST_DAYS * 24 * 60,
        )?;
        let keep_days =
            within("conversation.keep_days", file.conversation.keep_days.unwrap_or(KEEP_DAYS), LONGEST_DAYS)?;
        Ok(Settings {
            kb: self.kb.or(file.kb),
            intents: self.intents.or(file.intents),
            rules: self.rules.or(file.rules),
            db_named: db.is_some(),
            db: db.unwrap_or_else(|| format!("sqlite:{}", data.join("beian.db").display())),
            data,
            now: now.transpose()?,
            log: self.log.or(file.log),
            remembered_minutes,
            keep_days,
            handoff_topics: topics(file.handoff.topics)?,
            channels: file.channels,
            write_actions: self.write_actions || file.actions.write.unwrap_or(false),
        })
    }
}

/// Topics that a human takes: an empty one would be every message.
fn topics(topics: Vec<String>) -> Result<Vec<String>, ConfigError> {
    if topics.iter().any(|topic| !topic.chars().any(char::is_alphanumeric)) {
        return Err(ConfigError::Key {
            key: "handoff.topics",
            message: "one of the topics is empty; give words such as 注销主体, or leave it out".to_owned(),
        });
    }
    Ok(topics)
}

/// A number of the configuration file from 1 to `most`.
fn within(key: &'static str, number: u32, most: u32) -> Result<u32, ConfigError> {
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(ConfigError::Key {
            key,
            message: format!("{number} is not from 1 to {most}; give another number"),
        })
    }
}

/// The user's data folder, by the XDG rules; beside the working folder where there is no home.
fn default_data() -> PathBuf {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    from("XDG_DATA_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| from("HOME").map(|home| home.join(".local").join("share")))
        .or_else(|| from("LOCALAPPDATA"))
        .unwrap_or_else(|| Path::new(".").to_path_buf())
        .join("beian")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_nothing_is_refused_with_its_key() {
        assert_eq!(within("conversation.minutes", 1, 10).unwrap(), 1);
        for number in [0, 11] {
            let error = within("conversation.minutes", number, 10).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("conversation.minutes: {number} is not from 1 to 10")),
                "{error}"
            );
        }
    }
}

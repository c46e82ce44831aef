//! The table `[channels.chatwoot]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::tickets::{TicketReply, address, age};
use super::{ConfigError, Secret, secret};

/// The table as it stands in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatwootConfig {
    pub url: String,
    pub account: u64,
    #[serde(default)]
    pub reply: TicketReply,
    #[serde(default = "statuses")]
    pub statuses: Vec<ChatwootStatus>,
    #[serde(default)]
    pub hand_over_unanswered: bool,
    #[serde(default = "max_age")]
    pub max_age_seconds: u32,
    pub secret_file: Option<PathBuf>,
    pub token_file: Option<PathBuf>,
}

/// The states of a conversation in Chatwoot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatwootStatus {
    Pending,
    Open,
    Snoozed,
    Resolved,
}

fn statuses() -> Vec<ChatwootStatus> {
    vec![ChatwootStatus::Pending]
}

fn max_age() -> u32 {
    300
}

/// What the table comes to.
#[derive(Clone, Debug)]
pub struct Chatwoot {
    pub url: String,
    pub account: u64,
    pub reply: TicketReply,
    /// The conversations that are answered.
    pub statuses: Vec<ChatwootStatus>,
    /// Whether a human gets what could not be answered.
    pub hand_over_unanswered: bool,
    /// How old a request may be.
    pub max_age_seconds: u32,
    /// What Chatwoot signs its requests with.
    pub secret: Secret,
    /// What we call Chatwoot with.
    pub token: Secret,
}

impl ChatwootConfig {
    /// With its secrets.
    pub fn settle(&self) -> Result<Chatwoot, ConfigError> {
        Ok(Chatwoot {
            url: address("channels.chatwoot.url", &self.url)?,
            account: self.account,
            reply: self.reply,
            statuses: self.statuses.clone(),
            hand_over_unanswered: self.hand_over_unanswered,
            max_age_seconds: age("channels.chatwoot.max_age_seconds", self.max_age_seconds)?,
            secret: secret("channels.chatwoot.secret", "BEIAN_CHATWOOT_SECRET", self.secret_file.as_deref())?,
            token: secret("channels.chatwoot.token", "BEIAN_CHATWOOT_TOKEN", self.token_file.as_deref())?,
        })
    }
}

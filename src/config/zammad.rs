//! The table `[channels.zammad]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::tickets::{TicketReply, address, age, word};
use super::{ConfigError, Secret, secret};

/// The table as it stands in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZammadConfig {
    pub url: String,
    /// Where nobody says: a proposal, since e-mail that was sent can't be taken back.
    #[serde(default = "note")]
    pub reply: TicketReply,
    #[serde(default)]
    pub hand_over_unanswered: bool,
    pub handoff_state: Option<String>,
    pub handoff_owner: Option<String>,
    pub handoff_tag: Option<String>,
    #[serde(default = "max_age")]
    pub max_age_seconds: u32,
    pub secret_file: Option<PathBuf>,
    pub token_file: Option<PathBuf>,
}

fn note() -> TicketReply {
    TicketReply::Note
}

fn max_age() -> u32 {
    24 * 60 * 60
}

/// What the table comes to.
#[derive(Clone, Debug)]
pub struct Zammad {
    pub url: String,
    pub reply: TicketReply,
    /// Whether a human gets what could not be answered.
    pub hand_over_unanswered: bool,
    /// The ticket's state after a hand-over, such as `open`.
    pub handoff_state: Option<String>,
    /// The login of its owner after a hand-over.
    pub handoff_owner: Option<String>,
    pub handoff_tag: Option<String>,
    /// How old an article may be.
    pub max_age_seconds: u32,
    /// What Zammad signs its requests with.
    pub secret: Secret,
    /// What we call Zammad with.
    pub token: Secret,
}

impl ZammadConfig {
    /// With its secrets.
    pub fn settle(&self) -> Result<Zammad, ConfigError> {
        Ok(Zammad {
            url: address("channels.zammad.url", &self.url)?,
            reply: self.reply,
            hand_over_unanswered: self.hand_over_unanswered,
            handoff_state: word("channels.zammad.handoff_state", self.handoff_state.as_ref())?,
            handoff_owner: word("channels.zammad.handoff_owner", self.handoff_owner.as_ref())?,
            handoff_tag: word("channels.zammad.handoff_tag", self.handoff_tag.as_ref())?,
            max_age_seconds: age("channels.zammad.max_age_seconds", self.max_age_seconds)?,
            secret: secret("channels.zammad.secret", "BEIAN_ZAMMAD_SECRET", self.secret_file.as_deref())?,
            token: secret("channels.zammad.token", "BEIAN_ZAMMAD_TOKEN", self.token_file.as_deref())?,
        })
    }
}

//! The table `[channels.webhook]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::tickets::{address, age};
use super::{ConfigError, Secret, secret};

/// The table as it stands in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    #[serde(default)]
    pub mode: WebhookMode,
    pub answer_url: Option<String>,
    #[serde(default = "max_age")]
    pub max_age_seconds: u32,
    pub secret_file: Option<PathBuf>,
}

/// Where the answer goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookMode {
    /// Into the response of the request.
    #[default]
    Reply,
    /// To an address of the other side, when it is ready.
    Post,
}

fn max_age() -> u32 {
    300
}

/// What the table comes to.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where answers are posted to; `None`: they are in the response.
    pub answer_url: Option<String>,
    /// How old a request may be.
    pub max_age_seconds: u32,
    /// What both sides sign with.
    pub secret: Secret,
}

impl WebhookConfig {
    /// With its secret.
    pub fn settle(&self) -> Result<Webhook, ConfigError> {
        let key = "channels.webhook.answer_url";
        let answer_url = match (self.mode, &self.answer_url) {
            (WebhookMode::Reply, None) => None,
            (WebhookMode::Post, Some(url)) => Some(address(key, url)?),
            (WebhookMode::Post, None) => {
                return Err(ConfigError::Key {
                    key,
                    message: r#"missing; with mode = "post" say where answers go, or set mode = "reply""#
                        .to_owned(),
                });
            }
            (WebhookMode::Reply, Some(_)) => {
                return Err(ConfigError::Key {
                    key,
                    message: r#"answers are in the response with mode = "reply"; leave it out, or set mode = "post""#
                        .to_owned(),
                });
            }
        };
        Ok(Webhook {
            answer_url,
            max_age_seconds: age("channels.webhook.max_age_seconds", self.max_age_seconds)?,
            secret: secret("channels.webhook.secret", "BEIAN_WEBHOOK_SECRET", self.secret_file.as_deref())?,
        })
    }
}

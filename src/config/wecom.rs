//! The table `[channels.wecom]`: an app of one's own in WeCom (企业微信).

use std::path::PathBuf;

use serde::Deserialize;

use super::channels::{named, web_address};
use super::{ConfigError, Secret, secret};

/// The table as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WecomConfig {
    /// The company's id, `ww…`.
    pub corp_id: String,
    /// The app's number.
    pub agent_id: u32,
    pub secret_file: Option<PathBuf>,
    pub token_file: Option<PathBuf>,
    pub aes_key_file: Option<PathBuf>,
    /// Where the platform is reached.
    pub api: Option<String>,
}

/// The table with its secrets.
#[derive(Clone, Debug)]
pub struct WecomSettings {
    pub corp_id: String,
    pub agent_id: u32,
    pub secret: Secret,
    pub token: Secret,
    /// EncodingAESKey: 43 characters of base64.
    pub aes_key: Secret,
    pub api: String,
}

impl WecomConfig {
    /// Reads the secrets.
    pub fn settle(&self) -> Result<WecomSettings, ConfigError> {
        Ok(WecomSettings {
            corp_id: named("channels.wecom.corp_id", &self.corp_id)?,
            agent_id: self.agent_id,
            secret: secret("channels.wecom.secret", "BEIAN_WECOM_SECRET", self.secret_file.as_deref())?,
            token: secret("channels.wecom.token", "BEIAN_WECOM_TOKEN", self.token_file.as_deref())?,
            aes_key: secret("channels.wecom.aes_key", "BEIAN_WECOM_AES_KEY", self.aes_key_file.as_deref())?,
            api: web_address("channels.wecom.api", self.api.as_deref(), "https://qyapi.weixin.qq.com")?,
        })
    }
}

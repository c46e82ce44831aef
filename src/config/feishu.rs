//! The table `[channels.feishu]`: an app of Feishu (飞书) or Lark.

use std::path::PathBuf;

use serde::Deserialize;

use super::channels::web_address;
use super::{ConfigError, Secret, secret};

/// The table as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeishuConfig {
    /// The app's id, `cli_…`.
    pub app_id: String,
    pub app_secret_file: Option<PathBuf>,
    pub encrypt_key_file: Option<PathBuf>,
    pub verification_token_file: Option<PathBuf>,
    /// Where the platform is reached: Lark has an address of its own.
    pub api: Option<String>,
}

/// The table with its secrets.
#[derive(Clone, Debug)]
pub struct FeishuSettings {
    pub app_id: String,
    pub app_secret: Secret,
    pub encrypt_key: Secret,
    pub verification_token: Secret,
    pub api: String,
}

impl FeishuConfig {
    /// Reads the secrets.
    pub fn settle(&self) -> Result<FeishuSettings, ConfigError> {
        Ok(FeishuSettings {
            app_id: super::channels::named("channels.feishu.app_id", &self.app_id)?,
            app_secret: secret(
                "channels.feishu.app_secret",
                "BEIAN_FEISHU_APP_SECRET",
                self.app_secret_file.as_deref(),
            )?,
            encrypt_key: secret(
                "channels.feishu.encrypt_key",
                "BEIAN_FEISHU_ENCRYPT_KEY",
                self.encrypt_key_file.as_deref(),
            )?,
            verification_token: secret(
                "channels.feishu.verification_token",
                "BEIAN_FEISHU_VERIFICATION_TOKEN",
                self.verification_token_file.as_deref(),
            )?,
            api: web_address("channels.feishu.api", self.api.as_deref(), "https://open.feishu.cn")?,
        })
    }
}

//! The table `[channels.dingtalk]`: a robot of an app of DingTalk (钉钉).

use std::path::PathBuf;

use serde::Deserialize;

use super::channels::{named, web_address};
use super::{ConfigError, Secret, secret};

/// The table as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DingtalkConfig {
    /// The app's client id (AppKey).
    pub client_id: String,
    pub client_secret_file: Option<PathBuf>,
    /// The robot's code, where it isn't the client id.
    pub robot_code: Option<String>,
    /// Where the platform is reached.
    pub api: Option<String>,
}

/// The table with its secret.
#[derive(Clone, Debug)]
pub struct DingtalkSettings {
    pub client_id: String,
    pub client_secret: Secret,
    pub robot_code: String,
    pub api: String,
}

impl DingtalkConfig {
    /// Reads the secret.
    pub fn settle(&self) -> Result<DingtalkSettings, ConfigError> {
        let client_id = named("channels.dingtalk.client_id", &self.client_id)?;
        let robot_code = match &self.robot_code {
            Some(code) => named("channels.dingtalk.robot_code", code)?,
            None => client_id.clone(),
        };
        Ok(DingtalkSettings {
            client_id,
            robot_code,
            client_secret: secret(
                "channels.dingtalk.client_secret",
                "BEIAN_DINGTALK_CLIENT_SECRET",
                self.client_secret_file.as_deref(),
            )?,
            api: web_address("channels.dingtalk.api", self.api.as_deref(), "https://api.dingtalk.com")?,
        })
    }
}

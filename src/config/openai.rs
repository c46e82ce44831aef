//! The table `[channels.openai]`: the interface that chat front ends know.

use serde::Deserialize;

/// The table as it is written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenaiConfig {
    /// Whether it is there; a table without it is.
    pub enabled: Option<bool>,
}

impl OpenaiConfig {
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(true)
    }
}

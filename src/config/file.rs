//! `beian.toml`: the same keys as the global options.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::channels::ChannelsConfig;

/// A setting that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: can't be read: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("{path}:{line}: {message}")]
    Syntax { path: String, line: usize, message: String },
    #[error("--{option}: {message}")]
    Value { option: &'static str, message: String },
    #[error("{key}: {message}")]
    Key { key: &'static str, message: String },
}

/// What `beian.toml` may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileConfig {
    pub kb: Option<PathBuf>,
    pub intents: Option<PathBuf>,
    pub rules: Option<PathBuf>,
    pub db: Option<String>,
    pub data: Option<PathBuf>,
    pub now: Option<String>,
    pub log: Option<String>,
    pub conversation: ConversationConfig,
    pub actions: ActionsConfig,
    pub handoff: HandoffConfig,
    pub channels: ChannelsConfig,
}

/// The table `[handoff]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HandoffConfig {
    /// Words or names of intents that a human takes.
    pub topics: Vec<String>,
}

/// The table `[actions]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ActionsConfig {
    /// Whether the assistant withdraws and abandons orders, and not only says how.
    pub write: Option<bool>,
}

/// The table `[conversation]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConversationConfig {
    /// How long a conversation is remembered after its last message.
    pub minutes: Option<u32>,
    /// How long what was said is kept.
    pub keep_days: Option<u32>,
}

impl FileConfig {
    /// The named file, or `beian.toml` in the working folder where it exists.
    pub fn find(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = match named {
            Some(path) => path,
            None if Path::new("beian.toml").exists() => Path::new("beian.toml"),
            None => return Ok(Self::default()),
        };
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.display().to_string(), source })?;
        Self::parse(&path.display().to_string(), &text)
    }

    fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = 1 + text.get(..at).map_or(0, |before| before.matches('\n').count());
            ConfigError::Syntax { path: path.to_owned(), line, message: error.message().to_owned() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_have_a_table_of_their_own() {
        let file = FileConfig::parse("beian.toml", "[conversation]\nminutes = 5\n").unwrap();
        assert_eq!((file.conversation.minutes, file.conversation.keep_days), (Some(5), None));
        let error = FileConfig::parse("beian.toml", "[conversation]\nhours = 5\n").unwrap_err().to_string();
        assert!(error.starts_with("beian.toml:2: unknown field `hours`"), "{error}");
        let error =
            FileConfig::parse("beian.toml", "[conversation]\nminutes = -5\n").unwrap_err().to_string();
        assert!(error.starts_with("beian.toml:2: "), "{error}");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error =
            FileConfig::parse("beian.toml", "log = \"info\"\nknowledge = \"kb\"\n").unwrap_err().to_string();
        assert!(error.starts_with("beian.toml:2: unknown field `knowledge`"), "{error}");
    }
}

//! The tables of `beian.toml` that configure channels: one struct a channel, each in a file of its own. A channel whose table is there
//! is configured; its secrets come from the environment or from files (see [`super::secret`]).

use serde::Deserialize;

use super::http::HttpConfig;

/// HTTP and the channels beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelsConfig {
    pub http: HttpConfig,
}

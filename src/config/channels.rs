//! The tables of `beian.toml` that configure channels: one struct a channel, each in a file of its own. A channel whose table is there
//! is configured; its secrets come from the environment or from files (see [`super::secret`]).

use serde::Deserialize;

use super::chatwoot::ChatwootConfig;
use super::http::HttpConfig;
use super::web::WebConfig;
use super::webhook::WebhookConfig;
use super::zammad::ZammadConfig;

/// HTTP and the channels beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelsConfig {
    pub chatwoot: Option<ChatwootConfig>,
    pub http: HttpConfig,
    pub web: WebConfig,
    pub webhook: Option<WebhookConfig>,
    pub zammad: Option<ZammadConfig>,
}

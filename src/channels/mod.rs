//! Adapters to the outside: what a channel says comes in as an `Incoming`, and a `Reply` goes back.
//!
//! No business logic lives here, and nothing of a channel leaks into the assistant beyond its name. Every channel is an
//! [`Adapter`]; [`Reception`] is where it asks, [`Inbox`] where it leaves what it has taken and works off later.

mod adapter;
mod chat_app;
pub mod dingtalk;
pub mod discord;
pub mod feishu;
mod hands;
mod hex;
#[doc(hidden)]
pub mod hostile_entry;
pub mod http;
mod inbox;
mod key;
mod linking;
pub mod mcp;
mod metrics;
pub mod openai;
mod outgoing;
mod privacy;
mod reception;
pub mod tickets;
pub mod wecom;
pub mod wording;

pub use adapter::{Adapter, Stop, Task};
pub use inbox::{Inbox, Setback, Work};
pub use key::Key;
pub use linking::{CODE_LIFE, Code, Linking, TRIES, issue as issue_link_code};
pub use metrics::Metrics;
pub use outgoing::{Answered, Outgoing};
pub use reception::{Busy, Reception};

use std::sync::Arc;

use crate::config::{ChannelsConfig, ConfigError, OpenaiConfig};

/// Every channel that is configured, ready to be started. One that is configured by half is an error that names what is missing.
pub fn open(config: &ChannelsConfig, reception: &Arc<Reception>) -> Result<Vec<Adapter>, ConfigError> {
    // One line a channel, in alphabetical order.
    let channels = [
        config
            .chatwoot
            .as_ref()
            .map(|config| Ok(tickets::chatwoot::adapter(config.settle()?, reception, outgoing()?))),
        config.dingtalk.as_ref().map(|config| dingtalk::open(config, reception)),
        config.discord.as_ref().map(|config| discord::open(config, reception)),
        config.feishu.as_ref().map(|config| feishu::open(config, reception)),
        config.mcp.as_ref().filter(|config| config.is_enabled()).map(|config| mcp::open(config, reception)),
        config.openai.filter(OpenaiConfig::is_enabled).map(|_| Ok(openai::open(reception))),
        config
            .webhook
            .as_ref()
            .map(|config| Ok(tickets::webhook::adapter(config.settle()?, reception, outgoing()?))),
        config.wecom.as_ref().map(|config| wecom::open(config, reception)),
        config
            .zammad
            .as_ref()
            .map(|config| Ok(tickets::zammad::adapter(config.settle()?, reception, outgoing()?))),
    ];
    channels.into_iter().flatten().collect()
}

/// A client for calls to platforms.
fn outgoing() -> Result<Outgoing, ConfigError> {
    Outgoing::new().map_err(|error| ConfigError::Key {
        key: "channels",
        message: format!("no calls to platforms can be made: {error}"),
    })
}

//! DingTalk (钉钉): a robot's messages come in at `POST /hooks/dingtalk`, answers go to the address that each message brings.
//!
//! [`callback`] checks what comes and keeps it, [`app`] talks to the platform.

mod app;
mod callback;

use std::sync::Arc;

use axum::routing::post;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::adapter::Adapter;
use super::chat_app::Clerk;
use super::hostile_entry::Kept;
use super::inbox::Inbox;
use super::outgoing::Outgoing;
use super::reception::Reception;
use crate::config::{ConfigError, DingtalkConfig};

/// The channel's name, as `identities` write it.
pub const CHANNEL: &str = "dingtalk";

/// Where answers may be sent. The address comes with a message whose body isn't signed: anything else would let others have us call
/// whom they like.
pub(super) const WEBHOOKS: &str = "https://oapi.dingtalk.com";

/// What answering takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Address {
    /// Takes answers for the conversation, until it expires.
    pub webhook: String,
    /// In milliseconds.
    pub expires: i64,
    /// The company's id of who wrote; none for people from outside.
    pub staff: Option<String>,
}

/// The channel, ready to be started.
pub fn open(config: &DingtalkConfig, reception: &Arc<Reception>) -> Result<Adapter, ConfigError> {
    open_with(config, reception, WEBHOOKS)
}

/// The same with answers sent elsewhere: for a platform that is made up.
pub fn open_with(
    config: &DingtalkConfig,
    reception: &Arc<Reception>,
    webhooks: &'static str,
) -> Result<Adapter, ConfigError> {
    let settings = config.settle()?;
    let outgoing = Outgoing::new().map_err(|error| ConfigError::Key {
        key: "channels.dingtalk",
        message: format!("the platform can't be called: {error}"),
    })?;
    let inbox = Arc::new(Inbox::new(Arc::clone(reception), CHANNEL));
    let hook = callback::Hook {
        secret: settings.client_secret.clone(),
        webhooks,
        inbox: Arc::clone(&inbox),
        clock: Arc::clone(&reception.clock),
    };
    let app = app::Dingtalk::new(settings, outgoing, Arc::clone(&reception.clock), webhooks);
    let clerk = Clerk { reception: Arc::clone(reception), app };
    let mut adapter = Adapter::new(CHANNEL, "POST /hooks/dingtalk");
    adapter.routes =
        Some(axum::Router::new().route("/hooks/dingtalk", post(callback::take)).with_state(Arc::new(hook)));
    adapter.inbox = Some((inbox, Arc::new(clerk)));
    Ok(adapter)
}

/// An address for answers, if it is the platform's.
fn allowed(webhook: &str, webhooks: &str) -> Option<Url> {
    let (url, platform) = (Url::parse(webhook).ok()?, Url::parse(webhooks).ok()?);
    let named = url.username().is_empty() && url.password().is_none();
    (named && url.origin() == platform.origin()).then_some(url)
}

/// What would be kept of a body.
pub(super) fn kept(bytes: &[u8]) -> Option<Kept> {
    let (delivery, letter) = callback::letter(bytes, WEBHOOKS)?;
    Some(Kept { delivery, user: Some(letter.user), text: letter.text, address: letter.address.webhook })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_to_the_platform_and_nowhere_else() {
        assert!(allowed("https://oapi.dingtalk.com/robot/sendBySession?session=x", WEBHOOKS).is_some());
        for elsewhere in [
            "",
            "http://oapi.dingtalk.com/robot",
            "https://oapi.dingtalk.com:8443/robot",
            "https://oapi.dingtalk.com.example.com/robot",
            "https://oapi.dingtalk.com@127.0.0.1/robot",
            "https://a:b@oapi.dingtalk.com/robot",
            "https://127.0.0.1/?oapi.dingtalk.com",
            "file:///etc/passwd",
        ] {
            assert!(allowed(elsewhere, WEBHOOKS).is_none(), "{elsewhere}");
        }
    }
}

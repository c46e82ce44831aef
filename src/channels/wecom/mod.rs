//! WeCom (企业微信): an app's messages come in at `/hooks/wecom`, answers go to the platform's interface.
//!
//! [`callback`] checks and decrypts what comes, [`xml`] reads its form, [`app`] talks to the platform.

mod app;
mod callback;
mod envelope;
mod xml;

use std::sync::Arc;

use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::adapter::Adapter;
use super::chat_app::Clerk;
use super::hostile_entry::Kept;
use super::inbox::Inbox;
use super::outgoing::Outgoing;
use super::reception::Reception;
use crate::config::{ConfigError, Secret, WecomConfig};

/// The channel's name, as `identities` write it.
pub const CHANNEL: &str = "wecom";

/// What answering takes beside the user: nothing, an app only talks to people alone.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Address {}

/// The channel, ready to be started.
pub fn open(config: &WecomConfig, reception: &Arc<Reception>) -> Result<Adapter, ConfigError> {
    let settings = config.settle()?;
    let outgoing = Outgoing::new().map_err(|error| ConfigError::Key {
        key: "channels.wecom",
        message: format!("the platform can't be called: {error}"),
    })?;
    let inbox = Arc::new(Inbox::new(Arc::clone(reception), CHANNEL));
    let envelope = envelope::Envelope::new(&settings)?;
    let hook = callback::Hook {
        envelope,
        agent: settings.agent_id,
        inbox: Arc::clone(&inbox),
        clock: Arc::clone(&reception.clock),
    };
    let app = app::Wecom::new(settings, outgoing, Arc::clone(&reception.clock));
    let clerk = Clerk { reception: Arc::clone(reception), app };
    let mut adapter = Adapter::new(CHANNEL, "GET and POST /hooks/wecom");
    let routes = get(callback::confirm).post(callback::take);
    adapter.routes = Some(axum::Router::new().route("/hooks/wecom", routes).with_state(Arc::new(hook)));
    adapter.inbox = Some((inbox, Arc::new(clerk)));
    Ok(adapter)
}

pub(super) use xml::fields;

/// What would be kept of a body that is decrypted.
pub(super) fn kept(text: &str) -> Option<Kept> {
    let (delivery, letter) = callback::letter(&fields(text)?, 1)?;
    Some(Kept { delivery, user: Some(letter.user), text: letter.text, address: String::new() })
}

/// What stands in something decrypted for the company `corp`.
pub(super) fn said(plain: &[u8]) -> Option<String> {
    envelope::Envelope::of([7; 32], Secret::new("token"), "corp").said(plain)
}

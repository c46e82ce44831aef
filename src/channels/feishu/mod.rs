//! Feishu (飞书) and Lark: events come in at `POST /hooks/feishu`, answers go to the platform's interface.
//!
//! [`callback`] checks and decrypts what comes, [`event`] knows its form, [`app`] talks to the platform.

mod app;
mod callback;
mod event;

use std::sync::Arc;

use axum::routing::post;

use super::adapter::Adapter;
use super::chat_app::Clerk;
use super::hostile_entry::Kept;
use super::inbox::Inbox;
use super::outgoing::Outgoing;
use super::reception::Reception;
use crate::config::{ConfigError, FeishuConfig};

/// The channel's name, as `identities` write it.
pub const CHANNEL: &str = "feishu";

/// The channel, ready to be started.
pub fn open(config: &FeishuConfig, reception: &Arc<Reception>) -> Result<Adapter, ConfigError> {
    let settings = config.settle()?;
    let outgoing = Outgoing::new().map_err(|error| ConfigError::Key {
        key: "channels.feishu",
        message: format!("the platform can't be called: {error}"),
    })?;
    let inbox = Arc::new(Inbox::new(Arc::clone(reception), CHANNEL));
    let hook = callback::Hook::new(&settings, Arc::clone(&inbox), Arc::clone(&reception.clock));
    let app = app::Feishu::new(settings, outgoing, Arc::clone(&reception.clock));
    let clerk = Clerk { reception: Arc::clone(reception), app };
    let mut adapter = Adapter::new(CHANNEL, "POST /hooks/feishu");
    adapter.routes =
        Some(axum::Router::new().route("/hooks/feishu", post(callback::take)).with_state(Arc::new(hook)));
    adapter.inbox = Some((inbox, Arc::new(clerk)));
    Ok(adapter)
}

/// What would be kept of an event.
pub(super) fn kept(bytes: &[u8]) -> Option<Kept> {
    let event::Opened::Event(event) = serde_json::from_slice(bytes).ok()? else { return None };
    let delivery = event.header.event_id.clone();
    let letter = event.letter()?;
    Some(Kept { delivery, user: Some(letter.user), text: letter.text, address: letter.address.message })
}

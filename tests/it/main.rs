//! The one integration-test binary: each file a subject.
#![expect(clippy::unwrap_used, reason = "all of this is tests: what can't be unwrapped is a failure")]

mod answers;
mod arrows;
mod broken_stores;
mod browser;
mod browser_page;
mod browser_pictures;
mod browser_widget;
mod chinese_channels;
mod conversations;
mod crash;
mod discord;
mod documents;
mod fronts;
mod hostile;
mod http;
mod http_api;
mod http_feedback;
mod inbox;
mod kb_check;
mod own_intents;
mod places;
mod program;
mod reload;
mod security;
mod silent_documents;
mod source_documents;
mod store_contract;
mod tickets;
mod transcripts;
mod unshared;
mod web_session;
mod workers;

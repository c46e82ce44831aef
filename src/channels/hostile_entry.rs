//! What the hooks read before and behind their signatures, open to `fuzz/`: a stranger's bytes go in, what a platform is taken to say
//! comes out. No channel uses this, and nothing is decided here.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{chat_app, dingtalk, feishu, http, tickets, wecom};
use crate::config::{Chatwoot, ChatwootStatus, Secret, TicketReply};

/// A message as it would be kept for the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The name of the delivery.
    pub delivery: String,
    pub user: Option<String>,
    /// `None`: a picture, or an event that isn't about a text.
    pub text: Option<String>,
    /// What becomes a part of an address that answers go to.
    pub address: String,
}

/// The answers of DingTalk go to this platform alone.
pub const DINGTALK: &str = dingtalk::WEBHOOKS;

/// A body of Chatwoot.
pub fn chatwoot(bytes: &[u8]) -> Option<Kept> {
    tickets::chatwoot::kept(
        bytes,
        &Chatwoot {
            url: "https://chatwoot.example.com".to_owned(),
            account: 1,
            reply: TicketReply::Public,
            statuses: vec![ChatwootStatus::Pending],
            hand_over_unanswered: false,
            max_age_seconds: 300,
            secret: Secret::new("secret"),
            token: Secret::new("token"),
        },
    )
}

/// A body of Zammad.
pub fn zammad(bytes: &[u8]) -> Option<Kept> {
    tickets::zammad::kept(bytes)
}

/// A body of the webhook for any other system.
pub fn webhook(bytes: &[u8]) -> Option<Kept> {
    tickets::webhook::kept(bytes)
}

/// A signature as a header gives it, for bytes that it doesn't fit.
pub fn is_signature(given: &str) -> bool {
    tickets::is_signature(given)
}

/// What DingTalk posts.
pub fn dingtalk(bytes: &[u8]) -> Option<Kept> {
    dingtalk::kept(bytes)
}

/// What is in Feishu's envelope.
pub fn feishu(bytes: &[u8]) -> Option<Kept> {
    feishu::kept(bytes)
}

/// The fields of WeCom's XML.
pub fn wecom_fields(text: &str) -> Option<BTreeMap<String, String>> {
    wecom::fields(text)
}

/// The message in the XML of WeCom.
pub fn wecom(text: &str) -> Option<Kept> {
    wecom::kept(text)
}

/// What stands in WeCom's envelope once it is decrypted, where it is for the company `corp`.
pub fn wecom_said(plain: &[u8]) -> Option<String> {
    wecom::said(plain)
}

/// Something encrypted in base64, opened with a key that it wasn't closed with, as Feishu and WeCom do it.
pub fn unsealed(text: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(text).ok()?;
    let (vector, encrypted) = bytes.split_first_chunk()?;
    chat_app::open(&[7; 32], vector, encrypted, 32)
}

/// Whom a session names whose payload is these bytes, well signed.
pub fn session(payload: &[u8]) -> Option<String> {
    http::session_of(payload)
}

/// Whether a token is taken as it stands: nobody knows the secret.
pub fn is_session(token: &str) -> bool {
    http::is_session(token)
}

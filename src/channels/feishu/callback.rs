//! What Feishu sends: the signature is checked, the body decrypted, a message kept and acknowledged at once.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::CHANNEL;
use super::event::{Event, Opened};
use crate::assistant::Clock;
use crate::channels::chat_app::{is_same, not_signed, open, take_in, unreadable};
use crate::channels::hex::hex;
use crate::channels::http::body;
use crate::channels::http::failure::Failure;
use crate::channels::inbox::Inbox;
use crate::config::{FeishuSettings, Secret};

/// How old an event may be, in seconds: the platform tries again for six hours.
const OLDEST: i64 = 8 * 60 * 60;

/// How far its clock may be ahead of ours, in seconds.
const AHEAD: i64 = 10 * 60;

const SIGNING: &str =
    "see docs/feishu.md: app and server must have the same Encrypt Key and Verification Token";

/// What checking takes.
pub struct Hook {
    encrypt_key: Secret,
    cipher_key: [u8; 32],
    verification_token: Secret,
    inbox: Arc<Inbox>,
    clock: Clock,
}

#[derive(Deserialize)]
struct Envelope {
    encrypt: String,
}

impl Hook {
    pub fn new(settings: &FeishuSettings, inbox: Arc<Inbox>, clock: Clock) -> Self {
        Self {
            cipher_key: Sha256::digest(settings.encrypt_key.expose()).into(),
            encrypt_key: settings.encrypt_key.clone(),
            verification_token: settings.verification_token.clone(),
            inbox,
            clock,
        }
    }

    /// Whether a body was signed with the app's key, lately.
    fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(timestamp), Some(nonce), Some(signature)) =
            (header("x-lark-request-timestamp"), header("x-lark-request-nonce"), header("x-lark-signature"))
        else {
            return false;
        };
        let hash = Sha256::new()
            .chain_update(timestamp)
            .chain_update(nonce)
            .chain_update(self.encrypt_key.expose())
            .chain_update(body)
            .finalize();
        let age = timestamp.parse().ok().map(|at: i64| (self.clock)().as_second().saturating_sub(at));
        is_same(hex(&hash).as_bytes(), signature.as_bytes())
            && age.is_some_and(|age| (-AHEAD..=OLDEST).contains(&age))
    }

    /// The event in a body.
    fn opened(&self, body: &[u8]) -> Option<Opened> {
        let envelope: Envelope = serde_json::from_slice(body).ok()?;
        let bytes = STANDARD.decode(envelope.encrypt).ok()?;
        let (vector, encrypted) = bytes.split_first_chunk()?;
        serde_json::from_slice(&open(&self.cipher_key, vector, encrypted, 16)?).ok()
    }

    fn has_token(&self, token: &str) -> bool {
        is_same(token.as_bytes(), self.verification_token.expose().as_bytes())
    }
}

/// `POST /hooks/feishu`
pub async fn take(
    State(hook): State<Arc<Hook>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let body = body::read(body).await?;
    let is_signed = hook.is_signed(&headers, &body);
    match hook.opened(&body) {
        // The platform asks whether the address is ours before it signs anything: the token says who asks.
        Some(Opened::Verification { challenge, token }) if hook.has_token(&token) => {
            Ok(Json(json!({"challenge": challenge})).into_response())
        }
        Some(Opened::Event(event)) if is_signed && hook.has_token(&event.header.token) => {
            keep(&hook, *event).await?;
            Ok(Json(json!({})).into_response())
        }
        None if is_signed => Err(unreadable(SIGNING)),
        _ => Err(not_signed(SIGNING)),
    }
}

async fn keep(hook: &Hook, event: Event) -> Result<(), Failure> {
    let delivery = event.header.event_id.clone();
    if delivery.is_empty() {
        return Err(unreadable(SIGNING));
    }
    match event.letter() {
        Some(letter) => take_in(&hook.inbox, CHANNEL, delivery, &letter).await,
        // Something that we don't ask for, or a message of an app: heard and left alone.
        None => Ok(()),
    }
}

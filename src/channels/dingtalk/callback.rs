//! What DingTalk sends: the signature is checked, a message kept and acknowledged at once.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;

use super::{Address, CHANNEL, allowed};
use crate::assistant::Clock;
use crate::channels::chat_app::{Letter, not_signed, take_in, unreadable};
use crate::channels::http::body;
use crate::channels::http::failure::Failure;
use crate::channels::inbox::Inbox;
use crate::config::Secret;

/// How far a request's time may be from ours, in milliseconds: an hour, as the platform says.
const OLDEST: i64 = 60 * 60 * 1000;

const SIGNING: &str = "see docs/dingtalk.md: the server must have the app's Client Secret and the right time";
const FORM: &str = "see docs/dingtalk.md: a robot's message in HTTP mode";

/// What checking takes.
pub struct Hook {
    pub secret: Secret,
    pub webhooks: &'static str,
    pub inbox: Arc<Inbox>,
    pub clock: Clock,
}

/// A message, as far as we read it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    msg_id: String,
    msgtype: String,
    conversation_type: String,
    #[serde(default)]
    sender_staff_id: Option<String>,
    sender_id: String,
    session_webhook: String,
    session_webhook_expired_time: i64,
    #[serde(default)]
    text: Option<Text>,
}

#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    content: String,
}

impl Hook {
    /// Whether a request was signed with the app's secret within the hour. The body is not signed: the platform leaves that to TLS.
    fn is_signed(&self, headers: &HeaderMap) -> bool {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(timestamp), Some(sign)) = (header("timestamp"), header("sign")) else { return false };
        let Some(at) = timestamp.parse::<i64>().ok() else { return false };
        let now = (self.clock)().as_millisecond();
        let Ok(sign) = STANDARD.decode(sign) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()) else {
            return false;
        };
        mac.update(timestamp.as_bytes());
        mac.update(b"\n");
        mac.update(self.secret.expose().as_bytes());
        mac.verify_slice(&sign).is_ok() && now.saturating_sub(at).saturating_abs() <= OLDEST
    }
}

/// The message in a body, after its name; `None` where it can't be read or its answers would go elsewhere than to the platform.
pub fn letter(body: &[u8], webhooks: &str) -> Option<(String, Letter<Address>)> {
    let message: Message = serde_json::from_slice(body).ok()?;
    allowed(&message.session_webhook, webhooks)?;
    let staff = message.sender_staff_id.filter(|id| !id.is_empty());
    let user = staff.clone().unwrap_or(message.sender_id);
    if message.msg_id.is_empty() || user.is_empty() {
        return None;
    }
    let text = message.text.filter(|_| message.msgtype == "text");
    let letter = Letter {
        user,
        text: text.map(|text| text.content.trim().to_owned()),
        group: message.conversation_type != "1",
        address: Address {
            webhook: message.session_webhook,
            expires: message.session_webhook_expired_time,
            staff,
        },
    };
    Some((message.msg_id, letter))
}

/// `POST /hooks/dingtalk`
pub async fn take(
    State(hook): State<Arc<Hook>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let body = body::read(body).await?;
    if !hook.is_signed(&headers) {
        return Err(not_signed(SIGNING));
    }
    let (delivery, letter) = letter(&body, hook.webhooks).ok_or_else(|| unreadable(FORM))?;
    take_in(&hook.inbox, CHANNEL, delivery, &letter).await?;
    // Nothing to say yet; the answer comes on its own.
    Ok(Json(json!({"msgtype": "empty"})).into_response())
}

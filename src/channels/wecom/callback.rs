//! What WeCom sends: the signature is checked, the body decrypted, a message kept and acknowledged at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::envelope::Envelope;
use super::{Address, CHANNEL, xml};
use crate::assistant::Clock;
use crate::channels::chat_app::{Letter, not_signed, take_in, unreadable};
use crate::channels::http::body;
use crate::channels::http::failure::Failure;
use crate::channels::inbox::Inbox;

/// How far a request's time may be from ours, in seconds.
const OLDEST: i64 = 60 * 60;

const SIGNING: &str =
    "see docs/wecom.md: app and server must have the same Token, EncodingAESKey and company id";

/// What checking takes.
pub struct Hook {
    pub envelope: Envelope,
    /// The app's number: another app of the company may send here by mistake.
    pub agent: u32,
    pub inbox: Arc<Inbox>,
    pub clock: Clock,
}

#[derive(Deserialize)]
pub struct Signed {
    #[serde(rename = "msg_signature")]
    signature: String,
    timestamp: String,
    nonce: String,
    #[serde(default)]
    echostr: Option<String>,
}

type Asked = Result<Query<Signed>, QueryRejection>;

impl Hook {
    /// What is said in something encrypted, if the platform signed it lately.
    fn opened(&self, signed: &Signed, encrypted: &str) -> Result<String, Failure> {
        let age = signed.timestamp.parse().ok().map(|at: i64| (self.clock)().as_second().saturating_sub(at));
        let Signed { signature, timestamp, nonce, .. } = signed;
        let is_signed = self.envelope.is_signed(signature, timestamp, nonce, encrypted);
        if !is_signed || age.is_none_or(|age| age.saturating_abs() > OLDEST) {
            return Err(not_signed(SIGNING));
        }
        self.envelope.open(encrypted).ok_or_else(|| unreadable(SIGNING))
    }
}

/// `GET /hooks/wecom`: the platform asks whether the address is ours.
pub async fn confirm(State(hook): State<Arc<Hook>>, asked: Asked) -> Result<Response, Failure> {
    let Query(signed) = asked.map_err(|_| not_signed(SIGNING))?;
    let echo = signed.echostr.as_deref().ok_or_else(|| not_signed(SIGNING))?;
    let said = hook.opened(&signed, echo)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], said).into_response())
}

/// `POST /hooks/wecom`
pub async fn take(State(hook): State<Arc<Hook>>, asked: Asked, body: Body) -> Result<Response, Failure> {
    let body = body::read(body).await?;
    let Query(signed) = asked.map_err(|_| not_signed(SIGNING))?;
    let outer = std::str::from_utf8(&body).ok().and_then(xml::fields);
    let encrypted = outer.as_ref().and_then(|fields| fields.get("Encrypt"));
    let said = hook.opened(&signed, encrypted.ok_or_else(|| not_signed(SIGNING))?)?;
    let fields = xml::fields(&said).ok_or_else(|| unreadable(SIGNING))?;
    if let Some((delivery, letter)) = letter(&fields, hook.agent) {
        take_in(&hook.inbox, CHANNEL, delivery, &letter).await?;
    }
    // An empty answer says that nothing is to be said at once.
    Ok(().into_response())
}

/// The message in a body's fields, after its name. `None`: there is nothing to be answered.
pub fn letter(fields: &BTreeMap<String, String>, agent: u32) -> Option<(String, Letter<Address>)> {
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let ours = field("AgentID").is_none_or(|number| number.parse() == Ok(agent));
    // To some names the platform would send what is meant for one person to many.
    let one = |user: &&str| !user.contains('|') && *user != "@all";
    let user = field("FromUserName").filter(one).filter(|_| ours)?;
    // Events such as entering the app have no number.
    let message = field("MsgId")?;
    let text = (field("MsgType") == Some("text")).then(|| field("Content").unwrap_or_default());
    let letter = Letter {
        user: user.to_owned(),
        text: text.map(|text| text.trim().to_owned()),
        group: false,
        address: Address {},
    };
    Some((message.to_owned(), letter))
}

//! `POST /v1/messages`: a question in, a `Reply` out; while a human has the conversation, word of that.
//!
//! Who is asking is decided here and nowhere else: a request never names itself. Until signed sessions exist an
//! asker is nobody that the records know, but for the people of a demo, who belong to everyone.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::failure::Failure;
use super::names::Names;
use super::{CHANNEL, CONVERSATION, Shared, Site, body};
use crate::assistant::{Heard, Incoming};

/// The longest text that is taken, in characters: several pasted rejection notices fit.
pub const TEXT_LIMIT: usize = 8000;

/// The longest name of a conversation, in bytes.
const CONVERSATION_LIMIT: usize = 128;

/// How long a question waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    text: Option<String>,
    conversation: Option<String>,
    #[serde(rename = "as")]
    speaker: Option<String>,
}

pub(super) async fn take(State(site): Shared, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let is_json = is_json(&headers);
    // Read even when the type is wrong: a sender that is still writing would miss the answer.
    let bytes = body::read(body).await?;
    if !is_json {
        return Err(Failure::not_json());
    }
    let message = parse(&bytes)?;
    let text = message.text.ok_or_else(Failure::text_missing)?;
    check_text(&text)?;
    let conversation = match message.conversation {
        Some(name) => check_conversation(name)?,
        None => site.names.conversation(),
    };
    let user = match message.speaker {
        Some(name) => claimed(&site, &name)?,
        None => Names::session(&conversation),
    };
    // A conversation belongs to who speaks in it: the same name under another person is another conversation.
    let incoming = Incoming {
        channel: CHANNEL.to_owned(),
        conversation: format!("{user}/{conversation}"),
        user: Some(user),
        text,
    };
    let mut response = match work_out(&site, incoming).await? {
        Heard::Reply(reply) => Json(reply).into_response(),
        Heard::Human => Json(json!({"reply": null, "speaker": "human"})).into_response(),
    };
    if let Ok(name) = HeaderValue::from_str(&conversation) {
        response.headers_mut().insert(CONVERSATION, name);
    }
    Ok(response)
}

/// Answers on a thread where work may block, a few at once.
async fn work_out(site: &Arc<Site>, incoming: Incoming) -> Result<Heard, Failure> {
    let turn = Arc::clone(&site.at_once).acquire_owned();
    let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else {
        return Err(Failure::busy());
    };
    let answer = Arc::clone(&site.answer);
    let work = tokio::task::spawn_blocking(move || {
        // The turn lasts as long as the work, even when the asker has hung up.
        let _turn = turn;
        answer.hear(&incoming, None)
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "answering failed");
        Failure::internal()
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse(bytes: &[u8]) -> Result<Message, Failure> {
    // Asked first, because serde would also take a list of the three values in order.
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match serde_json::from_slice(bytes) {
        Err(error) if error.is_data() && is_object => Err(Failure::bad_field(error.to_string())),
        Err(error) if !error.is_data() => Err(Failure::bad_json(&error)),
        Ok(message) if is_object => Ok(message),
        _ => Err(Failure::bad_field("the body must be a JSON object")),
    }
}

fn check_text(text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() {
        return Err(Failure::text_empty());
    }
    let characters = text.chars().count();
    if characters > TEXT_LIMIT { Err(Failure::text_too_long(characters)) } else { Ok(()) }
}

fn check_conversation(name: String) -> Result<String, Failure> {
    let fits = !name.is_empty() && name.len() <= CONVERSATION_LIMIT;
    if fits && name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(name);
    }
    Err(Failure::bad_field(format!(
        "the field conversation must be 1 to {CONVERSATION_LIMIT} visible ASCII characters without spaces"
    )))
}

/// The user that a request claims to be: one of the demo's people, or nobody.
fn claimed(site: &Site, name: &str) -> Result<String, Failure> {
    let people = site.demo.as_ref().ok_or_else(Failure::identity_refused)?;
    let person = people.named(name).ok_or_else(|| Failure::not_a_demo_person(&people.names()))?;
    Ok(person.user.clone())
}

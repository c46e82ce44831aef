//! `POST /v1/messages`: a question in, a `Reply` out; while a human has the conversation, word of that.
//!
//! Who is asking is decided here and nowhere else. A program with a key says which of its channel's users it asks for. Without a key a
//! request never names itself: it is whom a site has signed in (see [`super::session`]), else nobody that the records know, but for the
//! people of a demo, who belong to everyone.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::failure::Failure;
use super::names::Names;
use super::origin::Origin;
use super::{CHANNEL, CONVERSATION, Shared, Site, body, events, shapes};
use crate::assistant::{Heard, Incoming};
use crate::domain::reply::Reply;
use crate::store::keys::Scope;

/// The longest text that is taken, in characters: several pasted rejection notices fit.
pub const TEXT_LIMIT: usize = 8000;

/// The longest name of a conversation, in bytes.
const CONVERSATION_LIMIT: usize = 128;

/// The longest name of a delivery, in bytes.
const DELIVERY_LIMIT: usize = 128;

/// A question
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    #[schema(required, value_type = String, min_length = 1, max_length = 8000, pattern = r"\S", example = "备案被驳回了怎么办")]
    text: Option<String>,
    /// Messages of the same name belong together; without it the server makes one and tells it in `x-conversation`
    #[schema(pattern = "^[!-~]{1,128}$")]
    conversation: Option<String>,
    /// One of the demo's people; only without a key, and with `--demo`
    #[serde(rename = "as")]
    speaker: Option<String>,
    /// Whoever asks, as the channel names them; only with a key
    #[schema(
        max_length = 128,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    user: Option<String>,
    /// The sender's name for this message: the same once more gets the same reply; only with a key
    #[schema(pattern = "^[!-~]{1,128}$")]
    delivery: Option<String>,
}

const FIELDS: &str = r#"the body is an object with "text" and, if you like, "conversation" and "as"; with a key "user" and "delivery"; all strings"#;

/// Ask a question
///
/// One answer: a reply, or word that a human has the conversation. With `Accept: text/event-stream` the same as events: `typing` at
/// once, then `reply` with the same JSON, or `error` with the envelope. With a key (scope channel) a program asks on behalf of its
/// channel's users.
#[utoipa::path(
    post, path = "/v1/messages", tag = "questions", operation_id = "ask", request_body = Message,
    responses((
        status = 200, description = "What comes of it",
        content((shapes::Heard = "application/json"), (String = "text/event-stream")),
        headers(("x-conversation" = String, description = "The conversation's name"))
    )),
    security((), ("key" = []), ("session" = []))
)]
pub(super) async fn take(
    State(site): Shared,
    Extension(origin): Extension<Origin>,
    caller: Result<Option<Caller>, Failure>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let message: Result<Message, Failure> = read(&headers, body, FIELDS).await;
    let caller = caller?;
    let is_channel = caller.is_some();
    let asked = Asked::of(&site, caller, &headers, message?)?;
    match &asked.incoming.user {
        Some(user) if is_channel => {
            site.limits.of_user(&site.reception, &asked.incoming.channel, user).await?;
        }
        Some(_) | None if is_channel => {}
        Some(_) | None => site.limits.of_origin(&site.reception, origin).await?,
    }
    let conversation = HeaderValue::from_str(&asked.conversation);
    let mut response = if events::wanted(&headers) {
        events::stream(&site, asked.incoming, asked.delivery)
    } else {
        Json(told(site.reception.hear(asked.incoming, asked.delivery).await?)).into_response()
    };
    if let Ok(name) = conversation {
        response.headers_mut().insert(CONVERSATION, name);
    }
    Ok(response)
}

/// What comes of a message, as it is sent.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Told {
    Reply(Box<Reply>),
    Human { reply: Option<()>, speaker: &'static str },
}

pub(super) fn told(heard: Heard) -> Told {
    match heard {
        Heard::Reply(reply) => Told::Reply(reply),
        Heard::Human => Told::Human { reply: None, speaker: "human" },
    }
}

/// A message that may be asked.
struct Asked {
    incoming: Incoming,
    delivery: Option<String>,
    /// The conversation's name, as the client has it.
    conversation: String,
}

impl Asked {
    /// The message of a program that speaks for its channel's users, or of somebody at the page.
    fn of(
        site: &Site,
        caller: Option<Caller>,
        headers: &HeaderMap,
        message: Message,
    ) -> Result<Self, Failure> {
        let Message { text, conversation, speaker, user, delivery } = message;
        let text = text.ok_or_else(Failure::text_missing)?;
        check_text("text", &text)?;
        let named = conversation.map(check_conversation).transpose()?;
        let Some(caller) = caller else {
            // Only a program can know who its users are, and what it has sent before.
            if user.is_some() || delivery.is_some() {
                return Err(Failure::key_missing());
            }
            let conversation = named.unwrap_or_else(|| site.names.conversation());
            let session = Session::of(site, headers, conversation, speaker.as_deref())?;
            let incoming = Incoming {
                channel: CHANNEL.to_owned(),
                conversation: session.key(),
                user: Some(session.user),
                text,
            };
            return Ok(Self { incoming, delivery: None, conversation: session.conversation });
        };
        caller.require(Scope::Channel)?;
        if speaker.is_some() {
            return Err(Failure::identity_refused());
        }
        let user = caller.speaker(user)?;
        let delivery = delivery.map(check_delivery).transpose()?;
        // Names of deliveries are the sender's: somebody else's are others, and so are those of another user.
        let delivery = delivery.map(|name| format!("{}\u{1f}{name}", user.as_deref().unwrap_or_default()));
        let conversation = match (named, &delivery) {
            (Some(name), _) => name,
            // The same again when it is delivered again.
            (None, Some(delivery)) => Names::of_delivery(delivery),
            (None, None) => site.names.conversation(),
        };
        let incoming = Incoming { channel: caller.channel, conversation: conversation.clone(), user, text };
        Ok(Self { incoming, delivery, conversation })
    }
}

/// Who speaks where.
pub(super) struct Session {
    pub user: String,
    /// The conversation's name, as the client has it.
    pub conversation: String,
}

impl Session {
    /// The session of a conversation's name; `speaker` is whom a request claims to be.
    pub(super) fn of(
        site: &Site,
        headers: &HeaderMap,
        conversation: String,
        speaker: Option<&str>,
    ) -> Result<Self, Failure> {
        let user = match (site.sessions.signed(headers, &site.reception.clock)?, speaker) {
            (Some(_), Some(_)) => return Err(Failure::two_identities()),
            (Some(signed), None) => signed.user,
            (None, Some(name)) => claimed(site, name)?,
            (None, None) => Names::session(&conversation),
        };
        Ok(Self { user, conversation })
    }

    /// A conversation belongs to who speaks in it: the same name under another person is another conversation.
    pub(super) fn key(&self) -> String {
        // The first slash is where the user ends, whatever a site calls its people.
        let user = self.user.replace('%', "%25").replace('/', "%2F");
        format!("{user}/{}", self.conversation)
    }
}

/// The JSON object of a request; `fields` says to its sender what it may hold.
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    fields: &'static str,
) -> Result<T, Failure> {
    let is_json = is_json(headers);
    // Read even when the type is wrong: a sender that is still writing would miss the answer.
    let bytes = body::read(body).await?;
    if is_json { parse(&bytes, fields) } else { Err(Failure::not_json()) }
}

/// The same where the body may be left out.
pub(super) async fn read_or_nothing<T: DeserializeOwned + Default>(
    headers: &HeaderMap,
    body: Body,
    fields: &'static str,
) -> Result<T, Failure> {
    let is_json = is_json(headers);
    let bytes = body::read(body).await?;
    match bytes.is_empty() || bytes.trim_ascii() == b"null" {
        true => Ok(T::default()),
        false if is_json => parse(&bytes, fields),
        false => Err(Failure::not_json()),
    }
}

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8], fields: &'static str) -> Result<T, Failure> {
    // Asked first, because serde would also take a list of the three values in order.
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match serde_json::from_slice(bytes) {
        Err(error) if error.is_data() && is_object => Err(Failure::bad_field(error.to_string(), fields)),
        Err(error) if !error.is_data() => Err(Failure::bad_json(&error)),
        Ok(message) if is_object => Ok(message),
        _ => Err(Failure::bad_field("the body must be a JSON object", fields)),
    }
}

pub(super) fn check_text(field: &'static str, text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() {
        return Err(Failure::text_empty(field));
    }
    let characters = text.chars().count();
    if characters > TEXT_LIMIT { Err(Failure::text_too_long(field, characters)) } else { Ok(()) }
}

pub(super) fn check_conversation(name: String) -> Result<String, Failure> {
    check_name("conversation", name, CONVERSATION_LIMIT)
}

/// A name for a message, by whoever sends it.
pub(super) fn check_delivery(name: String) -> Result<String, Failure> {
    check_name("delivery", name, DELIVERY_LIMIT)
}

fn check_name(field: &str, name: String, limit: usize) -> Result<String, Failure> {
    let fits = !name.is_empty() && name.len() <= limit;
    if fits && name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(name);
    }
    Err(Failure::bad_field(
        format!("the field {field} must be 1 to {limit} visible ASCII characters without spaces"),
        "a name of your choice that others cannot guess",
    ))
}

/// The user that a request claims to be: one of the demo's people, or nobody.
pub(super) fn claimed(site: &Site, name: &str) -> Result<String, Failure> {
    let people = site.demo.as_ref().ok_or_else(Failure::identity_refused)?;
    let person = people.named(name).ok_or_else(|| Failure::not_a_demo_person(&people.names()))?;
    Ok(person.user.clone())
}

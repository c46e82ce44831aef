//! Conversations as agents have them: `GET /v1/handovers`, taken and given back, and `GET /v1/conversations/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::caller::Caller;
use super::failure::Failure;
use super::{Shared, Site, desk, messages, shapes};
use crate::report::{Desk, Told};
use crate::store::StoreError;
use crate::store::conversations::{Handover, Key};
use crate::store::keys::Scope;

/// The longest name of a human who takes over, in characters.
const HOLDER_LIMIT: usize = 128;

/// What waits for a human, or has one
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct Handovers {
    handovers: Vec<HandoverShape>,
}

#[derive(ToSchema)]
#[schema(as = Handover)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct HandoverShape {
    number: i64,
    channel: String,
    #[schema(required = true)]
    user: Option<String>,
    conversation: String,
    #[schema(value_type = String, format = DateTime)]
    opened_at: String,
    /// `asked`, `failures`, `anger`, or `topic: …`
    reason: String,
    /// `open`: waits; `taken`: a human speaks; `closed`
    state: String,
    #[schema(required = true)]
    taken_by: Option<String>,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    closed_at: Option<String>,
    /// What the human needs to know: what was said, slots, records, sections that were tried
    packet: serde_json::Map<String, Value>,
}

/// Who takes the conversation
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Taking {
    /// The human's name; without it the key's
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    holder: Option<String>,
}

/// The conversations of a name, one a channel and speaker
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct Conversations {
    conversations: Vec<ConversationShape>,
}

#[derive(ToSchema)]
#[schema(as = Conversation)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct ConversationShape {
    channel: String,
    #[schema(required = true)]
    user: Option<String>,
    conversation: String,
    /// `assistant` or `human`
    speaker: String,
    #[schema(required = true)]
    holder: Option<String>,
    turns: Vec<TurnShape>,
}

#[derive(ToSchema)]
#[schema(as = Turn)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct TurnShape {
    id: String,
    #[schema(value_type = String, format = DateTime)]
    at: String,
    /// What was said, without what is private
    text: String,
    reply: shapes::Reply,
}

const FIELDS: &str = r#"the body is an object with, if you like, "holder" (who takes it), or empty"#;

type Number = Result<Path<String>, PathRejection>;

/// What waits for a human, or has one
///
/// The oldest first. Needs a key with the scope agent.
#[utoipa::path(
    get, path = "/v1/handovers", tag = "agents", operation_id = "list_handovers",
    responses((status = 200, description = "Handovers that are open or taken", body = Handovers)),
    security(("key" = []))
)]
pub(super) async fn list(State(site): Shared, caller: Caller) -> Result<Response, Failure> {
    caller.require(Scope::Agent)?;
    let found = at_desk(&site, Desk::handovers).await?;
    let handovers: Vec<Value> = found.iter().map(told).collect();
    Ok(Json(json!({ "handovers": handovers })).into_response())
}

/// Take a conversation over
///
/// From then on the assistant is silent in it. Needs a key with the scope agent.
#[utoipa::path(
    post, path = "/v1/handovers/{number}/take", tag = "agents", operation_id = "take_handover",
    params(("number" = i64, Path, description = "Of an open handover", minimum = 1)),
    request_body = inline(Option<Taking>),
    responses(
        (status = 200, description = "It is yours", body = HandoverShape),
        (status = 404, description = "None of this number waits", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn take_over(
    State(site): Shared,
    caller: Result<Caller, Failure>,
    number: Number,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let read = messages::read_or_nothing::<Taking>(&headers, body, FIELDS).await;
    let caller = caller?;
    caller.require(Scope::Agent)?;
    let number = read_number(number)?;
    let holder = match read?.holder {
        Some(holder) => check_holder(&holder, FIELDS)?,
        None => caller.name(),
    };
    let taken = at_desk(&site, move |desk| desk.take_over(number, &holder)).await?;
    taken.map(|handover| Json(told(&handover)).into_response()).ok_or_else(no_such_handover)
}

/// Give a conversation back
///
/// From then on the assistant answers in it again. Needs a key with the scope agent.
#[utoipa::path(
    post, path = "/v1/handovers/{number}/give_back", tag = "agents", operation_id = "give_back_handover",
    params(("number" = i64, Path, description = "Of a handover that is open or taken", minimum = 1)),
    responses(
        (status = 200, description = "It is closed", body = HandoverShape),
        (status = 404, description = "None of this number is under way", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn give_back(
    State(site): Shared,
    caller: Caller,
    number: Number,
) -> Result<Response, Failure> {
    caller.require(Scope::Agent)?;
    let number = read_number(number)?;
    let closed = at_desk(&site, move |desk| desk.give_back(number)).await?;
    let closed = closed.ok_or_else(no_such_handover)?;
    desk::given_back(&site, &closed).await?;
    Ok(Json(told(&closed)).into_response())
}

/// What was said in a conversation
///
/// By its name, which may be that of one on each channel. Needs a key with the scope agent.
#[utoipa::path(
    get, path = "/v1/conversations/{id}", tag = "agents", operation_id = "show_conversation",
    params(("id" = String, Path, description = "The conversation's name, as handovers give it")),
    responses(
        (status = 200, description = "What is kept of it", body = Conversations),
        (status = 404, description = "None of this name is kept", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn conversation(
    State(site): Shared,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    caller.require(Scope::Agent)?;
    let none = || {
        let hint = "GET /v1/handovers names those that need a human; a / in the name is written %2F";
        Failure::no_such("no_such_conversation", "no conversation of this name is kept", hint)
    };
    let Path(id) = id.map_err(|_| none())?;
    let found = at_desk(&site, move |desk| desk.conversations(&id)).await?;
    if found.is_empty() {
        return Err(none());
    }
    let conversations: Vec<Value> = found.iter().map(whole).collect();
    Ok(Json(json!({ "conversations": conversations })).into_response())
}

pub(super) fn read_number(number: Number) -> Result<i64, Failure> {
    number.ok().and_then(|Path(number)| number.parse().ok()).ok_or_else(no_such_handover)
}

pub(super) fn check_holder(holder: &str, fields: &'static str) -> Result<String, Failure> {
    let holder = holder.trim();
    let fits = !holder.is_empty() && holder.chars().count() <= HOLDER_LIMIT;
    if fits && !holder.chars().any(char::is_control) {
        return Ok(holder.to_owned());
    }
    Err(Failure::bad_field(
        format!("the field holder must be 1 to {HOLDER_LIMIT} characters in one line"),
        fields,
    ))
}

pub(super) fn no_such_handover() -> Failure {
    let hint = "GET /v1/handovers lists those that are under way, with their numbers";
    Failure::no_such(
        "no_such_handover",
        "no handover of this number is under way that this can be done to",
        hint,
    )
}

/// Does something at the agents' desk.
pub(super) async fn at_desk<T: Send + 'static>(
    site: &Arc<Site>,
    work: impl FnOnce(&Desk) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    let desk = site.desk.clone().ok_or_else(Failure::internal)?;
    site.reception
        .work(move || work(&desk))
        .await?
        .map_err(|error| Failure::of_store(&error, "the store did not answer an agent"))
}

fn told(handover: &Handover) -> Value {
    let packet: Value = serde_json::from_str(&handover.packet).unwrap_or_default();
    let Key { channel, user, conversation } = &handover.key;
    json!({
        "number": handover.number, "channel": channel, "user": user, "conversation": conversation,
        "opened_at": handover.opened_at.to_string(), "reason": handover.reason, "state": handover.state,
        "taken_by": handover.taken_by, "closed_at": handover.closed_at.map(|at| at.to_string()), "packet": packet,
    })
}

fn whole(told: &Told) -> Value {
    let turns = told.turns.iter().map(
        |turn| json!({"id": turn.id, "at": turn.at.to_string(), "text": turn.text, "reply": turn.reply}),
    );
    json!({
        "channel": told.key.channel, "user": told.key.user, "conversation": told.key.conversation,
        "speaker": told.state.speaker, "holder": told.state.holder, "turns": turns.collect::<Vec<_>>(),
    })
}

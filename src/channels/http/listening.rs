//! `GET /v1/answers`: what a human has said in a conversation, for who has it: the chat page asks while one is there or awaited.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::failure::Failure;
use super::messages::{Session, check_conversation};
use super::origin::Origin;
use super::{CHANNEL, Shared, shapes};
use crate::assistant::is_a_human_s;
use crate::store::conversations::{Conversation, HandoverState, Key, SpeakerRole, Turn};
use crate::store::keys::Scope;
use crate::store::{Database, StoreError};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The conversation's name, as messages were sent with it
    #[param(required, value_type = String, pattern = "^[!-~]{1,128}$")]
    conversation: Option<String>,
    /// The id of the last of these answers that is known already
    after: Option<String>,
    /// One of the demo's people; only without a key, and with `--demo`
    #[serde(rename = "as")]
    speaker: Option<String>,
    /// Whoever asks, as the channel names them; only with a key
    #[param(
        min_length = 1,
        max_length = 128,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    user: Option<String>,
}

/// What a human said
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
pub(super) struct HumanAnswers {
    /// `assistant` or `human`: who answers the next message
    speaker: String,
    /// Whether a human is awaited
    waiting: bool,
    /// The oldest first
    answers: Vec<HumanAnswer>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct HumanAnswer {
    id: String,
    #[schema(value_type = String, format = DateTime)]
    at: String,
    /// Markdown
    text: String,
}

const FIELDS: &str =
    "the query holds conversation and, if you like, after, as, and with a key user, each once";

/// What a human has answered
///
/// In the conversation of whoever asks. While a human has it, or is awaited, ask every few seconds.
#[utoipa::path(
    get, path = "/v1/answers", tag = "questions", operation_id = "listen",
    params(Wanted),
    responses(
        (status = 200, description = "What is new", body = HumanAnswers),
        (status = 400, description = "The query can't be used", body = shapes::Failed),
    ),
    security((), ("key" = []), ("session" = []))
)]
pub(super) async fn listen(
    State(site): Shared,
    Extension(origin): Extension<Origin>,
    caller: Result<Option<Caller>, Failure>,
    headers: HeaderMap,
    asked: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Failure> {
    let caller = caller?;
    let Query(wanted) = asked.map_err(|error| Failure::bad_query(error.body_text(), FIELDS))?;
    let Wanted { conversation, after, speaker, user } = wanted;
    let conversation = conversation.ok_or_else(|| Failure::field_missing("conversation", FIELDS))?;
    let conversation = check_conversation(conversation)?;
    let key = match caller {
        Some(caller) => {
            caller.require(Scope::Channel)?;
            if speaker.is_some() {
                return Err(Failure::identity_refused());
            }
            Key { user: caller.speaker(user)?, channel: caller.channel, conversation }
        }
        None if user.is_some() => return Err(Failure::key_missing()),
        None => {
            site.limits.of_listener(&site.reception, origin).await?;
            let session = Session::of(&site, &headers, conversation, speaker.as_deref())?;
            Key { conversation: session.key(), channel: CHANNEL.to_owned(), user: Some(session.user) }
        }
    };
    let told = site.reception.with_store(move |store| look(store, &key, after.as_deref())).await?;
    let told = told.map_err(|error| Failure::of_store(&error, "what a human said could not be read"))?;
    Ok(Json(told).into_response())
}

fn look(store: &dyn Database, key: &Key, after: Option<&str>) -> Result<Value, StoreError> {
    let Conversation { speaker, turns, .. } = store.conversation(key)?;
    // Most conversations have never had a human.
    let said = if turns == 0 { Vec::new() } else { store.turns_of(key)? };
    let known = after.and_then(|id| said.iter().find(|turn| turn.id == id)).map_or(0, |turn| turn.ordinal);
    let new = said.iter().filter(|turn| turn.ordinal > known && is_a_human_s(&turn.reply));
    let answers: Vec<Value> = new.map(told).collect();
    let waiting = speaker == SpeakerRole::Assistant
        && store
            .handovers_under_way()?
            .iter()
            .any(|handover| handover.key == *key && handover.state == HandoverState::Open);
    Ok(json!({"speaker": speaker, "waiting": waiting, "answers": answers}))
}

fn told(turn: &Turn) -> Value {
    json!({"id": turn.id, "at": turn.at.to_string(), "text": turn.reply.text})
}

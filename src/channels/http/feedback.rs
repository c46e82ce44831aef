//! `POST /v1/feedback`: what somebody thinks of a reply. Only who had the conversation may say so, and that is shown as it is for
//! messages: by the conversation's name, and in a demo by who is played.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::caller::Caller;
use super::failure::Failure;
use super::messages::{self, Session};
use super::origin::Origin;
use super::{CHANNEL, Shared, shapes};
use crate::assistant::{Opinion, Rated};
use crate::store::keys::Scope;

/// What somebody thinks of a reply
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// The reply's
    #[schema(required, value_type = String, example = "95e1a5dee44eeb38")]
    id: Option<String>,
    /// Whether it helped
    #[schema(required, value_type = bool)]
    good: Option<bool>,
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// As it was sent with the question, or came back with the reply
    #[schema(required, value_type = String, pattern = "^[!-~]{1,128}$")]
    conversation: Option<String>,
    /// As it was sent with the question
    #[serde(rename = "as")]
    speaker: Option<String>,
    /// As it was sent with the question
    #[schema(
        max_length = 128,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    user: Option<String>,
}

/// What was kept
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct RatedAs {
    id: String,
    good: bool,
}

const FIELDS: &str = r#"the body is an object with "id" (of a reply), "good" (true or false), "conversation" and, if you like, "reason" and "as", or with a key "user""#;

/// Rate a reply
///
/// Only who had the conversation can rate what was said in it. Of several opinions the newest counts.
#[utoipa::path(
    post, path = "/v1/feedback", tag = "questions", operation_id = "rate", request_body = Given,
    responses(
        (status = 200, description = "Kept", body = RatedAs),
        (status = 404, description = "There is no such reply in this conversation", body = shapes::Failed),
    ),
    security((), ("key" = []), ("session" = []))
)]
pub(super) async fn take(
    State(site): Shared,
    Extension(origin): Extension<Origin>,
    caller: Result<Option<Caller>, Failure>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let given: Result<Given, Failure> = messages::read(&headers, body, FIELDS).await;
    let caller = caller?;
    let given = given?;
    let missing = |field: &str| Failure::field_missing(field, FIELDS);
    let id = given.id.ok_or_else(|| missing("id"))?;
    let good = given.good.ok_or_else(|| missing("good"))?;
    let conversation = given.conversation.ok_or_else(|| missing("conversation"))?;
    let conversation = messages::check_conversation(conversation)?;
    let (channel, user, conversation) = match caller {
        Some(_) if given.speaker.is_some() => return Err(Failure::identity_refused()),
        Some(caller) => {
            caller.require(Scope::Channel)?;
            let user = caller.speaker(given.user)?;
            (caller.channel, user, conversation)
        }
        None if given.user.is_some() => return Err(Failure::key_missing()),
        None => {
            site.limits.of_origin(&site.reception, origin).await?;
            let session = Session::of(&site, &headers, conversation, given.speaker.as_deref())?;
            let key = session.key();
            (CHANNEL.to_owned(), Some(session.user), key)
        }
    };
    let opinion = Opinion { channel, conversation, user, reply: id.clone(), good, reason: given.reason };
    let answer = Arc::clone(&site.reception.answer);
    match site.reception.work(move || answer.rate(&opinion)).await? {
        Rated::Kept => Ok(Json(json!({"id": id.trim(), "good": good})).into_response()),
        Rated::Unknown => Err(Failure::no_such_reply()),
        Rated::ReasonTooLong { characters } => Err(Failure::reason_too_long(characters)),
        Rated::Later => Err(Failure::store_away()),
        Rated::Failed => Err(Failure::internal()),
    }
}

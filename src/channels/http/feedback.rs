//! `POST /v1/feedback`: what somebody thinks of a reply. Only who had the conversation may say so, and that is shown as it is for
//! messages: by the conversation's name, and in a demo by who is played.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::caller::Caller;
use super::failure::Failure;
use super::messages::{self, Session};
use super::{CHANNEL, Shared};
use crate::assistant::{Opinion, Rated};
use crate::store::keys::Scope;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    id: Option<String>,
    good: Option<bool>,
    reason: Option<String>,
    conversation: Option<String>,
    #[serde(rename = "as")]
    speaker: Option<String>,
    user: Option<String>,
}

const FIELDS: &str = r#"the body is an object with "id" (of a reply), "good" (true or false), "conversation" and, if you like, "reason" and "as", or with a key "user""#;

pub(super) async fn take(
    State(site): Shared,
    caller: Result<Option<Caller>, Failure>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let given: Given = messages::read(&headers, body, FIELDS).await?;
    let missing = |field: &str| Failure::field_missing(field, FIELDS);
    let id = given.id.ok_or_else(|| missing("id"))?;
    let good = given.good.ok_or_else(|| missing("good"))?;
    let conversation = given.conversation.ok_or_else(|| missing("conversation"))?;
    let conversation = messages::check_conversation(conversation)?;
    let (channel, user, conversation) = match caller? {
        Some(_) if given.speaker.is_some() => return Err(Failure::identity_refused()),
        Some(caller) => {
            caller.require(Scope::Channel)?;
            let user = caller.speaker(given.user)?;
            (caller.channel, user, conversation)
        }
        None if given.user.is_some() => {
            return Err(Failure::bad_field("the field user is for programs with a key", FIELDS));
        }
        None => {
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
        Rated::Failed => Err(Failure::internal()),
    }
}

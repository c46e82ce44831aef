//! `POST /v1/chat/completions`: a question in, the answer as a chat front end expects it.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::request::{Asked, Request, Said};
use super::threads::named;
use super::{Front, MODEL, stream};
use crate::assistant::{Heard, Incoming};
use crate::channels::hex::hex;
use crate::channels::http::body;
use crate::channels::http::caller::Caller;
use crate::channels::http::failure::Failure;
use crate::channels::wording::whole;
use crate::store::keys::Scope;

/// The longest body, in bytes: front ends send all that was said before with each question.
const BODY_LIMIT: usize = 1024 * 1024;

/// The longest name of a conversation or of a request in a header, in bytes.
const NAME_LIMIT: usize = 128;

/// What is said while a human has the conversation.
const HUMAN: &str =
    "人工客服正在处理这个会话，请等他们答复。\n\nA human has this conversation; please wait for them.";

/// Everything that answering takes.
pub struct Completion {
    pub front: Arc<Front>,
    pub incoming: Incoming,
    pub delivery: Option<String>,
    /// Keeps keys and their users apart.
    who: String,
    before: Vec<Said>,
    pub id: String,
    pub created: i64,
    pub include_usage: bool,
}

/// What came of it.
pub struct Completed {
    pub content: String,
    /// The reply as our own interface gives it, or word that a human speaks.
    pub extras: Value,
    pub usage: Value,
}

/// `POST /v1/chat/completions`
pub async fn take(
    State(front): State<Arc<Front>>,
    caller: Result<Caller, Failure>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    // Read even when the key is wrong: a sender that is still writing would miss the answer.
    let bytes = body::read_up_to(body, BODY_LIMIT).await;
    let caller = caller?;
    caller.require(Scope::Channel)?;
    let asked = Request::read(&bytes?)?.asked()?;
    let streams = asked.stream;
    let completion = Completion::of(front, caller, &headers, asked)?;
    if streams {
        return Ok(stream::of(completion));
    }
    let (id, created) = (completion.id.clone(), completion.created);
    let Completed { content, extras, usage } = completion.completed().await?;
    let answer = json!({
        "id": id, "object": "chat.completion", "created": created, "model": MODEL,
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": content, "refusal": null},
            "logprobs": null, "finish_reason": "stop",
        }],
        "usage": usage, "beian": extras,
    });
    Ok(Json(answer).into_response())
}

impl Completion {
    fn of(front: Arc<Front>, caller: Caller, headers: &HeaderMap, asked: Asked) -> Result<Self, Failure> {
        let speaker = caller.speaker(None)?;
        let header = |name: &'static str| match headers.get(name) {
            None => Ok(None),
            Some(value) => {
                let name = value.to_str().ok().filter(|name| !name.is_empty() && name.len() <= NAME_LIMIT);
                name.map(|name| Some(name.to_owned())).ok_or_else(|| {
                    Failure::bad_field(
                        format!("the header must be 1 to {NAME_LIMIT} visible ASCII characters"),
                        "x-conversation names a conversation, idempotency-key a request",
                    )
                })
            }
        };
        let user = asked.user.unwrap_or_default();
        let who = format!("{}\u{1f}{}\u{1f}{user}", caller.handle, speaker.as_deref().unwrap_or_default());
        let created = (front.reception.clock)().as_second();
        let id = random_name()?;
        let conversation = match header("x-conversation")? {
            Some(given) => named(&who, &given),
            None => front.threads.find(&who, &asked.before, || id.clone()),
        };
        let delivery = header("idempotency-key")?.map(|name| format!("{who}\u{1f}{name}"));
        let incoming =
            Incoming { channel: caller.channel, user: speaker, conversation, text: asked.question };
        let Asked { before, include_usage, .. } = asked;
        Ok(Self { front, incoming, delivery, who, before, id, created, include_usage })
    }

    /// Asks the assistant.
    pub async fn completed(self) -> Result<Completed, Failure> {
        let Self { front, incoming, delivery, who, before, .. } = self;
        let (question, conversation) = (incoming.text.clone(), incoming.conversation.clone());
        let (content, extras) = match front.reception.hear(incoming, delivery).await? {
            Heard::Reply(reply) => (whole(&reply), json!(reply)),
            Heard::Human => (HUMAN.to_owned(), json!({"reply": null, "speaker": "human"})),
        };
        // No model counts tokens here: characters are counted, of the question and of the answer.
        let (asked, answered) = (question.chars().count(), content.chars().count());
        let usage = json!({
            "prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered,
        });
        let now = (front.reception.clock)();
        front.threads.keep(&who, before, question, &content, &conversation, now);
        Ok(Completed { content, extras, usage })
    }
}

/// A name for an answer, and for a conversation that begins with it.
fn random_name() -> Result<String, Failure> {
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system gives no random numbers");
        Failure::internal()
    })?;
    Ok(format!("chatcmpl-{}", hex(&bytes)))
}

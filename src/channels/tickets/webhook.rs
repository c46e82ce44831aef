//! A webhook for any other system: signed JSON in, the answer in the response or posted to an address, signed the same way.
//!
//! Who signs may say who asks: the other side has to know its users before it names one.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::counter::{Answered, Counter};
use super::errand::{AgentDoes, Errand};
use super::steps::Steps;
use super::{hook, signature};
use crate::channels::hostile_entry::Kept;
use crate::channels::http::failure::Failure;
use crate::channels::{Adapter, Inbox, Outgoing, Reception, Setback, Work};
use crate::config::Webhook;
use crate::store::queue::Job;

/// The channel's name in `identities`.
pub const CHANNEL: &str = "webhook";

const ADDRESS: &str = "/hooks/webhook";
const SIGNATURE: &str = "x-beian-signature";
const TIMESTAMP: &str = "x-beian-timestamp";
const DELIVERY: &str = "x-beian-delivery";

/// The longest name of a message, a conversation or a user, in bytes.
const NAME: usize = 128;

/// What is shared by those who take requests and those who work them off.
struct Hook {
    settings: Webhook,
    reception: Arc<Reception>,
    inbox: Arc<Inbox>,
    counter: Counter,
    outgoing: Outgoing,
}

/// A message.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    id: String,
    conversation: String,
    user: Option<String>,
    text: String,
}

/// The channel, ready to be started.
pub fn adapter(settings: Webhook, reception: &Arc<Reception>, outgoing: Outgoing) -> Adapter {
    let inbox = Arc::new(Inbox::new(Arc::clone(reception), CHANNEL));
    let hook = Arc::new(Hook {
        counter: Counter::new(Arc::clone(reception), CHANNEL, false),
        reception: Arc::clone(reception),
        inbox: Arc::clone(&inbox),
        outgoing,
        settings,
    });
    let routes = Router::new().route(ADDRESS, post(take)).with_state(Arc::clone(&hook));
    let works = hook.settings.answer_url.is_some();
    let inbox = works.then_some((inbox, hook as Arc<dyn Work>));
    Adapter { routes: Some(routes), inbox, ..Adapter::new(CHANNEL, format!("POST {ADDRESS}")) }
}

async fn take(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let bytes = hook::bytes(body).await?;
    let timestamp = hook::header(&headers, TIMESTAMP).unwrap_or_default();
    let signed = hook::header(&headers, SIGNATURE).is_some_and(|given| {
        signature::is_sha256(&hook.settings.secret, &[timestamp.as_bytes(), b".", &bytes], given)
    });
    if !signed {
        return Err(hook::unsigned(CHANNEL, SIGNATURE));
    }
    let now = (hook.reception.clock)();
    let fresh = |moment| signature::is_fresh(moment, now, hook.settings.max_age_seconds);
    if !signature::moment(timestamp).is_some_and(fresh) {
        return Err(hook::stale(CHANNEL, TIMESTAMP));
    }
    let asked = read(&bytes).map_err(|message| unreadable(&message))?;
    if hook.settings.answer_url.is_none() {
        return hook.answer_now(&asked).await;
    }
    let (delivery, lane, user) = (asked.id.clone(), asked.conversation.clone(), asked.user.clone());
    let payload = Errand::Asked(asked).payload().map_err(|error| hook::not_written(CHANNEL, &error))?;
    let kept = hook.inbox.take_in(message(&delivery), lane, user, payload).await;
    let new = kept.map_err(|error| hook::not_kept(&error))?;
    Ok((StatusCode::ACCEPTED, Json(json!({"id": delivery, "taken": new}))).into_response())
}

fn unreadable(message: &str) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "bad_payload",
        message,
        r#"the body is {"id", "conversation", "user" (may be left out), "text"}, all strings, in UTF-8"#,
    )
}

/// The name of a delivery: apart from those that agents leave.
fn message(id: &str) -> String {
    format!("message:{id}")
}

/// Reads the bytes of a request that is signed.
fn read(bytes: &[u8]) -> Result<Asked, String> {
    let asked: Asked = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let names =
        [("id", Some(&asked.id)), ("conversation", Some(&asked.conversation)), ("user", asked.user.as_ref())];
    for (field, name) in names {
        let Some(name) = name else { continue };
        if name.trim().is_empty() || name.len() > NAME || name.chars().any(char::is_control) {
            return Err(format!("{field} must be 1 to {NAME} bytes without control characters"));
        }
    }
    Ok(Asked { text: hook::cut(&asked.text), ..asked })
}

/// The answer as the other side gets it.
fn told(asked: &Asked, answered: Option<&Answered>) -> Value {
    let mut told = json!({
        "id": asked.id,
        "conversation": asked.conversation,
        "user": asked.user,
        "speaker": if answered.is_some() { "assistant" } else { "human" },
        "reply": answered.map(|answered| &answered.reply),
    });
    if let Some(handover) = answered.and_then(|answered| answered.handover.as_ref()) {
        let packet: Value = serde_json::from_str(&handover.packet).unwrap_or_default();
        told["handover"] = json!({"number": handover.number, "reason": handover.reason, "packet": packet});
    }
    told
}

impl Hook {
    async fn answer_now(&self, asked: &Asked) -> Result<Response, Failure> {
        let answered = self.ask(asked).await.map_err(|setback| match setback {
            Setback::Later { .. } => Failure::busy(),
            Setback::Never { .. } => Failure::internal(),
        })?;
        let body = told(asked, answered.as_ref()).to_string();
        let timestamp = (self.reception.clock)().as_second().to_string();
        let signature = self.signature(&timestamp, &body);
        let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
        for (name, value) in [(TIMESTAMP, timestamp), (SIGNATURE, signature)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }

    async fn ask(&self, asked: &Asked) -> Result<Option<Answered>, Setback> {
        self.counter
            .ask(&asked.conversation, asked.user.clone(), asked.text.clone(), message(&asked.id))
            .await
    }

    fn signature(&self, timestamp: &str, body: &str) -> String {
        let parts = [timestamp.as_bytes(), b".", body.as_bytes()];
        format!("sha256={}", signature::sign(&self.settings.secret, &parts))
    }

    /// Posts to the other side. It is told the delivery each time, so that it can leave out what it has.
    async fn post(&self, job: &Job, body: &Value) -> Result<(), Setback> {
        let Some(address) = &self.settings.answer_url else {
            return Err(Setback::never("no answer_url is set any more"));
        };
        let body = body.to_string();
        let timestamp = (self.reception.clock)().as_second().to_string();
        let request = self
            .outgoing
            .client()
            .post(address)
            .header("content-type", "application/json")
            .header(DELIVERY, &job.delivery)
            .header(SIGNATURE, self.signature(&timestamp, &body))
            .header(TIMESTAMP, timestamp)
            .body(body);
        self.outgoing.send(request).await.map(drop)
    }
}

impl Work for Hook {
    fn work<'a>(&'a self, inbox: &'a Inbox, job: &'a Job) -> BoxFuture<'a, Result<(), Setback>> {
        async move {
            let mut steps = Steps::of(inbox, job);
            let body = match Errand::<Asked>::of(job)? {
                Errand::Asked(asked) => told(&asked, self.ask(&asked).await?.as_ref()),
                Errand::Agent(AgentDoes::Says { conversation, text }) => {
                    json!({"conversation": conversation, "speaker": "human", "text": text})
                }
                Errand::Agent(AgentDoes::GivesBack { conversation }) => {
                    json!({"conversation": conversation, "speaker": "assistant"})
                }
                Errand::Human { .. } | Errand::Over { .. } => return Ok(()),
            };
            steps.set("answer", self.post(job, &body)).await
        }
        .boxed()
    }
}

/// What would be kept of a body.
pub(in crate::channels) fn kept(bytes: &[u8]) -> Option<Kept> {
    let asked = read(bytes).ok()?;
    Some(Kept { delivery: asked.id, user: asked.user, text: Some(asked.text), address: asked.conversation })
}

//! What the agents' page needs beside lists: `GET /v1/desk`, a human's answer that reaches the user, and a proposal for what the
//! assistant left to a human.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::caller::Caller;
use super::failure::Failure;
use super::handovers::{self, at_desk};
use super::{CHANNEL, Shared, Site, messages, shapes};
use crate::assistant::Said;
use crate::channels::tickets::AgentDoes;
use crate::report::Desk;
use crate::store::StoreError;
use crate::store::conversations::{Handover, HandoverState};
use crate::store::keys::Scope;
use crate::store::queue::Delivery;

/// How many jobs that were given up are shown.
const DEAD: u32 = 50;

/// What the agents' page begins with
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
pub(super) struct AtDesk {
    /// As whom the key acts
    agent: String,
    /// Channels on which an agent's answer reaches the user
    reaches: Vec<String>,
    queues: Vec<BacklogShape>,
    /// What was given up, the newest first
    dead: Vec<DeadShape>,
}

#[derive(ToSchema)]
#[schema(as = Backlog)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct BacklogShape {
    queue: String,
    waiting: u64,
    dead: u64,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    oldest_waiting_since: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = DeadJob)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct DeadShape {
    number: i64,
    queue: String,
    delivery: String,
    lane: String,
    tries: u32,
    error: String,
    #[schema(value_type = String, format = DateTime)]
    ended_at: String,
}

/// A human's answer
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Answering {
    /// Markdown
    #[schema(required, value_type = String, min_length = 1, max_length = 8000, pattern = r"\S")]
    text: Option<String>,
    /// The human's name; without it the key's
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    holder: Option<String>,
    /// A name for this answer: sent again under the same name it goes out once
    #[schema(min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e]+$")]
    delivery: Option<String>,
}

/// It waits to be sent
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
pub(super) struct Sending {
    delivery: String,
    /// False: it was there before
    taken: bool,
}

/// What the assistant would say
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
pub(super) struct Proposal {
    /// Of the turn
    id: String,
    reply: shapes::Reply,
    #[schema(value_type = Object)]
    receipt: serde_json::Value,
}

const FIELDS: &str = r#"the body is an object with "text" and, if you like, "holder" (who answers) and "delivery" (a name for it)"#;

/// What the agents' page begins with
///
/// Who the agent is, which channels can be reached, what waits in the queues, what was given up. Needs a key with the scope agent.
#[utoipa::path(
    get, path = "/v1/desk", tag = "agents", operation_id = "show_desk",
    responses((status = 200, description = "As of now", body = AtDesk)),
    security(("key" = []))
)]
pub(super) async fn show(State(site): Shared, caller: Caller) -> Result<Response, Failure> {
    caller.require(Scope::Agent)?;
    let read = site.reception.with_store(|store| Ok((store.backlogs()?, store.dead_jobs(DEAD)?))).await?;
    let (queues, dead) = read.map_err(|error: StoreError| failed(&error))?;
    let told = json!({"agent": caller.name(), "reaches": site.reaches, "queues": queues, "dead": dead});
    Ok(Json(told).into_response())
}

/// Answer as a human
///
/// It goes to the user on the channel that they wrote on, and is kept in the conversation. A handover that waits is taken by it. Needs a key with
/// the scope agent.
#[utoipa::path(
    post, path = "/v1/handovers/{number}/answer", tag = "agents", operation_id = "answer_handover",
    params(("number" = i64, Path, description = "Of a handover that is open or yours", minimum = 1)),
    request_body = Answering,
    responses(
        (status = 202, description = "It waits to be sent", body = Sending),
        (status = 404, description = "None of this number is under way", body = shapes::Failed),
        (status = 409, description = "Somebody else has it, or its channel can't be reached from here", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn answer(
    State(site): Shared,
    caller: Result<Caller, Failure>,
    number: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let read = messages::read::<Answering>(&headers, body, FIELDS).await;
    let caller = caller?;
    caller.require(Scope::Agent)?;
    let number = handovers::read_number(number)?;
    let Answering { text, holder, delivery } = read?;
    let text = text.ok_or_else(|| Failure::field_missing("text", FIELDS))?;
    messages::check_text("text", &text)?;
    let holder = match holder {
        Some(holder) => handovers::check_holder(&holder, FIELDS)?,
        None => caller.name(),
    };
    let delivery = match delivery {
        Some(name) => messages::check_delivery(name)?,
        None => site.names.request(),
    };
    let handover = taken_by(&site, number, &holder).await?;
    if handover.key.channel == CHANNEL {
        // The page asks for what was said: it only has to be kept.
        let name = format!("agent:{number}:{delivery}");
        let answers = Arc::clone(&site.reception.answer);
        let said = site
            .reception
            .work(move || answers.say_as_human(number, &holder, &text, Some(&name)))
            .await?
            .map_err(|error| failed(&error))?;
        if said == Said::NotTheirs {
            return Err(not_yours());
        }
        let taken = said != Said::Repeated;
        return Ok(
            (StatusCode::ACCEPTED, Json(json!({"delivery": delivery, "taken": taken}))).into_response()
        );
    }
    let says = AgentDoes::Says { conversation: handover.key.conversation.clone(), text: text.clone() };
    let new = leave(&site, &handover, format!("agent:{number}:{delivery}"), says).await?;
    if new {
        // Queued before it is kept: an answer that went out and isn't in the conversation is less bad than one that never does.
        let answers = Arc::clone(&site.reception.answer);
        let said = site.reception.work(move || answers.say_as_human(number, &holder, &text, None)).await?;
        match said.map_err(|error| failed(&error))? {
            Said::Kept(_) | Said::Repeated => {}
            Said::NotTheirs => tracing::warn!(
                number,
                "a human's answer went out and is not kept: the conversation was given back meanwhile"
            ),
        }
    }
    Ok((StatusCode::ACCEPTED, Json(json!({"delivery": delivery, "taken": new}))).into_response())
}

/// What the assistant would say
///
/// To a message that it left to a human, or once more: on what is known today. Nothing is done or kept. Needs a key with the scope agent.
#[utoipa::path(
    get, path = "/v1/replies/{id}/proposal", tag = "agents", operation_id = "propose_reply",
    params(("id" = String, Path, description = "Of the turn")),
    responses(
        (status = 200, description = "A reply, and how it came about", body = Proposal),
        (status = 404, description = "No turn of this id is kept, or it can't be taken once more", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn propose(
    State(site): Shared,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    caller.require(Scope::Agent)?;
    let Path(id) = id.map_err(|_| Failure::no_such_reply())?;
    let turn = at_desk(&site, move |desk| desk.turn(&id)).await?.ok_or_else(Failure::no_such_reply)?;
    let answers = Arc::clone(&site.reception.answer);
    let id = turn.id.clone();
    let proposed = site.reception.work(move || answers.propose(&turn)).await?;
    let proposed = proposed.ok_or_else(Failure::no_such_reply)?;
    Ok(Json(json!({"id": id, "reply": proposed.reply, "receipt": proposed.receipt})).into_response())
}

/// The handover, taken by whoever answers now; its channel can be reached.
async fn taken_by(site: &Arc<Site>, number: i64, holder: &str) -> Result<Handover, Failure> {
    let all = at_desk(site, Desk::handovers).await?;
    let found = all.into_iter().find(|one| one.number == number).ok_or_else(handovers::no_such_handover)?;
    if !site.reaches.contains(&found.key.channel.as_str()) {
        return Err(Failure::new(
            StatusCode::CONFLICT,
            "out_of_reach",
            "the channel of this conversation can't be reached from here",
            "answer where the user wrote; GET /v1/desk names the channels that can be reached",
        ));
    }
    if found.state == HandoverState::Open {
        let by = holder.to_owned();
        let taken = at_desk(site, move |desk| desk.take_over(number, &by)).await?;
        return taken.ok_or_else(not_yours);
    }
    if found.taken_by.as_deref() == Some(holder) { Ok(found) } else { Err(not_yours()) }
}

fn not_yours() -> Failure {
    Failure::new(
        StatusCode::CONFLICT,
        "not_yours",
        "somebody else has this conversation",
        "they can give it back, POST /v1/handovers/{number}/give_back; then take it",
    )
}

/// Tells the channel of a conversation what an agent does here, where it wants to know.
pub(super) async fn given_back(site: &Arc<Site>, handover: &Handover) -> Result<(), Failure> {
    if handover.key.channel == CHANNEL || !site.reaches.contains(&handover.key.channel.as_str()) {
        return Ok(());
    }
    let does = AgentDoes::GivesBack { conversation: handover.key.conversation.clone() };
    leave(site, handover, format!("given-back:{}", handover.number), does).await.map(drop)
}

/// Leaves something in the queue of a channel. False: it was there before.
async fn leave(
    site: &Arc<Site>,
    handover: &Handover,
    delivery: String,
    does: AgentDoes,
) -> Result<bool, Failure> {
    let key = handover.key.clone();
    let payload = does.payload().map_err(|error| {
        tracing::error!(%error, "what an agent does could not be written down");
        Failure::internal()
    })?;
    let now = (site.reception.clock)();
    let left = site.reception.with_store(move |store| {
        let delivery = Delivery {
            queue: &key.channel,
            delivery: &delivery,
            lane: &key.conversation,
            user: key.user.as_deref(),
            payload: &payload,
        };
        store.enqueue(&delivery, now)
    });
    left.await?.map_err(|error| failed(&error))
}

fn failed(error: &StoreError) -> Failure {
    Failure::of_store(error, "what an agent asked for could not be done")
}

//! What only agents see: the page of figures, `/agents/report`, what it is drawn from, `GET /v1/report`, and how a reply came about,
//! `GET /v1/replies/{id}`. Only for somebody who is on record as
//! an agent, which can only be the agent of a demo, and for programs with an agent's key.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::caller::Caller;
use super::failure::Failure;
use super::messages::claimed;
use super::{CHANNEL, Shared, Site, shapes};
use crate::assistant::Receipt;
use crate::report::{DAYS, Desk, MOST_DAYS};
use crate::store::StoreError;
use crate::store::keys::Scope;

const PAGE: &str = include_str!("page/report.html");

const FIELDS: &str = "the query may hold as (an agent of the demo) and days (1 to 3650), each once";

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// For how many days; 30 without it
    #[param(minimum = 1, maximum = 3650)]
    days: Option<u32>,
    /// The demo's agent; only without a key, and with `--demo`
    #[serde(rename = "as")]
    speaker: Option<String>,
}

type Called = Result<Option<Caller>, Failure>;
type Asked = Result<Query<Wanted>, QueryRejection>;

/// `GET /agents/report`
pub(super) async fn page(State(site): Shared, caller: Called, asked: Asked) -> Response {
    match desk(&site, caller, asked).await {
        Ok(_) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response(),
        Err(failure) => failure.for_path("/agents/report"),
    }
}

/// The report
///
/// What was asked, what wasn't answered, figures. Needs a key with the scope agent; with `--demo` the demo's agent will do.
#[utoipa::path(
    get, path = "/v1/report", tag = "agents", operation_id = "report",
    params(Wanted),
    responses(
        (status = 200, description = "Of the last days, today included", body = shapes::Report),
        (status = 400, description = "The query can't be used", body = shapes::Failed),
    ),
    security((), ("key" = []))
)]
pub(super) async fn figures(State(site): Shared, caller: Called, asked: Asked) -> Result<Response, Failure> {
    let (desk, days) = desk(&site, caller, asked).await?;
    let report = site.reception.work(move || desk.report(days)).await?.map_err(|error| failed(&error))?;
    Ok(Json(report).into_response())
}

/// How a reply came about
///
/// What was understood, found, read and decided. Needs a key with the scope agent; with `--demo` the demo's agent will do.
#[utoipa::path(
    get, path = "/v1/replies/{id}", tag = "agents", operation_id = "explain_reply",
    params(("id" = String, Path, description = "The reply's"), Wanted),
    responses(
        (status = 200, description = "What is kept of it", body = shapes::Explained),
        (status = 400, description = "The query can't be used", body = shapes::Failed),
        (status = 404, description = "No reply of this id is kept", body = shapes::Failed),
    ),
    security((), ("key" = []))
)]
pub(super) async fn explain(
    State(site): Shared,
    caller: Called,
    id: Result<Path<String>, PathRejection>,
    asked: Asked,
) -> Result<Response, Failure> {
    let (desk, _) = desk(&site, caller, asked).await?;
    let Path(id) = id.map_err(|_| Failure::no_such_reply())?;
    let turn = site.reception.work(move || desk.turn(&id)).await?.map_err(|error| failed(&error))?;
    let turn = turn.ok_or_else(Failure::no_such_reply)?;
    // A receipt that can't be read is left out: the reply is there all the same.
    let receipt: Option<Receipt> = serde_json::from_str(&turn.receipt).ok();
    let told = json!({
        "id": turn.id, "at": turn.at.to_string(), "text": turn.text, "reply": turn.reply, "receipt": receipt,
    });
    Ok(Json(told).into_response())
}

/// Where the report is made, once it is sure that an agent asks, and for how many days.
async fn desk(site: &Arc<Site>, caller: Called, asked: Asked) -> Result<(Arc<Desk>, u32), Failure> {
    let caller = caller?;
    let Query(wanted) = asked.map_err(|error| Failure::bad_query(error.body_text(), FIELDS))?;
    match caller {
        Some(_) if wanted.speaker.is_some() => return Err(Failure::identity_refused()),
        Some(caller) => caller.require(Scope::Agent)?,
        None => drop(played(site, wanted.speaker).await?),
    }
    let desk = site.desk.clone().ok_or_else(Failure::not_an_agent)?;
    let days = wanted.days.unwrap_or(DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Failure::bad_query(format!("days is {days}"), FIELDS));
    }
    Ok((desk, days))
}

/// The demo's agent who is played. Without a demo nobody is believed about who they are, so nobody is an agent.
pub(super) async fn played(site: &Arc<Site>, speaker: Option<String>) -> Result<String, Failure> {
    let name = speaker.ok_or_else(Failure::not_an_agent)?;
    let user = claimed(site, &name).map_err(|_| Failure::not_an_agent())?;
    let desk = site.desk.clone().ok_or_else(Failure::not_an_agent)?;
    let asked = user.clone();
    let serves =
        site.reception.work(move || desk.serves(CHANNEL, &asked)).await?.map_err(|error| failed(&error))?;
    if serves { Ok(user) } else { Err(Failure::not_an_agent()) }
}

fn failed(error: &StoreError) -> Failure {
    Failure::of_store(error, "the report could not be made")
}

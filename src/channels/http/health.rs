//! For those who look after the server: whether it is alive, whether it can answer, and its figures.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;
use utoipa::ToSchema;

use super::caller::Caller;
use super::failure::Failure;
use super::origin::Origin;
use super::{Shared, Site};
use crate::store::keys::Scope;

/// How long the store may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// That the server is there
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct Health {
    #[schema(example = "ok")]
    status: String,
    #[schema(example = "0.1.0")]
    version: String,
}

/// Whether the process is alive
#[utoipa::path(
    get, path = "/healthz", tag = "server", operation_id = "alive",
    responses((status = 200, description = "It is", body = Health))
)]
pub(super) async fn alive() -> Response {
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response()
}

/// Whether questions can be answered
///
/// The store answers and there is knowledge. Otherwise 503, with what is missing.
#[utoipa::path(
    get, path = "/readyz", tag = "server", operation_id = "ready",
    responses((status = 200, description = "They can", body = Health))
)]
pub(super) async fn ready(State(site): Shared) -> Response {
    let mut missing = Vec::new();
    if !site.reception.answer.is_ready() {
        missing.push("there is no knowledge to answer from");
    }
    if !store_answers(&site).await {
        missing.push("the store does not answer");
    }
    if missing.is_empty() { alive().await } else { Failure::not_ready(&missing.join("; ")).into_response() }
}

async fn store_answers(site: &Arc<Site>) -> bool {
    // Not through the door of those who answer: a full house is busy, and ready all the same.
    let store = Arc::clone(&site.reception.store);
    let looked = tokio::task::spawn_blocking(move || {
        // One look at records, one at conversations, one at queues.
        store.account("")?;
        store.turn("")?;
        store.backlogs()
    });
    match tokio::time::timeout(PATIENCE, looked).await {
        Ok(Ok(Ok(_))) => true,
        Ok(Ok(Err(error))) => {
            tracing::error!(%error, "the store does not answer");
            false
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "the store could not be asked");
            false
        }
        Err(_) => {
            tracing::error!("the store has not answered for {} s", PATIENCE.as_secs());
            false
        }
    }
}

/// Figures for Prometheus
///
/// Requests, times, replies by kind, what waits in queues, how long the server runs. From this machine itself without a key, unless a
/// proxy has handed the request on; else with a key with the scope agent.
#[utoipa::path(
    get, path = "/metrics", tag = "server", operation_id = "metrics",
    responses((status = 200, description = "In the form of OpenMetrics", body = String, content_type = "application/openmetrics-text")),
    security((), ("key" = []))
)]
pub(super) async fn figures(
    State(site): Shared,
    Extension(origin): Extension<Origin>,
    caller: Option<Caller>,
) -> Result<Response, Failure> {
    match caller {
        Some(caller) => caller.require(Scope::Agent)?,
        None if origin.is_this_machine() => {}
        None => return Err(Failure::key_missing()),
    }
    let broken = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "the figures could not be written");
        Failure::internal()
    };
    let store = Arc::clone(&site.reception.store);
    let backlogs =
        tokio::task::spawn_blocking(move || store.backlogs()).await.map_err(|error| broken(&error))?;
    let backlogs = backlogs.unwrap_or_else(|error| {
        // The other figures are wanted most when the store is broken.
        tracing::error!(%error, "the queues could not be counted");
        Vec::new()
    });
    let now = (site.reception.clock)();
    let text = site.reception.metrics.text(now, &backlogs).map_err(|error| broken(&error))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, kind)], text).into_response())
}

//! Records over HTTP: an account's for agents, the whole set in and out for admins.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::caller::Caller;
use super::failure::Failure;
use super::handovers::at_desk;
use super::{RECORDS_LIMIT, Shared, body, messages, shapes};
use crate::store::keys::Scope;
use crate::store::{StoreError, read_record_bytes};

/// The records of an account
///
/// Everything of it; numbers of persons and organisations are masked. Needs a key with the scope agent.
#[utoipa::path(
    get, path = "/v1/records/accounts/{id}", tag = "records", operation_id = "show_account",
    params(("id" = String, Path, description = "The account")),
    responses(
        (status = 200, description = "A record set with what is the account's", body = shapes::records::RecordSet),
        (status = 404, description = "There is no such account", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn case_file(
    State(site): Shared,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    caller.require(Scope::Agent)?;
    let Path(id) = id.map_err(|_| no_such_account())?;
    let found = at_desk(&site, move |desk| desk.case_file(&id)).await?;
    found.map(|records| Json(records).into_response()).ok_or_else(no_such_account)
}

/// The whole record set
///
/// As `beian records export` writes it, nothing masked. Needs a key with the scope admin.
#[utoipa::path(
    get, path = "/v1/records", tag = "records", operation_id = "export_records",
    responses((status = 200, description = "Everything on record", body = shapes::records::RecordSet)),
    security(("key" = []))
)]
pub(super) async fn export(State(site): Shared, caller: Caller) -> Result<Response, Failure> {
    caller.require(Scope::Admin)?;
    let set = site.reception.with_store(|store| store.export()).await?.map_err(|error| failed(&error))?;
    Ok(Json(set).into_response())
}

/// Import records
///
/// All or nothing; a record that is there already is replaced. At most 8 MB. Needs a key with the scope admin.
#[utoipa::path(
    post, path = "/v1/records", tag = "records", operation_id = "import_records",
    request_body = shapes::records::RecordSet,
    responses(
        (status = 200, description = "Taken in", body = shapes::records::Imported),
        (status = 409, description = "References that don't resolve, orders that don't replay: nothing was changed", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn import(
    State(site): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    caller.require(Scope::Admin)?;
    let is_json = messages::is_json(&headers);
    let bytes = body::read_up_to(body, RECORDS_LIMIT).await?;
    if !is_json {
        return Err(Failure::not_json());
    }
    let store = std::sync::Arc::clone(&site.reception.store);
    let imported = site.reception.work(move || {
        let set = read_record_bytes(&bytes).map_err(|error| bad_records(error.to_string()))?;
        store.import(&set).map_err(|error| match error {
            StoreError::Refused(findings) => refused(findings.to_string()),
            error => failed(&error),
        })
    });
    let imported = imported.await??;
    Ok(Json(json!({
        "accounts": imported.accounts, "identities": imported.identities, "entities": imported.entities,
        "websites": imported.websites, "domains": imported.domains, "instances": imported.instances,
        "service_numbers": imported.service_numbers, "orders": imported.orders, "total": imported.total(),
    }))
    .into_response())
}

pub(super) fn no_such_account() -> Failure {
    Failure::no_such(
        "no_such_account",
        "no account of this id is on record",
        "import it first; ids are compared as they are",
    )
}

fn bad_records(problem: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "bad_records", problem, "see RecordSet in /openapi.json")
}

fn refused(problem: String) -> Failure {
    Failure::new(
        StatusCode::CONFLICT,
        "records_refused",
        problem,
        "nothing was changed; mend the set and send it again",
    )
}

fn failed(error: &StoreError) -> Failure {
    Failure::of_store(error, "the store did not take or give records")
}

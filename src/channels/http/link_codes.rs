//! `POST /v1/link_codes`: a one-time code that links whoever enters it to an account.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::caller::Caller;
use super::failure::Failure;
use super::records::no_such_account;
use super::{Shared, messages, shapes};
use crate::channels::linking::{Linking, LinkingError};
use crate::store::keys::Scope;

/// Which account to link to
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct For {
    #[schema(required, value_type = String, example = "u-1001")]
    account: Option<String>,
}

/// A code to be entered where somebody wants to be known
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct Issued {
    account: String,
    #[schema(example = "7KQM-X4TBZ2")]
    code: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: String,
}

const FIELDS: &str = r#"the body is an object with "account" (an id on record)"#;

/// Issue a link code
///
/// Good for ten minutes and five tries; shown once. Needs a key with the scope agent.
#[utoipa::path(
    post, path = "/v1/link_codes", tag = "records", operation_id = "issue_link_code", request_body = For,
    responses(
        (status = 200, description = "The code", body = Issued),
        (status = 404, description = "There is no such account", body = shapes::Failed),
    ),
    security(("key" = []))
)]
pub(super) async fn issue(
    State(site): Shared,
    caller: Result<Caller, Failure>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let read = messages::read::<For>(&headers, body, FIELDS).await;
    let caller = caller?;
    caller.require(Scope::Agent)?;
    let account = read?.account.ok_or_else(|| Failure::field_missing("account", FIELDS))?;
    let issued = Linking::new(site.reception()).issue(account.clone(), caller.name()).await;
    let (code, expires_at) = issued.map_err(|error| match error {
        LinkingError::NoSuchAccount(_) => no_such_account(),
        LinkingError::Busy(busy) => busy.into(),
        LinkingError::Store(error) => Failure::of_store(&error, "a link code could not be issued"),
        error @ LinkingError::Random(_) => {
            tracing::error!(%error, "a link code could not be issued");
            Failure::internal()
        }
    })?;
    let told = json!({"account": account, "code": code.to_string(), "expires_at": expires_at.to_string()});
    Ok(Json(told).into_response())
}

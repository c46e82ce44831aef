//! `POST /v1/search`: the sections of the knowledge base that a text is near to, without an answer.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Shared;
use super::caller::Caller;
use super::failure::Failure;
use super::messages;
use crate::assistant::MOST_FOUND;

/// How many sections are given unless told otherwise.
const FOUND: usize = 5;

/// What to look for
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[schema(required, value_type = String, min_length = 1, max_length = 8000, pattern = r"\S", example = "备案要多久")]
    query: Option<String>,
    /// How many sections, at most; 5 without it
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 20)]
    limit: Option<f64>,
}

/// What was found, best first
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
pub(super) struct FoundSections {
    sections: Vec<FoundSection>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "the description is derived from the fields")]
struct FoundSection {
    doc: String,
    heading: String,
    #[schema(required = true)]
    anchor: Option<String>,
    #[schema(required = true, value_type = Option<String>, format = Date)]
    as_of: Option<String>,
    /// Markdown
    text: String,
    /// Comparable within one search alone
    score: f32,
}

const FIELDS: &str = r#"the body is an object with "query" (a text) and, if you like, "limit" (1 to 20)"#;

/// Search the knowledge base
///
/// The sections that a text is near to, as `beian search` shows them. Any key will do.
#[utoipa::path(
    post, path = "/v1/search", tag = "questions", request_body = Wanted, operation_id = "search",
    responses((status = 200, description = "Sections, best first", body = FoundSections)),
    security(("key" = []))
)]
pub(super) async fn find(
    State(site): Shared,
    caller: Result<Caller, Failure>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let read = messages::read::<Wanted>(&headers, body, FIELDS).await;
    caller?;
    let Wanted { query, limit } = read?;
    let query = query.ok_or_else(|| Failure::field_missing("query", FIELDS))?;
    messages::check_text("query", &query)?;
    let limit = match limit {
        // In JSON 5.0 is a whole number too.
        Some(limit) => (1..=MOST_FOUND)
            .find(|whole| u32::try_from(*whole).is_ok_and(|whole| f64::from(whole).total_cmp(&limit).is_eq()))
            .ok_or_else(|| Failure::bad_field(format!("limit is {limit}"), FIELDS))?,
        None => FOUND,
    };
    let answer = Arc::clone(&site.reception.answer);
    let sections = site.reception.work(move || answer.search(&query, limit)).await?;
    Ok(Json(json!({ "sections": sections })).into_response())
}

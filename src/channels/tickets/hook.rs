//! The receiving end: the bytes of a request within limits, its headers, what is answered to the platform.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::channels::http::body;
use crate::channels::http::failure::Failure;
use crate::store::StoreError;

/// The largest request, in bytes: a ticket comes with all that is known of the people around it.
const LIMIT: usize = 1024 * 1024;

/// The longest text that is asked, in characters; what is longer is cut there, as nobody is at the other end to shorten it.
const TEXT: usize = 8000;

/// The bytes as they came.
pub async fn bytes(body: Body) -> Result<Vec<u8>, Failure> {
    body::read_up_to(body, LIMIT).await
}

/// A header that came once and is text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Who sends this can't show that they may.
pub fn unsigned(channel: &'static str, header: &'static str) -> Failure {
    tracing::warn!(channel, "a request was refused: its signature is missing or wrong");
    Failure::new(
        StatusCode::UNAUTHORIZED,
        "bad_signature",
        format!("the signature in {header} is missing or wrong"),
        "the secret must be the same on both sides, and the body must come as it was signed",
    )
}

/// Signed, but not now.
pub fn stale(channel: &'static str, what: &'static str) -> Failure {
    tracing::warn!(channel, "a request was refused: it is too old, or a clock is wrong");
    Failure::new(
        StatusCode::UNAUTHORIZED,
        "stale",
        format!("{what} is missing, or too far from the time here"),
        "set the clocks, or raise max_age_seconds of this channel",
    )
}

/// Signed, but nothing that can be read.
pub fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "bad_payload",
        format!("the body is not what this platform sends: {error}"),
        "point the platform's webhook here, with its standard payload",
    )
}

/// It couldn't be kept: the platform sends it again.
pub fn not_kept(error: &StoreError) -> Failure {
    Failure::of_store(error, "a request could not be kept")
}

/// It can't be put into the form in which it is kept.
pub fn not_written(channel: &'static str, error: &serde_json::Error) -> Failure {
    tracing::error!(channel, %error, "a request could not be written down");
    Failure::internal()
}

/// It is here, whether for the first time or again.
pub fn taken(new: bool) -> Response {
    Json(json!({ "taken": new })).into_response()
}

/// It is here, and there is nothing to do about it.
pub fn ignored(why: &'static str) -> Response {
    Json(json!({ "taken": false, "why": why })).into_response()
}

/// The text as it is asked.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((at, _)) => text[..at].to_owned(),
        None => text.to_owned(),
    }
}

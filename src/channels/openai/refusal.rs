//! Errors in the form that OpenAI's clients read: our envelope with `type` and `param` in it.

use axum::body::{Body, to_bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

/// Our envelopes are far shorter.
const LONGEST: usize = 16 * 1024;

/// A response as it is, an error with what clients look for in it: whichever part of the server refused.
pub async fn in_their_form(response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, LONGEST).await.unwrap_or_default();
    let mut envelope: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    if !envelope["error"].is_object() {
        // Words of the server itself.
        let message = String::from_utf8_lossy(&bytes).trim().to_owned();
        envelope = json!({"error": {"code": null, "message": message}});
    }
    complete(&mut envelope, status);
    let text = envelope.to_string();
    parts.headers.insert(header::CONTENT_LENGTH, text.len().into());
    parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(text))
}

/// Adds to an envelope what clients look for: the kind of error, and the mend to the message, since they show nothing else.
pub fn complete(envelope: &mut Value, status: StatusCode) {
    let error = &mut envelope["error"];
    error["type"] = json!(match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        400..500 => "invalid_request_error",
        _ => "server_error",
    });
    error["param"] = Value::Null;
    if let (Some(message), Some(hint)) = (error["message"].as_str(), error["hint"].as_str()) {
        error["message"] = json!(format!("{message}; {hint}"));
    }
}

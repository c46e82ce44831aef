//! The one form that errors take: `{"error": {"code", "message", "hint"}}`, with the status that fits.
//!
//! Codes are for programs and stay as they are; messages and hints are for the people who write those programs. The
//! chat page has its own words for its readers.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{ADDRESS_LIMIT, messages::TEXT_LIMIT};
use crate::assistant::REASON_LIMIT;
use crate::channels::reception::Busy;
use crate::store::keys::Scope;

/// Addresses beside those below /v1/ that programs ask.
const FOR_PROGRAMS: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/openapi.json"];

/// What went wrong with a request, in words that its sender may read.
#[derive(Debug)]
pub(in crate::channels) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: String,
    /// What the headers say beside it, such as when to come back.
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Failure {
    pub(in crate::channels) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), hint: hint.into(), header: None }
    }

    /// The same with a header.
    #[must_use]
    pub(in crate::channels) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    pub(in crate::channels) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing at this address",
            "questions go to POST /v1/messages; the chat page is at /",
        )
    }

    pub(in crate::channels) fn no_demo() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_demo",
            "this server has no demo people",
            "start it with --demo to play one of them",
        )
    }

    pub(in crate::channels) fn method_not_allowed(method: &Method) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            format!("this address does not take {method}"),
            "the Allow header names the methods that it takes",
        )
    }

    pub(in crate::channels) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "the body must be JSON",
            "send the header Content-Type: application/json",
        )
    }

    pub(in crate::channels) fn body_too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("the body is larger than {limit} bytes"),
            "send less at once",
        )
    }

    pub(in crate::channels) fn body_too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            "the body did not arrive in time",
            "send the request again",
        )
    }

    pub(in crate::channels) fn body_broken() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "body_broken",
            "the body ended before it was complete",
            "send the request again",
        )
    }

    pub(in crate::channels) fn bad_json(error: &serde_json::Error) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_json",
            format!("the body is not valid JSON: {error}"),
            r#"send UTF-8 such as {"text": "备案被驳回了怎么办"}"#,
        )
    }

    pub(in crate::channels) fn bad_field(message: impl Into<String>, fields: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_field", message, fields)
    }

    pub(in crate::channels) fn bad_query(message: impl Into<String>, fields: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_query", message, fields)
    }

    pub(in crate::channels) fn field_missing(field: &str, fields: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "field_missing", format!("the field {field} is missing"), fields)
    }

    pub(in crate::channels) fn reason_too_long(characters: usize) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "reason_too_long",
            format!("the reason has {characters} characters, more than {REASON_LIMIT}"),
            "shorten it",
        )
    }

    pub(in crate::channels) fn no_such_reply() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_reply",
            "no reply of this id is kept in this conversation",
            "send the id of the reply, and conversation and as the way they were sent with the question",
        )
    }

    pub(in crate::channels) fn not_an_agent() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not_an_agent",
            "the report is for agents, and this request does not come from one",
            "send a key with the scope agent (beian key create --scope agent), or with --demo add ?as=demo-agent",
        )
    }

    pub(in crate::channels) fn text_missing() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "text_missing",
            "the field text is missing",
            r#"send {"text": "your question"}"#,
        )
    }

    pub(in crate::channels) fn text_empty(field: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "text_empty",
            format!("the field {field} is empty"),
            "write a question into it",
        )
    }

    pub(in crate::channels) fn text_too_long(field: &str, characters: usize) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "text_too_long",
            format!("the field {field} has {characters} characters, more than {TEXT_LIMIT}"),
            "shorten it to the part that the question is about",
        )
    }

    pub(in crate::channels) fn identity_refused() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "identity_refused",
            "a request cannot say who it comes from",
            "leave the field as out; only a server started with --demo takes it, for its demo people",
        )
    }

    pub(in crate::channels) fn not_a_demo_person(people: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not_a_demo_person",
            "the field as names nobody of the demo",
            format!("it may be one of {people} (GET /v1/demo describes them), or be left out"),
        )
    }

    pub(in crate::channels) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many questions are waiting",
            "try again in a moment",
        )
        .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// `seconds` says when to come back.
    pub(in crate::channels) fn too_many(seconds: impl Into<String>) -> Self {
        let seconds = seconds.into();
        let failure = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            "more was asked in a minute than is allowed",
            format!("try again in {seconds} s; the limits are in [channels.http] of beian.toml"),
        );
        match HeaderValue::from_str(&seconds) {
            Ok(value) => failure.with(header::RETRY_AFTER, value),
            Err(_) => failure,
        }
    }

    pub(in crate::channels) fn too_slow() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_slow",
            "the answer took too long and was given up",
            "try again in a moment",
        )
        .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    pub(in crate::channels) fn not_ready(what: &str) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_ready",
            format!("not ready: {what}"),
            "the server's log has the cause",
        )
        .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
    }

    pub(in crate::channels) fn address_too_long() -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "address_too_long",
            format!("the address is longer than {ADDRESS_LIMIT} bytes"),
            "send what is long in the body",
        )
    }

    pub(in crate::channels) fn no_such(
        code: &'static str,
        message: &'static str,
        hint: &'static str,
    ) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message, hint)
    }

    pub(in crate::channels) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the answer could not be worked out",
            "the server's log has the cause under this request's x-request-id",
        )
    }

    /// No key at all; every other way to be wrong about one is [`Self::key_refused`].
    pub(in crate::channels) fn key_missing() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "key_missing",
            "what was asked needs a key",
            "send the header Authorization: Bearer bk_…; beian key create makes one on the server",
        )
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"beian\""))
    }

    /// Unknown, wrong or revoked: from outside all are one.
    pub(in crate::channels) fn key_refused() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "key_refused",
            "the key in the header Authorization opens nothing here",
            "send a key that beian key list shows as in use on this server, whole, as Authorization: Bearer bk_…",
        )
        .with(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"beian\", error=\"invalid_token\""),
        )
    }

    pub(in crate::channels) fn scope_missing(scope: Scope) -> Self {
        let scope = scope.as_str();
        Self::new(
            StatusCode::FORBIDDEN,
            "scope_missing",
            format!("this needs a key with the scope {scope}"),
            format!("make one with beian key create --scope {scope}"),
        )
    }

    pub(in crate::channels) fn user_refused() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "user_refused",
            "the key is bound to one user, and the request names another",
            "leave the field user out, or use a key that isn't bound",
        )
    }

    /// JSON where programs ask, a line of text elsewhere: there it is most likely a person who reads it.
    pub(in crate::channels) fn for_path(self, path: &str) -> Response {
        if path.starts_with("/v1/") || FOR_PROGRAMS.contains(&path) {
            return self.into_response();
        }
        let text = format!("{}: {}\n{}\n", self.status, self.message, self.hint);
        let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        let mut response = (self.status, kind, text).into_response();
        response.headers_mut().extend(self.header.map(|header| *header));
        response
    }
}

impl Failure {
    /// The envelope alone, for where the status is gone already.
    pub(in crate::channels) fn envelope(&self) -> Value {
        json!({"error": {"code": self.code, "message": self.message, "hint": self.hint}})
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.envelope())).into_response();
        response.headers_mut().extend(self.header.map(|header| *header));
        response
    }
}

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Waiting => Self::busy(),
            Busy::Failed => Self::internal(),
        }
    }
}

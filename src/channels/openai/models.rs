//! `GET /v1/models`: there is one.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::MODEL;
use crate::channels::http::caller::Caller;
use crate::channels::http::failure::Failure;

/// `GET /v1/models`
pub async fn list(_caller: Caller) -> Response {
    Json(json!({"object": "list", "data": [model()]})).into_response()
}

/// `GET /v1/models/{model}`
pub async fn one(_caller: Caller, name: Result<Path<String>, PathRejection>) -> Result<Response, Failure> {
    match name {
        Ok(Path(name)) if name == MODEL => Ok(Json(model()).into_response()),
        _ => Err(no_such_model()),
    }
}

fn model() -> Value {
    json!({"id": MODEL, "object": "model", "created": 0, "owned_by": "beian"})
}

pub fn no_such_model() -> Failure {
    Failure::new(
        StatusCode::NOT_FOUND,
        "model_not_found",
        "there is no such model here",
        "the only one is beian: GET /v1/models",
    )
}

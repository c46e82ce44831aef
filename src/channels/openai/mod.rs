//! The interface of OpenAI's chat, so that any chat front end can talk to the assistant: `POST /v1/chat/completions`, whole or as a
//! stream, and `GET /v1/models`.
//!
//! Who asks is said by the key alone; nothing in the messages can say it. [`request`] is what front ends send, [`threads`] finds the
//! conversation that it belongs to, [`completions`] answers, [`stream`] does so piece by piece, [`refusal`] gives errors their form.

mod completions;
mod models;
mod refusal;
mod request;
mod stream;
mod threads;

use std::sync::Arc;

use axum::middleware::map_response;
use axum::routing::{get, post};

use super::adapter::Adapter;
use super::reception::Reception;

/// The one model that there is.
const MODEL: &str = "beian";

/// What the handlers share.
struct Front {
    reception: Arc<Reception>,
    threads: threads::Threads,
}

/// The channel, ready to be started.
pub fn open(reception: &Arc<Reception>) -> Adapter {
    let front = Front { reception: Arc::clone(reception), threads: threads::Threads::default() };
    let mut adapter = Adapter::new("openai", "POST /v1/chat/completions, GET /v1/models");
    adapter.routes = Some(
        axum::Router::new()
            .route("/v1/chat/completions", post(completions::take))
            .route("/v1/models", get(models::list))
            .route("/v1/models/{model}", get(models::one))
            .layer(map_response(refusal::in_their_form))
            .with_state(Arc::new(front)),
    );
    adapter
}

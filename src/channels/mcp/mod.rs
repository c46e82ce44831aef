//! Tools for agents, over the Model Context Protocol: search, ask, and every action by its name. None of them changes anything.
//!
//! [`tools`] says what tools there are, [`server`] runs them, [`arguments`] reads what they are given. Over HTTP at `/mcp` who asks is
//! said by the key of each request; over standard input and output by whoever started the program.

mod arguments;
mod server;
mod tools;

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use rmcp::ServiceExt as _;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};

use super::adapter::Adapter;
use super::http::BODY_LIMIT;
use super::http::caller::Caller;
use super::http::failure::Failure;
use super::reception::Reception;
use crate::config::{ConfigError, McpConfig};
use crate::store::keys::Scope;
use server::{Person, Toolbox};

/// The channel, ready to be started: each request stands for itself, so any process may answer it.
pub fn open(config: &McpConfig, reception: &Arc<Reception>) -> Result<Adapter, ConfigError> {
    let settings = StreamableHttpServerConfig::default()
        .with_allowed_hosts(config.hosts()?)
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BODY_LIMIT);
    let asked = Arc::clone(reception);
    let service = StreamableHttpService::new(
        move || Ok(Toolbox::of_keys(Arc::clone(&asked))),
        Arc::new(NeverSessionManager::default()),
        settings,
    );
    let mut adapter = Adapter::new("mcp", "/mcp");
    adapter.routes = Some(axum::Router::new().route_service("/mcp", service).layer(from_fn(with_key)));
    Ok(adapter)
}

/// Lets in who has a key to ask with. The tools find the caller in the request.
async fn with_key(caller: Caller, mut request: Request, next: Next) -> Result<Response, Failure> {
    caller.require(Scope::Channel)?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// Speaks the protocol on standard input and output until the input ends.
pub async fn serve_stdio(
    reception: Arc<Reception>,
    channel: String,
    user: Option<String>,
) -> anyhow::Result<()> {
    let toolbox = Toolbox::of_person(reception, Person { channel, user });
    match toolbox.serve(stdio()).await {
        Ok(running) => {
            running.waiting().await?;
            Ok(())
        }
        // Who only looks and says nothing has ended it in good order.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

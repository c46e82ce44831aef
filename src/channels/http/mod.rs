//! The HTTP interface and the web chat: routes, start and stop.
//!
//! One request a file: [`messages`] takes questions, [`feedback`] what is thought of the answers, [`people`] knows the demo's people,
//! [`agents`] shows agents the figures, [`page`] serves the chat page. [`guard`] wraps all of them (headers, request ids, one log line each), [`failure`] is the one form
//! that errors take. What an answer says is decided behind [`Answer`]; nothing here reads records or knowledge.

mod agents;
mod body;
mod failure;
mod feedback;
mod guard;
mod messages;
mod names;
mod page;
mod people;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router, middleware};
use serde_json::json;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use crate::assistant::Answer;
use crate::report::Desk;

pub use messages::TEXT_LIMIT;
pub use people::{DemoPeople, DemoPeopleError, DemoPerson, Words};

use failure::Failure;
use names::Names;

/// The channel's name, as `identities` in the record set write it.
pub const CHANNEL: &str = "web";

/// Largest request body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// How long requests that were taken may go on after the signal to stop.
pub const GRACE: Duration = Duration::from_secs(10);

/// Carries the conversation's name back, for clients that let us choose it.
const CONVERSATION: HeaderName = HeaderName::from_static("x-conversation");

/// What the server answers with.
pub struct Site {
    answer: Arc<dyn Answer>,
    demo: Option<DemoPeople>,
    /// Where agents get their figures; without one nobody does.
    desk: Option<Arc<Desk>>,
    names: Names,
    /// Answering is work for a processor, so more at once than this only costs threads and memory.
    at_once: Arc<Semaphore>,
}

impl Site {
    /// A site on which nobody is linked.
    pub fn new(answer: Arc<dyn Answer>) -> Self {
        let processors = available_parallelism().map_or(2, usize::from);
        Self {
            answer,
            demo: None,
            desk: None,
            names: Names::default(),
            at_once: Arc::new(Semaphore::new((2 * processors).max(4))),
        }
    }

    /// The same with people whom anyone may play: only for a throw-away store with sample records.
    #[must_use]
    pub fn with_demo(mut self, people: DemoPeople) -> Self {
        self.demo = Some(people);
        self
    }

    /// The same with a report for agents.
    #[must_use]
    pub fn with_desk(mut self, desk: Desk) -> Self {
        self.desk = Some(Arc::new(desk));
        self
    }
}

/// All routes, wrapped.
pub fn router(site: Site) -> Router {
    let pages = page::routes(site.demo.is_some());
    let site = Arc::new(site);
    Router::new()
        .route("/v1/messages", post(messages::take))
        .route("/v1/feedback", post(feedback::take))
        .route("/v1/report", get(agents::figures))
        .route("/v1/replies/{id}", get(agents::explain))
        .route("/agents/report", get(agents::page))
        .route("/v1/demo", get(people::list))
        .route("/healthz", get(health))
        .with_state(Arc::clone(&site))
        .merge(pages)
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(site, guard::wrap))
}

async fn health() -> Response {
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response()
}

async fn nothing_here(uri: Uri) -> Response {
    Failure::not_found().for_path(uri.path())
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    Failure::method_not_allowed(&method).for_path(uri.path())
}

/// Why the server could not start.
#[derive(Debug, Error)]
pub enum OpenError {
    #[error(
        "address {addr} is in use: stop what listens there, or choose another with --addr (port 0 takes a free one)"
    )]
    Taken { addr: String },
    #[error("cannot listen on {addr}: {source}; --addr takes HOST:PORT, such as 127.0.0.1:8080")]
    Refused { addr: String, source: io::Error },
}

/// Listens on `HOST:PORT`; port 0 takes a free one. The address in the answer is the real one.
pub async fn open(addr: &str) -> Result<(TcpListener, SocketAddr), OpenError> {
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => OpenError::Taken { addr: addr.to_owned() },
        _ => OpenError::Refused { addr: addr.to_owned(), source },
    };
    let listener = TcpListener::bind(addr).await.map_err(refused)?;
    let real = listener.local_addr().map_err(refused)?;
    Ok((listener, real))
}

/// Serves until `stop` resolves, then takes nothing new and finishes what it has taken, for [`GRACE`] at most.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        tracing::info!("stopping: finishing what has been taken");
        // The receiver is gone only when the server has ended by itself.
        let _ = stopping.send(());
    };
    // Small answers must not wait for a full packet; a socket that refuses the option still works.
    let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
    let server = axum::serve(listener, router(site)).with_graceful_shutdown(stop);
    let too_long = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended,
        () = too_long => {
            tracing::warn!("stopped with connections still open after {} s", GRACE.as_secs());
            Ok(())
        }
    }
}

/// Resolves on Ctrl-C, and on SIGTERM where there is such a thing.
pub async fn stop_signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::warn!(%error, "cannot listen for SIGTERM");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// The site as the handlers see it.
type Shared = State<Arc<Site>>;

//! The HTTP interface and the web chat: routes, start and stop.
//!
//! [`table`] has all operations: the router and `/openapi.json` are made of it. One request a file: [`messages`] takes questions, [`feedback`] what is thought of the answers, [`people`] knows the demo's people,
//! [`agents`] shows agents the figures, [`page`] serves the chat page, [`widget`] what other sites show of it, [`session`] knows whom they have signed in. [`guard`] wraps all of them (headers, request ids, one log line each), [`failure`] is the one form
//! that errors take. What an answer says is decided behind [`Reception`]; nothing here reads records or knowledge.

mod agents;
mod away;
pub(in crate::channels) mod body;
pub(in crate::channels) mod caller;
mod desk;
mod events;
pub(in crate::channels) mod failure;
mod feedback;
mod guard;
mod handovers;
mod health;
mod limits;
mod link_codes;
mod listening;
mod messages;
mod names;
mod origin;
mod page;
mod people;
mod records;
mod search;
mod session;
mod shapes;
mod table;
mod widget;

use std::future::{Future, IntoFuture as _};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, Method, Uri};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Router, middleware};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::adapter::{Adapter, Stop};
use super::reception::Reception;
use super::tickets;
use crate::config::{HttpConfig, WebSettings};
use crate::report::Desk;

pub use messages::TEXT_LIMIT;
pub use people::{DemoPeople, DemoPeopleError, DemoPerson, Words};

use failure::Failure;
use limits::Limits;
use names::Names;
use session::Sessions;

pub(in crate::channels) use session::{is_good as is_session, of_payload as session_of};

/// The channel's name, as `identities` in the record set write it.
pub const CHANNEL: &str = "web";

/// Largest request body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Largest record set that is imported at once, in bytes.
pub const RECORDS_LIMIT: usize = 8 * 1024 * 1024;

/// Longest address, in bytes: what is longer belongs into a body.
const ADDRESS_LIMIT: usize = 8 * 1024;

/// How long an answer may take, unless told otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How long requests that were taken may go on after the signal to stop.
pub const GRACE: Duration = Duration::from_secs(10);

/// Carries the conversation's name back, for clients that let us choose it.
const CONVERSATION: HeaderName = HeaderName::from_static("x-conversation");

/// What the server answers with.
pub struct Site {
    reception: Arc<Reception>,
    demo: Option<DemoPeople>,
    /// Where agents get their figures; without one nobody does.
    desk: Option<Arc<Desk>>,
    names: Names,
    /// People whom other sites sign in.
    sessions: Sessions,
    /// Sites that may show the chat, as `https://shop.example`.
    origins: Vec<String>,
    /// Where a link code can be entered, as the page calls it.
    link_to: Option<String>,
    limits: Arc<Limits>,
    /// How long an answer may take.
    time_limit: Duration,
    /// Channels on which an agent on our page reaches the user.
    reaches: Vec<&'static str>,
}

impl Site {
    /// A site on which nobody is linked.
    pub fn new(reception: Arc<Reception>) -> Self {
        Self {
            reception,
            demo: None,
            desk: None,
            names: Names::default(),
            limits: Arc::default(),
            time_limit: TIME_LIMIT,
            sessions: Sessions::default(),
            origins: Vec::new(),
            link_to: None,
            reaches: Vec::new(),
        }
    }

    /// Where its questions go: other channels ask there too.
    pub fn reception(&self) -> Arc<Reception> {
        Arc::clone(&self.reception)
    }

    /// The same with people whom anyone may play: only for a throw-away store with sample records.
    #[must_use]
    pub fn with_demo(mut self, people: DemoPeople) -> Self {
        self.demo = Some(people);
        self
    }

    /// The same shown on other sites, with people whom these sign in.
    #[must_use]
    pub fn with_web(mut self, web: WebSettings) -> Self {
        self.sessions = Sessions::new(web.secrets);
        self.origins = web.origins;
        self.link_to = web.link_to;
        self
    }

    /// The same with limits of one's own, and a proxy that is trusted or not.
    #[must_use]
    pub fn with_limits(mut self, config: HttpConfig) -> Self {
        self.limits = Arc::new(Limits::new(config));
        self
    }

    /// The same with other patience for answers: tests have less of it.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The same with a report for agents.
    #[must_use]
    pub fn with_desk(mut self, desk: Desk) -> Self {
        self.desk = Some(Arc::new(desk));
        self
    }
}

/// All routes, wrapped; those of other channels too.
pub fn router(site: Site, channels: Router) -> Router {
    let pages = page::routes(site.demo.is_some()).merge(widget::routes(&site.origins, site.demo.is_some()));
    let site = Arc::new(site);
    table::routes()
        .route("/agents/report", get(agents::page))
        .with_state(Arc::clone(&site))
        .merge(pages)
        .merge(channels)
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(site, guard::wrap))
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

/// Serves until `stop` resolves, then takes nothing new and finishes what it has taken, for [`GRACE`] at most. Other channels run
/// beside it and stop with it.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    mut adapters: Vec<Adapter>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, mut stopped) = Stop::heard_from();
    let routes = adapters.iter_mut().filter_map(|adapter| adapter.routes.take());
    let routes = routes.fold(Router::new(), Router::merge);
    let works = adapters.iter().filter(|adapter| adapter.inbox.is_some() && tickets::reaches(adapter.name));
    // The chat page asks by itself for what a human said.
    let site = Site { reaches: works.map(|adapter| adapter.name).chain([CHANNEL]).collect(), ..site };
    let mut channels = start(adapters, &stopped);
    tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping: finishing what has been taken");
        // The receivers are gone only when the server has ended by itself.
        let _ = stopping.send(true);
        // Kept for as long as anything listens.
        stopping.closed().await;
    });
    // Small answers must not wait for a full packet; a socket that refuses the option still works.
    let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
    let mut told = stopped.clone();
    let server =
        axum::serve(listener, router(site, routes).into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async move { told.requested().await })
            .into_future();
    let all = async {
        let ended = server.await;
        while channels.join_next().await.is_some() {}
        ended
    };
    let too_long = async {
        stopped.requested().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = all => ended,
        () = too_long => {
            tracing::warn!("stopped with work still open after {} s", GRACE.as_secs());
            Ok(())
        }
    }
}

/// Starts what channels do beside their routes.
fn start(adapters: Vec<Adapter>, stop: &Stop) -> JoinSet<()> {
    let mut running = JoinSet::new();
    for adapter in adapters {
        tracing::info!(channel = adapter.name, at = adapter.at, "started");
        if let Some((inbox, work)) = adapter.inbox {
            running.spawn(inbox.work_off(work, stop.clone()));
        }
        if let Some(task) = adapter.task {
            let (name, stop) = (adapter.name, stop.clone());
            running.spawn(async move {
                if let Err(error) = task(stop).await {
                    tracing::error!(channel = name, "ended: {error:#}");
                }
            });
        }
    }
    running
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

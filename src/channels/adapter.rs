//! The one shape that channels have.

use std::sync::Arc;

use axum::Router;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::inbox::{Inbox, Work};

/// A channel that is ready to be started.
pub struct Adapter {
    /// The channel's name, as `identities` and the log write it.
    pub name: &'static str,
    /// Where it is reached, for the line that says what was started: `POST /hooks/zammad`.
    pub at: String,
    /// What it adds to the server's routes.
    pub routes: Option<Router>,
    /// What it takes in now and works off later.
    pub inbox: Option<(Arc<Inbox>, Arc<dyn Work>)>,
    /// What it does as long as the server runs.
    pub task: Option<Task>,
}

/// Something that runs until it is told to stop; an error ends the channel and is logged.
pub type Task = Box<dyn FnOnce(Stop) -> BoxFuture<'static, anyhow::Result<()>> + Send>;

impl Adapter {
    /// A channel that does nothing yet.
    pub fn new(name: &'static str, at: impl Into<String>) -> Self {
        Self { name, at: at.into(), routes: None, inbox: None, task: None }
    }
}

/// Tells when to stop. Every clone hears of it, also one that listens too late.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// One that is told by the sender.
    pub fn heard_from() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when it is time, also when nobody is left to say so.
    pub async fn requested(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

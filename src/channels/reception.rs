//! Where channels ask: the assistant behind a door that lets in only as many at once as there are hands, and the store.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::metrics::Metrics;
use crate::assistant::{Answer, Clock, Heard, Incoming};
use crate::store::Database;

/// How long a question waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why something wasn't done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    #[error("too many questions are waiting")]
    Waiting,
    /// It panicked; the log says more.
    #[error("answering failed")]
    Failed,
}

/// What every channel shares.
pub struct Reception {
    pub answer: Arc<dyn Answer>,
    pub store: Arc<dyn Database>,
    /// The real time, also where the assistant's clock is fixed: for leases, limits and codes.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Metrics,
    /// Answering is work for a processor, so more at once than this only costs threads and memory.
    at_once: Arc<Semaphore>,
}

impl Reception {
    pub fn new(answer: Arc<dyn Answer>, store: Arc<dyn Database>, clock: Clock) -> Self {
        let processors = available_parallelism().map_or(2, usize::from);
        let metrics = Metrics::new(clock());
        Self { answer, store, clock, metrics, at_once: Arc::new(Semaphore::new((2 * processors).max(4))) }
    }

    /// Asks the assistant. The same delivery gets the same reply.
    pub async fn hear(&self, incoming: Incoming, delivery: Option<String>) -> Result<Heard, Busy> {
        let answer = Arc::clone(&self.answer);
        let channel = incoming.channel.clone();
        let heard = self.work(move || answer.hear(&incoming, delivery.as_deref())).await?;
        let kind = match &heard {
            Heard::Reply(reply) => reply.kind.as_str(),
            Heard::Human => "human",
        };
        self.metrics.reply(&channel, kind);
        Ok(heard)
    }

    /// Works on a thread where work may block, a few at once.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let turn = Arc::clone(&self.at_once).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else {
            return Err(Busy::Waiting);
        };
        let work = tokio::task::spawn_blocking(move || {
            // The turn lasts as long as the work, even when the asker has hung up.
            let _turn = turn;
            work()
        });
        work.await.map_err(|error| {
            tracing::error!(%error, "answering failed");
            Busy::Failed
        })
    }

    /// Does something with the store, on a thread where work may block.
    pub async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Database) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let store = Arc::clone(&self.store);
        self.work(move || work(&*store)).await
    }
}

//! Where channels ask: the assistant behind a door that lets in only as many at once as there are hands, and the store.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use super::hands::Hands;
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
    /// Who works answers out.
    hands: Hands,
}

impl Reception {
    pub fn new(answer: Arc<dyn Answer>, store: Arc<dyn Database>, clock: Clock) -> Self {
        let processors = available_parallelism().map_or(2, usize::from);
        let metrics = Metrics::new(clock());
        // Where the store works, one more than there are processors is enough; where it is waited for, most of them wait.
        let count = if store.is_elsewhere() { (4 * processors).max(8) } else { (processors + 1).max(3) };
        Self { answer, store, clock, metrics, hands: Hands::new(count) }
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
        self.hands.work(PATIENCE, work).await
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

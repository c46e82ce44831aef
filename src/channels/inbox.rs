//! What a channel has taken in and works off later: acknowledged at once, kept in the store's queue, tried again when it fails,
//! by whichever process is there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::adapter::Stop;
use super::reception::Reception;
use crate::store::queue::{Delivery, Job};
use crate::store::{Database, StoreError};

/// How long a worker has a job before others may take it: longer than any call to a platform takes.
pub const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How often a job is tried before it is given up; with the waits between, that is over a day.
const TRIES: u32 = 20;

/// How long the first wait after a setback is, unless told otherwise.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);

/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(4);

/// How many jobs of one channel a process has at once.
const AT_ONCE: usize = 8;

/// How often the queue is looked at when nothing wakes it: another process may have filled it.
const LOOK: Duration = Duration::from_millis(500);

/// How long to wait after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Why a job wasn't done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setback {
    /// It may work another time; `after` is when the other side said so.
    Later { reason: String, after: Option<Duration> },
    /// It never will.
    Never { reason: String },
}

impl Setback {
    pub fn later(reason: impl fmt::Display) -> Self {
        Self::Later { reason: reason.to_string(), after: None }
    }

    pub fn never(reason: impl fmt::Display) -> Self {
        Self::Never { reason: reason.to_string() }
    }
}

/// Works a job off. A job may come again: after a crash nobody knows how far it had come, but for what [`Inbox::note`] kept.
pub trait Work: Send + Sync {
    fn work<'a>(&'a self, inbox: &'a Inbox, job: &'a Job) -> BoxFuture<'a, Result<(), Setback>>;
}

/// The queue of one channel.
pub struct Inbox {
    reception: Arc<Reception>,
    queue: &'static str,
    /// Unlike that of any other process.
    worker: String,
    /// How long the first wait after a setback is; each one after it is twice as long.
    first_wait: SignedDuration,
    wake: Notify,
}

impl Inbox {
    pub fn new(reception: Arc<Reception>, queue: &'static str) -> Self {
        let mut bytes = [0_u8; 8];
        // Without randomness the process number has to do.
        let name = match getrandom::fill(&mut bytes) {
            Ok(()) => u64::from_ne_bytes(bytes),
            Err(_) => u64::from(std::process::id()),
        };
        Self { reception, queue, worker: format!("{name:016x}"), first_wait: FIRST_WAIT, wake: Notify::new() }
    }

    /// The same with another first wait after a setback: tests have less patience.
    #[must_use]
    pub fn waiting(mut self, first: SignedDuration) -> Self {
        self.first_wait = first;
        self
    }

    /// Keeps a delivery: once this is done it is safe to say that it has arrived. False: it had arrived before.
    pub async fn take_in(
        &self,
        delivery: String,
        lane: String,
        user: Option<String>,
        payload: String,
    ) -> Result<bool, StoreError> {
        let queue = self.queue;
        let now = (self.reception.clock)();
        let new = self
            .with_store(move |store| {
                let delivery = Delivery {
                    queue,
                    delivery: &delivery,
                    lane: &lane,
                    user: user.as_deref(),
                    payload: &payload,
                };
                store.enqueue(&delivery, now)
            })
            .await?;
        self.wake.notify_one();
        Ok(new)
    }

    /// Notes how far a job has come, before or after something that must not happen twice. A job that another worker has by now
    /// must not go on.
    pub async fn note(&self, job: &Job, progress: String) -> Result<(), Setback> {
        let (number, worker) = (job.number, self.worker.clone());
        let until = self.in_time(LEASE);
        let noted = self
            .with_store(move |store| store.note_progress(number, &worker, &progress, until))
            .await
            .map_err(Setback::later)?;
        if noted { Ok(()) } else { Err(Setback::later("another worker has taken the job over")) }
    }

    /// Works off what is there and what comes, until it is told to stop; what it has begun by then it ends.
    pub async fn work_off(self: Arc<Self>, work: Arc<dyn Work>, mut stop: Stop) {
        let mut busy = JoinSet::new();
        loop {
            while busy.try_join_next().is_some() {}
            let claimed =
                if stop.is_requested() || busy.len() >= AT_ONCE { Ok(None) } else { self.claim().await };
            match claimed {
                Ok(Some(job)) => {
                    busy.spawn(Arc::clone(&self).one(Arc::clone(&work), job));
                    continue;
                }
                Ok(None) if stop.is_requested() && busy.is_empty() => return,
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(channel = self.queue, %error, "the queue could not be read; trying again");
                    tokio::time::sleep(STORE_PAUSE).await;
                    continue;
                }
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                Some(_) = busy.join_next() => {}
                () = stop.requested(), if !stop.is_requested() => {}
            }
        }
    }

    async fn claim(&self) -> Result<Option<Job>, StoreError> {
        let (queue, worker, now) = (self.queue, self.worker.clone(), (self.reception.clock)());
        self.with_store(move |store| store.claim(queue, &worker, now, LEASE)).await
    }

    async fn one(self: Arc<Self>, work: Arc<dyn Work>, job: Job) {
        let (inbox, at_work) = (Arc::clone(&self), job.clone());
        // A task of its own: a panic ends the job and not the channel.
        let done = tokio::spawn(async move { work.work(&inbox, &at_work).await }).await;
        let done = done.unwrap_or_else(|error| Err(Setback::later(format!("it broke off: {error}"))));
        let (number, worker, now) = (job.number, self.worker.clone(), (self.reception.clock)());
        let (channel, tries) = (self.queue, job.tries);
        let kept = match done {
            Ok(()) => self.with_store(move |store| store.finish(number, &worker, now)).await,
            Err(Setback::Later { reason, after }) if tries < TRIES => {
                let due = self.in_time(wait(self.first_wait, tries, after));
                tracing::warn!(channel, number, tries, reason, "not done; it will be tried again");
                self.with_store(move |store| store.put_back(number, &worker, &reason, due)).await
            }
            Err(Setback::Later { reason, .. } | Setback::Never { reason }) => {
                tracing::error!(channel, number, tries, reason, "given up");
                self.with_store(move |store| store.give_up(number, &worker, &reason, now)).await
            }
        };
        match kept {
            Ok(true) => {}
            Ok(false) => tracing::warn!(channel, number, "another worker has taken the job over meanwhile"),
            // The lease runs out and it is tried again.
            Err(error) => tracing::error!(channel, number, %error, "what came of a job could not be kept"),
        }
        self.wake.notify_one();
    }

    fn in_time(&self, span: SignedDuration) -> Timestamp {
        (self.reception.clock)().saturating_add(span).unwrap_or(Timestamp::MAX)
    }

    async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        // Not through the door of those who answer: a full house must not keep word of the work done outside.
        let store = Arc::clone(&self.reception.store);
        tokio::task::spawn_blocking(move || work(&*store))
            .await
            .unwrap_or_else(|error| Err(StoreError::Database(Box::new(error))))
    }
}

/// How long until the next try: twice as long each time, or what the other side asked for where that is longer.
fn wait(first: SignedDuration, tries: u32, asked: Option<Duration>) -> SignedDuration {
    let doubled = first.saturating_mul(1_i32 << tries.saturating_sub(1).min(20)).min(LONGEST_WAIT);
    let asked = asked.and_then(|asked| SignedDuration::try_from(asked).ok());
    asked.map_or(doubled, |asked| asked.clamp(doubled, LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_heed_what_the_other_side_asks() {
        assert_eq!(wait(FIRST_WAIT, 1, None).as_secs(), 2);
        assert_eq!(wait(FIRST_WAIT, 5, None).as_secs(), 32);
        assert_eq!(wait(FIRST_WAIT, 40, None), LONGEST_WAIT);
        assert_eq!(wait(FIRST_WAIT, 1, Some(Duration::from_secs(30))).as_secs(), 30);
        assert_eq!(wait(FIRST_WAIT, 5, Some(Duration::from_secs(1))).as_secs(), 32);
        assert_eq!(wait(FIRST_WAIT, 1, Some(Duration::from_secs(1_000_000))), LONGEST_WAIT);
        // All tries together come to over a day.
        let all: i64 = (1..TRIES).map(|tries| wait(FIRST_WAIT, tries, None).as_secs()).sum();
        assert!(all > 24 * 60 * 60, "{all}");
    }
}

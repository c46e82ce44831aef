//! Deliveries that were taken in and wait to be worked off. What is in a payload is the channel's business.

use jiff::{SignedDuration, Timestamp};

use super::StoreError;

/// A delivery as it is taken in.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The channel's name.
    pub queue: &'a str,
    /// The channel's name for the delivery: it is taken in once.
    pub delivery: &'a str,
    /// What has to stay in order, such as a conversation.
    pub lane: &'a str,
    /// Who it is from, as `identities` name them: what waits is forgotten with them.
    pub user: Option<&'a str>,
    pub payload: &'a str,
}

/// A delivery that a worker has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub number: i64,
    pub queue: String,
    pub delivery: String,
    pub lane: String,
    pub payload: String,
    /// How far an earlier try came.
    pub progress: Option<String>,
    /// From 1: this try counts.
    pub tries: u32,
    pub arrived_at: Timestamp,
}

/// How full a queue is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Backlog {
    pub queue: String,
    pub waiting: u64,
    /// Given up.
    pub dead: u64,
    pub oldest_waiting_since: Option<Timestamp>,
}

/// What was given up, for whoever has to look at it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeadJob {
    pub number: i64,
    pub queue: String,
    pub delivery: String,
    pub lane: String,
    pub tries: u32,
    pub error: String,
    pub ended_at: Timestamp,
}

/// A queue that outlives the process. Every call is one transaction.
pub trait Queue: Send + Sync {
    /// Takes a delivery in. False: it was taken in before.
    fn enqueue(&self, delivery: &Delivery<'_>, at: Timestamp) -> Result<bool, StoreError>;

    /// The oldest job of a queue that is due and the first of its lane, for `worker` alone until `at + lease`; then it is up for
    /// others again. `None`: there is nothing to do.
    fn claim(
        &self,
        queue: &str,
        worker: &str,
        at: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Job>, StoreError>;

    /// Notes how far a job has come, and keeps it until `at + lease`. False: the worker doesn't have it any more.
    fn note_progress(
        &self,
        number: i64,
        worker: &str,
        progress: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Ends a job. False: the worker doesn't have it any more.
    fn finish(&self, number: i64, worker: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Puts a job back, to be tried again from `due_at` on. False: the worker doesn't have it any more.
    fn put_back(&self, number: i64, worker: &str, error: &str, due_at: Timestamp)
    -> Result<bool, StoreError>;

    /// Gives a job up. False: the worker doesn't have it any more.
    fn give_up(&self, number: i64, worker: &str, error: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// The queues that hold anything, by name.
    fn backlogs(&self) -> Result<Vec<Backlog>, StoreError>;

    /// What was given up, the newest first.
    fn dead_jobs(&self, most: u32) -> Result<Vec<DeadJob>, StoreError>;
}

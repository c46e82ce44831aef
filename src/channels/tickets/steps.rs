//! What is sent for one job, step by step: what went out isn't sent again when the job is tried anew.
//!
//! Before a step it is noted that it begins, after it that it is done. A try that breaks off between the two leaves open whether the
//! platform took the step; then it is asked. Where it can't be asked the step is taken again: an answer twice is better than none.

use serde::{Deserialize, Serialize};

use crate::channels::{Inbox, Setback};
use crate::store::queue::Job;

/// How far a job has come.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Progress {
    done: Vec<String>,
    begun: Option<String>,
}

/// The steps of a job.
pub struct Steps<'a> {
    inbox: &'a Inbox,
    job: &'a Job,
    progress: Progress,
}

impl<'a> Steps<'a> {
    pub fn of(inbox: &'a Inbox, job: &'a Job) -> Self {
        let progress = job.progress.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self { inbox, job, progress: progress.unwrap_or_default() }
    }

    /// Takes a step that wasn't taken yet. `is_there` is asked only when an earlier try broke off in it; `None`: nobody knows.
    pub async fn take(
        &mut self,
        name: &str,
        is_there: impl Future<Output = Option<bool>>,
        send: impl Future<Output = Result<(), Setback>>,
    ) -> Result<(), Setback> {
        if self.progress.done.iter().any(|done| done == name) {
            return Ok(());
        }
        let broke_off = self.progress.begun.as_deref() == Some(name);
        if !(broke_off && is_there.await == Some(true)) {
            self.progress.begun = Some(name.to_owned());
            self.note().await?;
            send.await?;
        }
        self.progress.begun = None;
        self.progress.done.push(name.to_owned());
        self.note().await
    }

    /// A step that may be taken twice without harm.
    pub async fn set(
        &mut self,
        name: &str,
        send: impl Future<Output = Result<(), Setback>>,
    ) -> Result<(), Setback> {
        self.take(name, async { None }, send).await
    }

    async fn note(&self) -> Result<(), Setback> {
        let text = serde_json::to_string(&self.progress).map_err(Setback::never)?;
        self.inbox.note(self.job, text).await
    }
}

//! The queue in SQLite.

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::SqliteStore;
use crate::store::StoreError;
use crate::store::queue::{Backlog, DeadJob, Delivery, Job, Queue};
use crate::store::rows::work::{backlog, dead_job, job};

/// The job that is next: due, and the first of its lane that hasn't ended.
const NEXT: &str = "SELECT j.number FROM jobs j WHERE j.queue = ?1 AND j.state = 'waiting' AND j.due_at <= ?2 \
     AND NOT EXISTS (SELECT 1 FROM jobs e WHERE e.queue = j.queue AND e.lane = j.lane AND e.state = 'waiting' \
     AND e.number < j.number) ORDER BY j.number LIMIT 1";

impl Queue for SqliteStore {
    fn enqueue(&self, delivery: &Delivery<'_>, at: Timestamp) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let taken = transaction
                .prepare_cached(
                    "INSERT INTO jobs (queue, delivery, lane, user, payload, state, tries, arrived_at, due_at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 0, ?6, ?6) ON CONFLICT (queue, delivery) DO NOTHING",
                )?
                .execute(params![
                    delivery.queue,
                    delivery.delivery,
                    delivery.lane,
                    delivery.user.unwrap_or_default(),
                    delivery.payload,
                    at.as_microsecond()
                ])?;
            Ok(taken == 1)
        })
    }

    fn claim(
        &self,
        queue: &str,
        worker: &str,
        at: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Job>, StoreError> {
        // Looked at first without the right to write: most of the time there is nothing.
        if self.one(NEXT, params![queue, at.as_microsecond()], |_| Ok(()))?.is_none() {
            return Ok(None);
        }
        self.write(|transaction| {
            let sql = format!(
                "UPDATE jobs SET worker = ?3, due_at = ?4, tries = tries + 1 WHERE number = ({NEXT}) \
                 RETURNING number, queue, delivery, lane, payload, progress, tries, arrived_at"
            );
            let mut statement = transaction.prepare_cached(&sql)?;
            let until = at.saturating_add(lease).unwrap_or(Timestamp::MAX).as_microsecond();
            let mut rows = statement.query(params![queue, at.as_microsecond(), worker, until])?;
            rows.next()?.map(|row| job(row)).transpose()
        })
    }

    fn note_progress(
        &self,
        number: i64,
        worker: &str,
        progress: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.held("progress = ?3, due_at = ?4", params![number, worker, progress, until.as_microsecond()])
    }

    fn finish(&self, number: i64, worker: &str, at: Timestamp) -> Result<bool, StoreError> {
        let end = "state = 'done', payload = '', progress = NULL, error = NULL, worker = NULL, ended_at = ?3";
        self.held(end, params![number, worker, at.as_microsecond()])
    }

    fn put_back(
        &self,
        number: i64,
        worker: &str,
        error: &str,
        due_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let back = "worker = NULL, error = ?3, due_at = ?4";
        self.held(back, params![number, worker, error, due_at.as_microsecond()])
    }

    fn give_up(&self, number: i64, worker: &str, error: &str, at: Timestamp) -> Result<bool, StoreError> {
        let end = "state = 'dead', payload = '', worker = NULL, error = ?3, ended_at = ?4";
        self.held(end, params![number, worker, error, at.as_microsecond()])
    }

    fn backlogs(&self) -> Result<Vec<Backlog>, StoreError> {
        let sql = "SELECT queue, sum(state = 'waiting') AS waiting, sum(state = 'dead') AS dead, \
             min(CASE state WHEN 'waiting' THEN arrived_at END) AS oldest FROM jobs GROUP BY queue ORDER BY queue";
        self.all(sql, [], backlog)
    }

    fn dead_jobs(&self, most: u32) -> Result<Vec<DeadJob>, StoreError> {
        let sql = "SELECT number, queue, delivery, lane, tries, error, ended_at FROM jobs WHERE state = 'dead' \
             ORDER BY ended_at DESC, number DESC LIMIT ?1";
        self.all(sql, [most], dead_job)
    }
}

impl SqliteStore {
    /// Changes a job that a worker has: `?1` is its number, `?2` the worker.
    fn held(&self, change: &str, values: impl rusqlite::Params) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let sql =
                format!("UPDATE jobs SET {change} WHERE number = ?1 AND worker = ?2 AND state = 'waiting'");
            Ok(transaction.prepare_cached(&sql)?.execute(values)? == 1)
        })
    }
}

//! The queue in PostgreSQL.
//!
//! Jobs of a lane are worked off one after the other, in the order of their numbers. Two things keep that under concurrency.
//! Deliveries of one lane are taken in one after the other (a lock named after the lane, held until the commit), so that who
//! sees a job sees all with smaller numbers; else number 6 could be committed and claimed before number 5 is there. And a job is
//! claimed only if no earlier one of its lane waits: who claims the first locks its row, and others pass over it, but not over
//! the lane, since the row still waits for them.

use jiff::{SignedDuration, Timestamp};

use super::text::Text;
use super::{PostgresStore, Values};
use crate::store::StoreError;
use crate::store::queue::{Backlog, DeadJob, Delivery, Job, Queue};
use crate::store::rows::work::{backlog, dead_job, job};

impl Queue for PostgresStore {
    fn enqueue(&self, delivery: &Delivery<'_>, at: Timestamp) -> Result<bool, StoreError> {
        // The lock comes before the number: a default is worked out for a row that is there.
        let sql = "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($1 || E'\\x02' || $3, 0))) \
             INSERT INTO jobs (queue, delivery, lane, \"user\", payload, state, tries, arrived_at, due_at) \
             SELECT $1, $2, $3, $4, $5, 'waiting', 0, $6, $6 FROM turn ON CONFLICT (queue, delivery) DO NOTHING";
        self.write_at_once(|on| {
            let values: Values<'_> = &[
                &Text(delivery.queue),
                &Text(delivery.delivery),
                &Text(delivery.lane),
                &Text(delivery.user.unwrap_or_default()),
                &Text(delivery.payload),
                &at.as_microsecond(),
            ];
            Ok(on.execute(sql, values)? == 1)
        })
    }

    fn claim(
        &self,
        queue: &str,
        worker: &str,
        at: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Job>, StoreError> {
        // The first of the lane as a value, not as NOT EXISTS: on a table that was never analysed that became a join that took minutes
        // for twenty thousand jobs. A row that another has changed since this statement began is looked at again when it is locked: it is due no more.
        let sql = "UPDATE jobs SET worker = $3, due_at = $4, tries = tries + 1 WHERE number = ( \
             SELECT j.number FROM jobs j WHERE j.queue = $1 AND j.state = 'waiting' AND j.due_at <= $2 \
             AND j.number = (SELECT min(e.number) FROM jobs e WHERE e.queue = j.queue AND e.lane = j.lane \
             AND e.state = 'waiting') \
             ORDER BY j.number LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING number, queue, delivery, lane, payload, progress, tries, arrived_at";
        let until = at.saturating_add(lease).unwrap_or(Timestamp::MAX).as_microsecond();
        self.write_at_once(|on| {
            let values: Values<'_> = &[&Text(queue), &at.as_microsecond(), &Text(worker), &until];
            on.row(sql, values)?.map(|row| job(&row)).transpose()
        })
    }

    fn note_progress(
        &self,
        number: i64,
        worker: &str,
        progress: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let until = until.as_microsecond();
        self.held("progress = $3, due_at = $4", &[&number, &Text(worker), &Text(progress), &until])
    }

    fn finish(&self, number: i64, worker: &str, at: Timestamp) -> Result<bool, StoreError> {
        let end = "state = 'done', payload = '', progress = NULL, error = NULL, worker = NULL, ended_at = $3";
        self.held(end, &[&number, &Text(worker), &at.as_microsecond()])
    }

    fn put_back(
        &self,
        number: i64,
        worker: &str,
        error: &str,
        due_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let back = "worker = NULL, error = $3, due_at = $4";
        self.held(back, &[&number, &Text(worker), &Text(error), &due_at.as_microsecond()])
    }

    fn give_up(&self, number: i64, worker: &str, error: &str, at: Timestamp) -> Result<bool, StoreError> {
        let end = "state = 'dead', payload = '', worker = NULL, error = $3, ended_at = $4";
        self.held(end, &[&number, &Text(worker), &Text(error), &at.as_microsecond()])
    }

    fn backlogs(&self) -> Result<Vec<Backlog>, StoreError> {
        let sql = "SELECT queue, count(*) FILTER (WHERE state = 'waiting') AS waiting, \
             count(*) FILTER (WHERE state = 'dead') AS dead, \
             min(arrived_at) FILTER (WHERE state = 'waiting') AS oldest FROM jobs GROUP BY queue ORDER BY queue";
        self.all(sql, &[], backlog)
    }

    fn dead_jobs(&self, most: u32) -> Result<Vec<DeadJob>, StoreError> {
        let sql = "SELECT number, queue, delivery, lane, tries, error, ended_at FROM jobs WHERE state = 'dead' \
             ORDER BY ended_at DESC, number DESC LIMIT $1";
        self.all(sql, &[&i64::from(most)], dead_job)
    }
}

impl PostgresStore {
    /// Changes a job that a worker has: `$1` is its number, `$2` the worker.
    fn held(&self, change: &str, values: Values<'_>) -> Result<bool, StoreError> {
        let sql = format!("UPDATE jobs SET {change} WHERE number = $1 AND worker = $2 AND state = 'waiting'");
        self.write_at_once(|on| Ok(on.execute(&sql, values)? == 1))
    }
}

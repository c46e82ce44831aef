//! What channels take in and work off later: once each, in order, again after a setback, by another after a crash.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use beian::channels::{Inbox, Reception, Setback, Stop, Work};
use beian::store::queue::Job;
use beian::store::{Database, Queue as _, SqliteStore};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::http::server::{Parrot, reception};

const SOON: SignedDuration = SignedDuration::from_millis(10);

/// Does what the payload says, and remembers in which order it was asked to.
#[derive(Default)]
struct Doer {
    done: Mutex<Vec<String>>,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Doer {
    fn done(&self) -> Vec<String> {
        self.done.lock().expect("the list").clone()
    }
}

impl Work for Doer {
    fn work<'a>(&'a self, inbox: &'a Inbox, job: &'a Job) -> BoxFuture<'a, Result<(), Setback>> {
        async move {
            let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_at_once.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.at_once.fetch_sub(1, Ordering::SeqCst);
            self.done.lock().expect("the list").push(job.delivery.clone());
            match (job.payload.as_str(), job.tries) {
                ("busy twice", 1 | 2) => Err(Setback::later("503")),
                ("falls over", 1) => panic!("asked to"),
                ("refused", _) => Err(Setback::never("401")),
                ("in two steps", 1) => {
                    inbox.note(job, "first step".to_owned()).await?;
                    Err(Setback::later("between the steps"))
                }
                ("in two steps", _) => {
                    assert_eq!(job.progress.as_deref(), Some("first step"));
                    Ok(())
                }
                _ => Ok(()),
            }
        }
        .boxed()
    }
}

fn place() -> (Arc<SqliteStore>, Arc<Reception>) {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    (store.clone(), reception(Parrot { heard: None }, store))
}

async fn take_in(inbox: &Inbox, delivery: &str, lane: &str, payload: &str) -> bool {
    inbox.take_in(delivery.to_owned(), lane.to_owned(), None, payload.to_owned()).await.unwrap()
}

/// Works until the store holds nothing that waits.
async fn until_done(inbox: &Arc<Inbox>, store: &dyn Database, doer: &Arc<Doer>) {
    let (stopping, stop) = Stop::heard_from();
    let working = tokio::spawn(Arc::clone(inbox).work_off(doer.clone(), stop));
    for _ in 0..1000 {
        if store.backlogs().unwrap().iter().all(|backlog| backlog.waiting == 0) {
            stopping.send(true).unwrap();
            working.await.unwrap();
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still waiting: {:?}", store.backlogs());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_twice_is_done_once_and_a_lane_keeps_its_order() {
    let (store, reception) = place();
    let inbox = Arc::new(Inbox::new(reception, "ticket").waiting(SOON));
    for number in 0..20 {
        assert!(take_in(&inbox, &format!("a{number:02}"), "a", "").await);
        assert!(!take_in(&inbox, &format!("a{number:02}"), "a", "").await);
        assert!(take_in(&inbox, &format!("b{number:02}"), &format!("b{number}"), "").await);
    }
    let doer = Arc::new(Doer::default());
    until_done(&inbox, &*store, &doer).await;
    let done = doer.done();
    assert_eq!(done.len(), 40);
    let of_a: Vec<_> = done.iter().filter(|name| name.starts_with('a')).collect();
    assert!(of_a.is_sorted(), "{of_a:?}");
    assert!(doer.most_at_once.load(Ordering::SeqCst) > 1, "other lanes go side by side");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setback_is_tried_again_and_a_refusal_is_given_up() {
    let (store, reception) = place();
    let inbox = Arc::new(Inbox::new(reception, "ticket").waiting(SOON));
    take_in(&inbox, "d1", "1", "busy twice").await;
    take_in(&inbox, "d2", "2", "falls over").await;
    take_in(&inbox, "d3", "3", "refused").await;
    take_in(&inbox, "d4", "4", "in two steps").await;
    // What comes after a job that waits in its lane waits too.
    take_in(&inbox, "d5", "1", "").await;
    let doer = Arc::new(Doer::default());
    until_done(&inbox, &*store, &doer).await;
    let done = doer.done();
    let times = |name: &str| done.iter().filter(|other| *other == name).count();
    assert_eq!([times("d1"), times("d2"), times("d3"), times("d4"), times("d5")], [3, 2, 1, 2, 1]);
    assert!(done.iter().rposition(|name| name == "d1") < done.iter().position(|name| name == "d5"));
    let dead = store.dead_jobs(10).unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].delivery.as_str(), dead[0].error.as_str()), ("d3", "401"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_takes_up_what_a_dead_worker_had() {
    let (store, reception) = place();
    let inbox = Arc::new(Inbox::new(reception, "ticket").waiting(SOON));
    take_in(&inbox, "d1", "1", "").await;
    // A worker that claims it and is never heard of again.
    let long_ago = Timestamp::now() - SignedDuration::from_mins(10);
    assert!(store.claim("ticket", "gone", long_ago, SignedDuration::from_mins(2)).unwrap().is_none());
    let claimed = store.claim("ticket", "gone", Timestamp::now(), SignedDuration::from_millis(200)).unwrap();
    assert!(claimed.is_some());
    let doer = Arc::new(Doer::default());
    until_done(&inbox, &*store, &doer).await;
    assert_eq!(doer.done(), ["d1"]);
}

//! What every database must do with deliveries to be worked off, with keys and with limits.

use std::collections::BTreeSet;
use std::sync::Mutex;

use beian::store::Database;
use beian::store::keys::{ApiKey, Scope};
use beian::store::queue::{Delivery, Job};
use jiff::{SignedDuration, Timestamp};

stores!(
    a_delivery_is_taken_in_once,
    a_lane_is_worked_off_in_order,
    a_lease_that_has_run_out_is_anybodys,
    progress_reaches_whoever_takes_it_up_again,
    what_is_given_up_is_shown,
    what_has_ended_leaves_no_text_and_is_purged,
    who_is_forgotten_has_nothing_waiting,
    many_workers_share_a_queue_without_sharing_a_job,
    keys_are_kept_and_revoked_once,
    a_limit_fills_and_begins_anew,
    many_takers_never_get_more_than_the_limit,
);

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_566_266_400 + second).unwrap()
}

fn delivery<'a>(delivery: &'a str, lane: &'a str) -> Delivery<'a> {
    Delivery { queue: "ticket", delivery, lane, user: Some("u1"), payload: "我的订单呢" }
}

fn claim(store: &dyn Database, worker: &str, second: i64) -> Option<Job> {
    store.claim("ticket", worker, at(second), LEASE).unwrap()
}

fn a_delivery_is_taken_in_once(store: &dyn Database) {
    assert!(store.enqueue(&delivery("d1", "c1"), at(0)).unwrap());
    assert!(!store.enqueue(&delivery("d1", "c2"), at(1)).unwrap());
    // Another channel's delivery of that name is another.
    assert!(store.enqueue(&Delivery { queue: "feishu", ..delivery("d1", "c1") }, at(1)).unwrap());
    let job = claim(store, "w1", 2).unwrap();
    assert_eq!((job.delivery.as_str(), job.lane.as_str(), job.payload.as_str()), ("d1", "c1", "我的订单呢"));
    assert_eq!((job.tries, job.progress.as_deref(), job.arrived_at), (1, None, at(0)));
    assert!(store.finish(job.number, "w1", at(3)).unwrap());
    // Also after it has ended.
    assert!(!store.enqueue(&delivery("d1", "c1"), at(4)).unwrap());
    assert_eq!(claim(store, "w1", 5), None);
}

fn a_lane_is_worked_off_in_order(store: &dyn Database) {
    for (name, lane) in [("d1", "a"), ("d2", "a"), ("d3", "b")] {
        store.enqueue(&delivery(name, lane), at(0)).unwrap();
    }
    let first = claim(store, "w1", 1).unwrap();
    let other = claim(store, "w2", 1).unwrap();
    assert_eq!((first.delivery.as_str(), other.delivery.as_str()), ("d1", "d3"));
    assert_eq!(claim(store, "w3", 1), None);
    // Put back for later: what comes after it in the lane waits too.
    assert!(store.put_back(first.number, "w1", "503", at(30)).unwrap());
    assert_eq!(claim(store, "w3", 2), None);
    let again = claim(store, "w3", 30).unwrap();
    assert_eq!((again.delivery.as_str(), again.tries), ("d1", 2));
    assert!(store.finish(again.number, "w3", at(31)).unwrap());
    assert_eq!(claim(store, "w3", 31).unwrap().delivery, "d2");
}

fn a_lease_that_has_run_out_is_anybodys(store: &dyn Database) {
    store.enqueue(&delivery("d1", "a"), at(0)).unwrap();
    let job = claim(store, "w1", 0).unwrap();
    assert_eq!(claim(store, "w2", 59), None);
    let taken = claim(store, "w2", 60).unwrap();
    assert_eq!((taken.number, taken.tries), (job.number, 2));
    // Whoever had it has it no more.
    assert!(!store.finish(job.number, "w1", at(61)).unwrap());
    assert!(!store.put_back(job.number, "w1", "late", at(61)).unwrap());
    assert!(!store.give_up(job.number, "w1", "late", at(61)).unwrap());
    assert!(!store.note_progress(job.number, "w1", "late", at(61)).unwrap());
    assert!(store.finish(taken.number, "w2", at(61)).unwrap());
}

fn progress_reaches_whoever_takes_it_up_again(store: &dyn Database) {
    store.enqueue(&delivery("d1", "a"), at(0)).unwrap();
    let job = claim(store, "w1", 0).unwrap();
    // The lease is longer for it.
    assert!(store.note_progress(job.number, "w1", "{\"sent\":1}", at(200)).unwrap());
    assert_eq!(claim(store, "w2", 199), None);
    assert_eq!(claim(store, "w2", 200).unwrap().progress.as_deref(), Some("{\"sent\":1}"));
}

fn what_is_given_up_is_shown(store: &dyn Database) {
    for name in ["d1", "d2", "d3"] {
        store.enqueue(&delivery(name, name), at(0)).unwrap();
    }
    for (second, error) in [(1, "401"), (2, "404")] {
        let job = claim(store, "w1", second).unwrap();
        assert!(store.give_up(job.number, "w1", error, at(second)).unwrap());
    }
    let dead = store.dead_jobs(10).unwrap();
    let shown: Vec<_> = dead.iter().map(|job| (job.delivery.as_str(), job.error.as_str())).collect();
    assert_eq!(shown, [("d2", "404"), ("d1", "401")]);
    assert_eq!(store.dead_jobs(1).unwrap().len(), 1);
    let backlog = store.backlogs().unwrap();
    assert_eq!(backlog.len(), 1);
    assert_eq!((backlog[0].waiting, backlog[0].dead, backlog[0].oldest_waiting_since), (1, 2, Some(at(0))));
}

fn what_has_ended_leaves_no_text_and_is_purged(store: &dyn Database) {
    store.enqueue(&delivery("d1", "a"), at(0)).unwrap();
    store.enqueue(&delivery("d2", "a"), at(0)).unwrap();
    let job = claim(store, "w1", 0).unwrap();
    store.finish(job.number, "w1", at(5)).unwrap();
    store.purge(at(5)).unwrap();
    assert!(!store.enqueue(&delivery("d1", "a"), at(6)).unwrap(), "it is not old enough yet");
    store.purge(at(6)).unwrap();
    assert!(store.enqueue(&delivery("d1", "a"), at(7)).unwrap(), "it is gone");
    // What waits isn't purged, however old it is.
    store.purge(at(1000)).unwrap();
    assert_eq!(claim(store, "w1", 1000).unwrap().delivery, "d2");
}

fn who_is_forgotten_has_nothing_waiting(store: &dyn Database) {
    store.enqueue(&delivery("d1", "a"), at(0)).unwrap();
    store.enqueue(&Delivery { user: Some("u2"), ..delivery("d2", "b") }, at(0)).unwrap();
    store.forget("ticket", "u1").unwrap();
    assert_eq!(claim(store, "w1", 1).unwrap().delivery, "d2");
    assert_eq!(claim(store, "w1", 1), None);
    assert!(!store.enqueue(&delivery("d1", "a"), at(2)).unwrap(), "delivered once more, it stays forgotten");
}

fn many_workers_share_a_queue_without_sharing_a_job(store: &dyn Database) {
    let names: Vec<String> = (0..60).map(|number| format!("d{number}")).collect();
    for (place, name) in names.iter().enumerate() {
        let lane = format!("lane-{}", place % 7);
        store.enqueue(&Delivery { lane: &lane, ..delivery(name, "") }, at(0)).unwrap();
    }
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for worker in ["w1", "w2", "w3", "w4"] {
            let done = &done;
            scope.spawn(move || {
                loop {
                    match claim(store, worker, 1) {
                        Some(job) => {
                            done.lock().unwrap().push(job.delivery.clone());
                            assert!(store.finish(job.number, worker, at(1)).unwrap());
                        }
                        // Others may still have the first of each lane.
                        None if done.lock().unwrap().len() >= 60 => break,
                        None => std::thread::yield_now(),
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap();
    assert_eq!(done.len(), 60);
    assert_eq!(done.iter().collect::<BTreeSet<_>>().len(), 60);
}

fn key(handle: &str, second: i64) -> ApiKey {
    ApiKey {
        handle: handle.to_owned(),
        key_hash: "0".repeat(64),
        label: "客服系统".to_owned(),
        scopes: vec![Scope::Channel, Scope::Agent],
        channel: "ticket".to_owned(),
        user: Some("agent-3".to_owned()),
        created_at: at(second),
        revoked_at: None,
    }
}

fn keys_are_kept_and_revoked_once(store: &dyn Database) {
    assert_eq!(store.key("k1").unwrap(), None);
    assert!(store.add_key(&key("k2", 1)).unwrap());
    assert!(store.add_key(&ApiKey { user: None, scopes: Vec::new(), ..key("k1", 2) }).unwrap());
    assert!(!store.add_key(&ApiKey { label: "another".to_owned(), ..key("k1", 3) }).unwrap());
    assert_eq!(store.key("k2").unwrap(), Some(key("k2", 1)));
    let handles: Vec<_> = store.keys().unwrap().into_iter().map(|key| key.handle).collect();
    assert_eq!(handles, ["k2", "k1"]);
    assert!(store.revoke_key("k2", at(5)).unwrap());
    assert!(!store.revoke_key("k2", at(6)).unwrap());
    assert!(!store.revoke_key("k9", at(6)).unwrap());
    assert_eq!(store.key("k2").unwrap().unwrap().revoked_at, Some(at(5)));
}

fn a_limit_fills_and_begins_anew(store: &dyn Database) {
    let minute = SignedDuration::from_mins(1);
    let take = |wanted, second| store.take_of_limit("key:k1", 10, minute, wanted, at(second)).unwrap();
    assert_eq!(take(4, 0), (4, at(60)));
    assert_eq!(take(4, 10), (4, at(60)));
    assert_eq!(take(4, 20), (2, at(60)));
    assert_eq!(take(1, 59), (0, at(60)));
    assert_eq!(take(1, 60), (1, at(120)));
    // A clock that was set back begins anew too.
    assert_eq!(take(10, -5), (10, at(55)));
    assert_eq!(store.take_of_limit("key:k2", 10, minute, 1, at(0)).unwrap(), (1, at(60)));
}

fn many_takers_never_get_more_than_the_limit(store: &dyn Database) {
    let got: u32 = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| -> u32 {
                    let take =
                        || store.take_of_limit("b", 50, SignedDuration::from_mins(1), 3, at(0)).unwrap().0;
                    (0..20).map(|_| take()).sum()
                })
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).sum()
    });
    assert_eq!(got, 50);
}

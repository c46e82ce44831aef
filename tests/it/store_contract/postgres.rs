//! PostgreSQL for tests: a schema for each, dropped afterwards; and what only PostgreSQL can show.
//!
//! `BEIAN_TEST_POSTGRES` names the server, as `postgres://USER@HOST/NAME`. Without it these tests say that they are skipped.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use beian::store::queue::Delivery;
use beian::store::{Database, PostgresStore, Queue as _, Store as _, StoreError, open};
use jiff::{SignedDuration, Timestamp};
use postgres::{Client, NoTls};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{demo, generate, json_of, makes_the_round_trip};

/// A schema of its own on the server of the tests.
pub(crate) struct Scratch {
    server: String,
    schema: String,
    pub url: String,
}

impl Scratch {
    /// `None`: no server is named.
    pub(crate) fn new() -> Option<Self> {
        static SAID: Once = Once::new();
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("BEIAN_TEST_POSTGRES") else {
            SAID.call_once(|| {
                eprintln!("SKIPPED: the tests on PostgreSQL; BEIAN_TEST_POSTGRES names no server");
            });
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let schema = format!("beian_test_{}_{number}", std::process::id());
        let url = Self::with_schema(&server, &schema);
        let scratch = Self { server, schema, url };
        scratch.admin(&format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", scratch.schema));
        Some(scratch)
    }

    fn with_schema(server: &str, schema: &str) -> String {
        let sign = if server.contains('?') { '&' } else { '?' };
        format!("{server}{sign}options=-csearch_path%3D{schema}")
    }

    /// Does something to the schema as another program would.
    pub(crate) fn admin(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap();
    }

    fn client(&self) -> Client {
        let mut client = Client::connect(&self.server, NoTls).unwrap();
        client
            .batch_execute(&format!("SET client_min_messages = warning; SET search_path = {}", self.schema))
            .unwrap();
        client
    }

    /// The first column of what a question finds.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        self.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    }

    fn open(&self) -> PostgresStore {
        PostgresStore::open(&self.url).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.admin(&format!("DROP SCHEMA {} CASCADE", self.schema));
    }
}

/// Runs a test on an empty store; nothing where no server is named.
pub(crate) fn with_a_store(test: impl FnOnce(&PostgresStore)) {
    if let Some(scratch) = Scratch::new() {
        test(&scratch.open());
    }
}

#[test]
fn any_valid_set_makes_the_round_trip() {
    let Some(scratch) = Scratch::new() else { return };
    let store = scratch.open();
    let all = "accounts, identities, entities, websites, website_domains, domains, instances, service_numbers, orders, \
         order_domains, order_rejections, order_events";
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner
        .run(&generate::record_set(), |set| {
            scratch.admin(&format!("TRUNCATE {all} CASCADE"));
            makes_the_round_trip(&store, &set)?;
            for account in &set.accounts {
                let file = store.case_file(&account.id).unwrap();
                let orders = set.orders.iter().filter(|order| order.account == account.id);
                prop_assert_eq!(&file.orders, &orders.cloned().collect::<Vec<_>>());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn programs_that_start_at_once_make_the_tables_once() {
    let Some(scratch) = Scratch::new() else { return };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = scratch.open();
                for _ in 0..3 {
                    store.import(&demo()).unwrap();
                }
            });
        }
    });
    assert_eq!(json_of(&open(&scratch.url).unwrap().export().unwrap()), json_of(&demo()));
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let Some(scratch) = Scratch::new() else { return };
    scratch.open().import(&demo()).unwrap();
    scratch.admin("UPDATE beian_schema SET version = version + 90");
    let error = PostgresStore::open(&scratch.url).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found, known, .. } if found == known + 90), "{error}");
    scratch.admin("UPDATE beian_schema SET version = version - 90");
    assert_eq!(json_of(&scratch.open().export().unwrap()), json_of(&demo()));
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let Some(scratch) = Scratch::new() else { return };
    scratch.admin("CREATE TABLE bookmarks (url TEXT)");
    let error = PostgresStore::open(&scratch.url).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
    assert_eq!(scratch.client().query_one(tables, &[]).unwrap().get::<_, i64>(0), 1);
}

#[test]
fn what_cannot_be_reached_is_one_clear_line_without_the_password() {
    for url in [
        "postgres://beian:hush@127.0.0.1:1/records",
        "postgres://beian:hush@no-such-host.invalid/records?connect_timeout=2",
        "postgres://beian:hush@127.0.0.1:1/records?sslmode=require",
    ] {
        let error = open(url).err().expect("refused").to_string();
        assert!(error.starts_with("the database postgres://") && error.contains("/records"), "{error}");
        assert!(!error.contains("hush") && !error.contains('\n'), "{error}");
    }
    let Some(scratch) = Scratch::new() else { return };
    let elsewhere = scratch.url.replace(&scratch.schema, "no_such_schema_at_all");
    let error = PostgresStore::open(&elsewhere).unwrap_err().to_string();
    assert!(error.contains("search_path") && !error.contains('\n'), "{error}");
}

/// Ends every connection of the schema's stores, as a restart of the server does.
fn hang_up(scratch: &Scratch) {
    let mut client = scratch.client();
    let name = format!("beian {}", scratch.schema);
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    assert!(!client.query(sql, &[&name]).unwrap().is_empty(), "no connection to end");
    let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    while client.query_one(left, &[&name]).unwrap().get::<_, i64>(0) > 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn connections_that_were_lost_are_made_anew() {
    let Some(scratch) = Scratch::new() else { return };
    // The name tells these connections from those of other tests.
    let url = format!("{}&application_name=beian%20{}", scratch.url, scratch.schema);
    let store = PostgresStore::open(&url).unwrap();
    // Several connections in the pool.
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| store.import(&demo()).unwrap());
        }
    });
    hang_up(&scratch);
    store.import(&demo()).unwrap();
    hang_up(&scratch);
    assert!(store.identity("web", "demo-1").unwrap().is_some());
    // A single statement isn't tried twice, since it may have been done; but a connection that was idle is looked at first.
    hang_up(&scratch);
    std::thread::sleep(std::time::Duration::from_millis(600));
    let delivery = Delivery { queue: "q", delivery: "d", lane: "l", user: None, payload: "" };
    assert!(store.enqueue(&delivery, Timestamp::UNIX_EPOCH).unwrap());
}

#[test]
fn it_works_on_threads_of_a_runtime() {
    let Some(scratch) = Scratch::new() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let url = scratch.url.clone();
    runtime.block_on(async move {
        // On a thread where work may block, and on one where it shouldn't but does.
        let store = std::sync::Arc::new(PostgresStore::open(&url).unwrap());
        let there = store.clone();
        tokio::task::spawn_blocking(move || there.import(&demo()).unwrap()).await.unwrap();
        let there = store.clone();
        let found = tokio::spawn(async move { there.identity("web", "demo-1").unwrap() }).await.unwrap();
        assert!(found.is_some());
        // Also where it is dropped.
        drop(store);
    });
}

#[test]
fn a_name_that_is_too_long_to_look_up_is_said() {
    with_a_store(|store| {
        // Random enough that it can't be made short.
        let long: String = (0..9000_u32)
            .map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26))
            .collect();
        let mut text = String::new();
        for (n, c) in long.chars().enumerate() {
            text.push(c);
            text.push_str(&(n * n).to_string());
        }
        let delivery = Delivery { queue: "q", delivery: &text, lane: "l", user: None, payload: "" };
        let error = store.enqueue(&delivery, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        assert!(error.contains("too long") && error.len() < 200, "{error}");
    });
}

#[test]
fn a_lane_stays_in_order_while_many_take_in_and_work_off() {
    const LANES: usize = 3;
    const EACH: u32 = 60;
    with_a_store(|store| {
        let now = Timestamp::UNIX_EPOCH;
        let taken_in = AtomicBool::new(false);
        // Who has a job of a lane, and the number of its last.
        let lanes: Mutex<HashMap<String, (bool, i64)>> = Mutex::default();
        let done = AtomicU32::new(0);
        std::thread::scope(|scope| {
            let producers: Vec<_> = (0..4)
                .map(|producer| {
                    scope.spawn(move || {
                        for number in 0..EACH {
                            let name = format!("{producer}-{number}");
                            let lane = format!("lane-{}", number as usize % LANES);
                            let delivery = Delivery {
                                queue: "q",
                                delivery: &name,
                                lane: &lane,
                                user: None,
                                payload: "",
                            };
                            assert!(store.enqueue(&delivery, now).unwrap());
                        }
                    })
                })
                .collect();
            for worker in 0..6 {
                let (lanes, taken_in, done) = (&lanes, &taken_in, &done);
                scope.spawn(move || {
                    let worker = format!("w{worker}");
                    loop {
                        let last_look = taken_in.load(Ordering::SeqCst);
                        let Some(job) =
                            store.claim("q", &worker, now, SignedDuration::from_secs(60)).unwrap()
                        else {
                            if last_look && done.load(Ordering::SeqCst) == 4 * EACH {
                                return;
                            }
                            continue;
                        };
                        {
                            let mut lanes = lanes.lock().unwrap();
                            let (busy, last) = lanes.entry(job.lane.clone()).or_default();
                            assert!(!*busy, "two jobs of {} at once", job.lane);
                            assert!(*last < job.number, "{} after {last} in {}", job.number, job.lane);
                            (*busy, *last) = (true, job.number);
                        }
                        std::thread::yield_now();
                        lanes.lock().unwrap().get_mut(&job.lane).unwrap().0 = false;
                        assert!(store.finish(job.number, &worker, now).unwrap());
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            for producer in producers {
                producer.join().unwrap();
            }
            taken_in.store(true, Ordering::SeqCst);
        });
        assert_eq!(done.load(Ordering::SeqCst), 4 * EACH);
        let store: &dyn Database = store;
        assert_eq!(store.backlogs().unwrap()[0].waiting, 0);
    });
}

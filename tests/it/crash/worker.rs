//! A process that does all that a store is asked to at once, and says what was acknowledged: to be killed.
//!
//! It is this test binary, started anew with one ignored test to run.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use beian::domain::moment::Moment;
use beian::domain::order::Event;
use beian::domain::reply::{Kind, Reply};
use beian::store::acts::{Acted, OrderAct};
use beian::store::conversations::{Commit, Committed, Key, Turn};
use beian::store::queue::Delivery;
use beian::store::{self, Database};
use jiff::{SignedDuration, Timestamp};

use super::checks::{self, Acknowledged, LANES, ORDERS, order, records};
use super::{Chance, runs};
use crate::places::{Keeper, on_each_database};

on_each_database!(what_was_acknowledged_survives_a_kill);

/// What the process that is killed is told: its store, and which of the kills it is.
const STORE: &str = "CRASH_STORE";
const RUN: &str = "CRASH_RUN";

/// After so many kills a new store is begun, so that checks stay quick.
const KILLS_OF_A_STORE: u64 = 20;

/// The longest that it is let work after it has said that it is there.
const LONGEST_LIFE: u64 = 250;

/// A life goes on until so much was acknowledged in it, at the most, where the machine is too busy for that in the time above.
const MOST_AWAITED: u64 = 80;

/// How long that may take.
const LONG: Duration = Duration::from_secs(60);

fn what_was_acknowledged_survives_a_kill(keeper: Keeper) {
    let Some(mut store) = keeper.place() else { return };
    let mut chance = Chance::new();
    let mut known = Acknowledged::default();
    let mut written = 0;
    for run in 0..runs() {
        if run > 0 && run % KILLS_OF_A_STORE == 0 {
            store = keeper.place().unwrap();
            known = Acknowledged::default();
        }
        let life = Duration::from_millis(chance.below(LONGEST_LIFE));
        let awaited = usize::try_from(chance.below(MOST_AWAITED)).unwrap();
        let lines = live_and_die(&store.url, run, life, awaited);
        let before = known.count();
        for line in &lines {
            known.note(line);
        }
        written += known.count() - before;
        let place = format!("kill {run} after {life:?}");
        store.sound_after_a_kill(&place);
        checks::all_there(&*store.open(), &mut known, &place);
    }
    eprintln!("{}: {} kills, {written} acknowledgements all kept", keeper.name(), runs());
    assert!(written > 20 * runs(), "only {written} things were acknowledged in {} lives", runs());
}

/// Starts the process, lets it live for a while and until it has said as much as is awaited, kills it, and gives what it had said until then.
fn live_and_die(url: &str, run: u64, life: Duration, awaited: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", "crash::worker::one_that_is_killed"])
        .envs([(STORE, url), (RUN, &run.to_string())])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (told, lines) = mpsc::channel();
    let out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        // A last line that was cut off isn't acknowledged: lines end with a full stop.
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if let Some(line) = line.strip_prefix("> ").and_then(|line| line.strip_suffix('.')) {
                let _ = told.send(line.to_owned());
            }
        }
    });
    let first = lines.recv_timeout(LONG);
    assert_eq!(first.as_deref(), Ok("there"), "kill {run}: it didn't start: {}", errors(&mut child));
    std::thread::sleep(life);
    // One that has ended by itself says no more, which is found out below.
    let mut said: Vec<String> = lines.try_iter().collect();
    while said.len() < awaited
        && let Ok(line) = lines.recv_timeout(LONG)
    {
        said.push(line);
    }
    // What killing means here: SIGKILL, which no program hears.
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    assert!(!ended.success(), "kill {run}: it ended by itself: {}", errors(&mut child));
    reader.join().unwrap();
    said.extend(lines);
    let failed = said.iter().find(|line| line.starts_with("failed"));
    assert_eq!(failed, None, "kill {run}");
    said
}

fn errors(child: &mut Child) -> String {
    let _ = child.kill();
    let mut text = String::new();
    let _ = std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut text);
    text
}

/// Says something to whoever will kill us, whole or not at all.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("> {line}.\n").as_bytes()).expect("somebody listens");
    out.flush().expect("somebody listens");
}

#[test]
#[ignore = "started and killed by what_was_acknowledged_survives_a_kill"]
fn one_that_is_killed() {
    let Ok(url) = std::env::var(STORE) else { return };
    let run: u64 = std::env::var(RUN).unwrap().parse().unwrap();
    let store: Arc<dyn Database> = Arc::from(store::open(&url).expect("a clean start"));
    if store.export().unwrap().orders.is_empty() {
        store.import(&records(0)).unwrap();
    }
    // What the test harness has written of its own ends here.
    println!();
    say("there");
    let works: [fn(&dyn Database, u64); 5] = [imports, acts, enqueues, works_off, converses];
    std::thread::scope(|scope| {
        for work in works {
            let store = Arc::clone(&store);
            scope.spawn(move || work(&*store, run));
        }
    });
}

fn now() -> Timestamp {
    Timestamp::now()
}

/// Imports the same records over and over, each time of another version.
fn imports(store: &dyn Database, run: u64) {
    for version in 1.. {
        let version = run * 1_000_000 + version;
        say(&format!("importing {version}"));
        store.import(&records(version)).expect("an import");
        say(&format!("imported {version}"));
    }
}

/// Withdraws and submits orders, each act under a key of its own.
fn acts(store: &dyn Database, run: u64) {
    for count in 0_usize.. {
        let (id, key) = (order(count % ORDERS), format!("{run}-{count}"));
        let acted = |event| {
            store.record_event(&OrderAct {
                order: &id,
                event,
                at: Moment::of(now()),
                sms_required: false,
                channel: "web",
                user: Some("u1"),
                action: "test",
                key: &key,
            })
        };
        // Where it can't be withdrawn it is a draft that can be submitted.
        let done = match acted(Event::Withdrawn).expect("an act") {
            Acted::Illegal(_) => acted(Event::Submitted).expect("an act"),
            done => done,
        };
        match done {
            Acted::Done(_) => say(&format!("acted {id} {key}")),
            other => say(&format!("failed {id} {key}: {other:?}")),
        }
    }
}

fn enqueues(store: &dyn Database, run: u64) {
    for count in 0_usize.. {
        let (delivery, lane) = (format!("d-{run}-{count}"), format!("lane-{}", count % LANES));
        let new =
            Delivery { queue: "test", delivery: &delivery, lane: &lane, user: None, payload: &delivery };
        assert!(store.enqueue(&new, now()).expect("a delivery"));
        say(&format!("enqueued {delivery} {lane}"));
    }
}

fn works_off(store: &dyn Database, run: u64) {
    let worker = format!("worker-{run}");
    // Longer than it lives: nobody else takes what it has, until the check comes from the future.
    let lease = SignedDuration::from_mins(10);
    loop {
        let Some(job) = store.claim("test", &worker, now(), lease).expect("a claim") else {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        assert_eq!(job.payload, job.delivery);
        assert!(store.note_progress(job.number, &worker, "half", now() + lease).expect("progress"));
        say(&format!("half {}", job.delivery));
        assert!(store.finish(job.number, &worker, now()).expect("an end"));
        say(&format!("finished {}", job.delivery));
    }
}

fn converses(store: &dyn Database, run: u64) {
    for count in 0_usize.. {
        let key = Key {
            channel: "web".to_owned(),
            user: Some(format!("u{}", count % 3)),
            conversation: format!("c{run}"),
        };
        let state = store.conversation(&key).expect("a conversation");
        let id = format!("t-{run}-{count}");
        let turn = Turn {
            id: id.clone(),
            key: key.clone(),
            ordinal: state.turns + 1,
            at: now(),
            text: id.clone(),
            reply: Reply { id: Some(id.clone()), ..Reply::new(Kind::Answer, format!("to {id}")) },
            receipt: "{}".to_owned(),
            delivery: Some(id.clone()),
        };
        let context = format!("after {id}");
        let commit = Commit {
            key: &key,
            expected: state.version,
            at: turn.at,
            context: Some(&context),
            turn: Some(&turn),
        };
        assert_eq!(store.commit_turn(&commit).expect("a turn"), Committed::Done);
        say(&format!("turned {id} {} {}", key.user.unwrap_or_default(), key.conversation));
    }
}

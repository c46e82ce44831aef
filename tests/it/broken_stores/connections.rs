//! Connections to PostgreSQL that are lost in the middle of questions, and a server that is out of reach for a while.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::way::Way;
use super::{ask_until_kept, occurrences};
use crate::crash::server::{ask, key};
use crate::places::{Keeper, Place};
use crate::program::Program;

/// How long anything may take before the test fails.
const LONG: Duration = Duration::from_secs(60);

/// How long an answer may take: less than the server's own time limit, after which it would be given up.
const PATIENCE: Duration = Duration::from_secs(28);

const FORGETS: &str = "conversations can't be remembered";
const REMEMBERS: &str = "conversations are remembered again";

/// Ends the connections of others for which `which` holds, as an administrator does; gives how many.
pub(super) fn end(place: &Place, which: &str) -> usize {
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
         AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND {which}"
    );
    place.client().query(&sql, &[]).unwrap().len()
}

/// Refused for the time being, in the form that all errors take.
fn is_refused_for_now(status: u16, body: &Value) {
    assert_eq!(status, 503, "{body}");
    for part in ["code", "message", "hint"] {
        assert!(body["error"][part].is_string(), "{body}");
    }
}

/// One line for a row of failures, and no panic.
fn is_calm(log: &str) {
    assert!(!log.contains("panicked"), "{log}");
    let (forgets, remembers) = (occurrences(log, FORGETS), occurrences(log, REMEMBERS));
    assert!(forgets == remembers, "{forgets} rows of failures, {remembers} ends: {log}");
}

#[test]
fn a_connection_ended_in_the_middle_costs_the_memory_and_not_the_answer() {
    const ROUNDS: usize = 3;
    let Some(place) = Keeper::Postgres.place() else { return };
    let program = place.serve();
    let mut kept = vec![ask_until_kept(&program, true)];
    let mut client = place.client();
    for _ in 0..ROUNDS {
        let since = program.log().len();
        // Everything can be read and nothing kept: a question gets stuck at its end.
        let mut holding = client.transaction().unwrap();
        holding.batch_execute("LOCK TABLE turns IN SHARE MODE").unwrap();
        let message = json!({"text": "浙江要短信核验吗", "conversation": "stuck"});
        let reply = std::thread::scope(|scope| {
            let asked = scope.spawn(|| program.ask(&message));
            let began = Instant::now();
            while end(&place, "wait_event_type = 'Lock'") == 0 {
                assert!(began.elapsed() < LONG && !asked.is_finished(), "nothing got stuck");
                std::thread::sleep(Duration::from_millis(5));
            }
            asked.join().unwrap()
        });
        holding.rollback().unwrap();
        assert_eq!((&reply["id"], &reply["outcome"]["required"]), (&Value::Null, &json!(true)), "{reply}");
        let line = program.wait_for_log(since, FORGETS);
        assert!(line.contains("the connection was lost"), "{line}");
        kept.push(ask_until_kept(&program, true));
        program.wait_for_log(since, REMEMBERS);
        assert_eq!(program.get("/readyz").status, 200);
    }
    is_calm(&program.log());
    assert_eq!(occurrences(&program.log(), FORGETS), ROUNDS);
    let store = place.open();
    for reply in &kept {
        assert!(store.turn(reply["id"].as_str().unwrap()).unwrap().is_some(), "{reply}");
    }
}

#[test]
fn with_connections_ended_over_and_over_what_was_kept_is_there_once() {
    const PEOPLE: usize = 4;
    const MESSAGES: usize = 80;
    let Some(place) = Keeper::Postgres.place() else { return };
    // Each their own, and one for later: there is a limit to what may be asked with one.
    let keys: [_; PEOPLE] = std::array::from_fn(|_| key(&*place.open()));
    let key = key(&*place.open());
    let program = place.serve();
    let (answered, mut ended) = (Mutex::new(Vec::new()), 0);
    std::thread::scope(|scope| {
        let asking = keys.iter().enumerate().map(|(person, key)| {
            let (answered, addr) = (&answered, program.addr);
            scope.spawn(move || {
                for count in 0..MESSAGES {
                    let name = format!("u{person}-{}", count / 8);
                    let message = json!({"text": "浙江要短信核验吗", "user": name, "conversation": name,
                        "delivery": format!("{name}-{count}")});
                    match ask(addr, key, &message).unwrap() {
                        (200, reply) => {
                            assert_eq!(reply["outcome"]["required"], true, "{reply}");
                            answered.lock().unwrap().push((message, reply));
                        }
                        (status, body) => is_refused_for_now(status, &body),
                    }
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        while asking.iter().any(|asking| !asking.is_finished()) {
            std::thread::sleep(Duration::from_millis(30));
            ended += end(&place, "true");
        }
    });
    assert!(ended > 0, "there was no connection to end");
    ask_until_kept(&program, true);
    assert_eq!(program.get("/readyz").status, 200);
    is_calm(&program.log());
    let answered = answered.into_inner().unwrap();
    assert!(answered.len() > PEOPLE * MESSAGES / 2, "only {} were answered", answered.len());
    let store = place.open();
    for (message, reply) in &answered {
        if let Some(id) = reply["id"].as_str() {
            let turn = store.turn(id).unwrap().unwrap_or_else(|| panic!("{message} is lost"));
            // Its name is kept with the user's before it.
            let (kept, sent) = (turn.delivery.unwrap(), message["delivery"].as_str().unwrap());
            assert!(kept.ends_with(sent), "{kept:?} was {sent:?}");
        }
        // Asked once more: the reply that was kept where there is one, and never two.
        let (status, again) = ask(program.addr, &key, message).unwrap();
        assert!(status == 200 && again["id"].is_string(), "{again}");
        assert!(reply["id"].is_null() || reply["id"] == again["id"], "answered twice: {reply}\n{again}");
    }
}

/// Asks while the store is away: answered without an id, if only that records can't be read, or told to come back. Never later
/// than anybody waits for an answer.
fn ask_in_vain(program: &Program, message: &Value) {
    let began = Instant::now();
    let answered = program.post(message);
    assert!(began.elapsed() < PATIENCE, "{:?}: {answered:?}", began.elapsed());
    if answered.status == 200 {
        let reply = answered.json();
        let answered = reply["outcome"]["required"] == true;
        let told = reply["kind"] == "error" && reply["text"].as_str().unwrap().contains("记录暂时读不出来");
        assert!(reply["id"].is_null() && (answered || told), "{reply}");
    } else {
        is_refused_for_now(answered.status, &answered.json());
        assert!(answered.header("retry-after").is_some(), "{answered:?}");
    }
}

/// Asks until everything is as before, and without anybody's help.
fn recovers(program: &Program, since: usize) -> Value {
    let began = Instant::now();
    loop {
        let answered = program.post(&json!({"text": "浙江要短信核验吗", "conversation": "after"}));
        if answered.status == 200 && answered.json()["id"].is_string() {
            program.wait_for_log(since, REMEMBERS);
            assert_eq!(program.get("/readyz").status, 200);
            return answered.json();
        }
        assert!(began.elapsed() < LONG, "{answered:?}\n{}", program.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_out_of_reach_costs_the_memory_until_it_is_back() {
    let Some(place) = Keeper::Postgres.place() else { return };
    let Some(mut way) = Way::to(&place.url) else { return };
    let key = key(&*place.open());
    let program = place.serve_at(&way.url);
    let mut kept = vec![ask_until_kept(&program, true)];
    for _ in 0..2 {
        let since = program.log().len();
        way.close();
        std::thread::scope(|scope| {
            let mut asked = Vec::new();
            for count in 0..4 {
                let program = &program;
                let message = json!({"text": "浙江要短信核验吗", "conversation": format!("c{count}")});
                asked.push(scope.spawn(move || ask_in_vain(program, &message)));
            }
            let readiness = program.get("/readyz");
            is_refused_for_now(readiness.status, &readiness.json());
            assert!(readiness.body.contains("the store does not answer"), "{readiness:?}");
            assert_eq!(program.get("/healthz").status, 200);
            for asked in asked {
                asked.join().unwrap();
            }
        });
        // Nobody can say whose key it is; that isn't the fault of whoever shows it.
        let message = json!({"text": "浙江要短信核验吗", "user": "u", "conversation": "u"});
        let (status, refused) = ask(program.addr, &key, &message).unwrap();
        is_refused_for_now(status, &refused);
        let line = program.wait_for_log(since, FORGETS);
        assert!(line.contains("can't be used"), "{line}");
        assert_eq!(occurrences(&program.log()[since..], FORGETS), 1, "{}", program.log());
        way.open();
        kept.push(recovers(&program, since));
        assert_eq!(ask(program.addr, &key, &message).unwrap().0, 200);
    }
    is_calm(&program.log());
    let store = place.open();
    for reply in &kept {
        assert!(store.turn(reply["id"].as_str().unwrap()).unwrap().is_some(), "{reply}");
    }
}

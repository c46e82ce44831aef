//! What becomes of an answer that takes too long.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use beian::assistant::{Answer, Incoming};
use beian::domain::reply::{Kind, Reply};
use serde_json::{Value, json};

use super::call;
use crate::http::server::{Answered, Server, answered_by};

/// In place of half a minute.
const LIMIT: Duration = Duration::from_millis(1500);

/// Answers once it is told to: somebody stuck.
struct Stuck(Mutex<mpsc::Receiver<()>>);

impl Answer for Stuck {
    fn answer(&self, incoming: &Incoming) -> Reply {
        if incoming.text == "stuck" {
            // Told, or nobody is there any more who could.
            let _ = self.0.lock().unwrap().recv();
        }
        Reply::new(Kind::Answer, "answered")
    }
}

fn ask(server: &Server, text: &str, accept: &str) -> Answered {
    call(server, "POST", "/v1/messages", &[("accept", accept)], &json!({"text": text}))
}

#[test]
fn an_answer_that_takes_too_long_is_given_up_and_others_are_answered() {
    let (told, stuck) = mpsc::channel();
    let server = Server::start(answered_by(Stuck(Mutex::new(stuck))).with_time_limit(LIMIT));
    let began = Instant::now();
    std::thread::scope(|scope| {
        let plain = scope.spawn(|| ask(&server, "stuck", "application/json"));
        let events = scope.spawn(|| ask(&server, "stuck", "text/event-stream"));
        assert_eq!(ask(&server, "quick", "application/json").status, 200, "nobody waits for the stuck");
        let given_up = plain.join().unwrap();
        assert_eq!(given_up.error(), (503, "too_slow".to_owned()));
        let again: u64 = given_up.header("retry-after").unwrap().parse().unwrap();
        assert!(again > 0);
        // The events have begun with 200: how it ended is said in the last of them.
        let events = events.join().unwrap();
        let (_, last) = events.body.rsplit_once("event: error\n").unwrap_or_else(|| panic!("{events:?}"));
        let envelope = last.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        let envelope: Value = serde_json::from_str(envelope).unwrap();
        assert_eq!(envelope["error"]["code"], "too_slow");
        assert!(!events.body.contains("event: reply"), "{events:?}");
    });
    assert!(began.elapsed() >= LIMIT);
    // Whoever was stuck comes to an end of its own, and the server with it.
    drop(told);
    assert_eq!(ask(&server, "stuck", "application/json").status, 200);
    server.end().unwrap();
}

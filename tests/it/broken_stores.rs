//! A store that can't be written to for a while: people are answered all the same, the log says what is wrong and when it is
//! over, and nobody has to start the server anew. Only what was kept has an id.
#![cfg(unix)]

mod connections;
mod endpoints;
mod way;

use std::process::{Command, Stdio};
use std::time::Duration;

use beian::store::{Conversations as _, SqliteStore};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::program::Program;

/// Asks until a reply is kept, or isn't, as wanted; gives it.
fn ask_until_kept(program: &Program, kept: bool) -> Value {
    for count in 0..400 {
        let conversation = format!("c{}", count % 7);
        let reply = program.ask(&json!({"text": "浙江要短信核验吗", "conversation": conversation}));
        // Kept or not, it is answered.
        assert_eq!(reply["outcome"]["required"], true, "{reply}");
        if reply["id"].is_string() == kept {
            return reply;
        }
    }
    panic!("kept = {kept} never came; the log:\n{}", program.log());
}

fn occurrences(log: &str, words: &str) -> usize {
    log.lines().filter(|line| line.contains(words)).count()
}

#[test]
fn a_full_disk_costs_the_memory_and_not_the_answer_until_there_is_room_again() {
    let works = Command::new("prlimit").arg("--version").stdout(Stdio::null()).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no prlimit here to take a limit off a process");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    // No file may grow beyond this: blocks of 512 bytes in most shells, and of 1024 in some.
    let limit = "trap '' XFSZ && ulimit -S -f 800";
    let db = format!("sqlite:{}", path.display());
    let program = Program::serve_after(limit, &["--db", &db, "--data", folder.path().to_str().unwrap()]);
    let first = ask_until_kept(&program, true);
    ask_until_kept(&program, false);
    program.wait_for_log(0, "conversations can't be remembered");
    ask_until_kept(&program, false);
    let log = program.log();
    // Now and then folding the log in makes room for one conversation more, which ends a row.
    let rows = occurrences(&log, "conversations are remembered again") + 1;
    assert_eq!(
        occurrences(&log, "conversations can't be remembered"),
        rows,
        "once for a row of failures: {log}"
    );
    assert!(!log.contains("panicked"), "{log}");
    assert_eq!(program.get("/healthz").status, 200);

    let since = program.log().len();
    let number = program.number().to_string();
    let taken_off = Command::new("prlimit").args(["--pid", &number, "--fsize=unlimited"]).status();
    assert!(taken_off.is_ok_and(|status| status.success()));
    let later = ask_until_kept(&program, true);
    program.wait_for_log(since, "conversations are remembered again");
    let store = SqliteStore::open(&path).unwrap();
    for reply in [&first, &later] {
        assert!(store.turn(reply["id"].as_str().unwrap()).unwrap().is_some(), "{reply}");
    }
}

#[test]
fn a_locked_database_delays_and_does_not_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    let db = format!("sqlite:{}", path.display());
    let program = Program::serve(&["--db", &db, "--data", folder.path().to_str().unwrap()], &[], &[]);
    ask_until_kept(&program, true);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    std::thread::scope(|scope| {
        // Longer than anybody waits for a lock.
        let asked = scope.spawn(|| program.ask(&json!({"text": "浙江要短信核验吗", "conversation": "c"})));
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(program.get("/healthz").status, 200, "others are served meanwhile");
        let reply = asked.join().unwrap();
        assert_eq!((&reply["id"], &reply["outcome"]["required"]), (&Value::Null, &json!(true)), "{reply}");
    });
    let line = program.wait_for_log(0, "can't be remembered");
    assert!(line.contains("locked"), "{line}");
    other.execute_batch("ROLLBACK").unwrap();
    ask_until_kept(&program, true);
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[test]
fn a_read_only_database_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.db");
    drop(SqliteStore::open(&path).unwrap());
    // Nobody's permissions count for root, so somebody else has to start it.
    let as_somebody = r#"chmod -R a-w,a+rX "$PWD" && if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid 65534 --clear-groups "$0" "$@"; else set -- "$0" "$@"; fi; exec "$@""#;
    let can_be_somebody = Command::new("setpriv").arg("--version").stdout(Stdio::null()).status();
    if !can_be_somebody.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no setpriv here to become somebody whose permissions count");
        return;
    }
    let started = Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", as_somebody, env!("CARGO_BIN_EXE_beian")])
        .args(["--db", "sqlite:beian.db", "--data", ".", "serve", "--addr", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&started.stderr);
    if said.contains("Permission denied") && !said.contains("beian:") {
        eprintln!("SKIPPED: somebody else can't start the program from here: {said}");
        return;
    }
    assert_eq!(started.status.code(), Some(2), "{said}");
    let line = said.lines().last().unwrap_or_default();
    assert!(line.contains("beian.db") && line.contains("can be written to"), "{said}");
}

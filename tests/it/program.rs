//! The program itself, serving in a process of its own, as an operator runs it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::server::{Answered, exchange};

/// How long anything may take here before the test fails: a debug build on a busy machine is slow.
const LONG: Duration = Duration::from_secs(60);

/// A serving process, killed when it is dropped.
pub(crate) struct Program {
    pub(crate) addr: SocketAddr,
    child: Child,
    logged: Arc<Mutex<String>>,
}

impl Program {
    /// `beian serve` on a free port, with global options before it and its own after it, and nothing of this machine's settings.
    pub(crate) fn serve(global: &[&str], own: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start(Command::new(env!("CARGO_BIN_EXE_beian")), global, own, environment)
    }

    /// The same out of a shell that has done `before`, such as setting a limit.
    #[cfg(unix)]
    pub(crate) fn serve_after(before: &str, global: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{before} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_beian")]);
        Self::start(shell, global, &[], &[])
    }

    fn start(mut command: Command, global: &[&str], own: &[&str], environment: &[(&str, &str)]) -> Self {
        command.args(global).args(["serve", "--addr", "127.0.0.1:0"]).args(own);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("BEIAN_")) {
                command.env_remove(name);
            }
        }
        command.envs(environment.iter().copied());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let logged = Arc::new(Mutex::new(String::new()));
        let (log, errors) = (Arc::clone(&logged), child.stderr.take().expect("piped"));
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut log = log.lock().expect("the log");
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let Some(line) = lines.next() else {
            let ended = child.wait();
            std::thread::sleep(Duration::from_millis(100));
            panic!("the program ended with {ended:?}: {}", logged.lock().expect("the log"));
        };
        let addr = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
        let addr = addr.and_then(|addr| addr.parse().ok()).unwrap_or_else(|| panic!("no address: {line}"));
        Self { addr, child, logged }
    }

    /// What it has written to stderr so far.
    pub(crate) fn log(&self) -> String {
        self.logged.lock().expect("the log").clone()
    }

    /// Waits until it has logged something new that contains `words`, after what was logged at `since` bytes.
    pub(crate) fn wait_for_log(&self, since: usize, words: &str) -> String {
        let began = Instant::now();
        loop {
            let log = self.log();
            if let Some(line) = log.get(since..).and_then(|new| new.lines().find(|line| line.contains(words)))
            {
                return line.to_owned();
            }
            assert!(began.elapsed() < LONG, "nothing about {words:?} in:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answered {
        exchange(self.addr, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
    }

    /// Posts a message, and gives the reply.
    pub(crate) fn ask(&self, message: &Value) -> Value {
        let answered = self.post(message);
        assert_eq!(answered.status, 200, "{answered:?}");
        answered.json()
    }

    /// Posts a message, whatever comes of it.
    pub(crate) fn post(&self, message: &Value) -> Answered {
        let body = message.to_string();
        exchange(
            self.addr,
            format!(
                "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
    }

    /// Its number.
    #[cfg(unix)]
    pub(crate) fn number(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `HUP`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{name}");
    }

    /// Ends it in the middle of whatever it does: SIGKILL, where there is such a thing.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it ran");
        self.child.wait().expect("it ends");
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

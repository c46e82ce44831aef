//! Agents' fronts: the interface of OpenAI's chat and the Model Context Protocol, over the program itself with keys and records, by
//! hand and with the official Python clients where there are any.

mod mcp;
mod openai;

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::http::server::{Answered, exchange};
use crate::program::Program;

/// The program on a store of its own in which somebody has an order, and keys to it.
struct Fronts {
    folder: tempfile::TempDir,
    program: Program,
    /// Bound to the one who has an order.
    bound: String,
    /// Bound to nobody.
    free: String,
    /// Not for asking.
    agent: String,
}

impl Fronts {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("records.json"), records().to_string()).unwrap();
        std::fs::write(path("beian.toml"), "[channels.mcp]\n[channels.openai]\n").unwrap();
        beian(folder.path(), &["records", "import", &path("records.json")]);
        let key = |options: &[&str]| {
            let key = beian(folder.path(), &[&["key", "create", "--channel", "shop"], options].concat());
            key.trim().to_owned()
        };
        let bound = key(&["--scope", "channel", "--user", "lin"]);
        let free = key(&["--scope", "channel"]);
        let agent = key(&["--scope", "agent"]);
        let data = folder.path().to_str().unwrap();
        let program = Program::serve(&["--data", data, "--config", &path("beian.toml")], &[], &[]);
        Self { folder, program, bound, free, agent }
    }

    /// Sends a request with a key, or none.
    fn send(&self, method: &str, path: &str, key: Option<&str>, headers: &str, body: &str) -> Answered {
        let key = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{key}{headers}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        exchange(self.program.addr, request)
    }

    fn revoke(&self, key: &str) {
        let handle = key.split('_').nth(1).unwrap();
        beian(self.folder.path(), &["key", "revoke", handle]);
    }
}

/// Runs the program to its end on a data folder; what it printed.
fn beian(data: &Path, arguments: &[&str]) -> String {
    let output = program(data, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The program on a data folder, with nothing of this machine's settings.
fn program(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("BEIAN_")) {
            command.env_remove(name);
        }
    }
    command.current_dir(data).arg("--data").arg(data).args(arguments);
    command
}

/// Runs one of the scripts with Python, where there is one that has the client; says aloud where there isn't.
fn with_python(client: &str, script: &str, arguments: &[&str]) {
    let has_it = Command::new("python3").args(["-c", &format!("import {client}")]).output();
    if !has_it.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no python3 with the package {client} (pip install {client})");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fronts").join(script);
    let output = Command::new("python3").arg("-B").arg(script).args(arguments).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && printed == "all is well\n",
        "{printed}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Lin has an order under provider review.
fn records() -> serde_json::Value {
    json!({
        "accounts": [{"id": "a-1", "site": "china"}, {"id": "a-2", "site": "china"}],
        "identities": [
            {"channel": "shop", "user": "lin", "account": "a-1", "role": "applicant"},
            {"channel": "ticket", "user": "agent-3", "account": null, "role": "agent"},
        ],
        "entities": [{
            "id": "e-1", "account": "a-1", "name": "林", "nature": "individual", "id_type": "id_card",
            "id_number": "330102199001011234", "province": "浙江", "icp_number": null, "status": "unfiled",
            "filed_with": null, "filed_on": null,
            "person": {"name": "林", "id_type": "id_card", "id_number": "330102199001011234", "phone": "13800000000",
                       "legal_representative": false},
        }],
        "orders": [{
            "id": "20190812001", "account": "a-1", "entity": "e-1", "type": "first", "domains": ["example.cn"],
            "province": "浙江", "state": "provider_review", "instance": null, "rejections": [],
            "events": [{"at": "2019-08-12T10:00:00+08:00", "event": "created"},
                       {"at": "2019-08-12T11:00:00+08:00", "event": "submitted"}],
        }],
    })
}

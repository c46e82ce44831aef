//! The process that is asked: started for the purpose on a store that is thrown away, or one that is there.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

use crate::config::Settings;

/// Ticks of `/proc` in a second, which Linux fixes for programs.
const TICKS: u64 = 100;

/// A server, ended when this is dropped if it was started here.
pub struct Server {
    pub addr: SocketAddr,
    child: Option<Child>,
    /// The folder of the store.
    _folder: Option<Folder>,
}

/// A folder that is removed when this is dropped.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).context("no random name for a folder")?;
        let path = std::env::temp_dir().join(format!("beian-bench-{:016x}", u64::from_ne_bytes(name)));
        std::fs::create_dir(&path).with_context(|| format!("{}: can't be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a server has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Memory that it has now.
    pub kilobytes: u64,
    /// Time of processors since its start.
    pub processor: Duration,
}

impl Server {
    /// Starts this program with `arguments`, on `store` or one that is thrown away: with the knowledge, intents and rules of the
    /// settings, and with none of their channels.
    pub fn start(arguments: &[&str], settings: &Settings, store: Option<&str>) -> anyhow::Result<Self> {
        let folder = Folder::new()?;
        let store =
            store.map_or_else(|| format!("sqlite:{}", folder.0.join("bench.db").display()), str::to_owned);
        let program = std::env::current_exe().context("where this program is")?;
        let mut command = Command::new(program);
        command.args(["--db", &store, "--log", "beian=info,warn"]);
        let folders =
            [("--kb", &settings.kb), ("--intents", &settings.intents), ("--rules", &settings.rules)];
        for (option, path) in folders.into_iter().filter_map(|(option, path)| Some((option, path.as_ref()?)))
        {
            command.arg(option).arg(std::path::absolute(path)?);
        }
        command.arg("--data").arg(std::path::absolute(&settings.data)?);
        let mut child = command
            .args(arguments)
            .args(["--addr", "127.0.0.1:0"])
            // The configuration names channels: theirs is another server.
            .current_dir(&folder.0)
            .env_remove("BEIAN_CONFIG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // Its lines are written and read by nobody: writing them is part of what an answer costs.
            .stderr(Stdio::null())
            .spawn()
            .context("the server to be measured can't be started")?;
        let mut line = String::new();
        let read = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        let addr = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/')?.parse().ok());
        let Some(addr) = addr else {
            let ended = child.kill().and_then(|()| child.wait());
            bail!(
                "the server to be measured didn't start ({read:?}, {ended:?}); run `beian serve` to see why"
            );
        };
        Ok(Self { addr, child: Some(child), _folder: Some(folder) })
    }

    /// A server that is there: on this machine only, so that nobody's is flooded.
    pub fn at(url: &str) -> anyhow::Result<Self> {
        let addr = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        let addr: Option<SocketAddr> =
            addr.and_then(|addr| addr.replace("localhost:", "127.0.0.1:").parse().ok());
        let addr = addr.with_context(|| format!("--url {url}: give http://127.0.0.1:PORT"))?;
        ensure!(
            addr.ip().is_loopback(),
            "--url {url}: only a server on this machine is measured; give http://127.0.0.1:PORT"
        );
        Ok(Self { addr, child: None, _folder: None })
    }

    /// What it has used; nothing where that can't be known.
    pub fn used(&self) -> Option<Used> {
        let process = self.child.as_ref()?.id();
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes = resident.trim().strip_suffix(" kB")?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name in brackets may hold anything: fields are counted from its end.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
        let processor = Duration::from_millis((ticks(11)? + ticks(12)?) * 1000 / TICKS);
        Some(Used { kilobytes, processor })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_measured() {
        for url in
            ["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://localhost:8080", "http://[::1]:8080"]
        {
            assert!(Server::at(url).is_ok(), "{url}");
        }
        for url in [
            "http://10.0.0.1:80",
            "http://example.com:80",
            "https://127.0.0.1:80",
            "127.0.0.1:80",
            "",
            "http://0.0.0.0:80",
        ] {
            let error = Server::at(url).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("http://127.0.0.1:PORT"), "{url}: {error}");
        }
    }
}

//! Knowledge, intents and rules taken anew while `serve` runs: on SIGHUP, and when a file in one of their folders changes. What
//! can't be read is said in one line, and everything goes on as it was.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::assistant::{Assistant, Mind, Renewable};
use crate::config::Settings;

/// How long files have to be left alone: an editor writes in several steps, a copied folder in many.
const QUIET: Duration = Duration::from_millis(500);

/// How long to wait for that at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes an assistant with other knowledge; none where the store is closed already.
pub type Make = Box<dyn Fn(Arc<Mind>) -> Option<Assistant> + Send>;

/// Why things are taken anew.
enum Call {
    Signal,
    Files,
}

/// Takes everything anew as long as the process lives. Who listens is set up when this returns.
pub fn watch(settings: Settings, renewable: &Arc<Renewable>, make: Make) -> anyhow::Result<()> {
    let (calls, called) = channel();
    hear_signal(calls.clone())?;
    let watcher = watch_files(&settings, calls);
    // Held weakly: the store is closed in good order when the server has ended.
    let renewable = Arc::downgrade(renewable);
    std::thread::Builder::new()
        .name("reload".to_owned())
        .spawn(move || {
            // Watches as long as it is kept.
            let _watcher = watcher;
            while let Ok(call) = called.recv() {
                settle(&called);
                let Some(renewable) = renewable.upgrade() else { return };
                renew(&settings, &renewable, &make, &call);
            }
        })
        .context("cannot start the thread that takes changes in")?;
    Ok(())
}

/// Waits until nothing has happened for a moment.
fn settle(called: &Receiver<Call>) {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match called.recv_timeout(QUIET) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn renew(settings: &Settings, renewable: &Renewable, make: &Make, call: &Call) {
    if folders(settings).is_empty() {
        tracing::info!("nothing to take anew: knowledge, intents and rules are those in the program");
        return;
    }
    let began = Instant::now();
    let mind = super::index::vectors_with_progress(settings).and_then(|_| super::wiring::mind(settings));
    match mind {
        Ok(mind) => {
            mind.warm();
            if mind.contents() == renewable.mind().contents() {
                tracing::info!("knowledge, intents and rules say what they said before");
                return;
            }
            let Some(assistant) = make(Arc::new(mind)) else { return };
            renewable.renew(assistant);
            let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let why = match call {
                Call::Signal => "SIGHUP",
                Call::Files => "a file has changed",
            };
            tracing::info!(why, elapsed_ms, "knowledge, intents and rules were taken anew");
        }
        Err(error) => {
            tracing::error!("not taken anew, everything goes on as it was: {error:#}");
        }
    }
}

/// The folders that somebody named.
fn folders(settings: &Settings) -> Vec<PathBuf> {
    [&settings.kb, &settings.intents, &settings.rules].into_iter().flatten().cloned().collect()
}

/// Watches the folders. Where that can't be done SIGHUP still works.
fn watch_files(settings: &Settings, calls: Sender<Call>) -> Option<RecommendedWatcher> {
    let folders = folders(settings);
    if folders.is_empty() {
        return None;
    }
    let told = move |event: notify::Result<notify::Event>| {
        // Reading a file is no change: we do it ourselves.
        if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
            let _ = calls.send(Call::Files);
        }
    };
    let started = notify::recommended_watcher(told).and_then(|mut watcher| {
        for folder in &folders {
            watcher.watch(folder, RecursiveMode::Recursive)?;
        }
        Ok(watcher)
    });
    match started {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "changes of files are not noticed; send SIGHUP after a change");
            None
        }
    }
}

#[cfg(unix)]
fn hear_signal(calls: Sender<Call>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut hangups = {
        let _inside = runtime.enter();
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
            .context("cannot listen for SIGHUP")?
    };
    std::thread::Builder::new().name("hangup".to_owned()).spawn(move || {
        runtime
            .block_on(async { while hangups.recv().await.is_some() && calls.send(Call::Signal).is_ok() {} });
    })?;
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn hear_signal(_calls: Sender<Call>) -> anyhow::Result<()> {
    Ok(())
}

//! `beian serve`: the HTTP interface and the web chat in one process, until a signal stops it.

use std::future::Future;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::SignedDuration;

use crate::assistant::Clock;
use crate::channels::Adapter;
use crate::channels::http::{self, Site};
use crate::store::Database;
use crate::store::conversations::Removed;

/// Answering goes on blocking threads; these carry the connections.
const CONNECTION_THREADS: usize = 2;

/// What is left to a blocking thread when everything else has ended.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Serve the HTTP interface and the web chat
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Example:\n  beian serve --demo\n  (then open the address that it prints)")]
pub struct Args {
    /// Where to listen; port 0 takes a free port
    #[arg(long, value_name = "HOST:PORT", env = "BEIAN_ADDR", default_value = "127.0.0.1:8080")]
    pub addr: String,

    /// Use sample records in a throw-away store, and let anyone play their applicants
    #[arg(long)]
    pub demo: bool,

    /// Remove what was said more than N days ago, at the start and every day [default: 180]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_days: Option<u32>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes what is older than `keep_days`, now and every day as long as the store is in use.
pub fn purge_daily(store: &Arc<dyn Database>, clock: Clock, keep_days: u32) {
    purge(&**store, &clock, keep_days);
    // Held weakly: the store is closed in good order when the server has ended.
    let store = Arc::downgrade(store);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(DAY);
            let Some(store) = store.upgrade() else { return };
            purge(&*store, &clock, keep_days);
        }
    });
}

fn purge(store: &dyn Database, clock: &Clock, keep_days: u32) {
    let before = clock().saturating_sub(SignedDuration::from_hours(24 * i64::from(keep_days)));
    match before.map_err(anyhow::Error::from).and_then(|before| Ok(store.purge(before)?)) {
        Ok(removed) if removed == Removed::default() => {}
        Ok(removed) => tracing::info!(
            turns = removed.turns,
            conversations = removed.conversations,
            feedback = removed.feedback,
            handovers = removed.handovers,
            "removed what was said more than {keep_days} days ago"
        ),
        Err(error) => tracing::error!(%error, "what is older than {keep_days} days was not removed"),
    }
}

/// Serves until Ctrl-C or SIGTERM. Prints the address, one line, as soon as it listens.
pub fn run(args: &Args, site: Site, adapters: Vec<Adapter>, out: &mut impl Write) -> anyhow::Result<()> {
    run_until(args, site, adapters, out, http::stop_signal())
}

/// The same until `stop` resolves.
pub fn run_until(
    args: &Args,
    site: Site,
    adapters: Vec<Adapter>,
    out: &mut impl Write,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CONNECTION_THREADS)
        .thread_name("http")
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    let ended = runtime.block_on(async {
        let (listener, real) = http::open(&args.addr).await?;
        writeln!(out, "http://{real}/").and_then(|()| out.flush()).context("cannot print the address")?;
        http::serve(listener, site, adapters, stop).await.context("the server ended")
    });
    runtime.shutdown_timeout(LAST_WAIT);
    ended
}

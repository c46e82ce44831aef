//! `beian bench http`: so many who ask at once, for so long, and what came of it.

use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::task::JoinSet;

use super::client::{self, Asking, Tally};
use super::messages::{self, Mix};
use super::server::{Server, Used};
use super::table;
use crate::config::Settings;

/// Most connections, so that a slip doesn't take the machine down.
const MOST_CONNECTIONS: u32 = 4096;

/// Longest run, in seconds.
const LONGEST: u32 = 24 * 60 * 60;

/// Measures how many replies a second this machine gives over HTTP, and how long each takes
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  beian bench http\n  beian bench http --connections 64 --seconds 10 --mix mixed --constant\n  beian bench http --url http://127.0.0.1:8080 --mix small --json"
)]
pub struct Args {
    /// How many ask at once; each number is a run
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "64,512",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_CONNECTIONS)))]
    connections: Vec<u32>,

    /// How long a run lasts
    #[arg(long, value_name = "S", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=i64::from(LONGEST)))]
    seconds: u32,

    /// What is asked; each is a run
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', default_value = "small,actions,mixed")]
    mix: Vec<Mix>,

    /// Compare with a server that looks replies up and writes them the same way
    #[arg(long, conflicts_with = "url")]
    constant: bool,

    /// Compare with a server that understands each message anew, as if none were said twice
    #[arg(long, conflicts_with = "url")]
    anew: bool,

    /// Ask a server that is there, on this machine, instead of starting one on a store that is thrown away
    #[arg(long, value_name = "URL", conflicts_with = "store")]
    url: Option<String>,

    /// Fill this store with invented conversations instead of a SQLite file that is thrown away
    #[arg(long, value_name = "URL")]
    store: Option<String>,

    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// The figures of one run.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Run {
    /// `beian`, or what it is compared with: `anew`, `constant`.
    pub server: &'static str,
    pub mix: Mix,
    pub connections: u32,
    pub seconds: f64,
    pub replies: u64,
    pub errors: u64,
    pub first_error: Option<String>,
    pub per_second: f64,
    pub p50_us: u64,
    pub p99_us: u64,
    pub longest_us: u64,
    /// Time of processors that the server took for a reply.
    pub processor_us: Option<f64>,
    pub memory: Option<Memory>,
}

/// Memory of the server, in kilobytes: when replies began to count, at the end, and the most in between.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Memory {
    pub start: u64,
    pub end: u64,
    pub most: u64,
}

/// Measures, and says 1 where an answer was missing.
pub fn run(args: &Args, settings: &Settings) -> anyhow::Result<u8> {
    if let Some(store) = &args.store {
        ensure!(
            *store != settings.db || !settings.db_named,
            "--store {store}: this is the store in use; give one to be filled"
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let compared = [("beian", true), ("anew", args.anew), ("constant", args.constant)];
    let kinds: Vec<&'static str> =
        compared.iter().filter(|(_, wanted)| *wanted).map(|(kind, _)| *kind).collect();
    let mut runs: Vec<Run> = Vec::new();
    for &mix in &args.mix {
        for &connections in &args.connections {
            for &kind in &kinds {
                // Each on a store of its own: a run doesn't pay for the rows of the one before.
                let server = match (&args.url, kind) {
                    (Some(url), _) => Server::at(url)?,
                    (None, "beian") => Server::start(&["serve"], settings, args.store.as_deref())?,
                    (None, _) => Server::start(&["bench", kind], settings, args.store.as_deref())?,
                };
                let measured = runtime.block_on(measure(&server, kind, mix, connections, args.seconds));
                if !args.json {
                    table::row(&measured, runs.is_empty());
                }
                runs.push(measured);
            }
        }
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&runs)?);
    } else {
        table::compared(&runs);
    }
    Ok(u8::from(runs.iter().any(|run| run.errors > 0 || run.replies == 0)))
}

async fn measure(server: &Server, kind: &'static str, mix: Mix, connections: u32, seconds: u32) -> Run {
    let messages: &'static [&'static str] = messages::of(mix).leak();
    let lasts = Duration::from_secs(u64::from(seconds));
    let began = Instant::now();
    // What is made on first use doesn't count.
    let warm_up = (lasts / 10).clamp(Duration::from_millis(200), Duration::from_secs(3));
    let (counts_from, until) = (began + warm_up, began + warm_up + lasts);
    let mut asking = JoinSet::new();
    for number in 0..connections {
        asking.spawn(client::ask(Asking {
            addr: server.addr,
            name: format!("bench-{}-{number}", mix.name()),
            messages,
            first: 7 * number as usize,
            counts_from,
            until,
        }));
    }
    tokio::time::sleep_until(counts_from.into()).await;
    let first = server.used();
    let mut most = first.map_or(0, |used| used.kilobytes);
    let (mut last, mut tally) = (first, Tally::default());
    let mut seconds_pass = tokio::time::interval(Duration::from_millis(500));
    while !asking.is_empty() {
        tokio::select! {
            Some(done) = asking.join_next() => tally.merge(done.unwrap_or_default()),
            _ = seconds_pass.tick() => if let Some(used) = server.used() && Instant::now() < until {
                most = most.max(used.kilobytes);
                last = Some(used);
            },
        }
    }
    let took = counts_from.elapsed();
    figures(kind, mix, connections, tally, took, first.zip(server.used().or(last)), most)
}

fn figures(
    kind: &'static str,
    mix: Mix,
    connections: u32,
    tally: Tally,
    took: Duration,
    used: Option<(Used, Used)>,
    most: u64,
) -> Run {
    let replies = tally.latency.count();
    let count = to_float(replies);
    Run {
        server: kind,
        mix,
        connections,
        seconds: took.as_secs_f64(),
        replies,
        errors: tally.errors,
        first_error: tally.first_error,
        per_second: count / took.as_secs_f64(),
        p50_us: tally.latency.per_mille(500),
        p99_us: tally.latency.per_mille(990),
        longest_us: tally.latency.longest(),
        processor_us: used.map(|(start, end)| {
            1e6 * (end.processor.saturating_sub(start.processor)).as_secs_f64() / count.max(1.0)
        }),
        memory: used.map(|(start, end)| Memory {
            start: start.kilobytes,
            end: end.kilobytes,
            most: most.max(end.kilobytes),
        }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^52")]
pub fn to_float(count: u64) -> f64 {
    count as f64
}

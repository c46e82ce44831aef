//! The command line: one file a subcommand, this one only dispatches.
//!
//! Exit codes: 0 done, 1 the work found failures, 2 wrong usage or input. stdout carries results, stderr everything else.

mod allocator;
pub mod ask;
pub mod backup;
pub mod batch;
pub mod bench;
pub mod chat;
mod columns;
pub mod db;
pub mod demo;
pub mod eval;
pub mod explain;
pub mod forget;
pub mod index;
mod intent_model;
pub mod intents;
pub mod kb;
mod kept;
pub mod key;
pub mod link;
pub mod mcp;
pub mod model;
pub mod orders;
pub mod record;
pub mod records;
mod reload;
mod render;
pub mod replay;
pub mod report;
pub mod rules;
pub mod search;
pub mod serve;
pub mod test;
pub mod wiring;

use std::ffi::OsString;
use std::io::IsTerminal as _;

use clap::{CommandFactory as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::channels;
use crate::config::Options;

/// A support assistant for ICP filings (备案)
#[derive(Parser, Debug)]
#[command(name = "beian", version, about, max_term_width = 100)]
#[command(
    after_help = "Start here:\n  beian serve --demo                 a chat page with sample records\n  beian ask 备案被驳回了怎么办"
)]
struct Line {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Serve(serve::Args),
    Chat(chat::Command),
    Ask(ask::Command),
    Batch(batch::Command),
    Bench(bench::Command),
    Search(search::Command),
    Index(index::Command),
    Mcp(mcp::Command),
    Model(model::Command),
    Kb(kb::KbArgs),
    Records(records::Command),
    Explain(explain::Command),
    Replay(replay::Command),
    Record(record::Command),
    Forget(forget::Command),
    Key(key::Command),
    Db(db::Command),
    Backup(backup::BackupCommand),
    Restore(backup::RestoreCommand),
    Link(link::Command),
    Report(report::Command),
    Rules(rules::Command),
    Orders(orders::Command),
    Test(test::TestArgs),
    Eval(eval::Command),
    Intents(intents::Command),
}

/// The command line as clap knows it: the documents are compared with it.
pub fn command() -> clap::Command {
    Line::command()
}

/// Runs the command line and gives the exit code; an error is for exit code 2.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> anyhow::Result<u8> {
    let line = match Line::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => {
            // clap prints help and versions to stdout, mistakes to stderr.
            error.print()?;
            return Ok(u8::from(error.use_stderr()) * 2);
        }
    };
    let settings = line.options.settle()?;
    let quiet = if matches!(line.command, Command::Serve(_)) { "beian=info,warn" } else { "warn" };
    log_to_stderr(settings.log.as_deref().unwrap_or(quiet))?;
    match line.command {
        Command::Serve(args) => {
            allocator::give_memory_back();
            let wiring::Served { site, store, assistant, make } = wiring::served(&settings, args.demo)?;
            let adapters = channels::open(&settings.channels, &site.reception())?;
            let keep_days = args.keep_days.unwrap_or(settings.keep_days);
            serve::purge_daily(&store, wiring::clock(settings.now), keep_days);
            drop(store);
            reload::watch(settings, &assistant, make)?;
            drop(assistant);
            serve::run(&args, site, adapters, &mut std::io::stdout())?;
            Ok(0)
        }
        Command::Chat(command) => command.run(&settings),
        Command::Ask(command) => command.run(&settings),
        Command::Batch(command) => command.run(&settings),
        Command::Bench(command) => command.run(&settings),
        Command::Search(command) => command.run(&settings),
        Command::Index(command) => command.run(&settings),
        Command::Mcp(command) => command.run(&settings),
        Command::Model(command) => command.run(&settings),
        Command::Kb(args) => Ok(kb::run(&args, settings.kb.as_deref(), &wiring::against(&settings)?)?),
        Command::Records(command) => command.run(&settings),
        Command::Explain(command) => command.run(&settings),
        Command::Replay(command) => command.run(&settings),
        Command::Record(command) => command.run(&settings),
        Command::Forget(command) => command.run(&settings),
        Command::Key(command) => command.run(&settings),
        Command::Db(command) => command.run(&settings),
        Command::Backup(command) => command.run(&settings),
        Command::Restore(command) => command.run(&settings),
        Command::Link(command) => command.run(&settings),
        Command::Report(command) => command.run(&settings),
        Command::Rules(command) => command.run(&settings),
        Command::Orders(command) => command.run(),
        Command::Eval(command) => command.run(&settings),
        Command::Intents(command) => command.run(&settings),
        Command::Test(args) => {
            let mind = std::sync::Arc::new(wiring::mind(&settings)?);
            Ok(test::run(&args, &|setup| wiring::rehearsal(&mind, setup, settings.now))?)
        }
    }
}

/// What is logged. Serenity notes whole messages of users from level info on, and at warn what it can't read: it is left out below
/// errors, unless somebody asks for it by name.
pub fn log_filter(filter: &str) -> anyhow::Result<EnvFilter> {
    let named = filter.contains("serenity");
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| anyhow::anyhow!("--log: {error}; try info, or beian=debug"))?;
    Ok(if named { filter } else { filter.add_directive("serenity=error".parse()?) })
}

fn log_to_stderr(filter: &str) -> anyhow::Result<()> {
    let filter = log_filter(filter)?;
    // A second initialisation (tests run several commands in one process) keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    Ok(())
}

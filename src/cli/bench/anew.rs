//! The same server, which understands each message anew: as if nobody ever said what somebody said before.

use std::sync::Arc;

use super::super::{allocator, serve, wiring};
use crate::channels::Reception;
use crate::channels::http::Site;
use crate::config::Settings;

/// Serves and keeps nothing of what messages mean, for `beian bench http --anew`
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Args {
    /// Where to listen
    #[arg(long, value_name = "HOST:PORT")]
    addr: String,
}

pub fn run(args: &Args, settings: &Settings) -> anyhow::Result<u8> {
    allocator::give_memory_back();
    let mind = Arc::new(wiring::mind(settings)?.understanding_anew());
    mind.warm();
    let store = wiring::store_to_write(settings)?;
    let clock = wiring::clock(settings.now);
    let assistant = wiring::on_store(settings, mind, store.clone()).keeping(store.clone());
    let site = Site::new(Arc::new(Reception::new(Arc::new(assistant), store, clock)));
    let args = serve::Args { addr: args.addr.clone(), demo: false, keep_days: None };
    serve::run(&args, site, Vec::new(), &mut std::io::stdout())?;
    Ok(0)
}

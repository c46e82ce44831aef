//! `beian mcp`: the tools for agents on standard input and output.

use std::sync::Arc;

use clap::Args;

use super::wiring::{self, Speaker};
use crate::channels::{Reception, mcp};
use crate::config::Settings;

/// Speaks the Model Context Protocol on standard input and output: search, ask and the checks as tools
#[derive(Args, Debug)]
#[command(
    after_help = "Example, as an agent's program would start it:\n  beian mcp --as discord:1001\n\nNobody's records are seen without --as."
)]
pub struct Command {
    /// Who asks, as CHANNEL:USER; looked up in the records
    #[arg(long = "as", value_name = "CHANNEL:USER")]
    speaker: Option<Speaker>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let store = wiring::store(settings)?;
        let mind = Arc::new(wiring::mind(settings)?);
        mind.warm();
        let mut assistant = wiring::on_store(settings, mind, Arc::clone(&store));
        if wiring::has_store(settings) {
            assistant = assistant.keeping(store.clone());
        }
        let reception = Arc::new(Reception::new(Arc::new(assistant), store, wiring::clock(None)));
        let (channel, user) = Speaker::parts(self.speaker);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(mcp::serve_stdio(reception, channel, user))?;
        // A read of standard input can't be called off.
        runtime.shutdown_background();
        Ok(0)
    }
}

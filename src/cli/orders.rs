//! `beian orders`: the order-state machine to look at.

use std::io::Write as _;

use clap::{Args, Subcommand};

use crate::domain::order::mermaid;

/// Shows how orders move
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian orders graph > orders.mmd")]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Prints the state machine as a Mermaid diagram
    #[command(after_help = "Example:\n  beian orders graph")]
    Graph,
}

impl Command {
    pub fn run(self) -> anyhow::Result<u8> {
        match self.what {
            What::Graph => writeln!(std::io::stdout(), "{}", mermaid().trim_end())?,
        }
        Ok(0)
    }
}

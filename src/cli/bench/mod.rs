//! `beian bench`: how much this machine answers in a second, and how long it takes.
//!
//! - `http`: the measuring itself, run by run, on a server of its own or one that is there
//! - `messages`: what is asked, `client`: who asks, `server`: the process that is asked, `constant` and `anew`: what it is
//!   compared with
//! - `latency`: how long replies took, `table`: the result in columns

mod anew;
mod client;
mod constant;
mod http;
mod latency;
mod messages;
mod server;
mod table;

use clap::{Args, Subcommand};

use crate::config::Settings;

/// Measures how fast replies come
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian bench http --connections 64 --seconds 10")]
pub struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Http(http::Args),
    Constant(constant::Args),
    Anew(anew::Args),
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        match self.what {
            What::Http(args) => http::run(&args, settings),
            What::Constant(args) => constant::run(&args, settings),
            What::Anew(args) => anew::run(&args, settings),
        }
    }
}

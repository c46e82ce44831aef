//! beian: a support assistant for ICP filings (备案).
//!
//! A question comes in through a channel and goes down the floors of the house:
//!
//! - [`channels`]: adapters to the outside (HTTP and web chat, the console). No business logic.
//! - [`assistant`]: one turn of conversation: who asks, what was said before, which action or answer; one file an
//!   intent in `assistant/actions/`.
//! - [`understand`]: text in, meaning out: script and width folded, domains, ids, provinces and dates found, intents scored.
//! - [`knowledge`]: Markdown in, sections indexed (in memory, or on disk in tantivy), and the decision whether one of them is an answer.
//! - [`encoder`]: a text to a vector, where the optional model is installed.
//! - [`store`]: the records: one trait, SQLite behind it.
//! - [`rulebook`]: `rules/*.toml` as the tables that the rules read.
//! - [`domain`]: the law itself, pure.
//!
//! Beside them: [`phrases`] holds every sentence the assistant says, [`config`] is the only place that reads the
//! environment, [`cli`] has one file a subcommand, [`transcripts`] runs conversations as tests, [`report`] tells what
//! was asked and not answered, and
//! [`evaluation`] counts how often whole sets of questions are answered rightly.

pub use beian_domain as domain;

pub mod assistant;
pub mod channels;
pub mod cli;
pub mod config;
pub mod encoder;
pub mod evaluation;
pub mod knowledge;
pub mod phrases;
pub mod report;
pub mod rulebook;
pub mod store;
pub mod transcripts;
pub mod understand;

//! The law of ICP filings, pure: what is on record, which states an order goes through, what the rules say.
//!
//! Nothing here reads a clock, a file, a database, the environment or the user's words: a rule takes facts and
//! data tables and returns a typed verdict. How a verdict is worded is the business of `phrases/` in the main
//! crate. This is a crate of its own so that the compiler keeps the wall and its tests build in a second.
//!
//! - [`records`]: accounts, entities, websites, domains, instances, service numbers, orders as the contract names them
//! - [`moment`]: an instant that keeps the text it was written in
//! - [`order`]: order states, events, and the one function that moves between them
//! - [`rules`]: one file a rule, and the tables ([`rules::book::RuleBook`]) they read
//! - [`reply`]: what the assistant answers, as every channel carries it

pub mod moment;
pub mod order;
pub mod records;
pub mod reply;
pub mod rules;

//! The regulation: one pure function a rule, one file each, and the tables they read in [`book`].
//!
//! A rule takes plain facts (records by reference, dates, small structs) and returns a struct that serialises to the
//! `outcome` of the contract, with evidence beside it for whoever words the answer.

pub mod book;
pub mod cancel_order;
pub mod domain_check;
pub mod notice;
pub mod rejection;
pub mod server;
pub mod service_numbers;

#[cfg(test)]
pub(crate) mod samples;

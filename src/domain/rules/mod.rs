//! The regulation: one pure function a rule, one file each, and the tables they read in [`book`].
//!
//! A rule takes plain facts (records by reference, dates, small structs) and returns a struct that serialises to the
//! `outcome` of the contract, with evidence beside it for whoever words the answer.

pub mod app_verification;
pub mod book;
pub mod cancel_order;
pub mod change;
pub mod commercial_ip;
pub mod domain_check;
pub mod domains_per_website;
pub mod effects;
pub mod filing_type;
pub mod gift_time;
pub mod legacy_record;
pub mod need_filing;
pub mod notice;
pub mod order_status;
pub mod public_security;
pub mod rejection;
pub mod server;
pub mod service_numbers;
pub mod shell_site;
pub mod sms;
pub mod start_order;
pub mod transfer;
pub mod upload;
pub mod website_name;
pub mod working_days;

#[cfg(test)]
pub(crate) mod samples;

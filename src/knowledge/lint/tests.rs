//! The patterns of drift are data: that they can be read is a test's business.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use super::drift::{RuleTables, patterns_that_fail};

#[test]
fn every_pattern_of_drift_compiles() {
    assert_eq!(patterns_that_fail(), Vec::<String>::new());
}

#[test]
fn a_table_that_is_no_toml_is_named() {
    let error = RuleTables::read([("sms.toml", "list = [")]).unwrap_err();
    assert!(error.to_string().starts_with("sms.toml:"), "{error}");
}

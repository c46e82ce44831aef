//! cli

pub mod kb;

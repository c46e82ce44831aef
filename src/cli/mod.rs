//! cli
pub mod test;

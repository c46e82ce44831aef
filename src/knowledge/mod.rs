//! The knowledge base: documents in, sections out, the right section found, or the honest "not covered".

pub mod compare;
pub mod documents;
pub mod lint;
pub mod section;

pub use section::{Language, Place, Section};

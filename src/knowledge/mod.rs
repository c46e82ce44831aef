//! The knowledge base: documents in, sections out, the right section found, or the honest "not covered".

pub mod compare;
pub mod disk;
pub mod documents;
mod index;
pub mod lint;
mod memory;
pub mod search;
pub mod section;

pub use index::IndexError;
pub use search::{Found, Hit, Knowledge};
pub use section::{Language, Place, Section};

//! The knowledge base: documents in, sections out, the right section found, or the honest "not covered".

pub mod compare;
pub mod disk;
pub mod documents;
mod index;
pub mod lint;
mod memory;
pub mod search;
pub mod section;
mod side_by_side;

pub use index::IndexError;
pub use search::{Found, Hit, Knowledge};
pub use section::{Language, Place, Section};
pub use side_by_side::in_order;

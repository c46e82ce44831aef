//! A reply as a platform can show it: Markdown as plain text or as HTML, and long texts in pieces.

mod html;
mod plain;
mod split;
mod whole;

pub use html::html;
pub use plain::plain;
pub use split::{Unit, split};
pub use whole::whole;

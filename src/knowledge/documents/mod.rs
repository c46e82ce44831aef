//! Documents in, sections out: a folder of Markdown, text and HTML files as they are found in the wild, or the knowledge
//! base compiled into the binary.
//!
//! What lives here: reading, decoding, cutting, merging copies. What doesn't: the index and the search over it, and the
//! findings about a knowledge base of our own (`lint`).
//!
//! A file goes through [`encoding`] (bytes to text), [`parse`] (text to blocks, by [`markdown`], [`html`] or
//! [`export`]), [`outline`] (blocks to sections with parents) and [`copies`] (the same section twice is one). Files are read
//! on every core ([`super::in_order`]); the sections of a large folder wait in a file ([`spool`]) until the copies are known.

mod content_hash;
mod copies;
mod dates;
mod encoding;
mod export;
mod folder;
mod front_matter;
mod html;
mod library;
mod markdown;
mod outline;
mod parse;
mod plain;
mod spool;

pub use encoding::SkipReason;
pub use folder::FolderError;
pub use front_matter::FrontMatter;
pub use library::{
    DocumentInfo, Library, Names, Progress, Skipped, folder_hash, load_bytes, load_embedded, load_folder,
    read_folder,
};
pub use outline::normalised;
pub use parse::{Ask, Block, DocumentKind, Link, Parsed, Remark};
pub use plain::plain_text;
pub use spool::Packed;

pub(crate) use copies::near_pairs;
pub(crate) use encoding::decode;
pub(crate) use library::{embedded_files, folder_files};
pub(crate) use parse::parse;

/// A file of a knowledge base: its path with forward slashes and its bytes, or why it has none.
pub(crate) struct File {
    pub(crate) doc: String,
    pub(crate) bytes: Result<Vec<u8>, SkipReason>,
}

/// The beginning of a text, at most so many bytes: what is looked for near by is looked for there, so that a long text is
/// read once.
fn beginning(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests;

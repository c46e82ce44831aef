//! The one integration-test binary: each file a subject.

mod kb_check;
mod source_documents;

//! The one integration-test binary: each file a subject.
#![expect(clippy::unwrap_used, reason = "all of this is tests: what can't be unwrapped is a failure")]

mod answers;
mod arrows;
mod browser;
mod documents;
mod http;
mod kb_check;
mod own_intents;
mod source_documents;
mod store_contract;
mod transcripts;

//! The one integration-test binary: each file a subject.
<<<<<<< HEAD
<<<<<<< HEAD
<<<<<<< HEAD
#![expect(clippy::unwrap_used, reason = "all of this is tests: what can't be unwrapped is a failure")]

mod store_contract;
=======

mod browser;
mod http;
>>>>>>> http
=======

mod transcripts;
>>>>>>> transcripts
=======

mod kb_check;
mod source_documents;
>>>>>>> ingest

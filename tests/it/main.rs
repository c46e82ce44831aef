//! The one integration-test binary: each file a subject.

mod transcripts;

//! Conversations as tests: `beian test` reads transcript files, plays them to an assistant and says what differs.
//!
//! - [`file`]: the form of a transcript file, and the errors that name its lines
//! - [`find`]: from the paths on the command line to the files
//! - [`matching`]: whether a reply is what a step expects
//! - [`play`]: one file from its first case to its last
//! - [`report`]: what is printed about it
//!
//! The assistant is handed in by whoever calls: nothing here opens a store, an index or a clock, so that the same
//! files can be played to the real thing and to a stand-in.

mod file;
mod find;
mod matching;
mod play;
mod report;

pub use file::{Expectation, Step, TestCase, TranscriptError, TranscriptFile, load, read};
pub use find::transcript_files;
pub use matching::{Mismatch, compare};
pub use play::{CaseReport, Failure, FileReport, MakeAssistant, Setup, Turn, run, run_matching};
pub use report::{Colour, write_report};

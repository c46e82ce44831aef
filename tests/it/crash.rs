//! Processes that are killed in the middle of their work: what they had acknowledged is there, nothing is there by half, and the
//! next one starts as if nothing had been.
//!
//! A short turn by default; `BEIAN_CRASH_RUNS` says how often to kill. `.ci/nightly` does it hundreds of times.

mod checks;
mod import;
pub(crate) mod server;
mod worker;

use std::time::{SystemTime, UNIX_EPOCH};

/// Kills of a test, unless told otherwise.
const SHORT_TURN: u64 = 12;

/// How often to kill.
fn runs() -> u64 {
    std::env::var("BEIAN_CRASH_RUNS").ok().map_or(SHORT_TURN, |runs| runs.parse().expect("a number of runs"))
}

/// Numbers without a pattern, other ones each time: a kill that found something is told with its number and its moment.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        Self(u64::try_from(now.as_micros()).unwrap_or(1) | 1)
    }

    /// From nought to `below` exclusive.
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

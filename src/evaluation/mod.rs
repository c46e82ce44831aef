//! How good the assistant is, in figures: `beian eval` and the release gate ask whole sets of questions and count.
//!
//! - [`set`]: question sets and intent sets, and the errors that name their lines
//! - [`ask`]: every text of a set put to an assistant
//! - [`judge`]: one reply against one question
//! - [`figures`]: what many judgements come to
//! - [`calibration`]: whether a confidence means what it says
//! - [`intents`]: accuracy, F1 and confused pairs of intents
//! - [`training_check`]: cross-validation by [`folds`], and utterances in two intents
//!
//! Nothing here prints, opens a store or makes an assistant: whoever calls hands one in.

mod ask;
mod calibration;
mod figures;
mod folds;
mod intents;
mod judge;
mod set;
mod training_check;

pub use ask::ask_each;
pub use calibration::{Bin, Calibration};
pub use figures::{Counts, Elapsed, Figures, Recall, Silence, share};
pub use intents::{Confused, IntentFigures, OUT_OF_SCOPE, OneIntent, scope};
pub use judge::{Fate, Judged, judge};
pub use set::{Expected, Question, Set, SetError, Source, Utterance, parse};
pub use training_check::{cross_validate, in_two_intents};

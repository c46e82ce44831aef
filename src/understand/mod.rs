//! Text in, meaning out: script and width folded, records and places found, intents scored.
//!
//! Nothing here knows who asks or what is on record; what to do with a meaning is the assistant's business.

pub mod amount;
pub mod entities;
pub mod features;
pub mod intents;
pub mod lexicon;
pub mod normalise;
pub mod questions;
pub mod romanised;
pub mod script;
pub mod signs;
pub mod stance;
pub mod typos;
pub mod word_list;

pub use amount::Amount;
pub use entities::{Entities, Recogniser};
pub use normalise::Normalised;
pub use script::Script;
pub use signs::Signs;
pub use stance::Stance;

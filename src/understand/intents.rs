//! Utterances and what they mean: reading Rasa 3.1 training data, and scoring a text against all examples at once.
//!
//! Examples of intents, other ways to ask for a section, and questions known to be outside are kept in one
//! [`Utterances`] bank, so that an action and an answer compete on one scale.

mod bank;
mod training;
mod wording;

pub use bank::{Score, Utterances};
pub use training::{Example, TrainingError, TrainingSet};
pub use wording::{Said, Wording};

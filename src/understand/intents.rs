//! Utterances and what they mean: reading Rasa 3.1 training data, and scoring a text against all examples at once.
//!
//! Examples of intents, other ways to ask for a section, and questions known to be outside are kept in one
//! [`Utterances`] bank, so that an action and an answer compete on one scale. Intents of anybody's own, which compete with
//! nothing but each other, have a [`LinearIntents`].

mod bank;
mod held;
mod linear;
mod near;
mod siblings;
mod training;
mod vocabulary;
mod wording;

pub use bank::Utterances;
pub use linear::{LinearIntents, ModelError, Verdict, dot};
pub use near::Near;
pub use training::{Example, TrainingError, TrainingSet};
pub use vocabulary::Word;
pub use wording::{Said, Wording};

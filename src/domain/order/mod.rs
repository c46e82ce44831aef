//! A filing order: its types, the states it goes through, and what moves it.
//!
//! - `state`, `event`: the names of the contract
//! - `standing`: a state with its evidence
//! - `transition`: [`apply`], the machine itself
//! - `replay`: from a record's events to where it stands
//! - [`history`]: what rules want to know of a recorded order
//! - `graph`: the machine as a picture

mod event;
mod graph;
pub mod history;
mod replay;
mod standing;
mod state;
#[cfg(test)]
mod tests;
mod transition;

pub use event::Event;
pub use graph::mermaid;
pub use replay::{Refused, Replay, replay, replays};
pub use standing::{Standing, Verification};
pub use state::{OrderState, OrderType, Way};
pub use transition::{Illegal, apply, can_abandon, can_withdraw, possible};

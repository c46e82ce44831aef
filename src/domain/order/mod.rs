//! A filing order: its types, the states it goes through, and what moves it.

mod event;
mod state;

pub use event::Event;
pub use state::{OrderState, OrderType};

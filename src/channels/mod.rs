//! Adapters to the outside: what a channel says comes in as an `Incoming`, and a `Reply` goes back.
//!
//! No business logic lives here, and nothing of a channel leaks into the assistant beyond its name.

pub mod http;

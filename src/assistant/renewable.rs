//! An assistant whose knowledge can be taken anew while questions go on: a turn that has begun ends with what it began with, the next one
//! has the new. Conversations are in the store and go on.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::{Answer, Assistant, Call, Found, Heard, Incoming, Mind, Opinion, Rated, Rehearsed, Said};
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::store::conversations::Turn;

/// The assistant of the moment.
pub struct Renewable {
    current: ArcSwap<Assistant>,
}

impl Renewable {
    pub fn new(assistant: Assistant) -> Self {
        Self { current: ArcSwap::from_pointee(assistant) }
    }

    /// What it knows now.
    pub fn mind(&self) -> Arc<Mind> {
        Arc::clone(&self.current.load().mind)
    }

    /// From the next message on another assistant answers.
    pub fn renew(&self, assistant: Assistant) {
        self.current.store(Arc::new(assistant));
    }
}

impl Answer for Renewable {
    fn answer(&self, incoming: &Incoming) -> Reply {
        self.current.load_full().answer(incoming)
    }

    fn answer_delivery(&self, incoming: &Incoming, delivery: &str) -> Reply {
        self.current.load_full().answer_delivery(incoming, delivery)
    }

    fn hear(&self, incoming: &Incoming, delivery: Option<&str>) -> Heard {
        self.current.load_full().hear(incoming, delivery)
    }

    fn run(&self, call: &Call) -> Option<Reply> {
        self.current.load_full().run(call)
    }

    fn rate(&self, opinion: &Opinion) -> Rated {
        self.current.load_full().rate(opinion)
    }

    fn search(&self, text: &str, limit: usize) -> Vec<Found> {
        self.current.load_full().search(text, limit)
    }

    fn is_ready(&self) -> bool {
        self.current.load().is_ready()
    }

    fn say_as_human(
        &self,
        number: i64,
        holder: &str,
        text: &str,
        delivery: Option<&str>,
    ) -> Result<Said, StoreError> {
        self.current.load_full().say_as_human(number, holder, text, delivery)
    }

    fn propose(&self, turn: &Turn) -> Option<Rehearsed> {
        self.current.load_full().propose(turn)
    }
}

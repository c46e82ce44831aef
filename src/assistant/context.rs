//! What was said before in a conversation: the last intent and what it was about, and the question we asked back.
//!
//! Where it is kept between two messages is in [`super::memory`].

use serde::{Deserialize, Serialize};

use super::actions::Slots;
use crate::understand::Script;

/// The memory of one conversation. It is stored as JSON: what an older version wrote and this one can't read is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Context {
    /// The action that last answered, or that we asked back for.
    pub intent: Option<String>,
    /// What it was about.
    pub slots: Slots,
    /// The question we asked back.
    pub pending: Option<Pending>,
    /// The last question answered from knowledge, for follow-ups that change one word of it.
    pub question: Option<String>,
    /// What we offered to say next, in order.
    pub offered: Vec<String>,
    pub script: Option<Script>,
    /// The account that an agent talks about.
    pub account: Option<String>,
    /// Questions in a row that found no answer.
    pub failures: u32,
}

impl Context {
    /// The same with every text in it changed by `change`.
    #[must_use]
    pub fn with_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        let each = |texts: &mut Vec<String>| texts.iter_mut().for_each(|text| *text = change(text));
        self.slots.values_mut().for_each(|value| *value = change(value));
        self.question = self.question.as_deref().map(change);
        each(&mut self.offered);
        if let Some(pending) = &mut self.pending {
            each(&mut pending.options);
        }
        self
    }
}

/// A question that we asked back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    pub intent: String,
    pub slot: String,
    pub options: Vec<String>,
}

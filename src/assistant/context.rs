//! What was said before in a conversation: the last intent and what it was about, and the question we asked back.
//!
//! Where it is kept between two messages is in [`super::memory`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::actions::{Action, Slots};
use crate::domain::order::OrderState;
use crate::domain::reply::Citation;
use crate::domain::rules::cancel_order::Way;
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
    /// The last question as it was meant, whatever answered it.
    pub said: Option<String>,
    /// What the last reply was about, in words to look further with.
    pub subject: Option<String>,
    /// Whether the last verdict was a no.
    pub refused: bool,
    /// The sections that were shown on it, the first one first.
    pub shown: Vec<Citation>,
    /// What the last reply cites.
    pub cited: Vec<Citation>,
    /// What we asked whether to do, or did last.
    pub intention: Option<Intention>,
    /// How often we asked whether to do something.
    pub asked: u64,
    /// What there was to choose from last.
    pub choice: Option<Choice>,
}

impl Context {
    /// Whether the last answer was an action's and not a section.
    pub fn acted(&self, action: &dyn Action) -> bool {
        self.shown.is_empty() && self.intent.as_deref() == Some(action.intent())
    }

    /// Ends the subject: nothing goes on about it.
    pub fn leave_subject(&mut self) {
        self.intent = None;
        self.slots.clear();
        self.question = None;
        self.said = None;
        self.subject = None;
        self.refused = false;
        self.shown.clear();
        self.cited.clear();
        self.choice = None;
    }

    /// The same with every text in it changed by `change`.
    #[must_use]
    pub fn with_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        let each = |texts: &mut Vec<String>| texts.iter_mut().for_each(|text| *text = change(text));
        self.slots.values_mut().for_each(|value| *value = change(value));
        self.question = self.question.as_deref().map(change);
        self.said = self.said.as_deref().map(change);
        self.subject = self.subject.as_deref().map(change);
        each(&mut self.offered);
        if let Some(pending) = &mut self.pending {
            each(&mut pending.options);
            pending.question = change(&pending.question);
            pending.slots.values_mut().for_each(|value| *value = change(value));
        }
        self
    }
}

/// A question that we asked back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pending {
    pub intent: String,
    pub slot: String,
    pub options: Vec<String>,
    /// Other names of the options: the domains of an order, the product of an instance.
    pub also: BTreeMap<String, Vec<String>>,
    /// Our question, as it was asked.
    pub question: String,
    /// What was settled when we asked.
    pub slots: Slots,
    /// How often something else than an answer came.
    pub misses: u32,
}

/// An order to be stopped, if they say yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intention {
    pub way: Way,
    pub order: String,
    /// Where the order stood when we asked.
    pub state: OrderState,
    pub asked_at: Timestamp,
    /// Names the act: the same again is not done again.
    pub key: String,
    pub done: bool,
}

/// What there was to choose from, and what was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub intent: String,
    pub slot: String,
    pub options: Vec<String>,
    pub taken: String,
}

//! Handing a conversation to a human: when, with what, and who speaks from then on.
//!
//! - A packet is stored when somebody asks for a human, after two questions in a row without an answer, on anger, and on topics
//!   that the operator lists. It waits; meanwhile the assistant goes on answering and opens no second one.
//! - A human who takes it is the only speaker until it is given back: [`super::Heard::Human`]. What they say is a turn of the
//!   conversation too ([`Said`]), for channels that have no other way to show it.

use serde_json::{Value, json};

use super::anger::is_angry;
use super::context::Context;
use super::memory::Recalled;
use super::receipt::{Receipt, versions};
use super::turn::Turn;
use super::{Assistant, Incoming};
use crate::domain::reply::{Kind, Reply};
use crate::phrases::talk;
use crate::store::StoreError;
use crate::store::conversations::{Handover, HandoverState, Key, Turn as KeptTurn};
use crate::understand::Normalised;
use crate::understand::normalise::fold;

/// How many questions in a row without an answer.
const FAILURES: u32 = 2;
/// The step of a receipt that says that a human was waited for already.
const WAITS: &str = "waits for a human";
/// How many exchanges a human is shown.
const LATEST: usize = 30;

/// Why a human is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    Asked,
    Failures,
    Anger,
    Topic(String),
}

impl Reason {
    /// The reason as it is stored.
    fn text(&self) -> String {
        match self {
            Self::Asked => "asked".to_owned(),
            Self::Failures => "failures".to_owned(),
            Self::Anger => "anger".to_owned(),
            Self::Topic(topic) => format!("topic: {topic}"),
        }
    }
}

impl Turn<'_> {
    /// The turn, or a human instead.
    pub(super) fn with_humans(
        &mut self,
        text: &Normalised,
        context: &mut Context,
    ) -> Result<Reply, StoreError> {
        let failures = context.failures;
        let intention = context.intention.clone();
        let reply = self.with_acts(text, context)?;
        let reason = self.reason(text, &reply, failures);
        let Some(reason) = reason else { return Ok(reply) };
        self.note(|receipt| receipt.step(&format!("handed over: {}", reason.text())));
        let waits = self.hand_over(&reason, text, context);
        // Whoever waits already is told so once more only when they ask; anything else is answered.
        if waits == Some(true) && reply.kind != Kind::Handoff {
            return Ok(reply);
        }
        // What was open with the assistant is the human's now.
        context.pending = None;
        if context.intention.as_ref().is_none_or(|open| !open.done) {
            context.intention = intention.filter(|open| open.done);
        }
        let phone = &self.assistant.mind.book.provider.phone;
        let words = match (waits, &reason) {
            (Some(true), _) => talk::handed_over_already(self.voice, phone),
            (Some(false), Reason::Failures) => talk::handed_over_after_failures(self.voice, phone),
            (Some(false), Reason::Anger) => talk::handed_over_in_anger(self.voice, phone),
            (Some(false), Reason::Asked | Reason::Topic(_)) => talk::handed_over(self.voice, phone),
            // Nothing is kept here that a human could read.
            (None, Reason::Failures) => talk::handoff_after_failures(self.voice, phone),
            (None, _) => talk::handoff(self.voice, phone),
        };
        let mut handed = Reply::new(Kind::Handoff, words);
        handed.intent = Some("handoff".to_owned());
        handed.confidence = if reply.kind == Kind::Handoff { reply.confidence } else { 0.9 };
        // Who is angry still asked something.
        if reason == Reason::Anger && matches!(reply.kind, Kind::Answer | Kind::Action) {
            handed.text = format!("{}\n\n{}", handed.text, reply.text);
            handed.citations = reply.citations;
            handed.outcome = reply.outcome;
            handed.slots = reply.slots;
        }
        Ok(handed)
    }

    fn reason(&self, text: &Normalised, reply: &Reply, failures: u32) -> Option<Reason> {
        if reply.kind == Kind::Handoff {
            return Some(if is_angry(&text.folded) { Reason::Anger } else { Reason::Asked });
        }
        let topics = &self.assistant.topics;
        let fits = |topic: &&String| {
            reply.intent.as_deref() == Some(topic.as_str())
                || self.small.as_deref() == Some(topic.as_str())
                || text.folded.contains(&fold(topic))
        };
        if let Some(topic) = topics.iter().find(fits) {
            return Some(Reason::Topic(topic.clone()));
        }
        if is_angry(&text.folded) {
            return Some(Reason::Anger);
        }
        // A request to get round the rules is declined, however often; no human does it either.
        let declined = self.small.as_deref() == Some("evade");
        (reply.kind == Kind::NoAnswer && !declined && failures + 1 >= FAILURES).then_some(Reason::Failures)
    }

    /// Stores the packet. `None`: nothing is kept here; else whether one waits already.
    fn hand_over(&mut self, reason: &Reason, text: &Normalised, context: &Context) -> Option<bool> {
        let memory = &self.assistant.memory;
        if !memory.keeps_turns {
            return None;
        }
        let key = key_of(self.incoming);
        // A turn that is looked at once more knows from its receipt whether one waited then.
        let waiting = match &self.once_more {
            Some(receipt) => receipt.path.iter().any(|step| step == WAITS),
            None => match memory.under_way(&key)? {
                // Opened by this very message, which is worked out again because somebody else wrote meanwhile.
                Some(ours) if self.opened(&ours, &key) => return Some(false),
                other => other.is_some(),
            },
        };
        if waiting {
            self.note(|receipt| receipt.step(WAITS));
            return Some(true);
        }
        if self.once_more.is_none() {
            let packet = self.packet(&key, reason, text, context).to_string();
            memory.open_handover(&key, self.now, &reason.text(), &packet)?;
        }
        Some(false)
    }

    /// Whether it is this message that a handover was opened by: at the same time, after the same turns.
    fn opened(&self, handover: &Handover, key: &Key) -> bool {
        let before = self.assistant.memory.turns_of(key).map(|turns| turns.len());
        let packet: Value = serde_json::from_str(&handover.packet).unwrap_or_default();
        handover.opened_at.as_microsecond() == self.now.as_microsecond()
            && before.is_some_and(|before| packet["after_turns"] == before)
    }

    /// What a human needs to know, without what is private.
    fn packet(&self, key: &Key, reason: &Reason, text: &Normalised, context: &Context) -> Value {
        let memory = &self.assistant.memory;
        let turns = memory.turns_of(key).unwrap_or_default();
        let mut records: Vec<String> = Vec::new();
        let mut sections: Vec<Value> = Vec::new();
        let mut said: Vec<Value> = Vec::new();
        let mut add = |names: Vec<String>| {
            for name in names {
                if !records.contains(&name) {
                    records.push(name);
                }
            }
        };
        for turn in &turns {
            let receipt = serde_json::from_str::<Receipt>(&turn.receipt).unwrap_or_default();
            add(receipt.records.into_keys().collect());
            for section in receipt.sections.iter().take(1) {
                let tried = json!({"doc": section.doc, "heading": section.heading});
                if !sections.contains(&tried) {
                    sections.push(tried);
                }
            }
        }
        if let Some(case) = &self.case {
            add(versions(&case.records).into_keys().collect());
        }
        records.sort();
        let latest = turns.len().saturating_sub(LATEST);
        for turn in turns.iter().skip(latest) {
            said.push(json!({"at": turn.at.to_string(), "user": turn.text, "bot": turn.reply.text, "kind": turn.reply.kind}));
        }
        said.push(json!({"at": self.now.to_string(), "user": self.masked(&text.original)}));
        let slots: serde_json::Map<String, Value> = context
            .slots
            .iter()
            .map(|(name, value)| (name.clone(), Value::String(self.masked(value))))
            .collect();
        json!({
            "why": reason.text(),
            "after_turns": turns.len(),
            "conversation": said,
            "slots": slots,
            "account": self.case.as_ref().map(|case| &case.account),
            "records": records,
            "sections": sections,
        })
    }
}

impl Assistant {
    /// The same that hands over whatever is about one of these topics: words, or names of intents.
    #[must_use]
    pub fn handing_over(mut self, topics: Vec<String>) -> Self {
        self.topics = topics.into_iter().filter(|topic| !fold(topic).is_empty()).collect();
        self
    }

    /// What waits for a human, or has one.
    pub fn handovers(&self) -> Result<Vec<Handover>, StoreError> {
        self.memory.handovers()
    }

    /// A human takes a conversation that waits: from then on the assistant is silent in it. `None`: there is none to take.
    pub fn take_over(&self, number: i64, holder: &str) -> Result<Option<Handover>, StoreError> {
        self.memory.take_handover(number, holder, (self.clock)())
    }

    /// Keeps what a human says in a conversation that they have taken, the same `delivery` once. Private numbers are masked, as in every
    /// reply.
    pub(super) fn keep_human_s(
        &self,
        number: i64,
        holder: &str,
        text: &str,
        delivery: Option<&str>,
    ) -> Result<Said, StoreError> {
        let now = (self.clock)();
        let mine = self.handovers()?.into_iter().find(|handover| handover.number == number);
        let Some(mine) = mine
            .filter(|mine| mine.state == HandoverState::Taken && mine.taken_by.as_deref() == Some(holder))
        else {
            return Ok(Said::NotTheirs);
        };
        let mut reply = Reply::new(Kind::Handoff, self.mind.without_private(text.trim(), &[]));
        reply.intent = Some(HUMAN.to_owned());
        reply.confidence = 1.0;
        let receipt = Receipt {
            now: now.to_string(),
            contents: self.mind.contents().clone(),
            asker: "agent".to_owned(),
            path: vec![format!("said by {holder}")],
            ..Receipt::default()
        };
        self.memory.add_human_s(&mine.key, now, &reply, &receipt, delivery)
    }

    /// Gives a conversation back to the assistant. `None`: there is none to give back.
    pub fn give_back(&self, number: i64) -> Result<Option<Handover>, StoreError> {
        self.memory.close_handover(number, (self.clock)())
    }
}

/// What came of a human's words.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// They are a turn of the conversation.
    Kept(Box<KeptTurn>),
    /// They were said before, under the same name of a delivery.
    Repeated,
    /// The conversation isn't theirs: nobody has taken it, somebody else has, or it was given back.
    NotTheirs,
}

/// The intent of what a human says.
const HUMAN: &str = "human";

/// Whether a kept reply is what a human said, and no answer of ours.
pub fn is_a_human_s(reply: &Reply) -> bool {
    reply.kind == Kind::Handoff && reply.intent.as_deref() == Some(HUMAN)
}

/// What is kept of a message while a human speaks: the message, and that nothing was answered.
pub(super) fn silence() -> Reply {
    let mut reply = Reply::new(Kind::Handoff, "");
    reply.intent = Some("handoff".to_owned());
    reply
}

/// Whether what was kept of a message is that a human spoke.
pub fn is_silence(reply: &Reply) -> bool {
    reply.kind == Kind::Handoff && reply.text.is_empty()
}

/// The memory after a message that a human heard: nothing of ours is open any more.
pub(super) fn left_to_a_human(recalled: &Recalled) -> Context {
    let mut context = recalled.context.clone();
    context.pending = None;
    context.intention = context.intention.filter(|intention| intention.done);
    context.failures = 0;
    context
}

pub(super) fn key_of(incoming: &Incoming) -> Key {
    Key {
        channel: incoming.channel.clone(),
        user: incoming.user.clone(),
        conversation: incoming.conversation.clone(),
    }
}

/// Whether a handover waits or is taken.
pub(super) fn is_under_way(handover: &Handover, key: &Key) -> bool {
    handover.key == *key && handover.state != HandoverState::Closed
}

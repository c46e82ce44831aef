//! Taking a turn: what is remembered is read, the turn worked out, and what may be kept of it written, with everything
//! private taken out. What is answered is decided in [`super::turn`].

use serde_json::Value;

use super::asker::CaseFile;
use super::context::Context;
use super::facet;
use super::memory::{Kept, Taken};
use super::receipt::Receipt;
use super::turn::Turn;
use super::{Assistant, Incoming};
use crate::domain::records::RecordSet;
use crate::domain::reply::{Kind, Reply};
use crate::phrases::{Voice, talk};
use crate::store::conversations::Key;
use crate::understand::script::traditionalise;
use crate::understand::{Normalised, Script};

/// How often a turn is worked out again because somebody else wrote the conversation meanwhile.
const ATTEMPTS: usize = 10;

/// Takes a turn and remembers it. `elapsed` gives the microseconds since it began.
pub(super) fn take(
    assistant: &Assistant,
    incoming: &Incoming,
    delivery: Option<&str>,
    elapsed: &dyn Fn() -> u64,
) -> Reply {
    let memory = &assistant.memory;
    let key = Key {
        channel: incoming.channel.clone(),
        user: incoming.user.clone(),
        conversation: incoming.conversation.clone(),
    };
    if let Some(reply) = delivery.and_then(|delivery| memory.delivered(&key.channel, delivery)) {
        return reply;
    }
    let now = (assistant.clock)();
    for _ in 0..ATTEMPTS {
        let recalled = memory.recall(&key, now);
        let mut taken = work_out(assistant, incoming, now, recalled.context.clone(), memory.keeps_turns, true);
        taken.kept_reply.elapsed_us = elapsed();
        match memory.keep(&key, now, &recalled, taken, delivery) {
            Kept::Reply(reply) => return *reply,
            Kept::Again => {}
        }
    }
    tracing::warn!(
        "a conversation was written {ATTEMPTS} times while it was answered; this turn is not kept"
    );
    let recalled = memory.recall(&key, now);
    work_out(assistant, incoming, now, recalled.context, false, true).reply
}

/// Works a turn out, and what is to be kept of it; a receipt is made where one is wanted. Where it isn't `live`, nothing is
/// done by it.
pub(super) fn work_out(
    assistant: &Assistant,
    incoming: &Incoming,
    now: jiff::Timestamp,
    mut context: Context,
    with_receipt: bool,
    live: bool,
) -> Taken {
    let text = facet::in_language(Normalised::of(&incoming.text));
    let script = text.script.or(context.script).unwrap_or(Script::Simplified);
    let voice = if script == Script::Latin { Voice::English } else { Voice::Chinese };
    let receipt = with_receipt.then(|| {
        Box::new(Receipt {
            now: now.to_string(),
            contents: assistant.mind.contents().clone(),
            folded: text.folded.clone(),
            script: Some(script),
            before: context.clone(),
            ..Receipt::default()
        })
    });
    let mut turn = Turn { live, ..Turn::new(assistant, incoming, now, voice, receipt) };
    let mut reply = turn.round(&text, &mut context).unwrap_or_else(|error| {
        tracing::error!(%error, "the record store failed");
        turn.note(|receipt| receipt.step("store_failed"));
        Reply {
            suggestions: vec![talk::to_a_person(voice).to_owned()],
            ..Reply::new(Kind::Error, talk::records_unavailable(voice))
        }
    });
    turn.hide_personal(&mut reply);
    context.script = Some(script);
    context.offered.clone_from(&reply.suggestions);
    context.failures = if reply.kind == Kind::NoAnswer { context.failures + 1 } else { 0 };
    if script == Script::Traditional {
        reply.text = traditionalise(&reply.text);
        reply.suggestions = reply.suggestions.iter().map(|text| traditionalise(text)).collect();
    }
    turn.taken(reply, context, &text)
}

impl Turn<'_> {
    /// A domain may be asked about whose record is in nobody's case.
    fn note_domain(&self, receipt: &mut Receipt) {
        let Some(name) = receipt.slots.get("domain") else { return };
        if let Ok(Some(domain)) = self.assistant.store.domain(name) {
            receipt.case(&RecordSet { domains: vec![domain], ..RecordSet::default() });
        }
    }

    /// The turn as it may be kept: without what is private, whoever typed it.
    fn taken(mut self, reply: Reply, context: Context, text: &Normalised) -> Taken {
        let ids = self.case.as_ref().map_or_else(Vec::new, CaseFile::ids);
        let mind = &self.assistant.mind;
        let mask = |text: &str| mind.without_private(text, &ids);
        let context = context.with_texts(&mask);
        let Some(mut receipt) = self.receipt.take() else {
            return Taken { kept_reply: reply.clone(), reply, context, text: String::new(), receipt: None };
        };
        if let Some(case) = &self.case {
            receipt.case(&case.records);
        }
        self.note_domain(&mut receipt);
        let mut kept_reply = reply.clone();
        mask_reply(&mut kept_reply, &mask);
        let said = mask(&text.original);
        receipt.masked = said != text.original;
        Taken { reply, kept_reply, context, text: said, receipt: Some(receipt.with_texts(&mask)) }
    }
}

/// Takes out of a reply what is private, where it repeats what somebody typed.
fn mask_reply(reply: &mut Reply, mask: &dyn Fn(&str) -> String) {
    fn each(value: &mut Value, mask: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = mask(text),
            Value::Array(items) => items.iter_mut().for_each(|item| each(item, mask)),
            Value::Object(fields) => fields.values_mut().for_each(|field| each(field, mask)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    // Everything else is a section or a sentence of ours.
    if matches!(reply.kind, Kind::Action | Kind::Clarify) {
        reply.text = mask(&reply.text);
    }
    reply.suggestions.iter_mut().for_each(|text| *text = mask(text));
    reply.slots.values_mut().for_each(|value| each(value, mask));
    if let Some(outcome) = &mut reply.outcome {
        each(outcome, mask);
    }
}

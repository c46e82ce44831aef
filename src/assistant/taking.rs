//! Taking a turn: what is remembered is read, the turn worked out, and what may be kept of it written, with everything
//! private taken out. What is answered is decided in [`super::turn`].

use serde_json::Value;

use super::asker::CaseFile;
use super::context::Context;
use super::facet;
use super::memory::{Kept, Recalled, Taken};
use super::receipt::Receipt;
use super::turn::Turn;
use super::{Assistant, Heard, Incoming, handing};
use crate::domain::records::RecordSet;
use crate::domain::reply::{Kind, Reply};
use crate::phrases::{Voice, talk};
use crate::understand::entities::mask_personal;
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
) -> Heard {
    let memory = &assistant.memory;
    let key = handing::key_of(incoming);
    if let Some(reply) = delivery.and_then(|delivery| memory.delivered(&key.channel, delivery)) {
        return heard(reply);
    }
    let now = (assistant.clock)();
    for _ in 0..ATTEMPTS {
        let recalled = memory.recall(&key, now);
        let mut taken = if recalled.is_a_human_s() {
            left_to_a_human(assistant, incoming, now, &recalled)
        } else {
            work_out(assistant, incoming, now, recalled.context.clone(), memory.keeps_turns, None)
        };
        taken.kept_reply.elapsed_us = elapsed();
        match memory.keep(&key, now, &recalled, taken, delivery) {
            Kept::Reply(reply) => return heard(*reply),
            Kept::Again => {}
        }
    }
    tracing::warn!(
        "a conversation was written {ATTEMPTS} times while it was answered; this turn is not kept"
    );
    let recalled = memory.recall(&key, now);
    if recalled.is_a_human_s() {
        return Heard::Human;
    }
    heard(work_out(assistant, incoming, now, recalled.context, false, None).reply)
}

fn heard(reply: Reply) -> Heard {
    if handing::is_silence(&reply) { Heard::Human } else { Heard::Reply(Box::new(reply)) }
}

/// The receipt of a turn that begins.
fn begun(assistant: &Assistant, now: jiff::Timestamp, text: &Normalised, before: &Context) -> Receipt {
    Receipt {
        now: now.to_string(),
        contents: assistant.mind.contents().clone(),
        folded: text.folded.clone(),
        before: before.clone(),
        ..Receipt::default()
    }
}

/// What is kept of a message while a human speaks.
fn left_to_a_human(
    assistant: &Assistant,
    incoming: &Incoming,
    now: jiff::Timestamp,
    recalled: &Recalled,
) -> Taken {
    let text = Normalised::of(&incoming.text);
    let receipt = assistant.memory.keeps_turns.then(|| {
        let begun = begun(assistant, now, &text, &recalled.context);
        Box::new(Receipt { path: vec!["left to a human".to_owned()], ..begun })
    });
    let turn = Turn::new(assistant, incoming, now, Voice::Chinese, receipt);
    turn.taken(handing::silence(), handing::left_to_a_human(recalled), &text)
}

/// Works a turn out, and what is to be kept of it; a receipt is made where one is wanted. A turn that is taken `once_more` does
/// nothing.
pub(super) fn work_out(
    assistant: &Assistant,
    incoming: &Incoming,
    now: jiff::Timestamp,
    mut context: Context,
    with_receipt: bool,
    once_more: Option<&Receipt>,
) -> Taken {
    let text = facet::in_language(Normalised::of(&incoming.text));
    let script = text.script.or(context.script).unwrap_or(Script::Simplified);
    let voice = if script == Script::Latin { Voice::English } else { Voice::Chinese };
    let receipt = with_receipt
        .then(|| Box::new(Receipt { script: Some(script), ..begun(assistant, now, &text, &context) }));
    let mut turn = Turn { once_more, ..Turn::new(assistant, incoming, now, voice, receipt) };
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
    // What is declined was understood: it counts for nothing.
    let failed = reply.kind == Kind::NoAnswer && reply.intent.as_deref() != Some("evade");
    context.failures = if failed { context.failures + 1 } else { 0 };
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

    /// No number of a person or organisation leaves whole: those on record, and what the user typed.
    pub(super) fn hide_personal(&self, reply: &mut Reply) {
        let known = matches!(reply.kind, Kind::Action | Kind::Clarify);
        let (numbers, ids) =
            self.case.as_ref().map_or_else(Default::default, |case| (case.personal_numbers(), case.ids()));
        let hide = |text: &str| {
            let mut text = if known { mask_personal(text, &ids) } else { text.to_owned() };
            for number in &numbers {
                if text.contains(number) && !ids.contains(number) {
                    text = text.replace(number, &crate::understand::entities::mask(number));
                }
            }
            text
        };
        reply.text = hide(&reply.text);
        for suggestion in &mut reply.suggestions {
            *suggestion = hide(suggestion);
        }
        for value in reply.slots.values_mut() {
            if let Value::String(text) = value {
                *text = hide(text);
            }
        }
    }

    /// A text without what is private.
    pub(super) fn masked(&self, text: &str) -> String {
        let ids = self.case.as_ref().map_or_else(Vec::new, CaseFile::ids);
        self.assistant.mind.without_private(text, &ids)
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

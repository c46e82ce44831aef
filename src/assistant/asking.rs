//! What becomes of a question that we asked back when the message isn't its answer: a question in between is answered and ours
//! comes again; what doesn't fit is explained, twice; after that a person is offered.

use serde_json::Value;

use super::actions::{self, Ask, Slots};
use super::asker::CaseFile;
use super::context::{Choice, Context, Pending};
use super::follow_up::FollowUp;
use super::form;
use super::knowledge_answer::SURE;
use super::slots::to_json;
use super::turn::Turn;
use crate::domain::reply::{Kind, Reply};
use crate::phrases::{Voice, clarify, names, talk};
use crate::store::StoreError;
use crate::understand::Normalised;

/// How often an answer that doesn't fit is explained.
const PATIENCE: u32 = 2;

impl Turn<'_> {
    /// The turn with a question of ours open before it, if there was one.
    pub(super) fn with_forms(
        &mut self,
        text: &Normalised,
        context: &mut Context,
    ) -> Result<Reply, StoreError> {
        let before = context.clone();
        let Some(pending) = context.pending.clone() else { return self.reply(text, context) };
        let folded = form::trimmed(&text.folded);
        let beyond = form::is_ordinal(folded) && form::picked(folded, &pending.options).is_none();
        let entities = self.assistant.mind.recogniser.recognise(&text.folded, &text.original);
        let no_answer = form::points(folded) && form::answer(&pending, text, &entities).is_none();
        if form::is_nod(folded) || no_answer || beyond && !pending.options.is_empty() {
            return Ok(self.misfit(pending, text, context, before));
        }
        let mut reply = self.reply(text, context)?;
        match &self.read {
            Some(FollowUp::Chosen { slot, value, .. }) => {
                let missing = reply.outcome.as_ref().is_some_and(|outcome| outcome["error"] == "not_found");
                if missing {
                    return Ok(go_on(self.voice, reply, pending, context));
                }
                if *slot == pending.slot && pending.options.contains(value) && context.pending.is_none() {
                    let Pending { intent, slot, options, .. } = pending;
                    context.choice = Some(Choice { intent, slot, options, taken: value.clone() });
                }
                return Ok(reply);
            }
            Some(FollowUp::Dropped) => return Ok(reply),
            _ => {}
        }
        let small = self.small.is_some();
        let misfit = match reply.kind {
            Kind::NoAnswer => !small,
            Kind::Answer => !form::asks(folded) && reply.confidence < SURE && folded.chars().count() <= 12,
            Kind::Clarify => {
                let again = context.pending.as_ref().is_none_or(|new| {
                    new.slot == pending.slot && (new.intent == pending.intent || !form::asks(folded))
                });
                again && reply.outcome.is_none()
            }
            Kind::Action | Kind::Handoff | Kind::Chitchat | Kind::Error => false,
        };
        if misfit {
            return Ok(self.misfit(pending, text, context, before));
        }
        let goes_on = match reply.kind {
            Kind::Answer | Kind::Chitchat | Kind::NoAnswer | Kind::Error => true,
            Kind::Action => {
                // The same thing asked about a named record, or another about it: ours has been answered by the way.
                let missing = reply.outcome.as_ref().is_some_and(|outcome| outcome["error"] == "not_found");
                missing
                    || reply.intent.as_deref() != Some(&pending.intent)
                        && !reply.slots.contains_key(&pending.slot)
            }
            // Another question of ours takes its place; a person takes over.
            Kind::Clarify | Kind::Handoff => false,
        };
        if goes_on {
            reply = go_on(self.voice, reply, pending, context);
        }
        Ok(reply)
    }

    /// An answer that doesn't fit.
    fn misfit(
        &mut self,
        mut pending: Pending,
        text: &Normalised,
        context: &mut Context,
        before: Context,
    ) -> Reply {
        self.note(|receipt| receipt.step("misfit"));
        self.small = None;
        let voice = self.voice;
        *context = before;
        context.pending = None;
        pending.misses += 1;
        if pending.misses > PATIENCE {
            let mut reply = Reply::new(Kind::NoAnswer, talk::gave_up(voice));
            reply.intent = Some(pending.intent);
            reply.confidence = 0.9;
            reply.suggestions = vec![talk::to_a_person(voice).to_owned()];
            return reply;
        }
        let said = text.original.trim();
        let mut reply =
            Reply::new(Kind::Clarify, clarify::misfit(voice, &pending.slot, said, &pending.question));
        reply.intent = Some(pending.intent.clone());
        reply.confidence = 0.9;
        reply.suggestions.clone_from(&pending.options);
        reply.slots = to_json(&pending.slots);
        context.pending = Some(pending);
        reply
    }
}

/// Our question again, after what was asked in between.
fn go_on(voice: Voice, mut reply: Reply, pending: Pending, context: &mut Context) -> Reply {
    reply.text = format!("{}\n\n{}\n\n{}", reply.text.trim_end(), talk::back_to(voice), pending.question);
    if !pending.options.is_empty() {
        reply.suggestions.clone_from(&pending.options);
    }
    context.pending = Some(pending);
    reply
}

/// Asks back, and remembers what for.
pub(super) fn ask_back(
    intent: &str,
    ask: Ask,
    slots: Slots,
    case: Option<&CaseFile>,
    context: &mut Context,
) -> Reply {
    let mut reply = Reply::new(Kind::Clarify, ask.text.clone());
    reply.intent = Some(intent.to_owned());
    reply.confidence = 0.9;
    reply.suggestions.clone_from(&ask.options);
    reply.slots = to_json(&slots);
    context.intent = Some(intent.to_owned());
    context.slots.clone_from(&slots);
    let also =
        ask.options.iter().map(|option| (option.clone(), other_names(ask.slot, option, case))).collect();
    context.pending = Some(Pending {
        intent: intent.to_owned(),
        slot: ask.slot.to_owned(),
        options: ask.options,
        also,
        question: ask.text,
        slots,
        misses: 0,
    });
    reply
}

/// What people call a record beside its id: an order by its domains and type, an instance by its product.
fn other_names(slot: &str, id: &str, case: Option<&CaseFile>) -> Vec<String> {
    let Some(case) = case else { return Vec::new() };
    let voices = [Voice::Chinese, Voice::English];
    match slot {
        "order" => {
            let Some(order) = case.records.orders.iter().find(|order| order.id == id) else {
                return Vec::new();
            };
            let types = voices.map(|voice| names::order_type(voice, order.kind).to_owned());
            order.domains.iter().cloned().chain(types).collect()
        }
        "instance" => {
            let instance = case.records.instances.iter().find(|instance| instance.id == id);
            instance.map(|instance| instance.product.clone()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The records that a conversation is about, for a question that names none: 那还能撤吗 after an order's state.
pub(super) fn carried(slots: Slots, intent: Option<&str>, text: &Normalised, context: &Context) -> Slots {
    const OTHERS: &[&str] = &[
        "别的",
        "其他",
        "另外",
        "另一",
        "所有",
        "全部",
        "几个",
        "哪些",
        "哪个",
        "都",
        "一般",
        "通常",
        "another",
        "other",
        "all ",
        "which",
        "any ",
        "usually",
        "normally",
        "in general",
    ];
    const OWN: &[&str] = &["我", "my ", "our ", "mine"];
    let says = |words: &[&str]| words.iter().any(|word| text.folded.contains(word));
    let Some(action) = intent.and_then(actions::find) else { return slots };
    if says(OTHERS) {
        return slots;
    }
    let mut carried = slots;
    for (name, value) in &context.slots {
        // Where somebody files is theirs, unless they go on about the place: 那可以用 App 吗.
        let record = matches!(name.as_str(), "order" | "instance" | "domain");
        let place = matches!(name.as_str(), "province" | "city") && !says(OWN);
        if (record || place)
            && action.slots().contains(&name.as_str())
            && !super::slots::conflicts(name, &carried_from(&carried, context))
        {
            carried.insert(name.clone(), value.clone());
        }
    }
    carried
}

/// What the message itself names: what was carried a moment ago doesn't speak against the rest.
fn carried_from(carried: &Slots, context: &Context) -> Slots {
    carried
        .iter()
        .filter(|(name, value)| context.slots.get(*name) != Some(value))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect()
}

/// Whether an outcome only says that something is wrong.
pub(super) fn is_error(outcome: Option<&Value>) -> bool {
    outcome.is_some_and(|outcome| outcome.get("error").is_some())
}

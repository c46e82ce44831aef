//! One action, asked for by name and with what it needs by slot: for programs that choose tools themselves. Nothing is remembered of
//! it and nothing done; what may be seen is the same as when it is said.

use super::actions::{self, Request, Slots, Step};
use super::asker::Asker;
use super::asking::ask_back;
use super::context::Context;
use super::knowledge_answer;
use super::slots::slots_of;
use super::turn::{Turn, round};
use super::{Assistant, Incoming};
use crate::domain::reply::{Kind, Reply};
use crate::domain::rules::book::AsOf;
use crate::phrases::{Voice, talk};
use crate::store::StoreError;
use crate::understand::Normalised;

/// How sure one can be of what was asked by name.
const SURE: f64 = 0.97;

/// An action and what it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The channel of who asks, and its name for them.
    pub channel: String,
    pub user: Option<String>,
    pub intent: String,
    /// By slot; forms such as `浙江省` or `https://www.example.cn/` will do.
    pub given: Slots,
    /// Circumstances in words, where there are any.
    pub text: Option<String>,
    /// Whether the reply is to be in English.
    pub english: bool,
}

impl Assistant {
    /// Runs an action; `None`: there is none of this name.
    pub(super) fn run_action(&self, call: &Call) -> Option<Reply> {
        let action = actions::find(&call.intent)?;
        let voice = if call.english { Voice::English } else { Voice::Chinese };
        let text =
            call.text.clone().unwrap_or_else(|| call.given.values().cloned().collect::<Vec<_>>().join(" "));
        let incoming = Incoming {
            channel: call.channel.clone(),
            user: call.user.clone(),
            conversation: String::new(),
            text,
        };
        let mut turn = Turn::new(self, &incoming, (self.clock)(), voice, None);
        let mut reply = turn.act_on(action, &call.given).unwrap_or_else(|error| {
            tracing::error!(%error, "the record store failed");
            Reply::new(Kind::Error, talk::records_unavailable(voice))
        });
        turn.hide_personal(&mut reply);
        Some(reply)
    }
}

impl Turn<'_> {
    fn act_on(&mut self, action: &dyn actions::Action, given: &Slots) -> Result<Reply, StoreError> {
        let store = &*self.assistant.store;
        let mind = &self.assistant.mind;
        let asker = Asker::find(store, &self.incoming.channel, self.incoming.user.as_deref())?;
        let text = Normalised::of(&self.incoming.text);
        let entities = mind.recogniser.recognise(&text.folded, &text.original);
        let mut slots = slots_of(&entities);
        slots.extend(given.iter().map(|(slot, value)| (slot.clone(), self.in_our_form(slot, value))));
        slots.retain(|slot, _| action.slots().contains(&slot.as_str()));
        let mut context = Context::default();
        if let (Asker::Agent, Some(account)) = (&asker, given.get("account")) {
            context.account = store.account(account)?.map(|account| account.id);
        }
        if let Some(reply) = self.named_record(&asker, &slots, Some(action.intent()), &mut context)? {
            return Ok(reply);
        }
        self.find_case(&asker, &slots, &text, &mut context)?;
        if action.needs_record() && !asker.is_linked() {
            return Ok(self.in_general(action, true));
        }
        let request = Request {
            book: &mind.book,
            notices: &mind.notices,
            as_of: AsOf::Newest,
            now: self.now,
            text: &text,
            entities: &entities,
            slots: &slots,
            asker: &asker,
            case: self.case.as_ref(),
            store,
            voice: self.voice,
        };
        Ok(match action.run(&request)? {
            Step::Done(done) => {
                let mut reading = mind.glance(&text.folded, &entities, self.language(), None);
                self.done(action, done, SURE, slots, &mut reading, &mut context)
            }
            Step::Ask(ask) => ask_back(action.intent(), ask, slots, self.case.as_ref(), &mut context),
            Step::NotFound { slot, name } => self.not_found(Some(action.intent()), slot, &name),
            Step::General => self.in_general(action, false),
        })
    }

    /// A value as the actions know it: 浙江 for 浙江省. What isn't recognised stays as it is.
    fn in_our_form(&self, slot: &str, value: &str) -> String {
        match (slot, value) {
            // As the place of a server is said.
            ("region", "hongkong") => return "Hong Kong".to_owned(),
            // A name means itself, whatever it looks like.
            ("name" | "region" | "account", _) => return value.to_owned(),
            _ => {}
        }
        let text = Normalised::of(value);
        let entities = self.assistant.mind.recogniser.recognise(&text.folded, &text.original);
        slots_of(&entities).remove(slot).unwrap_or_else(|| value.trim().to_owned())
    }

    /// The section on the rule, for whom nothing particular can be said.
    fn in_general(&self, action: &dyn actions::Action, unlinked: bool) -> Reply {
        let section = self.assistant.mind.anchored(action.anchor(), self.language());
        let mut reply = match section {
            Some(section) => {
                let mut reply = Reply::new(Kind::Answer, section.body.clone());
                reply.citations.push(knowledge_answer::cite(&section));
                reply
            }
            None => Reply::new(Kind::NoAnswer, talk::no_answer(self.voice)),
        };
        reply.intent = Some(action.intent().to_owned());
        reply.confidence = round(SURE);
        if unlinked {
            reply.text = format!("{}\n\n{}", reply.text, talk::how_to_link(self.voice));
        }
        reply
    }
}

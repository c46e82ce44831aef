//! Withdrawing and abandoning orders: offered where the rule allows it, asked about explicitly, done once.
//!
//! Only an explicit yes to the question that names the order does it ([`super::consent`]); what it does happens in the store,
//! whole or not at all ([`crate::store::Acts`]).

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::asker::{Asker, CaseFile};
use super::consent::{self, Consent};
use super::contents::hash;
use super::context::{Context, Intention};
use super::knowledge_answer::cite;
use super::turn::Turn;
use crate::domain::moment::Moment;
use crate::domain::order::{Event, history};
use crate::domain::records::Order;
use crate::domain::reply::{Kind, Reply};
use crate::domain::rules::book::AsOf;
use crate::domain::rules::cancel_order::{CanCancel, CancelFacts, Way, can_cancel_order};
use crate::domain::rules::sms::sms_required;
use crate::phrases::{doing, talk};
use crate::store::acts::{Acted, Acts, AuditRow, OrderAct};
use crate::store::{Store, StoreError};
use crate::understand::Normalised;

const INTENT: &str = "can_cancel_order";
/// How long a question stays open.
const OPEN: SignedDuration = SignedDuration::from_mins(10);

impl Turn<'_> {
    /// The turn with what may be done, and a question about doing it open before it, if there was one.
    pub(super) fn with_acts(
        &mut self,
        text: &Normalised,
        context: &mut Context,
    ) -> Result<Reply, StoreError> {
        let Some(acts) = self.assistant.acts.clone() else {
            context.intention = None;
            return self.with_forms(text, context);
        };
        let mut late = false;
        if let Some(open) = context.intention.clone() {
            late = self.now.duration_since(open.asked_at) > OPEN;
            if !late
                && !open.done
                && let Some(reply) = self.answered(&*acts, &open, text, context)?
            {
                return Ok(reply);
            }
        }
        // A yes with nothing open is the last one once more, or comes too late.
        if let Some(last) = context.intention.clone().filter(|last| last.done || late)
            && consent::names_its_way(&text.folded, &last.order) == Some(last.way)
        {
            if last.done {
                return self.act(&*acts, &last, context);
            }
            if let Some(mut reply) = self.put(last.way, &last.order, context)? {
                reply.text = format!("{}\n\n{}", doing::lapsed(self.voice, OPEN.as_mins()), reply.text);
                return Ok(reply);
            }
        }
        if late {
            context.intention = None;
        }
        if let Some((way, order)) = self.commanded(text, context)
            && let Some(reply) = self.put(way, &order, context)?
        {
            return Ok(reply);
        }
        let mut reply = self.with_forms(text, context)?;
        if let Some(open) = context.intention.clone().filter(|open| !open.done) {
            if reply.kind == Kind::Handoff {
                context.intention = None;
            } else if reply.outcome.as_ref().is_none_or(|outcome| {
                outcome["order"] != open.order.as_str() || reply.intent.as_deref() != Some(INTENT)
            }) && context.pending.is_none()
            {
                // Answered; the question stays open.
                reply.text = format!(
                    "{}\n\n{}\n\n{}",
                    reply.text.trim_end(),
                    talk::back_to(self.voice),
                    doing::unclear(self.voice, open.way, &open.order)
                );
                reply.suggestions = doing::answers(self.voice, open.way).map(str::to_owned).to_vec();
            }
            return Ok(reply);
        }
        self.offer(&mut reply);
        Ok(reply)
    }

    /// What the message answers to the open question; `None`: nothing, it is about something else.
    fn answered(
        &mut self,
        acts: &dyn Acts,
        open: &Intention,
        text: &Normalised,
        context: &mut Context,
    ) -> Result<Option<Reply>, StoreError> {
        let voice = self.voice;
        let said = consent::consent(&text.folded, open.way, &open.order);
        let (kind, words) = match said {
            Consent::Yes => return self.act(acts, open, context).map(Some),
            Consent::Other if asks_what_comes(&text.folded) => {
                let order = self.case_of(&open.order)?;
                let order = order
                    .as_ref()
                    .and_then(|case| case.records.orders.iter().find(|order| order.id == open.order));
                let Some(order) = order else { return Ok(None) };
                (Kind::Clarify, doing::confirm(voice, open.way, order))
            }
            Consent::Other => return Ok(None),
            Consent::No => {
                context.intention = None;
                self.note(|receipt| receipt.step("act refused"));
                return Ok(Some(Reply {
                    confidence: 0.99,
                    ..Reply::new(Kind::Chitchat, doing::kept(voice, &open.order))
                }));
            }
            Consent::Hold => (Kind::Clarify, doing::held(voice, open.way, &open.order, OPEN.as_mins())),
            Consent::Unclear => (Kind::Clarify, doing::unclear(voice, open.way, &open.order)),
        };
        self.note(|receipt| receipt.step("act not consented to"));
        let mut reply = Reply::new(kind, words);
        reply.intent = Some(INTENT.to_owned());
        reply.confidence = 0.95;
        reply.suggestions = doing::answers(voice, open.way).map(str::to_owned).to_vec();
        Ok(Some(reply))
    }

    /// What a message tells to do, and to which order.
    fn commanded(&self, text: &Normalised, context: &Context) -> Option<(Way, String)> {
        let entities = self.assistant.mind.recogniser.recognise(&text.folded, &text.original);
        let named = entities.orders.first();
        let way = consent::command(&text.folded, named.map(String::as_str))?;
        let about = || context.slots.get("order").filter(|_| context.pending.is_none());
        if entities.orders.len() > 1 || !entities.domains.is_empty() {
            return None;
        }
        named.or_else(about).map(|order| (way, order.clone()))
    }

    /// Puts the question whether an order is to be stopped. `None` where it may not be, or isn't theirs: then the usual turn says so.
    fn put(&mut self, way: Way, id: &str, context: &mut Context) -> Result<Option<Reply>, StoreError> {
        let Some(case) = self.case_of(id)? else { return Ok(None) };
        let Some(order) = case.records.orders.iter().find(|order| order.id == id) else { return Ok(None) };
        if !verdict(order).ways.contains(&way) {
            return Ok(None);
        }
        let voice = self.voice;
        let mut reply = Reply::new(Kind::Clarify, doing::confirm(voice, way, order));
        reply.intent = Some(INTENT.to_owned());
        reply.confidence = 0.99;
        reply.slots.insert("order".to_owned(), Value::String(id.to_owned()));
        reply.suggestions = doing::answers(voice, way).map(str::to_owned).to_vec();
        context.asked += 1;
        let key = [
            self.incoming.channel.as_str(),
            self.incoming.user.as_deref().unwrap_or_default(),
            &self.incoming.conversation,
            &self.now.to_string(),
            &context.asked.to_string(),
            id,
            name(way),
        ];
        context.intention = Some(Intention {
            way,
            order: id.to_owned(),
            state: order.state,
            asked_at: self.now,
            key: hash(&key),
            done: false,
        });
        context.intent = Some(INTENT.to_owned());
        context.slots.insert("order".to_owned(), id.to_owned());
        context.pending = None;
        self.note(|receipt| receipt.step("act put to them"));
        self.case = Some(case);
        Ok(Some(reply))
    }

    /// Does it; done before under the same question, says what was done.
    fn act(&mut self, acts: &dyn Acts, open: &Intention, context: &mut Context) -> Result<Reply, StoreError> {
        let Some(case) = self.case_of(&open.order)? else {
            context.intention = None;
            return Ok(self.not_found(Some(INTENT), "order", &open.order));
        };
        let order = case.records.orders.iter().find(|order| order.id == open.order).cloned();
        self.case = Some(case);
        let Some(order) = order else {
            context.intention = None;
            return Ok(self.not_found(Some(INTENT), "order", &open.order));
        };
        let before = acts.audit_of(&open.order)?.into_iter().find(|row| row.key == open.key);
        let row = match before {
            Some(row) => Some(row),
            // Where a turn is only taken once more to look at it, nothing is done.
            None if self.once_more.is_some()
                || order.state != open.state
                || !verdict(&order).ways.contains(&open.way) =>
            {
                None
            }
            None => {
                let province = sms_required(&self.assistant.mind.book, &order.province, AsOf::Newest);
                let act = OrderAct {
                    order: &open.order,
                    event: event(open.way),
                    at: Moment::of(self.now),
                    sms_required: province.required,
                    channel: &self.incoming.channel,
                    user: self.incoming.user.as_deref(),
                    action: name(open.way),
                    key: &open.key,
                };
                match acts.record_event(&act)? {
                    Acted::Done(row) | Acted::Repeated(row) => Some(*row),
                    Acted::Illegal(_) | Acted::NoSuchOrder => None,
                }
            }
        };
        let Some(row) = row else { return self.moved(&open.order, context) };
        // The receipt is about the records as they are now.
        self.case = self.case_of(&open.order)?;
        context.intention = Some(Intention { done: true, ..open.clone() });
        context.intent = Some(INTENT.to_owned());
        context.slots.insert("order".to_owned(), open.order.clone());
        self.note(|receipt| receipt.step(&format!("acted {}", name(open.way))));
        Ok(self.acted(open.way, &row))
    }

    /// What was done, as a reply.
    fn acted(&self, way: Way, row: &AuditRow) -> Reply {
        let voice = self.voice;
        let mut reply = Reply::new(Kind::Action, doing::done(voice, way, &row.after));
        let mut outcome = json!(verdict(&row.after));
        outcome["done"] = json!(match way {
            Way::Withdraw => "withdrawn",
            Way::Abandon => "abandoned",
        });
        outcome["at"] = json!(row.at.as_str());
        reply.intent = Some(INTENT.to_owned());
        reply.outcome = Some(outcome);
        reply.confidence = 0.99;
        reply.slots.insert("order".to_owned(), Value::String(row.after.id.clone()));
        reply.suggestions = doing::next(voice, way, &row.after.id);
        let section = self.assistant.mind.anchored("access-stop-order", self.language());
        reply.citations = section.iter().map(|section| cite(section)).collect();
        reply
    }

    /// The order isn't where it was when we asked: what holds now.
    fn moved(&mut self, order: &str, context: &mut Context) -> Result<Reply, StoreError> {
        self.note(|receipt| receipt.step("act overtaken"));
        context.intention = None;
        let question = self
            .voice
            .pick(format!("订单 {order} 还能撤回吗"), format!("Can order {order} still be withdrawn?"));
        let mut reply = self.reply(&Normalised::of(&question), context)?;
        reply.text = format!("{}\n\n{}", doing::moved(self.voice), reply.text);
        Ok(reply)
    }

    /// Adds to a verdict that allows it that it can be done here.
    fn offer(&self, reply: &mut Reply) {
        let Some(outcome) = reply.outcome.as_ref().filter(|_| reply.intent.as_deref() == Some(INTENT)) else {
            return;
        };
        let ways: Vec<Way> = [Way::Withdraw, Way::Abandon]
            .into_iter()
            .filter(|way| outcome["ways"].as_array().is_some_and(|ways| ways.contains(&json!(way))))
            .collect();
        let Some(order) =
            outcome["order"].as_str().filter(|_| !ways.is_empty() && outcome.get("done").is_none())
        else {
            return;
        };
        let commands = doing::commands(self.voice, &ways, order);
        reply.text = format!("{}\n\n{}", reply.text.trim_end(), doing::offer(self.voice, &commands));
        reply.suggestions = commands;
    }

    /// The records of the account of an order, where the asker may see it.
    fn case_of(&self, order: &str) -> Result<Option<CaseFile>, StoreError> {
        let store: &dyn Store = &*self.assistant.store;
        let asker = Asker::find(store, &self.incoming.channel, self.incoming.user.as_deref())?;
        let account = store.owner_of_order(order)?.filter(|account| asker.may_see(account));
        account.map(|account| CaseFile::load(store, &account)).transpose()
    }
}

/// Whether a message asks for the consequence, which our question names.
fn asks_what_comes(folded: &str) -> bool {
    const ASKS: &[&str] = &[
        "会怎样",
        "会怎么样",
        "会怎么着",
        "有什么影响",
        "有啥影响",
        "什么后果",
        "啥后果",
        "会有影响",
        "what happens",
        "what will happen",
        "consequence",
    ];
    const OTHERS: &[&str] = &["接入", "注销", "变更", "转移", "access", "deregist"];
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    folded.chars().count() <= 40 && says(ASKS) && !says(OTHERS)
}

fn verdict(order: &Order) -> CanCancel {
    can_cancel_order(&CancelFacts { order, verification_passed: history::verification_passed(order) })
}

fn event(way: Way) -> Event {
    match way {
        Way::Withdraw => Event::Withdrawn,
        Way::Abandon => Event::Abandoned,
    }
}

/// The act's name in the audit.
fn name(way: Way) -> &'static str {
    match way {
        Way::Withdraw => "withdraw",
        Way::Abandon => "abandon",
    }
}

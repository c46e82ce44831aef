//! Whose records a message is about: those that it names, if the asker may see them, or else the asker's own.

use serde_json::{Value, json};

use super::actions::Slots;
use super::asker::{Asker, CaseFile};
use super::context::Context;
use super::slots::account_named;
use super::turn::Turn;
use crate::domain::reply::{Kind, Reply};
use crate::phrases::talk;
use crate::store::StoreError;
use crate::understand::Normalised;

impl Turn<'_> {
    /// A record that the message names: nobody linked, or not theirs, ends the turn.
    pub(super) fn named_record(
        &mut self,
        asker: &Asker,
        slots: &Slots,
        intent: Option<&str>,
        context: &mut Context,
    ) -> Result<Option<Reply>, StoreError> {
        let store = &*self.assistant.store;
        for slot in ["order", "instance"] {
            let Some(name) = slots.get(slot) else { continue };
            if !asker.is_linked() {
                let mut reply = Reply::new(Kind::Clarify, talk::not_linked(self.voice));
                reply.outcome = Some(json!({"error": "not_linked"}));
                reply.intent = intent.map(str::to_owned);
                reply.confidence = 1.0;
                reply.suggestions = vec![talk::to_a_person(self.voice).to_owned()];
                return Ok(Some(reply));
            }
            let owner =
                if slot == "order" { store.owner_of_order(name)? } else { store.owner_of_instance(name)? };
            let Some(account) = owner.filter(|account| asker.may_see(account)) else {
                return Ok(Some(self.not_found(intent, slot, name)));
            };
            self.case = Some(CaseFile::load(store, &account)?);
            context.account = Some(account);
        }
        Ok(None)
    }

    /// The records that the question is about: the asker's own, or of the account that an agent names or talked about.
    pub(super) fn find_case(
        &mut self,
        asker: &Asker,
        slots: &Slots,
        text: &Normalised,
        context: &mut Context,
    ) -> Result<(), StoreError> {
        let store = &*self.assistant.store;
        if self.case.is_some() {
            return Ok(());
        }
        let account = match asker {
            Asker::Unlinked => None,
            Asker::Applicant { account } => Some(account.clone()),
            Asker::Agent => {
                let named = account_named(store, text)?;
                let by_domain = match slots.get("domain") {
                    Some(domain) => match store.owners_of_domain(domain)?.as_slice() {
                        [one] => Some(one.clone()),
                        _ => None,
                    },
                    None => None,
                };
                named.or(by_domain).or_else(|| context.account.clone())
            }
        };
        if let Some(account) = account {
            if matches!(asker, Asker::Agent) {
                context.account = Some(account.clone());
            }
            self.case = Some(CaseFile::load(store, &account)?);
        }
        Ok(())
    }

    pub(super) fn not_found(&self, intent: Option<&str>, slot: &'static str, name: &str) -> Reply {
        let what = match slot {
            "order" => self.voice.pick("订单", "order"),
            "instance" => self.voice.pick("实例", "instance"),
            "domain" => self.voice.pick("域名", "domain"),
            _ => self.voice.pick("记录", "record"),
        };
        let mut reply = Reply::new(Kind::Action, talk::not_found(self.voice, what, name));
        reply.intent = intent.map(str::to_owned);
        reply.outcome = Some(json!({"error": "not_found"}));
        reply.confidence = 0.99;
        reply.slots.insert(slot.to_owned(), Value::String(name.to_owned()));
        reply.suggestions = vec![talk::to_a_person(self.voice).to_owned()];
        reply
    }
}

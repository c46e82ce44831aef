//! What agents see and do beside reports: who waits for a human, what was said, the records of an account.

use super::Desk;
use crate::domain::records::RecordSet;
use crate::store::StoreError;
use crate::store::conversations::{Conversation, Handover, Key, Turn};
use crate::understand::entities::mask;

/// A conversation with all that is kept of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub key: Key,
    pub state: Conversation,
    /// In order.
    pub turns: Vec<Turn>,
}

impl Desk {
    /// What waits for a human, or has one: the oldest first.
    pub fn handovers(&self) -> Result<Vec<Handover>, StoreError> {
        self.store.handovers_under_way()
    }

    /// A human takes a conversation that waits: from then on the assistant is silent in it. `None`: there is none to take.
    pub fn take_over(&self, number: i64, holder: &str) -> Result<Option<Handover>, StoreError> {
        self.store.take_handover(number, holder, (self.clock)())
    }

    /// Gives a conversation back to the assistant. `None`: there is none to give back.
    pub fn give_back(&self, number: i64) -> Result<Option<Handover>, StoreError> {
        self.store.close_handover(number, (self.clock)())
    }

    /// The conversations of a name: one a channel and speaker.
    pub fn conversations(&self, name: &str) -> Result<Vec<Told>, StoreError> {
        let keys = self.store.conversations_named(name)?;
        keys.into_iter()
            .map(|key| {
                let state = self.store.conversation(&key)?;
                let turns = self.store.turns_of(&key)?;
                Ok(Told { key, state, turns })
            })
            .collect()
    }

    /// Everything on record of an account, numbers of persons and organisations masked. `None`: there is no such account.
    pub fn case_file(&self, account: &str) -> Result<Option<RecordSet>, StoreError> {
        if self.store.account(account)?.is_none() {
            return Ok(None);
        }
        let mut records = self.store.case_file(account)?;
        let hide = |number: &mut String| *number = mask(number);
        for entity in &mut records.entities {
            hide(&mut entity.id_number);
            hide(&mut entity.person.id_number);
            hide(&mut entity.person.phone);
        }
        for domain in &mut records.domains {
            hide(&mut domain.holder.id_number);
        }
        Ok(Some(records))
    }
}

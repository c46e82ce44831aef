//! Acts on records: an order moved through its states with a row that says who did it, and a speaker linked to an account.
//!
//! Whether somebody may do it is decided before; here it happens whole or not at all, and once.

use jiff::Timestamp;

use super::StoreError;
use crate::domain::moment::Moment;
use crate::domain::order::{Event, Illegal, OrderState};
use crate::domain::records::{Order, OrderEvent};

/// Something to be done to an order.
#[derive(Clone, Debug)]
pub struct OrderAct<'a> {
    pub order: &'a str,
    pub event: Event,
    pub at: Moment,
    /// Whether the order's province verifies by SMS, by the tables of the day.
    pub sms_required: bool,
    pub channel: &'a str,
    pub user: Option<&'a str>,
    /// What the person asked for, such as `withdraw`.
    pub action: &'a str,
    /// Names the act: the same key again is not done again.
    pub key: &'a str,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Acted {
    Done(Box<AuditRow>),
    /// Done before under this key; this is what was done then.
    Repeated(Box<AuditRow>),
    /// It cannot happen where the order stands; nothing was changed.
    Illegal(Illegal),
    NoSuchOrder,
}

/// Who did what to which order.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    pub at: Moment,
    pub channel: String,
    /// `None` where nobody was known, or the person was forgotten since.
    pub user: Option<String>,
    pub action: String,
    pub before: Order,
    pub after: Order,
    pub key: String,
}

/// A one-time code that links whoever enters it to an account. It has two halves: a handle that names it and a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCode {
    pub handle: String,
    /// A hash of the secret half.
    pub code_hash: String,
    pub account: String,
    pub issued_by: String,
    pub expires_at: Timestamp,
    pub tries_left: u32,
}

/// What came of entering a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// The speaker is an applicant of this account from now on.
    To { account: String },
    /// The handle is right, the secret isn't.
    Wrong { tries_left: u32 },
    /// Unknown, used, expired, or tried too often.
    Gone,
    /// The speaker is an agent or admin, whom no code makes an applicant.
    NotAnApplicant,
}

/// Acts on records. Every call is one transaction.
pub trait Acts: Send + Sync {
    /// Moves an order: event, state and audit row together. A key that was used gives what was done under it.
    fn record_event(&self, act: &OrderAct<'_>) -> Result<Acted, StoreError>;

    /// What was done to an order, the oldest first.
    fn audit_of(&self, order: &str) -> Result<Vec<AuditRow>, StoreError>;

    /// Keeps a code; one with the same handle is replaced.
    fn issue_link_code(&self, code: &LinkCode) -> Result<(), StoreError>;

    /// Enters a code. A right one links the speaker and is spent.
    fn redeem_link_code(
        &self,
        handle: &str,
        code_hash: &str,
        channel: &str,
        user: &str,
        at: Timestamp,
    ) -> Result<Linked, StoreError>;
}

/// The order after the event. An order without events stands where it says and gets none: alone it would lead nowhere.
pub(super) fn moved(before: &Order, state: OrderState, act: &OrderAct<'_>) -> Order {
    let mut after = before.clone();
    after.state = state;
    // What an order waits for beside its state goes with the state.
    after.waiting_for = None;
    if !before.events.is_empty() || before.state == OrderState::Draft {
        // Events stand in the order of their times, whatever the clocks say.
        let last = before.events.last().map(|event| &event.at).filter(|last| **last > act.at);
        after.events.push(OrderEvent { at: last.unwrap_or(&act.at).clone(), event: act.event });
    }
    after
}

//! What the assistant does for an intent: one file each, and the registry that lists them.
//!
//! An action picks the record that the question is about (asking back when several fit), hands facts and tables to
//! a rule of the domain, and has the verdict worded by `phrases`. Adding one takes its file here, its examples in
//! `intents/`, and its line in [`REGISTRY`].

mod app_verification;
mod can_cancel_order;
mod can_change;
mod can_start_order;
mod can_transfer;
mod cancel_access_effects;
mod candidates;
mod check_domain;
mod check_server;
mod commercial_ip_rule;
mod deregister_effects;
mod domains_per_website;
mod filing_type;
mod gift_time;
mod legacy_record_path;
mod need_filing;
mod order_status;
mod place;
mod public_security_code;
mod server_place;
mod service_numbers_left;
mod shell_site_check;
mod sms_required;
mod upload_check;
mod website_name_check;
mod when;
mod why_rejected;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::asker::{Asker, CaseFile};
use super::facet::Facet;
use crate::domain::moment::china_date;
use crate::domain::rules::book::{AsOf, Origin, RuleBook};
use crate::domain::rules::rejection::PastedNotices;
use crate::phrases::Voice;
use crate::store::{Store, StoreError};
use crate::understand::{Entities, Normalised};

/// What a conversation has settled so far, by slot name: order, instance, domain, province, city, date, field, name …
pub type Slots = BTreeMap<String, String>;

/// An action, as the registry knows it.
pub trait Action: Sync {
    /// The intent's name in the contract.
    fn intent(&self) -> &'static str;

    /// Whether it is about the asker's own records: without a linked identity such a question is answered in general.
    fn needs_record(&self) -> bool;

    /// The section of the knowledge base that explains the rule: cited, and the answer in general.
    fn anchor(&self) -> &'static str;

    /// What its verdict rests on, for whoever asks why.
    fn basis(&self) -> Basis;

    /// Sections beside [`Action::anchor`] that state the rule itself: where what the rule needs is named, they give way.
    fn states_the_rule(&self) -> &'static [&'static str] {
        &[]
    }

    /// Slots that a follow-up such as 那 X 呢 may change.
    fn slots(&self) -> &'static [&'static str];

    /// Words that name a case for this action to decide, where they say more than that its subject comes up.
    fn case_words(&self) -> &'static [&'static str] {
        &[]
    }

    /// Questions about its result that it answers itself: asked again, it says so.
    fn tells(&self) -> &'static [Facet] {
        &[]
    }

    /// Whether its reply says how long something takes or lasts.
    fn says_how_long(&self) -> bool {
        self.tells().contains(&Facet::HowLong)
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError>;
}

/// What a verdict rests on: files of `rules/`, and where a rule comes from that is code and no table.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    pub tables: &'static [&'static str],
    pub origin: Option<Origin<'static>>,
}

/// All actions.
pub static REGISTRY: &[&dyn Action] = &[
    &check_domain::CheckDomain,
    &why_rejected::WhyRejected,
    &can_cancel_order::CanCancelOrder,
    &order_status::OrderStatus,
    &service_numbers_left::ServiceNumbersLeft,
    &check_server::CheckServer,
    &gift_time::GiftTime,
    &filing_type::FilingType,
    &can_start_order::CanStartOrder,
    &can_transfer::CanTransfer,
    &cancel_access_effects::CancelAccessEffects,
    &deregister_effects::DeregisterEffects,
    &shell_site_check::ShellSiteCheck,
    &need_filing::NeedFiling,
    &legacy_record_path::LegacyRecordPath,
    &can_change::CanChange,
    &website_name_check::WebsiteNameCheck,
    &upload_check::UploadCheck,
    &sms_required::SmsRequired,
    &app_verification::AppVerification,
    &domains_per_website::DomainsPerWebsite,
    &commercial_ip_rule::CommercialIpRule,
    &public_security_code::PublicSecurityCode,
];

/// The action of an intent. Asked for each intent of each message, so that no list is gone through.
pub fn find(intent: &str) -> Option<&'static dyn Action> {
    static BY_INTENT: LazyLock<FxHashMap<&'static str, &'static dyn Action>> =
        LazyLock::new(|| REGISTRY.iter().map(|action| (action.intent(), *action)).collect());
    BY_INTENT.get(intent).copied()
}

/// A question with everything an action may look at.
pub struct Request<'a> {
    pub book: &'a RuleBook,
    pub notices: &'a PastedNotices,
    pub as_of: AsOf,
    pub now: Timestamp,
    pub text: &'a Normalised,
    pub entities: &'a Entities,
    pub slots: &'a Slots,
    pub asker: &'a Asker,
    /// The records of the asker's account, or of the account an agent talks about.
    pub case: Option<&'a CaseFile>,
    pub store: &'a dyn Store,
    pub voice: Voice,
}

impl Request<'_> {
    /// Today in mainland China.
    pub fn today(&self) -> Date {
        china_date(self.now)
    }

    pub fn slot(&self, name: &str) -> Option<&str> {
        self.slots.get(name).map(String::as_str)
    }

    /// Whether the question has one of these words.
    pub fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.folded.contains(word))
    }
}

/// What comes of running an action.
pub enum Step {
    Done(Done),
    /// A slot is missing, or several records fit.
    Ask(Ask),
    /// The question is answered in general, from knowledge.
    General,
    /// A record is named that is not the asker's, or not there at all: nobody can tell which.
    NotFound {
        slot: &'static str,
        name: String,
    },
}

/// A verdict with its words.
pub struct Done {
    pub outcome: Value,
    pub text: String,
    pub slots: Slots,
    pub suggestions: Vec<String>,
    /// Sections beside the action's own that explain the verdict.
    pub anchors: Vec<&'static str>,
}

/// A question back.
pub struct Ask {
    pub slot: &'static str,
    pub text: String,
    pub options: Vec<String>,
}

impl Done {
    /// A verdict as the contract's outcome.
    pub fn new(outcome: &impl serde::Serialize, text: String) -> Self {
        let outcome = serde_json::to_value(outcome).unwrap_or(Value::Null);
        Self { outcome, text, slots: Slots::new(), suggestions: Vec::new(), anchors: Vec::new() }
    }

    #[must_use]
    pub fn about(mut self, slot: &str, value: impl Into<String>) -> Self {
        self.slots.insert(slot.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn then<S: Into<String>>(mut self, suggestions: impl IntoIterator<Item = S>) -> Self {
        self.suggestions.extend(suggestions.into_iter().map(Into::into));
        self
    }
}

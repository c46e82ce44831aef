//! The record set: what the store knows of accounts, filings, servers, domains and orders, in the contract's names.
//!
//! Types only. What a set must satisfy beyond its form (references that resolve, orders that replay) is
//! checked in [`check`]; where it is kept is the business of the store.

pub mod check;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use crate::moment::Moment;
use crate::order::{Event, OrderState, OrderType};

/// One JSON document with everything; every list may be missing, unknown fields are errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordSet {
    pub accounts: Vec<Account>,
    pub identities: Vec<Identity>,
    pub entities: Vec<Entity>,
    pub websites: Vec<Website>,
    pub domains: Vec<Domain>,
    pub instances: Vec<Instance>,
    pub service_numbers: Vec<ServiceNumber>,
    pub orders: Vec<Order>,
}

/// An account at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: String,
    pub site: Site,
}

/// Which of the provider's sites an account belongs to: filings move only between accounts of the China site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    China,
    International,
}

/// Who speaks on a channel, and what they may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub channel: String,
    pub user: String,
    #[serde(default)]
    pub account: Option<String>,
    pub role: Role,
}

/// An applicant sees its own account's records only; agents and admins see all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Applicant,
    Agent,
    Admin,
}

/// The organizer (主体, 主办单位): a person or unit that files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    pub id: String,
    #[serde(default)]
    pub account: Option<String>,
    pub name: String,
    pub nature: Nature,
    pub id_type: String,
    pub id_number: String,
    pub province: String,
    #[serde(default)]
    pub icp_number: Option<String>,
    pub status: EntityStatus,
    #[serde(default)]
    pub filed_with: Option<FiledWith>,
    #[serde(default)]
    pub filed_on: Option<Date>,
    pub person: Person,
}

/// What kind of organizer it is (主办单位性质).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    Individual,
    Enterprise,
    Institution,
    Government,
    Association,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityStatus {
    Filed,
    Unfiled,
    Deregistered,
}

/// Through whom a filing was made: through this provider, or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FiledWith {
    Provider,
    Other,
}

/// The person in charge (负责人).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub id_type: String,
    pub id_number: String,
    pub phone: String,
    pub legal_representative: bool,
}

/// A website of an entity, with the domains filed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Website {
    pub id: String,
    pub entity: String,
    pub name: String,
    pub domains: Vec<String>,
    #[serde(default)]
    pub icp_number: Option<String>,
    pub status: WebsiteStatus,
    #[serde(default)]
    pub filed_with: Option<FiledWith>,
    #[serde(default)]
    pub filed_on: Option<Date>,
    pub resolves_to: ResolvesTo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebsiteStatus {
    Filed,
    AccessCancelled,
    Deregistered,
    Unfiled,
}

/// Where the website's domain points today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolvesTo {
    ProviderMainland,
    ProviderOverseas,
    Elsewhere,
    None,
}

/// A registered domain name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    pub name: String,
    pub registrar: String,
    pub registrar_approved: bool,
    pub expires_on: Date,
    pub holder: Holder,
    pub real_name: RealName,
}

/// The registrant of a domain (域名持有者), never shown to anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    pub name: String,
    pub id_type: String,
    pub id_number: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealName {
    pub status: RealNameStatus,
    #[serde(default)]
    pub verified_on: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RealNameStatus {
    None,
    Pending,
    Verified,
}

/// A server or another product bought at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    pub id: String,
    pub account: String,
    /// A key of `rules/products.toml`; products not listed there carry no filing.
    pub product: String,
    pub region: Region,
    pub billing: Billing,
    /// Months bought in all, renewals included; 0 for pay-as-you-go.
    #[serde(deserialize_with = "whole")]
    pub months: u32,
    pub expires_on: Date,
    pub public_bandwidth: bool,
    /// What the order cost, in yuan.
    #[serde(default)]
    pub amount_yuan: Option<serde_json::Number>,
    #[serde(default)]
    pub plan: Option<Plan>,
}

/// A whole number, which JSON may write as 12.0 too.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let text = number.to_string();
    text.strip_suffix(".0").unwrap_or(&text).parse().map_err(|_| {
        serde::de::Error::custom(format_args!("`{number}` is not a whole number from 0 to {}", u32::MAX))
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    Mainland,
    Hongkong,
    Overseas,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    Subscription,
    PayAsYouGo,
}

/// Kinds of virtual host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    Dedicated,
    Shared,
    Free,
}

/// A service number (备案服务号): ties a filing to an instance. Once used, used for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceNumber {
    pub number: String,
    pub instance: String,
    /// The id of the order that used it.
    #[serde(default)]
    pub used_by: Option<String>,
}

/// A filing order (备案订单).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub id: String,
    pub account: String,
    #[serde(default)]
    pub entity: Option<String>,
    #[serde(rename = "type")]
    pub kind: OrderType,
    #[serde(default)]
    pub domains: Vec<String>,
    pub province: String,
    pub state: OrderState,
    #[serde(default)]
    pub instance: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_for: Option<WaitingFor>,
    #[serde(default)]
    pub rejections: Vec<Rejection>,
    #[serde(default)]
    pub events: Vec<OrderEvent>,
}

/// What an order waits for beside its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    Post,
    MoreDocuments,
}

/// One reason given in a round of review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    pub stage: Stage,
    pub reason: RejectionReason,
    #[serde(default)]
    pub note: Option<String>,
    pub at: Moment,
}

/// Who rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Provider,
    Administration,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderEvent {
    pub at: Moment,
    pub event: Event,
}

/// Why a filing was rejected, or found wanting at the special check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    // at filing (004 chapter 1)
    DomainHolderMismatch,
    WebsiteNameInvalid,
    CrossProvince,
    WebsiteContentInvalid,
    DocumentInvalid,
    PersonNotLegalRepresentative,
    PhoneInvalid,
    VerificationFormInvalid,
    PhoneReused,
    FilingTypeWrong,
    // at access filing (000.1)
    EntityMismatch,
    SmsContactMismatch,
    Deregistered,
    ProviderInfoMismatch,
    WebsiteProblem,
    PreApprovalMissing,
    IcpPasswordWrong,
    // at the special check (003 chapter 1.2)
    OrganizerNameInvalid,
    OrganizerIdInvalid,
    PersonNameInvalid,
    ContactPhoneInvalid,
    DomainExpired,
    ContentMismatch,
}

impl RejectionReason {
    /// Every code, in the order of the contract.
    pub const ALL: [Self; 23] = [
        Self::DomainHolderMismatch,
        Self::WebsiteNameInvalid,
        Self::CrossProvince,
        Self::WebsiteContentInvalid,
        Self::DocumentInvalid,
        Self::PersonNotLegalRepresentative,
        Self::PhoneInvalid,
        Self::VerificationFormInvalid,
        Self::PhoneReused,
        Self::FilingTypeWrong,
        Self::EntityMismatch,
        Self::SmsContactMismatch,
        Self::Deregistered,
        Self::ProviderInfoMismatch,
        Self::WebsiteProblem,
        Self::PreApprovalMissing,
        Self::IcpPasswordWrong,
        Self::OrganizerNameInvalid,
        Self::OrganizerIdInvalid,
        Self::PersonNameInvalid,
        Self::ContactPhoneInvalid,
        Self::DomainExpired,
        Self::ContentMismatch,
    ];
}

//! The record set as it is described: the types of [`crate::domain::records`], field by field.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

use crate::domain::order::{Event, OrderState, OrderType};
use crate::domain::records::RejectionReason;

/// One document with everything; every list may be missing. References must resolve within the set or the store
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::channels::http) struct RecordSet {
    #[serde(default)]
    accounts: Vec<Account>,
    #[serde(default)]
    identities: Vec<Identity>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    websites: Vec<Website>,
    #[serde(default)]
    domains: Vec<Domain>,
    #[serde(default)]
    instances: Vec<Instance>,
    #[serde(default)]
    service_numbers: Vec<ServiceNumber>,
    #[serde(default)]
    orders: Vec<Order>,
}

/// An account at the provider
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    #[schema(example = "u-1001")]
    id: String,
    site: Site,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Site {
    China,
    International,
}

/// Who speaks on a channel, and what they may see
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    #[schema(example = "discord")]
    channel: String,
    #[schema(example = "1001")]
    user: String,
    account: Option<String>,
    role: Role,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    Applicant,
    Agent,
    Admin,
}

/// The organizer, 主体: a person or unit that files
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entity {
    id: String,
    account: Option<String>,
    name: String,
    nature: Nature,
    id_type: String,
    id_number: String,
    #[schema(example = "浙江")]
    province: String,
    icp_number: Option<String>,
    status: EntityStatus,
    filed_with: Option<FiledWith>,
    #[schema(value_type = Option<String>, format = Date)]
    filed_on: Option<String>,
    person: Person,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Nature {
    Individual,
    Enterprise,
    Institution,
    Government,
    Association,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EntityStatus {
    Filed,
    Unfiled,
    Deregistered,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FiledWith {
    Provider,
    Other,
}

/// The person in charge, 负责人
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    id_type: String,
    id_number: String,
    phone: String,
    legal_representative: bool,
}

/// A website of an entity
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Website {
    id: String,
    entity: String,
    name: String,
    domains: Vec<String>,
    icp_number: Option<String>,
    status: WebsiteStatus,
    filed_with: Option<FiledWith>,
    #[schema(value_type = Option<String>, format = Date)]
    filed_on: Option<String>,
    resolves_to: ResolvesTo,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WebsiteStatus {
    Filed,
    AccessCancelled,
    Deregistered,
    Unfiled,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ResolvesTo {
    ProviderMainland,
    ProviderOverseas,
    Elsewhere,
    None,
}

/// A registered domain name
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Domain {
    #[schema(example = "example.cn")]
    name: String,
    registrar: String,
    registrar_approved: bool,
    #[schema(value_type = String, format = Date)]
    expires_on: String,
    holder: Holder,
    real_name: RealName,
}

#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holder {
    name: String,
    id_type: String,
    id_number: String,
}

#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct RealName {
    status: RealNameStatus,
    #[schema(value_type = Option<String>, format = Date)]
    verified_on: Option<String>,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RealNameStatus {
    None,
    Pending,
    Verified,
}

/// A server or another product bought at the provider
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Instance {
    #[schema(example = "i-abc123")]
    id: String,
    account: String,
    #[schema(example = "ecs")]
    product: String,
    region: Region,
    billing: Billing,
    /// Months bought in all; 0 for pay-as-you-go
    #[schema(maximum = 4_294_967_295_u32)]
    months: u32,
    #[schema(value_type = String, format = Date)]
    expires_on: String,
    public_bandwidth: bool,
    amount_yuan: Option<f64>,
    plan: Option<Plan>,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Region {
    Mainland,
    Hongkong,
    Overseas,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Billing {
    Subscription,
    PayAsYouGo,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Plan {
    Dedicated,
    Shared,
    Free,
}

/// A service number, 备案服务号
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceNumber {
    number: String,
    instance: String,
    /// The order that used it
    used_by: Option<String>,
}

/// A filing order, 备案订单
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[schema(example = "20190812001")]
    id: String,
    account: String,
    entity: Option<String>,
    #[schema(schema_with = order_types)]
    r#type: String,
    #[serde(default)]
    domains: Vec<String>,
    province: String,
    #[schema(schema_with = order_states)]
    state: String,
    instance: Option<String>,
    waiting_for: Option<WaitingFor>,
    #[serde(default)]
    rejections: Vec<Rejection>,
    #[serde(default)]
    events: Vec<OrderEvent>,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WaitingFor {
    Post,
    MoreDocuments,
}

/// One reason given in a round of review
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejection {
    stage: Stage,
    #[schema(schema_with = reasons)]
    reason: String,
    note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: String,
}

#[derive(ToSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Provider,
    Administration,
}

/// Something that happened to an order
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderEvent {
    #[schema(value_type = String, format = DateTime)]
    at: String,
    #[schema(schema_with = events)]
    event: String,
}

/// How many records were taken in
#[derive(ToSchema)]
pub(in crate::channels::http) struct Imported {
    accounts: usize,
    identities: usize,
    entities: usize,
    websites: usize,
    domains: usize,
    instances: usize,
    service_numbers: usize,
    orders: usize,
    total: usize,
}

fn order_types() -> Schema {
    codes(&OrderType::ALL)
}

fn order_states() -> Schema {
    codes(&OrderState::ALL)
}

fn events() -> Schema {
    codes(&Event::ALL)
}

fn reasons() -> Schema {
    codes(&RejectionReason::ALL)
}

/// A text that is one of these values as they are written.
fn codes(all: &[impl Serialize]) -> Schema {
    let all = all.iter().filter_map(|one| serde_json::to_value(one).ok());
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(all)).build().into()
}

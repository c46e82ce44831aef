//! What goes in and out, as `/openapi.json` describes it: for values whose types are the domain's, which knows nothing of HTTP.
//!
//! Nothing is made of these types; tests hold real values against what they describe.
#![expect(dead_code, reason = "the description is derived from the fields, nobody reads them")]

pub(super) mod records;

use serde::Serialize;
use utoipa::openapi::schema::{OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The one form that errors take
#[derive(ToSchema)]
pub(super) struct Failed {
    error: FailedWith,
}

/// What went wrong
#[derive(ToSchema)]
pub(super) struct FailedWith {
    /// For programs: stays as it is
    #[schema(example = "text_missing")]
    code: String,
    /// For people: may change
    message: String,
    /// What to do about it
    hint: String,
}

/// One answer, complete in itself
#[derive(ToSchema)]
pub(super) struct Reply {
    /// Names the turn that is kept of it; missing where nothing is kept
    id: Option<String>,
    kind: ReplyKind,
    /// Markdown, in the language and script of the question
    #[schema(example = "可以撤回，在人脸核验之前。")]
    text: String,
    /// The section answered from, then the next likely ones
    #[schema(max_items = 3)]
    citations: Vec<Citation>,
    #[schema(required = true)]
    intent: Option<String>,
    /// Calibrated: answers at 0.9 are right nine times in ten
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    slots: serde_json::Map<String, serde_json::Value>,
    /// The machine-readable result of an action
    #[schema(required = true, value_type = Option<Object>)]
    outcome: Option<serde_json::Value>,
    /// What the user may want to say next
    suggestions: Vec<String>,
    /// Microseconds from question to answer
    elapsed_us: u64,
}

/// What sort of answer it is: from the knowledge base, from rules and records, a question back, outside what is known, a human takes
/// over, small talk, something broke
#[derive(ToSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplyKind {
    Answer,
    Action,
    Clarify,
    NoAnswer,
    Handoff,
    Chitchat,
    Error,
}

/// Where an answer comes from
#[derive(ToSchema)]
pub(super) struct Citation {
    /// The path in the knowledge base
    #[schema(example = "cancel-order.md")]
    doc: String,
    heading: String,
    #[schema(required = true)]
    anchor: Option<String>,
    #[schema(required = true, value_type = Option<String>, format = Date)]
    as_of: Option<String>,
}

/// What comes of a message: a reply, or word that a human speaks and nothing is said.
pub(super) struct Heard;

impl PartialSchema for Heard {
    fn schema() -> RefOr<Schema> {
        let either = OneOfBuilder::new();
        let either = either.item(Ref::from_schema_name("Reply")).item(Ref::from_schema_name("Human"));
        Schema::OneOf(either.build()).into()
    }
}

impl ToSchema for Heard {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Reply".to_owned(), Reply::schema()));
        schemas.push(("Human".to_owned(), Human::schema()));
        Reply::schemas(schemas);
        Human::schemas(schemas);
    }
}

/// A human has the conversation: the message is kept for them
#[derive(ToSchema)]
pub(super) struct Human {
    #[schema(required = true, value_type = Option<Object>)]
    reply: Option<serde_json::Value>,
    #[schema(example = "human")]
    speaker: String,
}

/// How a reply came about
#[derive(ToSchema)]
pub(super) struct Explained {
    id: String,
    #[schema(value_type = String, format = DateTime)]
    at: String,
    /// What was asked, without what is private
    text: String,
    reply: Reply,
    /// What was understood, found, read and decided; null where it can't be read any more
    #[schema(required = true, value_type = Option<Object>)]
    receipt: Option<serde_json::Value>,
}

/// What was asked in some days
#[derive(ToSchema)]
pub(super) struct Report {
    #[schema(value_type = String, format = Date)]
    from: String,
    #[schema(value_type = String, format = Date)]
    to: String,
    days: u32,
    totals: Totals,
    /// Day by day, the oldest first
    #[schema(value_type = Vec<Object>)]
    daily: Vec<serde_json::Value>,
    /// What wasn't answered, or was disliked: the most frequent first
    clusters: Vec<Cluster>,
    /// The same of topics that are none of ours
    outside: Vec<Cluster>,
}

/// The figures of all days together
#[derive(ToSchema)]
pub(super) struct Totals {
    turns: u64,
    conversations: u64,
    people: u64,
    with_human: u64,
    questions: u64,
    answered: u64,
    #[schema(required = true, minimum = 0, maximum = 1)]
    answered_share: Option<f64>,
    kinds: std::collections::BTreeMap<String, u64>,
    intents: std::collections::BTreeMap<String, u64>,
    likes: u64,
    dislikes: u64,
    #[schema(required = true)]
    median_us: Option<u64>,
    #[schema(required = true)]
    p99_us: Option<u64>,
}

/// Questions in similar words
#[derive(ToSchema)]
pub(super) struct Cluster {
    times: u64,
    people: u64,
    unanswered: u64,
    disliked: u64,
    #[schema(value_type = Vec<Object>)]
    examples: Vec<serde_json::Value>,
    /// A file for the knowledge base, to be filled in
    stub: String,
}

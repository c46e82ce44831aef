//! The form of a transcript: YAML whose values are written as JSON, which YAML reads as they are.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::moment::Moment;
use crate::domain::reply::Reply;

/// One conversation.
pub(super) struct Case {
    pub name: String,
    pub steps: Vec<Step>,
}

/// What was said, and the reply to expect.
pub(super) struct Step {
    pub user: String,
    pub reply: Reply,
}

/// The whole file.
pub(super) fn transcript(
    now: Timestamp,
    records: Option<&str>,
    speaker: Option<&(String, String)>,
    cases: &[Case],
) -> String {
    let mut out = format!("now: {}\n", Moment::of(now));
    if let Some(records) = records {
        let _ = writeln!(out, "records: {}", quoted(records));
    }
    out.push_str("test_cases:\n");
    for case in cases {
        let _ = writeln!(out, "  - test_case: {}", quoted(&case.name));
        if let Some((channel, user)) = speaker {
            let _ = writeln!(out, "    as: {}", quoted(&format!("{channel}:{user}")));
        }
        out.push_str("    steps:\n");
        for step in &case.steps {
            let _ = writeln!(out, "      - user: {}", quoted(&step.user));
            out.push_str("        bot:\n");
            for (name, value) in expectation(&step.reply) {
                let _ = writeln!(out, "          {name}: {value}");
            }
        }
    }
    out
}

/// What matters in a reply: not its words, which may be put better one day.
fn expectation(reply: &Reply) -> Vec<(&'static str, Value)> {
    let mut fields = vec![("kind", json!(reply.kind))];
    if let Some(intent) = &reply.intent {
        fields.push(("intent", json!(intent)));
    }
    if let Some(outcome) = &reply.outcome {
        fields.push(("outcome", outcome.clone()));
    }
    if let Some(citation) = reply.citations.first() {
        fields.push(("cites", json!([citation.heading])));
    }
    fields
}

/// A text as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

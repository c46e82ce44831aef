//! What the assistant answers, as every channel carries it. The field names are the contract's.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One answer, complete in itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Names the turn that is kept of it; none where nothing is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub kind: Kind,
    /// Markdown, in the language and script of the question.
    pub text: String,
    /// Up to three: the section answered from, then the next likely ones.
    pub citations: Vec<Citation>,
    pub intent: Option<String>,
    /// 0 to 1, calibrated: answers at 0.9 are right nine times in ten.
    pub confidence: f64,
    pub slots: Map<String, Value>,
    /// The machine-readable result of an action.
    pub outcome: Option<Value>,
    /// What the user may want to say next.
    pub suggestions: Vec<String>,
    /// Microseconds from question to answer.
    pub elapsed_us: u64,
}

/// What sort of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// From the knowledge base, with at least one citation.
    Answer,
    /// From rules and records; `outcome` is set.
    Action,
    /// A question back.
    Clarify,
    /// Outside what the assistant knows.
    NoAnswer,
    /// A human takes over.
    Handoff,
    /// Greeting, thanks, goodbye, help.
    Chitchat,
    Error,
}

impl Kind {
    /// The kind as it is written in replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Action => "action",
            Self::Clarify => "clarify",
            Self::NoAnswer => "no_answer",
            Self::Handoff => "handoff",
            Self::Chitchat => "chitchat",
            Self::Error => "error",
        }
    }
}

/// Where an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The path in the knowledge base.
    pub doc: String,
    pub heading: String,
    pub anchor: Option<String>,
    pub as_of: Option<Date>,
}

impl Reply {
    /// An empty reply of a kind, to be filled in.
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            id: None,
            kind,
            text: text.into(),
            citations: Vec::new(),
            intent: None,
            confidence: 0.0,
            slots: Map::new(),
            outcome: None,
            suggestions: Vec::new(),
            elapsed_us: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_is_written_as_in_replies() {
        for name in ["answer", "action", "clarify", "no_answer", "handoff", "chitchat", "error"] {
            let kind: Kind = serde_json::from_value(json!(name)).unwrap();
            assert_eq!(kind.as_str(), name);
        }
    }
}

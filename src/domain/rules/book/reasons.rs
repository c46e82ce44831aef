//! Reasons for a rejection and prompts of an import, with their wording and how to recognise them.

use serde::Deserialize;

use super::sourced;
use crate::records::RejectionReason;

sourced! {
    /// rejections.toml
    pub struct Rejections {
        pub reason: Vec<Reason>,
    }
}

sourced! {
    pub struct Reason {
        pub code: RejectionReason,
        pub at: At,
        /// What stands on the screen, word for word.
        pub notices: Vec<String>,
        /// Other wordings: parts in order, separated by spaces, `|` between alternatives.
        pub near: Vec<String>,
        pub zh: Explanation,
        pub en: Explanation,
    }
}

/// When a reason comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    Filing,
    AccessFiling,
    SpecialCheck,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    pub title: String,
    pub cause: String,
    /// Steps.
    pub mend: Vec<String>,
}

impl Rejections {
    pub fn get(&self, code: RejectionReason) -> Option<&Reason> {
        self.reason.iter().find(|reason| reason.code == code)
    }
}

sourced! {
    /// import_prompts.toml
    pub struct ImportPrompts {
        pub prompt: Vec<ImportPrompt>,
    }
}

sourced! {
    pub struct ImportPrompt {
        pub key: String,
        pub notices: Vec<String>,
        pub near: Vec<String>,
        pub zh: Meaning,
        pub en: Meaning,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    pub meaning: String,
    pub mend: Vec<String>,
}

impl ImportPrompts {
    pub fn get(&self, key: &str) -> Option<&ImportPrompt> {
        self.prompt.iter().find(|prompt| prompt.key == key)
    }
}

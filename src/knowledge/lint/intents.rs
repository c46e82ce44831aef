//! Intents and the sections they fall back on when there is no record to answer from.

use std::collections::HashSet;

use super::{Code, Document, Findings, Severity};

/// An intent and the anchor of the section that answers its question in general.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentKnowledge {
    pub intent: String,
    /// None: the intent names no section.
    pub anchor: Option<String>,
    /// Where the intent is defined, for the finding.
    pub file: String,
    pub line: usize,
}

pub(super) fn check(documents: &[Document], intents: &[IntentKnowledge], findings: &mut Findings) {
    let anchors: HashSet<&str> = documents
        .iter()
        .flat_map(|document| &document.parsed.blocks)
        .filter_map(|block| block.anchor.as_deref())
        .collect();
    for IntentKnowledge { intent, anchor, file, line } in intents {
        let message = match anchor.as_deref() {
            Some(anchor) if anchors.contains(anchor) => continue,
            Some(anchor) => format!("the intent {intent} falls back on #{anchor}, which no section has"),
            None => format!("the intent {intent} has no section to fall back on"),
        };
        findings.add(
            Severity::Error,
            Code::IntentWithoutKnowledge,
            file,
            *line,
            message,
            "name the anchor of the section that answers it in general",
        );
    }
}

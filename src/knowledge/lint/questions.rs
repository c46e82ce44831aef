//! Sections that get in each other's way: the same question twice, nearly the same text twice.

use std::collections::HashMap;

use super::super::documents::{near_pairs, normalised, plain_text};
use super::super::{Language, documents};
use super::{Code, Document, Findings, Severity};

pub(super) fn check(documents: &[Document], findings: &mut Findings) {
    same_question(documents, findings);
    near_duplicates(documents, findings);
}

/// One question leads to one section: its heading and its other ways to ask are nobody else's.
fn same_question(documents: &[Document], findings: &mut Findings) {
    let mut claimed: HashMap<(bool, String), (usize, usize, usize)> = HashMap::new();
    for (number, document) in documents.iter().enumerate() {
        let english = document.parsed.language == Language::English;
        for (index, block) in document.parsed.blocks.iter().enumerate() {
            let heading = findings.ours.then_some((block.line, block.heading.as_str()));
            let asks = block.asks.iter().map(|ask: &documents::Ask| (ask.line, ask.text.as_str()));
            for (line, question) in heading.into_iter().chain(asks) {
                let key = (english, normalised(question));
                if key.1.is_empty() {
                    continue;
                }
                let Some((first, first_index, first_line)) = claimed.get(&key) else {
                    claimed.insert(key, (number, index, line));
                    continue;
                };
                let place = format!("{}:{first_line}", documents[*first].doc);
                let (message, mend) = if (*first, *first_index) == (number, index) {
                    (format!("“{question}” is in this section's list already ({place})"), "keep one of them")
                } else {
                    (
                        format!("“{question}” also leads to the section at {place}"),
                        "keep it where its answer stands",
                    )
                };
                findings.add(findings.ours(), Code::SameQuestion, &document.doc, line, message, mend);
            }
        }
    }
}

fn near_duplicates(documents: &[Document], findings: &mut Findings) {
    let mut texts = Vec::new();
    let mut places = Vec::new();
    for document in documents {
        for block in document.parsed.blocks.iter().filter(|block| !block.body.is_empty()) {
            texts.push(plain_text(&block.body));
            places.push((&document.doc, block.line, &block.heading));
        }
    }
    for (first, second) in near_pairs(&texts) {
        let (file, line, heading) = places[first];
        let (doc, here, _) = places[second];
        let message = format!("the text is nearly that of “{heading}” at {file}:{line}");
        findings.add(
            Severity::Warning,
            Code::NearDuplicate,
            doc,
            here,
            message,
            "say it once, and link to it",
        );
    }
}

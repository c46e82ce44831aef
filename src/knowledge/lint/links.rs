//! Anchors and the links to them, and the two languages of a section, which share its anchor.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::Language;
use super::super::documents::Block;
use super::{Code, Document, Findings, Severity};

pub(super) fn check(documents: &[Document], findings: &mut Findings) {
    duplicates(documents, findings);
    dead(documents, findings);
    if findings.ours {
        pairs(documents, findings);
    }
}

fn anchored(document: &Document) -> impl Iterator<Item = (&str, &Block)> {
    document.parsed.blocks.iter().filter_map(|block| Some((block.anchor.as_deref()?, block)))
}

/// An anchor is unique over all documents of a language; in foreign documents over its own.
fn duplicates(documents: &[Document], findings: &mut Findings) {
    let mut seen: HashMap<(Option<&str>, bool, &str), (&str, usize)> = HashMap::new();
    for document in documents {
        let own = (!findings.ours).then_some(document.doc.as_str());
        let english = document.parsed.language == Language::English;
        for (anchor, block) in anchored(document) {
            if let Some((file, line)) = seen.get(&(own, english, anchor)) {
                let message = format!("the anchor #{anchor} stands at {file}:{line} already");
                findings.add(
                    findings.ours(),
                    Code::DuplicateAnchor,
                    &document.doc,
                    block.line,
                    message,
                    "give this section another one",
                );
            } else {
                seen.insert((own, english, anchor), (&document.doc, block.line));
            }
        }
    }
}

fn dead(documents: &[Document], findings: &mut Findings) {
    let mut anchors: HashMap<&str, HashSet<String>> = HashMap::new();
    for document in documents {
        let mut own: HashSet<String> = anchored(document).map(|(anchor, _)| anchor.to_owned()).collect();
        if !findings.ours {
            // what a page of the web makes of a heading
            own.extend(document.parsed.blocks.iter().map(|block| slug(&block.heading)));
        }
        anchors.insert(&document.doc, own);
    }
    for document in documents {
        for link in &document.parsed.links {
            let Some((path, anchor)) = internal(&link.target) else { continue };
            let target = if path.is_empty() { document.doc.clone() } else { resolve(&document.doc, &path) };
            let Some(known) = anchors.get(target.as_str()) else {
                let message = format!("the link to {path} leads to no document");
                findings.add(
                    findings.ours(),
                    Code::DeadLink,
                    &document.doc,
                    link.line,
                    message,
                    "link to a file of the knowledge base, or take the link out",
                );
                continue;
            };
            if let Some(anchor) = anchor.filter(|anchor| !known.contains(anchor)) {
                let message = format!("no section of {target} has the anchor #{anchor}");
                findings.add(
                    findings.ours(),
                    Code::DeadAnchor,
                    &document.doc,
                    link.line,
                    message,
                    "link to an anchor that is there",
                );
            }
        }
    }
}

/// The path and anchor of a link inside the knowledge base; None for other addresses.
fn internal(target: &str) -> Option<(String, Option<String>)> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let scheme = path
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+'));
    if scheme || path.starts_with('/') || path.starts_with("id:") {
        return None;
    }
    Some((unescape(path), anchor.filter(|anchor| !anchor.is_empty()).map(unescape)))
}

/// `%E5%9F%9F` to the characters it stands for.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped =
            (*first == b'%').then(|| after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok())).flatten();
        if let Some(byte) = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A path as seen from a document.
fn resolve(doc: &str, path: &str) -> String {
    let mut parts: Vec<&str> = doc.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn slug(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// Every section is there in both languages, if the knowledge base has both.
fn pairs(documents: &[Document], findings: &mut Findings) {
    let mut places: [BTreeMap<&str, (&str, usize)>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for document in documents {
        let side = usize::from(document.parsed.language == Language::English);
        for (anchor, block) in anchored(document) {
            places[side].entry(anchor).or_insert((&document.doc, block.line));
        }
    }
    if places.iter().any(BTreeMap::is_empty) {
        return;
    }
    for (side, other) in [(0, "English"), (1, "Chinese")] {
        for (anchor, (file, line)) in &places[side] {
            if !places[1 - side].contains_key(anchor) {
                let message = format!("the section #{anchor} is missing in {other}");
                findings.add(
                    Severity::Error,
                    Code::OneLanguageOnly,
                    file,
                    *line,
                    message,
                    "write it under the same anchor",
                );
            }
        }
    }
}

//! What each document and section must have by itself: front matter, a body, other ways to ask, closed comments, known
//! placeholders.

use super::super::documents::{DocumentKind, FrontMatter, Remark};
use super::{Code, Document, Findings, Severity};

pub(super) fn check(documents: &[Document], findings: &mut Findings) {
    for document in documents {
        front_matter(document, findings);
        remarks(document, findings);
        sections(document, findings);
    }
}

fn front_matter(document: &Document, findings: &mut Findings) {
    let keys = "begin the file with `---`, title, as_of, language and sources, and `---`";
    match &document.parsed.front_matter {
        FrontMatter::Invalid { line, message, .. } => {
            let message = format!("the front matter is not as it should be: {message}");
            findings.add(
                Severity::Error,
                Code::InvalidFrontMatter,
                &document.doc,
                *line,
                message,
                "give it title, as_of (a day), language (zh or en) and sources, nothing else",
            );
        }
        FrontMatter::Foreign { .. } if findings.ours => {
            let message = "the front matter lacks as_of and sources".to_owned();
            findings.add(Severity::Error, Code::InvalidFrontMatter, &document.doc, 1, message, keys);
        }
        FrontMatter::Absent if document.parsed.kind == DocumentKind::Markdown => {
            let severity = findings.ours();
            findings.add(
                severity,
                Code::MissingFrontMatter,
                &document.doc,
                1,
                "the document has no front matter".to_owned(),
                keys,
            );
        }
        FrontMatter::Ours { .. } | FrontMatter::Foreign { .. } | FrontMatter::Absent => {}
    }
}

fn remarks(document: &Document, findings: &mut Findings) {
    for remark in &document.parsed.remarks {
        match remark {
            Remark::UnclosedComment { line } => {
                let message = "a comment is opened and never closed: the other ways to ask in it are taken up to the next empty line".to_owned();
                findings.add(
                    Severity::Error,
                    Code::UnclosedComment,
                    &document.doc,
                    *line,
                    message,
                    "close it with `-->`",
                );
            }
            Remark::UnknownPlaceholder { line, name } => {
                let message = format!("nothing is known by the name {{{{{name}}}}}");
                findings.add(
                    findings.ours(),
                    Code::UnknownPlaceholder,
                    &document.doc,
                    *line,
                    message,
                    "use a name of rules/provider.toml",
                );
            }
            Remark::BadDay { line, value } => {
                let message = format!("as_of={value} is no day");
                findings.add(
                    Severity::Error,
                    Code::InvalidDay,
                    &document.doc,
                    *line,
                    message,
                    "write it as 2019-08-20",
                );
            }
        }
    }
}

fn sections(document: &Document, findings: &mut Findings) {
    let mut without_asks = Vec::new();
    for (index, block) in document.parsed.blocks.iter().enumerate().filter(|(_, block)| block.level > 0) {
        if block.body.trim().is_empty() {
            if !document.has_children(index) {
                let message = format!("nothing stands under “{}”", block.heading);
                findings.add(
                    findings.ours(),
                    Code::EmptySection,
                    &document.doc,
                    block.line,
                    message,
                    "write its answer or take the heading out",
                );
            }
            continue;
        }
        if block.asks.is_empty() {
            without_asks.push((block.line, &block.heading));
        }
        if findings.ours && block.anchor.is_none() {
            let message = format!("“{}” has no anchor", block.heading);
            findings.add(
                Severity::Error,
                Code::MissingAnchor,
                &document.doc,
                block.line,
                message,
                "put {#anchor} behind the heading",
            );
        }
    }
    let mend = "list ten to twenty in <!-- ask … --> below the heading, one a line";
    if findings.ours {
        for (line, heading) in without_asks {
            let message = format!("“{heading}” has no other ways to ask");
            findings.add(Severity::Error, Code::NoAsks, &document.doc, line, message, mend);
        }
    } else if let Some((line, _)) = without_asks.first() {
        let message = format!("{} sections have no other ways to ask", without_asks.len());
        findings.add(Severity::Warning, Code::NoAsks, &document.doc, *line, message, mend);
    }
}

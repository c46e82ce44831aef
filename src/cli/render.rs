//! A reply on a terminal: the text, where it comes from, what one may say next.

use std::fmt::Write as _;

use crate::domain::reply::Reply;

/// The reply as lines for a person.
pub(super) fn plain(reply: &Reply) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", reply.text.trim_end());
    if let Some(citation) = reply.citations.first() {
        let day = citation.as_of.map_or_else(String::new, |day| format!(" · {day}"));
        let _ = writeln!(out, "\n[{} · {}{day}]", citation.heading, citation.doc);
    }
    for suggestion in &reply.suggestions {
        let _ = writeln!(out, "  → {suggestion}");
    }
    out
}

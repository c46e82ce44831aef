//! One reply against one question.

use fancy_regex::Regex;

use super::set::{Expected, Question, Source};
use crate::assistant::SURE;
use crate::domain::reply::{Citation, Kind, Reply};
use crate::understand::normalise::fold;
use crate::understand::script::simplify;

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// As it should be: the fact is in the text, an uncovered question is declined, the kind is the one expected.
    Right,
    /// Answered, and not with what was asked for; or a reply of another kind than expected.
    Wrong,
    /// Covered, and not answered.
    Refused,
    /// Asked back without saying the fact: neither an answer nor a refusal.
    AskedBack,
    /// Answered, and only a source is known: whether the fact is there nobody says.
    Shown,
}

/// The judgement on one reply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub fate: Fate,
    pub answered: bool,
    /// Answered wrongly as if there were no doubt.
    pub confidently_wrong: bool,
    /// The place of the first citation that is one of the sources, from 1.
    pub rank: Option<usize>,
    /// Whether a citation and a source are of the same documents at all; on another knowledge base they are not.
    pub comparable: bool,
}

/// Judges a reply.
pub fn judge(question: &Question, reply: &Reply) -> Judged {
    let answered = matches!(reply.kind, Kind::Answer | Kind::Action);
    let fate = match question.expected {
        Expected::Kind(kind) => {
            let right = reply.kind == kind && holds_the_fact(question, &reply.text);
            if right { Fate::Right } else { Fate::Wrong }
        }
        Expected::Refusal if answered => Fate::Wrong,
        Expected::Refusal if reply.kind == Kind::Clarify => Fate::AskedBack,
        Expected::Refusal => Fate::Right,
        Expected::Answer => match reply.kind {
            Kind::NoAnswer | Kind::Handoff | Kind::Chitchat | Kind::Error => Fate::Refused,
            Kind::Answer | Kind::Action if !question.has_fact() => Fate::Shown,
            Kind::Answer | Kind::Action if holds_the_fact(question, &reply.text) => Fate::Right,
            Kind::Answer | Kind::Action => Fate::Wrong,
            Kind::Clarify if question.has_fact() && holds_the_fact(question, &reply.text) => Fate::Right,
            Kind::Clarify => Fate::AskedBack,
        },
    };
    let found = |citation: &Citation| question.sources.iter().any(|source| is_source(citation, source));
    Judged {
        fate,
        answered,
        confidently_wrong: answered && fate == Fate::Wrong && reply.confidence >= SURE,
        rank: reply.citations.iter().take(3).position(found).map(|place| place + 1),
        comparable: reply.citations.iter().any(|citation| {
            question.sources.iter().any(|source| match &source.doc {
                Some(doc) => is_document(&citation.doc, doc),
                None => same_heading(&citation.heading, &source.heading),
            })
        }),
    }
}

/// Patterns are written in simplified characters; a reply in traditional ones says the same.
fn holds_the_fact(question: &Question, text: &str) -> bool {
    let simplified = simplify(text);
    let matches = |pattern: &Regex| {
        [text, &simplified].into_iter().any(|text| {
            pattern.is_match(text).unwrap_or_else(|error| {
                tracing::warn!(line = question.line, %error, "a pattern gave up; it counts as not matching");
                false
            })
        })
    };
    question.must.iter().all(matches)
        && (question.any.is_empty() || question.any.iter().any(matches))
        && !question.must_not.iter().any(matches)
}

fn is_source(citation: &Citation, source: &Source) -> bool {
    same_heading(&citation.heading, &source.heading)
        && source.doc.as_ref().is_none_or(|doc| is_document(&citation.doc, doc))
}

/// Headings are the same whatever their number, width, case and punctuation.
fn same_heading(one: &str, other: &str) -> bool {
    fn letters(heading: &str) -> String {
        let folded = fold(heading);
        let bare = folded.trim_start_matches(|c: char| c.is_ascii_digit() || !c.is_alphanumeric());
        let kept = if bare.is_empty() { folded.as_str() } else { bare };
        kept.chars().filter(|c| c.is_alphanumeric()).collect()
    }
    letters(one) == letters(other)
}

/// Whether a path is the document of a name: the path, the file's name, its stem, or the stem up to a mark (`003` is
/// `003_general.txt`).
fn is_document(path: &str, name: &str) -> bool {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    path == name
        || file == name
        || stem
            .strip_prefix(name)
            .is_some_and(|rest| !name.is_empty() && !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

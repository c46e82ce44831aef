//! A message with two questions: whether both answers are worth giving, and the one reply that holds them.

use super::context::Context;
use super::knowledge_answer::SURE;
use super::turn::Turn;
use crate::domain::reply::{Citation, Kind, Reply};
use crate::phrases::{Voice, talk};
use crate::store::StoreError;
use crate::understand::{Entities, Normalised};

/// An action's confidence rises more slowly than a section's: this is a score clearly above what it takes to act.
const SURE_ACTION: f64 = 0.76;
/// A second question of so few characters may live on words of the first.
const SHORT: usize = 10;
const MOST_CITATIONS: usize = 3;
const MOST_SUGGESTIONS: usize = 4;

/// Whether an answer is so sure that it may be given to half a message.
pub fn stands(reply: &Reply) -> bool {
    match reply.kind {
        Kind::Answer => reply.confidence >= SURE,
        Kind::Action => {
            reply.confidence >= SURE_ACTION
                && reply.outcome.as_ref().is_some_and(|o| o.get("error").is_none())
        }
        Kind::Clarify | Kind::NoAnswer | Kind::Handoff | Kind::Chitchat | Kind::Error => false,
    }
}

/// The second question as it may be meant: as it stands; about what the first one names; or, when it is short, with the words
/// of the first behind it.
pub fn readings(second: &str, first: &Normalised, named: &Entities) -> Vec<String> {
    let mut readings = vec![second.to_owned()];
    let subjects: Vec<&str> =
        named.orders.iter().chain(&named.instances).chain(&named.domains).map(String::as_str).collect();
    if !subjects.is_empty() {
        readings.push(format!("{second} {}", subjects.join(" ")));
    }
    if second.chars().filter(|c| c.is_alphanumeric()).count() <= SHORT {
        readings.push(format!("{second} {}", first.original));
    }
    readings
}

/// Both answers as one reply; `None` unless both stand, they differ, and nothing is lost of what the whole message would get.
pub fn join(voice: Voice, whole: &Reply, first: &Reply, second: &Reply) -> Option<Reply> {
    if !(stands(first) && stands(second)) || same(first, second) {
        return None;
    }
    // A long story about one thing is surer as a whole than cut up, and about something else than its halves.
    let kept = same(whole, first) || same(whole, second);
    if !kept && whole.confidence >= first.confidence.min(second.confidence) && stands(whole) {
        return None;
    }
    let acted = [first, second].into_iter().find(|reply| reply.kind == Kind::Action);
    let lead = acted.unwrap_or(first);
    let mut both = lead.clone();
    both.text = format!("{}\n\n{}\n\n{}", first.text, talk::second_question(voice), second.text);
    both.intent = lead.intent.clone().or_else(|| second.intent.clone());
    both.confidence = first.confidence.min(second.confidence);
    both.citations = alternately(&first.citations, &second.citations, MOST_CITATIONS);
    both.suggestions = alternately(&first.suggestions, &second.suggestions, MOST_SUGGESTIONS);
    Some(both)
}

/// Whether two replies say the same: the same verdict, or a section that stands among what the other found.
fn same(one: &Reply, other: &Reply) -> bool {
    let section = |citation: &Citation| (citation.doc.clone(), citation.heading.clone());
    let found = |first: &Reply, by: &Reply| {
        first
            .citations
            .first()
            .is_some_and(|best| by.citations.iter().any(|cited| section(cited) == section(best)))
    };
    match (one.kind, other.kind) {
        _ if one.text == other.text => true,
        (Kind::Action, Kind::Action) => one.intent == other.intent && one.slots == other.slots,
        (Kind::Answer, Kind::Answer) => found(one, other) || found(other, one),
        _ => false,
    }
}

/// One of each in turn, each once.
fn alternately<T: Clone + PartialEq>(first: &[T], second: &[T], most: usize) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    for place in 0..first.len().max(second.len()) {
        for item in [first.get(place), second.get(place)].into_iter().flatten() {
            if all.len() < most && !all.contains(item) {
                all.push(item.clone());
            }
        }
    }
    all
}

impl Turn<'_> {
    /// Both answers of a message with two questions, where each stands by itself and they mean different things.
    pub(super) fn two(
        &mut self,
        text: &Normalised,
        [first, second]: [String; 2],
        whole: &Reply,
        before: Context,
    ) -> Result<Option<(Reply, Context)>, StoreError> {
        let case = self.case.take();
        let (read, small, meant) = (self.read.clone(), self.small.clone(), self.meant.clone());
        let (mut context, first) = (before, Normalised { script: text.script, ..Normalised::of(&first) });
        let first_reply = self.one(&first, &mut context)?;
        if stands(&first_reply) {
            let named = self.assistant.mind.recogniser.recognise(&first.folded, &first.original);
            for second in readings(&second, &first, &named) {
                let mut after = context.clone();
                let second = Normalised { script: text.script, ..Normalised::of(&second) };
                let second_reply = self.one(&second, &mut after)?;
                if let Some(both) = join(self.voice, whole, &first_reply, &second_reply) {
                    return Ok(Some((both, after)));
                }
            }
        }
        self.case = case;
        (self.read, self.small, self.meant) = (read, small, meant);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(heading: &str, confidence: f64) -> Reply {
        let citation = |heading: &str| Citation {
            doc: "a.md".into(),
            heading: heading.into(),
            anchor: None,
            as_of: None,
        };
        Reply {
            confidence,
            citations: vec![citation(heading), citation(&format!("next to {heading}"))],
            suggestions: vec![format!("more of {heading}")],
            ..Reply::new(Kind::Answer, format!("about {heading}"))
        }
    }

    fn action(intent: &str) -> Reply {
        Reply {
            intent: Some(intent.into()),
            outcome: Some(serde_json::json!({"left": 1})),
            ..Reply { kind: Kind::Action, ..answer(intent, 0.9) }
        }
    }

    #[test]
    fn both_answers_come_in_one_reply() {
        let (first, second) = (answer("a", 0.95), answer("b", 0.9));
        let both = join(Voice::English, &first, &first, &second).unwrap();
        assert!(both.text.starts_with("about a") && both.text.ends_with("about b"), "{}", both.text);
        let headings: Vec<&str> = both.citations.iter().map(|citation| citation.heading.as_str()).collect();
        assert_eq!(headings, ["a", "b", "next to a"]);
        assert!((both.confidence - 0.9).abs() < f64::EPSILON);
        let both = join(Voice::English, &first, &first, &action("order_status")).unwrap();
        assert_eq!((both.kind, both.intent.as_deref()), (Kind::Action, Some("order_status")));
        assert!(both.outcome.is_some());
    }

    #[test]
    fn one_answer_stays_one() {
        let (first, second) = (answer("a", 0.95), answer("b", 0.9));
        assert!(join(Voice::English, &first, &first, &answer("a", 0.9)).is_none(), "the same section twice");
        assert!(join(Voice::English, &first, &first, &answer("b", 0.7)).is_none(), "the second is unsure");
        assert!(
            join(Voice::English, &answer("c", 0.97), &first, &second).is_none(),
            "the whole means something else"
        );
        assert!(join(Voice::English, &answer("c", 0.7), &first, &second).is_some(), "the whole is muddled");
        let mut missing = action("order_status");
        missing.outcome = Some(serde_json::json!({"error": "not_found"}));
        assert!(
            join(Voice::English, &first, &first, &missing).is_none(),
            "a record that isn't theirs is said alone"
        );
    }
}

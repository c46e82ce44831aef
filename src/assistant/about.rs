//! Answers to questions about the last reply: why, how, how long, how much, more, in another language.
//!
//! They come from the knowledge base, looked for with what the last reply was about and not with three words alone. What an
//! action tells itself is asked of the action instead ([`super::actions::Action::tells`]).

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::actions;
use super::context::Context;
use super::facet::Facet;
use super::follow_up::FollowUp;
use super::knowledge_answer::{self, Band, cite};
use super::meaning::Reading;
use super::turn::{Turn, round};
use crate::domain::reply::{Citation, Kind, Reply};
use crate::knowledge::Section;
use crate::phrases::talk;
use crate::understand::Normalised;

/// A section, how likely it is the answer, and the next ones.
type Found = (Arc<Section>, f64, Vec<Citation>);

/// How much nearer a section counts that stands in a document of the last reply.
const SAME_DOCUMENT: f32 = 0.35;
/// And how much nearer one that the last reply cites itself, where its result is asked about, or one of steps or times where those are.
const FITTING: f32 = 0.5;

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[0-9一二两三几]+ ?(个)?(工作日|自然日|天|日内|小时|分钟|个?月|周)|当天|(?i:[0-9]+ (working )?(days?|hours?|minutes?|months?|weeks?))").ok()
});
static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[0-9]+ ?元|免费|收费|费用|(?i:\byuan\b|\bfree\b|\bfees?\b|\bcosts?\b)").ok()
});

impl Turn<'_> {
    /// The answer to a message that is about the last reply, or would be if there were one.
    pub(super) fn about_the_last(
        &mut self,
        facet: Option<Facet>,
        text: &Normalised,
        context: &mut Context,
    ) -> Option<Reply> {
        if let Some(facet) = facet {
            self.note(|receipt| receipt.step("about"));
            return Some(self.about(facet, text, context));
        }
        if self.read != Some(FollowUp::Subjectless) {
            return None;
        }
        self.note(|receipt| receipt.step("subjectless"));
        let mut reply = Reply::new(Kind::Clarify, talk::about_what(self.voice));
        reply.suggestions = talk::examples(self.voice);
        Some(reply)
    }

    /// Answers a question about the last reply.
    fn about(&mut self, facet: Facet, text: &Normalised, context: &mut Context) -> Reply {
        let found = match facet {
            Facet::In(_) => return self.translated(context),
            Facet::Detail if context.intent.is_some() => self.own_section(context),
            Facet::Detail | Facet::More => self.next(context),
            Facet::Why | Facet::How | Facet::HowLong | Facet::HowMuch => self.look(facet, text, context),
        };
        if let Some(found) = found {
            return told(found);
        }
        let mut reply = Reply::new(Kind::NoAnswer, talk::nothing_more(self.voice));
        reply.confidence = 0.7;
        reply.suggestions = vec![talk::to_a_person(self.voice).to_owned()];
        reply
    }

    /// The last section in the language of this turn.
    fn translated(&self, context: &Context) -> Reply {
        let anchor = context.shown.last().and_then(|shown| shown.anchor.as_deref());
        let section = anchor.and_then(|anchor| self.assistant.mind.anchored(anchor, self.language()));
        match section.filter(|section| section.language == self.language()) {
            Some(section) => {
                let mut reply = Reply::new(Kind::Answer, section.body.clone());
                reply.citations.push(cite(&section));
                reply.confidence = 0.95;
                reply
            }
            None => Reply {
                suggestions: vec![talk::to_a_person(self.voice).to_owned()],
                ..Reply::new(Kind::NoAnswer, talk::no_translation(self.voice))
            },
        }
    }

    /// The section that explains the rule of the last action.
    fn own_section(&self, context: &Context) -> Option<Found> {
        let action = actions::find(context.intent.as_deref()?)?;
        let section = self.assistant.mind.anchored(action.anchor(), self.language());
        let unseen = section.filter(|section| !is_among(section, &context.shown));
        unseen.map(|section| (section, 0.9, Vec::new())).or_else(|| self.next(context))
    }

    /// The next section on the last question.
    fn next(&self, context: &Context) -> Option<Found> {
        let question = context.subject.as_ref().or(context.said.as_ref())?;
        let reading = self.reading_of(question);
        let near = |section: &Section| is_of_a_document(section, context);
        let unseen: Vec<&Arc<Section>> = reading
            .sections
            .iter()
            .map(|found| &found.hit.section)
            .filter(|section| near(section) && !is_among(section, &context.shown))
            .collect();
        let first = unseen.first()?;
        Some(((*first).clone(), 0.75, unseen.iter().skip(1).map(|section| cite(section)).collect()))
    }

    /// The section that answers the question on what was said.
    pub(super) fn look(&mut self, facet: Facet, text: &Normalised, context: &Context) -> Option<Found> {
        // How to do a thing is asked of the thing, how to mend a refusal of its reasons.
        let thing = context
            .said
            .as_ref()
            .filter(|_| facet == Facet::How && context.shown.is_empty() && !context.refused);
        let subject = thing.or(context.subject.as_ref()).or(context.said.as_ref())?;
        let question = format!("{subject} {}", text.folded);
        self.note(|receipt| receipt.looked_for = Some(question.clone()));
        let reading = self.reading_of(&question);
        let judged = knowledge_answer::judge(&reading);
        self.note(|receipt| receipt.reading(&reading));
        let speaks = |section: &Section| match facet {
            Facet::HowLong => TIME.as_ref().is_none_or(|time| time.is_match(&section.plain)),
            Facet::HowMuch => MONEY.as_ref().is_none_or(|money| money.is_match(&section.plain)),
            _ => true,
        };
        // After a verdict both count: what it says (按量付费) and what was asked (取消接入). A time is one of what was asked.
        let both = facet == Facet::HowLong || context.shown.is_empty() && thing.is_none();
        let asked = context.said.as_ref().filter(|_| both);
        let asked = asked
            .map(|said| self.reading_of(&format!("{said} {}", text.folded)).sections)
            .unwrap_or_default();
        let mut fitting: Vec<(f32, &Arc<Section>)> = Vec::new();
        for found in reading.sections.iter().chain(&asked) {
            let section = &found.hit.section;
            // The rule's own section says what the verdict said; the way to do it is elsewhere.
            let said_already =
                facet == Facet::How && is_among(section, context.cited.get(..1).unwrap_or_default());
            if !speaks(section) || is_among(section, &context.shown) || said_already {
                continue;
            }
            if let Some((score, _)) = fitting.iter_mut().find(|(_, known)| Arc::ptr_eq(known, section)) {
                *score += found.score;
                continue;
            }
            let near = if is_of_a_document(section, context) { SAME_DOCUMENT } else { 0.0 };
            let cited = facet != Facet::How && is_among(section, &context.cited);
            let fits = match facet {
                Facet::How if tells_steps(&section.heading) => FITTING,
                Facet::HowLong if tells_time(&section.heading) => 2.0 * FITTING,
                _ if cited => FITTING,
                _ => 0.0,
            };
            fitting.push((found.score + near + fits, section));
        }
        fitting.sort_by(|a, b| b.0.total_cmp(&a.0));
        let first = fitting.first().map(|(_, section)| (*section).clone());
        let near = first.as_ref().is_some_and(|section| is_of_a_document(section, context));
        if near || (first.is_some() && judged.band != Band::No) {
            let others = fitting.iter().skip(1).map(|(_, section)| cite(section)).collect();
            return first.map(|section| (section, if near { 0.8 } else { judged.confidence }, others));
        }
        // Why and how are what the rule's own section is about; a time or a price isn't made up from it.
        matches!(facet, Facet::Why | Facet::How).then(|| self.own_section(context)).flatten()
    }

    fn reading_of(&self, question: &str) -> Reading {
        let mind = &self.assistant.mind;
        let question = Normalised::of(question);
        let entities = mind.recogniser.recognise(&question.folded, &question.original);
        mind.read(&question.folded, &entities, self.language())
    }
}

fn tells_steps(heading: &str) -> bool {
    const WORDS: &[&str] = &["怎么", "如何", "操作", "步骤", "流程", "How ", "how ", "Steps", "steps"];
    WORDS.iter().any(|word| heading.contains(word))
}

fn tells_time(heading: &str) -> bool {
    const WORDS: &[&str] = &["要多久", "审核多久", "多久审完", "多久能"];
    heading.starts_with("How long") || WORDS.iter().any(|word| heading.contains(word))
}

/// What was found, as a reply.
pub(super) fn told((section, confidence, others): Found) -> Reply {
    let mut reply = Reply::new(Kind::Answer, section.body.clone());
    reply.confidence = round(confidence);
    reply.citations.push(cite(&section));
    reply.citations.extend(others.into_iter().take(2));
    reply.suggestions = reply.citations.iter().skip(1).map(|other| other.heading.clone()).collect();
    reply
}

fn is_among(section: &Section, shown: &[Citation]) -> bool {
    shown.iter().any(|shown| shown.doc == section.place.doc && shown.heading == section.heading)
}

/// Whether a section stands in a document that the last reply cited.
fn is_of_a_document(section: &Section, context: &Context) -> bool {
    context.shown.iter().chain(&context.cited).any(|cited| cited.doc == section.place.doc)
}

/// What a reply is about in a few words, to look further with: its first sentences without what it names.
pub(super) fn gist(text: &str) -> String {
    const LONGEST: usize = 110;
    let mut gist = String::new();
    'all: for line in text.lines().filter(|line| !line.contains('✅')) {
        let plain: String =
            line.chars().filter(|c| !matches!(c, '*' | '#' | '`' | '|' | '“' | '”')).collect();
        for sentence in plain.split(['。', '；']).map(str::trim).filter(|sentence| !sentence.is_empty()) {
            gist.push_str(sentence);
            gist.push(' ');
            if gist.chars().count() >= LONGEST {
                break 'all;
            }
        }
    }
    let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut words: Vec<&str> = Vec::new();
    // Numbers, ids and domains say nothing of the subject.
    for piece in gist.split_inclusive(|c| !in_word(c)) {
        let word = piece.trim_end_matches(|c| !in_word(c));
        let named = word.contains(|c: char| c.is_ascii_digit()) || word.contains('.');
        words.push(if named { &piece[word.len()..] } else { piece });
    }
    words.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}

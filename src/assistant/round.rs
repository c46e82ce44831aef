//! Around a message: what is open before it (a question of ours), and what is remembered of it afterwards.

use serde_json::Value;

use super::about::{self, gist};
use super::asking::is_error;
use super::context::Context;
use super::facet::Facet;
use super::follow_up::FollowUp;
use super::form;
use super::turn::Turn;
use crate::domain::reply::{Citation, Kind, Reply};
use crate::knowledge::Section;
use crate::store::StoreError;
use crate::understand::Normalised;
use crate::understand::lexicon::Lexicon;

/// A message of more characters stands alone.
const DEPENDENT: usize = 14;

impl Turn<'_> {
    /// The whole round of a message.
    pub(super) fn round(&mut self, text: &Normalised, context: &mut Context) -> Result<Reply, StoreError> {
        let before = depends(text, context).then(|| context.clone());
        let mut reply = self.with_humans(text, context)?;
        if let Some((said, combined)) = before.and_then(|before| self.together(text, &reply, before)) {
            *context = said;
            reply = combined;
        }
        self.remember(&reply, context);
        Ok(reply)
    }

    /// A few words that find nothing alone, once more with the subject: 忘了怎么办 after 备案密码从哪里收到.
    fn together(
        &mut self,
        text: &Normalised,
        reply: &Reply,
        mut context: Context,
    ) -> Option<(Context, Reply)> {
        let outside = self.small.as_deref().is_some_and(|name| name == "evade" || name == "handoff");
        let alone = self.read == Some(FollowUp::New)
            && reply.kind == Kind::NoAnswer
            && !outside
            && form::asks(&text.folded);
        if !alone {
            return None;
        }
        let found = self.look(Facet::How, text, &context)?;
        if !is_spoken_of(&text.folded, &found.0) {
            return None;
        }
        let reply = about::told(found);
        let near =
            |first: &Citation| context.shown.iter().chain(&context.cited).any(|cited| cited.doc == first.doc);
        if reply.citations.first().is_none_or(|first| !near(first)) {
            return None;
        }
        self.note(|receipt| receipt.step("with_the_subject"));
        self.read = Some(FollowUp::About(Facet::How));
        self.small = None;
        context.pending = None;
        Some((context, reply))
    }

    /// Notes what the reply was about, for what is asked of it next.
    fn remember(&self, reply: &Reply, context: &mut Context) {
        match reply.kind {
            Kind::Action if !is_error(reply.outcome.as_ref()) => {
                context.said =
                    Some(self.meant.clone()).filter(|said| !said.is_empty()).or(context.said.take());
                context.subject = Some(gist(&reply.text));
                context.refused = reply.outcome.as_ref().is_some_and(is_no);
                context.shown.clear();
                context.cited.clone_from(&reply.citations);
            }
            Kind::Answer => {
                let first = reply.citations.first().cloned();
                if matches!(self.read, Some(FollowUp::About(_))) {
                    context.shown.extend(first);
                    return;
                }
                context.said = Some(self.meant.clone());
                context.subject = first.as_ref().map(|first| first.heading.clone());
                context.shown = first.into_iter().collect();
                context.cited.clone_from(&reply.citations);
                context.choice = None;
                if context.pending.is_none() {
                    context.slots.clear();
                }
            }
            Kind::Clarify if context.pending.as_ref().is_some_and(|pending| pending.misses == 0) => {
                context.said = Some(self.meant.clone());
                context.choice = None;
            }
            Kind::NoAnswer if self.read == Some(FollowUp::New) && self.small.is_none() => {
                context.leave_subject();
            }
            Kind::Action | Kind::Clarify | Kind::NoAnswer | Kind::Handoff | Kind::Chitchat | Kind::Error => {}
        }
    }
}

/// Whether a message has so few words that it may depend on what was said before, and something was.
fn depends(text: &Normalised, before: &Context) -> bool {
    let few = text.folded.chars().count() <= DEPENDENT && !text.folded.is_ascii();
    few && before.subject.is_some() && before.pending.is_none() && !before.shown.is_empty()
}

/// Whether a section speaks of what a few words name: 忘了 of a password, and not 红烧肉.
fn is_spoken_of(folded: &str, section: &Section) -> bool {
    const ASKING: &[&str] = &[
        "怎么办",
        "怎么",
        "什么",
        "多久",
        "多少",
        "如何",
        "咋",
        "办",
        "做",
        "弄",
        "吗",
        "呢",
        "了",
        "要",
        "还",
        "可以",
        "能",
    ];
    let mut words = Lexicon::get().without_filler(folded);
    for word in ASKING {
        words = words.replace(word, " ");
    }
    let known =
        |word: &str| section.plain.contains(word) || section.asks.iter().any(|ask| ask.contains(word));
    let mut words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(known)
}

/// Whether a verdict is a no.
fn is_no(outcome: &Value) -> bool {
    ["allowed", "eligible", "valid", "accepted"].iter().any(|field| outcome[*field] == false)
        || outcome["verdict"] == "fail"
}

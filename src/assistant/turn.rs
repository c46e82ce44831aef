//! A turn: from a message to a reply, in the order in which things are decided.
//!
//! 1. Who asks; what the message names; whether it answers a question of ours or follows up on the last one.
//! 2. A record that is named is looked up before anything else: not linked, or not found, ends the turn.
//! 3. Small talk, hand-over, evasion and topics outside; else an action or a section, whichever the message is nearer to.

use super::actions::{self, Done, Request, Slots, Step};
use super::asker::{Asker, CaseFile};
use super::asking::{ask_back, carried};
use super::context::Context;
use super::facet::Facet;
use super::follow_up::{self, FollowUp};
use super::general::{is_definition, is_general};
use super::knowledge_answer::{self, Band, Judged};
use super::meaning::Reading;
use super::policy::Said;
use super::receipt::Receipt;
use super::slots::{conflicts, drop_unwanted_fields, slots_of, to_json};
use super::{Assistant, Incoming};
use crate::domain::reply::{Kind, Reply};
use crate::domain::rules::book::AsOf;
use crate::knowledge::Language;
use crate::phrases::{Voice, talk};
use crate::store::StoreError;
use crate::understand::questions::two_questions;
use crate::understand::{Entities, Normalised};

/// How many sections are cited at most.
const MOST_CITATIONS: usize = 3;

/// A message read against what was said before.
struct Meant {
    text: Normalised,
    entities: Entities,
    slots: Slots,
    /// The intent that goes on, whatever the words are near to.
    forced: Option<String>,
    /// What is asked about the last reply.
    about: Option<Facet>,
}

pub(super) struct Turn<'a> {
    pub(super) assistant: &'a Assistant,
    pub(super) incoming: &'a Incoming,
    pub(super) now: jiff::Timestamp,
    pub(super) voice: Voice,
    pub(super) case: Option<CaseFile>,
    /// What decides, noted where somebody may ask.
    pub(super) receipt: Option<Box<Receipt>>,
    /// How the message relates to what was said before.
    pub(super) read: Option<FollowUp>,
    /// The question as it is meant, with what a follow-up leaves out.
    pub(super) meant: String,
    /// The small talk or topic outside that it was.
    pub(super) small: Option<String>,
    /// The receipt of a turn that is only looked at once more, and changes nothing; `None`: it happens now.
    pub(super) once_more: Option<&'a Receipt>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(
        assistant: &'a Assistant,
        incoming: &'a Incoming,
        now: jiff::Timestamp,
        voice: Voice,
        receipt: Option<Box<Receipt>>,
    ) -> Self {
        Self {
            assistant,
            incoming,
            now,
            voice,
            case: None,
            receipt,
            read: None,
            meant: String::new(),
            small: None,
            once_more: None,
        }
    }
}

impl Turn<'_> {
    pub(super) fn note(&mut self, note: impl FnOnce(&mut Receipt)) {
        if let Some(receipt) = &mut self.receipt {
            note(receipt);
        }
    }

    fn note_reading(&mut self, entities: &Entities, slots: &Slots, reading: &Reading) {
        self.note(|receipt| {
            receipt.entities(entities);
            receipt.slots.clone_from(slots);
            receipt.reading(reading);
        });
    }

    fn note_step(&mut self, action: &dyn actions::Action, step: &Step) {
        let way = match step {
            Step::Done(_) => "action",
            Step::Ask(_) => "asked_back",
            Step::NotFound { .. } => "not_found",
            Step::General => "rule_in_general",
        };
        self.note(|receipt| {
            receipt.step(&format!("{way} {}", action.intent()));
            if matches!(step, Step::Done(_)) {
                receipt.rule(action.intent(), action.basis());
            }
        });
    }

    pub(super) fn language(&self) -> Language {
        self.voice.pick(Language::Chinese, Language::English)
    }

    /// One message, whatever we asked before: one question in it, or two.
    pub(super) fn reply(&mut self, text: &Normalised, context: &mut Context) -> Result<Reply, StoreError> {
        let Some(halves) = two_questions(&text.original) else { return self.one(text, context) };
        let before = context.clone();
        let whole = self.one(text, context)?;
        match self.two(text, halves, &whole, before)? {
            Some((both, after)) => {
                *context = after;
                Ok(both)
            }
            None => Ok(whole),
        }
    }

    /// The reply to a message that is taken for one question.
    pub(super) fn one(&mut self, text: &Normalised, context: &mut Context) -> Result<Reply, StoreError> {
        if text.is_empty() {
            return Ok(self.nothing_said());
        }
        let store = &*self.assistant.store;
        let asker = Asker::find(store, &self.incoming.channel, self.incoming.user.as_deref())?;
        let mind = &self.assistant.mind;
        let mut entities = mind.recogniser.recognise(&text.folded, &text.original);
        drop_unwanted_fields(&text.folded, &mut entities, &mind.recogniser);
        self.note(|receipt| receipt.asker(&asker));
        let Some(Meant { text, entities, slots, forced, about }) = self.meant(text, entities, context) else {
            context.pending = None;
            self.note(|receipt| receipt.step("dropped"));
            return Ok(Reply::new(Kind::Chitchat, talk::dropped(self.voice)));
        };
        context.pending = None;
        if let Some(reply) = self.about_the_last(about, &text, context) {
            return Ok(reply);
        }

        let said = Said::of(&slots, &text, &asker, mind);
        let (mut reading, ranked) = super::policy::read(&said, &entities, mind, self.language());
        self.note_reading(&entities, &slots, &reading);
        let likeliest = || ranked.action.as_ref().map(|(intent, _)| intent.clone());
        let guess = forced.clone().or_else(|| ranked.own_intent.clone()).or_else(likeliest);
        let going_on = self.read == Some(FollowUp::New) && (ranked.act || is_short(&text));
        let slots = if going_on { carried(slots, guess.as_deref(), &text, context) } else { slots };

        if let Some(reply) = self.named_record(&asker, &slots, guess.as_deref(), context)? {
            self.note(|receipt| receipt.step("named_record"));
            return Ok(reply);
        }
        self.find_case(&asker, &slots, &text, context)?;

        if forced.is_none()
            && let Some(reply) = self.small(&ranked, context)
        {
            let name = ranked.small.as_ref().map_or_else(|| "small".to_owned(), |(name, _)| name.clone());
            self.note(|receipt| receipt.step(&format!("small {name}")));
            self.small = Some(name.clone());
            return Ok(reply);
        }
        let intent = forced
            .or_else(|| ranked.action.as_ref().filter(|_| ranked.act).map(|(intent, _)| intent.clone()));
        if let Some(action) = intent.as_deref().and_then(actions::find) {
            let confidence = ranked
                .action
                .as_ref()
                .filter(|(name, _)| name == action.intent())
                .map_or(0.9, |(_, score)| *score);
            if action.needs_record()
                && !asker.is_linked()
                && !super::policy::answers_anyone(action.intent(), &ranked)
            {
                self.note(|receipt| receipt.step(&format!("rule_in_general {}", action.intent())));
                let mut reply = self.known_answer(&mut reading, Some(action), context);
                reply.intent = Some(action.intent().to_owned());
                reply.text = format!("{}\n\n{}", reply.text, talk::how_to_link(self.voice));
                return Ok(reply);
            }
            let request = Request {
                book: &mind.book,
                notices: &mind.notices,
                as_of: AsOf::Newest,
                now: self.now,
                text: &text,
                entities: &entities,
                slots: &slots,
                asker: &asker,
                case: self.case.as_ref(),
                store,
                voice: self.voice,
            };
            let mut step = action.run(&request)?;
            let in_general = is_definition(&text) || !action.needs_record() && is_general(&text);
            if matches!(step, Step::Ask(_)) && in_general && self.known_well(&mut reading) {
                // Nothing of a particular case is said, and knowledge has the rule: no need to ask back.
                step = Step::General;
            }
            self.note_step(action, &step);
            return Ok(match step {
                Step::Done(done) => self.done(action, done, confidence, slots, &mut reading, context),
                Step::Ask(ask) => ask_back(action.intent(), ask, slots, self.case.as_ref(), context),
                Step::NotFound { slot, name } => self.not_found(Some(action.intent()), slot, &name),
                Step::General => {
                    let mut reply = self.known_answer(&mut reading, Some(action), context);
                    reply.intent = Some(action.intent().to_owned());
                    if action.needs_record() && !asker.is_linked() {
                        reply.text = format!("{}\n\n{}", reply.text, talk::how_to_link(self.voice));
                    }
                    reply
                }
            });
        }
        if let Some(own) = ranked.own_intent {
            // An intent of somebody's own training data, which we name and don't run.
            self.note(|receipt| receipt.step(&format!("own_intent {own}")));
            let mut reply = self.known_answer(&mut reading, None, context);
            reply.intent = Some(own);
            return Ok(reply);
        }
        self.note(|receipt| receipt.step("knowledge"));
        context.question = Some(text.folded.clone());
        context.intent = None;
        Ok(self.known_answer(&mut reading, None, context))
    }

    /// The message read against what was said before: what it names, and the intent that goes on. `None` leaves our question.
    fn meant(&mut self, text: &Normalised, entities: Entities, context: &Context) -> Option<Meant> {
        let slots = slots_of(&entities);
        let mut meant = Meant { text: text.clone(), slots, entities, forced: None, about: None };
        let read = follow_up::read(text, &meant.entities, context);
        self.note(|receipt| receipt.follow_up(&read));
        self.read = Some(read.clone());
        text.original.clone_into(&mut self.meant);
        match read {
            FollowUp::Dropped => return None,
            FollowUp::Chosen { intent, slot, value } => {
                let before = context.pending.as_ref().map_or(&context.slots, |pending| &pending.slots);
                let mut slots = before.clone();
                slots.extend(meant.slots);
                slots.insert(slot, value);
                self.meant = context.said.clone().unwrap_or_default();
                meant.slots = slots;
                meant.forced = Some(intent);
            }
            FollowUp::Same { intent } => {
                let mut slots = context.slots.clone();
                // What the new words name replaces what was said; another order isn't about the old domain.
                slots.retain(|name, _| !conflicts(name, &meant.slots));
                slots.extend(meant.slots);
                meant.slots = slots;
                meant.forced = Some(intent);
                if let Some(said) = &context.said {
                    self.meant = super::rephrase::rephrased(said, &text.folded);
                }
            }
            FollowUp::About(facet) => {
                let said = context.said.clone().unwrap_or_default();
                let action = context.intent.as_deref().and_then(actions::find);
                let again =
                    matches!(facet, Facet::In(_)) && action.is_some_and(|action| context.acted(action));
                if let Some(action) = action.filter(|action| again || action.tells().contains(&facet)) {
                    meant.forced = Some(action.intent().to_owned());
                    meant.slots.clone_from(&context.slots);
                    meant.text = Normalised { script: text.script, ..Normalised::of(&said) };
                    meant.entities =
                        self.assistant.mind.recogniser.recognise(&meant.text.folded, &meant.text.original);
                } else {
                    meant.about = Some(facet);
                }
                self.meant = said;
            }
            FollowUp::Rephrased(question) => {
                self.meant.clone_from(&question);
                meant.text = Normalised { script: text.script, ..Normalised::of(&question) };
                meant.entities =
                    self.assistant.mind.recogniser.recognise(&meant.text.folded, &meant.text.original);
                meant.slots = slots_of(&meant.entities);
            }
            FollowUp::New | FollowUp::Subjectless => {}
        }
        Some(meant)
    }

    fn nothing_said(&mut self) -> Reply {
        self.note(|receipt| receipt.step("nothing_said"));
        let mut reply = Reply::new(Kind::Clarify, talk::nothing_said(self.voice));
        reply.suggestions = talk::examples(self.voice);
        reply
    }

    /// Small talk, hand-over, evasion, and topics known to be outside.
    fn small(&self, ranked: &super::policy::Ranked, context: &mut Context) -> Option<Reply> {
        let (name, score) = ranked.small.as_ref()?;
        let voice = self.voice;
        let (kind, text, suggestions) = match name.as_str() {
            "chitchat_greeting" => (Kind::Chitchat, talk::greeting(voice), talk::examples(voice)),
            "chitchat_thanks" => (Kind::Chitchat, talk::thanks(voice), Vec::new()),
            "chitchat_goodbye" => (Kind::Chitchat, talk::goodbye(voice), Vec::new()),
            "chitchat_help" => (Kind::Chitchat, talk::help(voice), talk::examples(voice)),
            "handoff" => {
                (Kind::Handoff, talk::handoff(voice, &self.assistant.mind.book.provider.phone), Vec::new())
            }
            "evade" => (Kind::NoAnswer, talk::declined(voice), vec![talk::to_a_person(voice).to_owned()]),
            _ => (Kind::NoAnswer, talk::outside(voice), vec![talk::to_a_person(voice).to_owned()]),
        };
        // Thanks and greetings in between leave the subject; another topic ends it.
        if kind != Kind::Chitchat {
            context.leave_subject();
        }
        let mut reply = Reply::new(kind, text);
        reply.confidence = round(f64::from(*score));
        reply.suggestions = suggestions;
        reply.intent = Some(name.clone());
        Some(reply)
    }

    pub(super) fn done(
        &mut self,
        action: &dyn actions::Action,
        done: Done,
        confidence: f64,
        slots: Slots,
        reading: &mut Reading,
        context: &mut Context,
    ) -> Reply {
        let mut reply = Reply::new(Kind::Action, done.text);
        reply.intent = Some(action.intent().to_owned());
        reply.confidence = round(confidence.clamp(0.5, 0.97));
        reply.outcome = Some(done.outcome);
        reply.suggestions = done.suggestions;
        let mut kept: Slots =
            slots.into_iter().filter(|(name, _)| action.slots().contains(&name.as_str())).collect();
        kept.extend(done.slots);
        reply.slots = to_json(&kept);
        for anchor in std::iter::once(action.anchor()).chain(done.anchors) {
            if let Some(section) = self.assistant.mind.anchored(anchor, self.language()) {
                reply.citations.push(knowledge_answer::cite(&section));
            }
        }
        if reply.citations.is_empty() && self.known_well(reading) {
            // Documents without our section on the rule: what they say on the question.
            let found = reading.sections.iter().take(MOST_CITATIONS);
            reply.citations.extend(found.map(|found| knowledge_answer::cite(&found.hit.section)));
        }
        context.intent = Some(action.intent().to_owned());
        context.slots = kept;
        context.question = None;
        reply
    }

    /// An answer from the knowledge base, or the honest no. An action that is meant gives its own section where the search has
    /// nothing better.
    fn known_answer(
        &mut self,
        reading: &mut Reading,
        action: Option<&dyn actions::Action>,
        context: &mut Context,
    ) -> Reply {
        let anchored =
            action.and_then(|action| self.assistant.mind.anchored(action.anchor(), self.language()));
        let judged = self.judge(reading);
        if let Some(action) = action {
            context.intent = Some(action.intent().to_owned());
        }
        if let (Some(section), true) = (anchored, judged.band == Band::No) {
            let mut reply = Reply::new(Kind::Answer, section.body.clone());
            reply.citations.push(knowledge_answer::cite(&section));
            let others = reading
                .sections
                .iter()
                .map(|other| &other.hit.section)
                .filter(|other| other.anchor != section.anchor);
            reply.citations.extend(others.take(2).map(|other| knowledge_answer::cite(other)));
            reply.confidence = round(judged.confidence.max(0.6));
            return reply;
        }
        let mut reply = knowledge_answer::answer(self.voice, reading, judged);
        reply.confidence = round(reply.confidence);
        reply
    }

    /// How sure a reading's best section answers. Which section that is may not have been looked at yet.
    fn judge(&mut self, reading: &mut Reading) -> Judged {
        if !reading.is_looked_at() {
            self.assistant.mind.look_closer(reading, self.language());
            self.note(|receipt| receipt.reading(reading));
        }
        knowledge_answer::judge(reading)
    }

    fn known_well(&mut self, reading: &mut Reading) -> bool {
        self.judge(reading).band != Band::No
    }
}

/// Whether a message is as short as those that go on about what was said.
fn is_short(text: &Normalised) -> bool {
    text.folded.chars().count() <= 24
}

/// Three digits: more would pretend to know.
pub(super) fn round(confidence: f64) -> f64 {
    (confidence * 1000.0).round() / 1000.0
}

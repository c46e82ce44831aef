//! What a message means: the nearest of all intents, sections and topics known to be outside, on one scale.

use std::borrow::Cow;
use std::sync::Arc;

use super::asked::{self, Asked};
use super::field::is_silent;
use super::in_meaning;
use super::is_own;
use super::likely::{Beside, Bounded, keep_likely};
use super::repeated::Understood;
use super::semantics::{Compared, Cosines, Nearness};
use super::weights::{
    APART, APART_AMONG, APART_WITHIN, at_length, combined, combined_in_the_field, combined_silent, nearness,
    size,
};
use crate::knowledge::{Hit, Knowledge, Section};
use crate::understand::entities::Entities;
use crate::understand::intents::{self, Example, Utterances, Word, Wording};
use crate::understand::lexicon::Lexicon;
use crate::understand::questions::asking_parts;
use crate::understand::typos::Typos;
use crate::understand::{Amount, Signs};

/// What an utterance stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A section of the knowledge base, by its number.
    Section(u64),
    /// An intent: an action's, small talk, a hand-over, an evasion, a topic outside, or anyone's own.
    Intent(Arc<str>),
}

/// Above how many sections headings and other ways to ask are left to the index alone.
pub(super) const MOST_SECTIONS: usize = 5_000;

/// How many of the sections nearest in meaning are looked at, whatever their words.
const NEAREST: usize = 12;

/// Everything that may be meant.
pub struct Meanings {
    pub(super) bank: Utterances,
    pub(super) wording: Wording,
    pub(super) typos: Typos,
    pub(super) labels: Vec<Label>,
    /// The label of the first section; the others follow in order.
    pub(super) first_section: usize,
    /// The examples of the intents, which are the first utterances, for showing why.
    pub(super) texts: Arc<[Box<str>]>,
    /// Some intent is somebody's own.
    knows_own: bool,
    /// The sections don't say how people ask.
    silent: bool,
}

/// An intent that may be meant.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub intent: Arc<str>,
    /// Nearness to all its examples together, and to the nearest one; 0 to 1.
    pub whole: f32,
    pub nearest: f32,
    /// How well its examples explain the words: a log-likelihood ratio.
    pub wording: f32,
    /// Nearness to both, weighted.
    pub score: f32,
    /// The number of the example that is nearest to the message; [`Reading::example`] has its text.
    example: usize,
}

/// A section that may answer, with what speaks for it.
#[derive(Clone, Debug)]
pub struct SectionScore {
    pub hit: Hit,
    /// Nearness to all its other ways to ask together, and to the nearest one; 0 to 1.
    pub whole: f32,
    pub nearest: f32,
    /// How well its other ways to ask, heading and text explain the words: a log-likelihood ratio.
    pub wording: f32,
    /// How alike it is to what our own knowledge base answers, 0 to 1; 0 where documents speak for themselves.
    pub field: f32,
    /// How much the words speak for it rather than for the other likely ones; 0 where it is clear or far.
    pub apart: f32,
    /// Nearness in meaning; nothing without an encoder.
    pub cosines: Cosines,
    /// What the words say, weighted.
    pub words: f32,
    /// Everything, weighted: the words, and the meaning where there is an encoder.
    pub score: f32,
}

impl Candidate {
    /// Nearness to its examples alone, 0 to 1.
    pub fn nearness(&self) -> f32 {
        nearness(self.whole, self.nearest)
    }
}

impl SectionScore {
    /// Nearness to its other ways to ask alone, 0 to 1.
    pub fn nearness(&self) -> f32 {
        nearness(self.whole, self.nearest)
    }
}

/// What a message may mean, best first in each list.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub intents: Vec<Candidate>,
    /// Some of the intents that there are is somebody's own.
    pub knows_own: bool,
    /// An intent of somebody's own training data, when the message has one.
    pub own_intent: Option<String>,
    /// What our own knowledge base makes of the message, where the documents are of its field and don't say how people ask.
    pub field: Option<Box<Reading>>,
    /// The sections don't say how people ask.
    pub silent: bool,
    pub sections: Vec<SectionScore>,
    /// The share of the message, by rarity, that the knowledge base knows.
    pub known: f32,
    /// How much better sections explain the words than topics outside do: the logarithm of the odds, −6 to 6.
    pub inside: f32,
    /// Signs of something else.
    pub signs: Signs,
    /// How long or how often is asked.
    pub amount: Option<Amount>,
    /// Characters in the message.
    pub length: f32,
    /// How much it says, in Chinese characters; of English four letters say as much as one.
    pub size: f32,
    /// How near that part of a long story comes to a topic outside that asks; 0 for a message that isn't long.
    pub asks_outside: f32,
    /// How well the topic outside that explains the words best does so; −10 where none shares a word.
    pub outside_wording: f32,
    /// Nearness in meaning, where an encoder is installed.
    pub nearness: Option<Nearness>,
    /// The examples of the intents.
    examples: Arc<[Box<str>]>,
    /// What a second look is taken with, until [`Meanings::look_closer`] has taken it.
    unlooked: Option<Unlooked>,
}

/// What a second look is taken with.
#[derive(Clone, Debug)]
enum Unlooked {
    /// A message as it was compared: its units, and its text with slips of typing mended and what is named replaced by marks.
    Words { words: Vec<Word>, masked: String },
    /// Somebody said the same before.
    Known(Arc<Understood>),
}

impl Reading {
    /// Whether a second look at the message has been taken, or there is none to take.
    pub fn is_looked_at(&self) -> bool {
        self.unlooked.is_none()
    }

    /// Without what a second look is taken with.
    pub(super) fn without_words(self) -> Self {
        Self { unlooked: None, ..self }
    }

    /// A first look whose second one was taken before.
    pub(super) fn looked_up_in(self, understood: Arc<Understood>) -> Self {
        Self { unlooked: Some(Unlooked::Known(understood)), ..self }
    }

    /// The likeliest sections, in the order that they had before they were told apart.
    pub fn likeliest_by_nearness(&self) -> Vec<&SectionScore> {
        let mut likeliest: Vec<&SectionScore> = self.sections.iter().take(APART_AMONG + 1).collect();
        let before = |section: &SectionScore| section.score - APART * section.apart;
        likeliest.sort_by(|a, b| before(b).total_cmp(&before(a)).then(a.hit.number.cmp(&b.hit.number)));
        likeliest
    }

    /// The reading that tells what is wanted, an action or a section: the one with other ways to ask.
    pub fn telling(&self) -> &Self {
        self.field.as_deref().unwrap_or(self)
    }
}

/// What our own knowledge base says of the sections of documents that don't say how people ask.
pub struct Near {
    /// Of each section, 0 to 1.
    pub nearness: Vec<f32>,
    /// How well our own knowledge base knows the question, 0 to 1.
    pub trust: f32,
}

impl Reading {
    /// The text of the example that is nearest to the message.
    pub fn example(&self, candidate: &Candidate) -> &str {
        self.examples.get(candidate.example).map_or("", |text| text)
    }

    /// The intent among some that the message is nearest to.
    pub fn nearest(&self, wanted: impl Fn(&str) -> bool) -> Option<&Candidate> {
        let near = self.intents.iter().filter(|candidate| wanted(&candidate.intent));
        near.max_by(|a, b| a.nearness().total_cmp(&b.nearness()))
    }
}

impl Meanings {
    /// What means nothing yet.
    pub(super) fn nothing(examples: &[&Example], sections: &[Arc<Section>]) -> Self {
        Self {
            bank: Utterances::default(),
            wording: Wording::default(),
            typos: Typos::default(),
            labels: Vec::new(),
            first_section: 0,
            texts: Arc::default(),
            knows_own: examples.iter().any(|example| is_own(&example.intent)),
            silent: is_silent(sections),
        }
    }

    /// A folded text with slips of typing mended.
    pub fn mended<'a>(&self, folded: &'a str) -> Cow<'a, str> {
        self.typos.mend(folded).map_or(Cow::Borrowed(folded), Cow::Owned)
    }

    /// How well those intents explain the words that are wanted and share one with the message.
    fn worded(
        &self,
        wording: &[f32],
        shares: &dyn Fn(usize) -> bool,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<f32> {
        let labels = wording.iter().zip(&self.labels).take(self.first_section).enumerate();
        let wanted = labels.filter_map(|(label, (wording, known))| {
            let Label::Intent(intent) = known else { return None };
            (shares(label) && wanted(intent)).then_some(*wording)
        });
        wanted.collect()
    }

    /// What a message may mean at a first look; `in_field` for documents that don't say how people ask. Which of the likeliest sections
    /// is meant takes another one, [`Meanings::look_closer`]. With `beside` only those intents are given that may come out first.
    pub(super) fn read(
        &self,
        knowledge: &Knowledge,
        folded: &str,
        entities: &Entities,
        compared: Option<&Compared<'_>>,
        in_field: Option<&Near>,
        beside: Option<Beside<'_>>,
    ) -> Reading {
        #[expect(clippy::cast_precision_loss, reason = "a message is cut at a few thousand characters")]
        let length = folded.chars().count() as f32;
        let mut reading = Reading {
            signs: Signs::of(folded),
            amount: Amount::asked_in(folded),
            length,
            size: size(folded),
            silent: self.silent,
            knows_own: self.knows_own,
            examples: self.texts.clone(),
            ..Reading::default()
        };
        let mended = self.typos.mend(&entities.masked);
        let masked = mended.as_deref().unwrap_or(&entities.masked);
        let words = self.bank.read(masked);
        let wording = self.wording.score(&words);
        let mut near = self.bank.near(&words);
        // Who moves from another vendor to here names it, and is ours.
        let moving = reading.signs.moving;
        let may_be_meant = |intent: &str| !(moving && intent.starts_with("outside_vendor"));
        reading.intents = self.intents(&mut near, &wording, &may_be_meant, beside);
        reading.intents.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.intent.cmp(&b.intent)));
        let shares = |label: usize| near.whole(label) > 0.0;
        let outside = |wanted: fn(&str) -> bool| {
            self.worded(&wording, &shares, &|intent| wanted(intent) && may_be_meant(intent))
        };
        reading.outside_wording = outside(is_topic_outside).into_iter().fold(-10.0, f32::max);
        let outside = outside(is_outside);
        let of_sections = wording.iter().enumerate().skip(self.first_section);
        let asked: Vec<Asked> = (0..)
            .zip(of_sections)
            .map(|(number, (label, wording))| Asked {
                number,
                whole: near.whole(label),
                nearest: near.nearest_at_most(label),
                wording: *wording,
            })
            .filter(|asked| asked.whole > 0.0)
            .collect();
        let query = self.query(folded, masked, entities);
        reading.inside = (together(asked.iter().map(|asked| asked.wording)) - together(outside.into_iter()))
            .clamp(-6.0, 6.0);
        let worded = asked::best_worded(asked.clone(), 20);
        let label = |number: u64| self.label_of(number);
        let mut wanted = asked::nearest(asked, 20, &mut |number| near.nearest(label(number)));
        let in_meaning = compared.iter().flat_map(|compared| compared.nearest(NEAREST));
        let in_the_field = in_field.iter().flat_map(|near| nearest(&near.nearness, 20));
        for number in worded.into_iter().chain(in_meaning).chain(in_the_field) {
            if !wanted.contains(&number) {
                wanted.push(number);
            }
        }
        let found = match knowledge.search(&query, 20, &wanted) {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "search failed");
                return reading;
            }
        };
        reading.known = found.known;
        let at_length = at_length(folded);
        for hit in found.hits {
            let label = label(hit.number);
            let asked = if near.whole(label) > 0.0 {
                let (whole, nearest) = (near.whole(label), near.nearest(label));
                Asked { number: hit.number, whole, nearest, wording: wording[label] }
            } else {
                Asked::default()
            };
            let of_section =
                |near: &Near| usize::try_from(hit.number).ok().and_then(|at| near.nearness.get(at)).copied();
            let field = in_field.and_then(of_section).unwrap_or_default();
            let cosines = compared.map(|compared| compared.section(hit.number)).unwrap_or_default();
            let words = match in_field {
                Some(near) => combined_in_the_field(&hit, field * near.trust.sqrt()),
                None if self.silent => combined_silent(&hit, &asked),
                None => combined(&hit, &asked, at_length),
            };
            let score = words + in_meaning::adds(cosines, !hit.section.asks.is_empty());
            let Asked { whole, nearest, wording, .. } = asked;
            reading.sections.push(SectionScore {
                hit,
                whole,
                nearest,
                wording,
                field,
                apart: 0.0,
                cosines,
                words,
                score,
            });
        }
        reading.nearness = compared.map(Compared::nearness);
        sort(&mut reading.sections);
        if in_field.is_none() && !self.silent {
            reading.unlooked = Some(Unlooked::Words { masked: masked.to_owned(), words });
        }
        reading
    }

    /// The intents that a message is near to at all and that may be meant; only the likely ones, where somebody says what speaks for
    /// an action beside.
    fn intents(
        &self,
        near: &mut intents::Near<'_>,
        wording: &[f32],
        may_be_meant: &dyn Fn(&str) -> bool,
        beside: Option<Beside<'_>>,
    ) -> Vec<Candidate> {
        let mut all = Vec::new();
        for (label, wording) in wording.iter().take(self.first_section).enumerate() {
            let (whole, Label::Intent(intent)) = (near.whole(label), &self.labels[label]) else { continue };
            if whole > 0.0 && may_be_meant(intent) {
                let (nearest, wording) = (near.nearest_at_most(label), *wording);
                all.push(Bounded { intent, label, whole, nearest, example: 0, wording, looked_at: false });
            }
        }
        let mut look = |one: &mut Bounded<'_>| {
            (one.nearest, one.example) = near.nearest_one(one.label);
            one.looked_at = true;
        };
        match beside {
            Some(beside) => keep_likely(&mut all, beside, &mut look),
            None => all.iter_mut().for_each(look),
        }
        let candidates = all.into_iter().map(|one| Candidate {
            intent: one.intent.clone(),
            whole: one.whole,
            nearest: one.nearest,
            wording: one.wording,
            score: one.score(),
            example: one.example,
        });
        candidates.collect()
    }

    /// The label of a section.
    fn label_of(&self, number: u64) -> usize {
        usize::try_from(number).map_or(usize::MAX, |number| self.first_section.saturating_add(number))
    }

    /// What is looked up in the index: the message without filler, slips of typing mended.
    fn query(&self, folded: &str, masked: &str, entities: &Entities) -> String {
        if entities.masked == folded {
            Lexicon::get().without_filler(masked)
        } else {
            Lexicon::get().without_filler(&self.mended(folded))
        }
    }

    /// Takes a second look, once: which of the likeliest sections is meant, and what the asking part of a long story is about. Whoever
    /// asks for neither needn't wait for it.
    pub(super) fn look_closer(&self, reading: &mut Reading) {
        match reading.unlooked.take() {
            Some(Unlooked::Words { words, masked }) => {
                self.part_siblings(&mut reading.sections, &words);
                let parts = asking_parts(&masked).into_iter();
                let outside = parts.map(|part| self.outside_of(&self.bank.read(part)));
                reading.asks_outside = outside.fold(0.0, f32::max);
            }
            Some(Unlooked::Known(understood)) => {
                if let Some(looked) = &understood.looked {
                    reading.sections.clone_from(&looked.sections);
                    reading.asks_outside = looked.asks_outside;
                }
            }
            None => {}
        }
    }

    /// Weighs the likeliest sections against each other, where they lie close together.
    fn part_siblings(&self, sections: &mut [SectionScore], words: &[Word]) {
        let close = matches!(sections, [best, second, ..] if best.score - second.score < APART_WITHIN);
        let among = if close { sections.len().min(APART_AMONG) } else { 0 };
        let likeliest = &mut sections[..among];
        let labels: Vec<usize> = likeliest.iter().map(|section| self.label_of(section.hit.number)).collect();
        for (section, apart) in likeliest.iter_mut().zip(self.bank.tell_apart(&labels, words)) {
            section.apart = apart;
            section.words += APART * apart;
            section.score += APART * apart;
        }
        sort(sections);
    }

    /// How near words come to any topic outside.
    fn outside_of(&self, words: &[Word]) -> f32 {
        let mut near = self.bank.near(words);
        let topics = self.labels[..self.first_section]
            .iter()
            .enumerate()
            .filter(|(_, label)| matches!(label, Label::Intent(intent) if is_topic_outside(intent)));
        topics.map(|(label, _)| nearness(near.whole(label), near.nearest(label))).fold(0.0, f32::max)
    }
}

/// Brings the best first.
fn sort(sections: &mut [SectionScore]) {
    sections.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.hit.number.cmp(&b.hit.number)));
}

/// The numbers of the sections nearest by the field, at most `limit`.
fn nearest(nearness: &[f32], limit: usize) -> Vec<u64> {
    let mut numbered: Vec<(u64, f32)> =
        (0..).zip(nearness.iter().copied()).filter(|(_, near)| *near > 0.0).collect();
    numbered.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    numbered.into_iter().take(limit).map(|(number, _)| number).collect()
}

/// Whether an intent is nothing that we answer: a topic outside, or a request to get round the rules.
pub fn is_outside(intent: &str) -> bool {
    is_evasion(intent) || is_topic_outside(intent)
}

/// Whether an intent is a request to get round the rules.
pub fn is_evasion(intent: &str) -> bool {
    intent == "evade"
}

/// Whether an intent is a topic outside.
pub fn is_topic_outside(intent: &str) -> bool {
    intent.starts_with("outside")
}

/// Whether an intent is small talk or asks for a person.
pub fn is_talk(intent: &str) -> bool {
    intent == "handoff" || intent.starts_with("chitchat")
}

/// The likelihood of several labels together, from the logarithm of each.
fn together(wordings: impl Iterator<Item = f32> + Clone) -> f32 {
    const NOTHING: f32 = -20.0;
    let most = wordings.clone().fold(NOTHING, f32::max);
    most + wordings.map(|wording| (wording - most).exp()).sum::<f32>().max(1e-9).ln()
}

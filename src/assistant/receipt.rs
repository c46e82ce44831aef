//! A receipt: what decided a reply, noted while the turn runs and kept with it. For people who ask why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::actions::{Basis, Slots};
use super::asker::Asker;
use super::contents::{Contents, hash};
use super::context::Context;
use super::follow_up::FollowUp;
use super::knowledge_answer::{Band, judge};
use super::meaning::Reading;
use crate::domain::records::RecordSet;
use crate::understand::{Entities, Script};

/// How many intents and sections are noted.
pub(super) const TOP: usize = 5;

/// What decided a reply. Fields may be added; what an older program wrote is read with defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// The clock's time, RFC 3339.
    pub now: String,
    pub contents: Contents,
    /// Whether something was taken out of the text before it was stored.
    pub masked: bool,
    pub folded: String,
    pub script: Option<Script>,
    /// `unlinked`, `applicant` or `agent`.
    pub asker: String,
    /// What the message names, by kind.
    pub entities: BTreeMap<String, Vec<String>>,
    pub slots: Slots,
    /// How the message was read against what was said before.
    pub follow_up: String,
    /// What was looked for, where it isn't what was typed.
    pub looked_for: Option<String>,
    pub intents: Vec<IntentNoted>,
    pub sections: Vec<SectionNoted>,
    /// The share of the message that the knowledge base knows.
    pub known: f32,
    /// `sure`, `likely` or `no`, and how likely the best section answers.
    pub band: Option<String>,
    pub probability: Option<f64>,
    /// Which way the turn took, step by step.
    pub path: Vec<String>,
    pub rule: Option<RuleNoted>,
    /// Hashes of the records that were read, by kind and id.
    pub records: BTreeMap<String, String>,
    /// What was remembered when the turn began.
    pub before: Context,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntentNoted {
    pub intent: String,
    pub score: f32,
    pub whole: f32,
    pub nearest: f32,
    /// The example nearest to the message.
    pub example: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SectionNoted {
    pub doc: String,
    pub anchor: Option<String>,
    pub heading: String,
    pub score: f32,
    pub whole: f32,
    pub nearest: f32,
    pub bm25: f32,
    pub coverage: f32,
    pub heading_coverage: f32,
    /// How alike it is to what our own knowledge base answers; nought where documents speak for themselves.
    pub field: f32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleNoted {
    pub intent: String,
    /// Files of `rules/`.
    pub tables: Vec<String>,
    /// Where a rule comes from that is code and no table.
    pub source: Option<String>,
    pub as_of: Option<String>,
}

impl Receipt {
    pub(super) fn step(&mut self, name: &str) {
        self.path.push(name.to_owned());
    }

    pub(super) fn asker(&mut self, asker: &Asker) {
        let name = match asker {
            Asker::Unlinked => "unlinked",
            Asker::Applicant { .. } => "applicant",
            Asker::Agent => "agent",
        };
        name.clone_into(&mut self.asker);
    }

    pub(super) fn entities(&mut self, entities: &Entities) {
        let lists: [(&str, &[String]); 9] = [
            ("domain", &entities.domains),
            ("suffix", &entities.suffixes),
            ("order", &entities.orders),
            ("instance", &entities.instances),
            ("province", &entities.provinces),
            ("city", &entities.cities),
            ("product", &entities.products),
            ("field", &entities.fields),
            ("quoted", &entities.quoted),
        ];
        let named = lists.into_iter().filter(|(_, list)| !list.is_empty());
        self.entities = named.map(|(kind, list)| (kind.to_owned(), list.to_vec())).collect();
        if !entities.dates.is_empty() {
            let days = entities.dates.iter().map(|range| range.last.to_string());
            self.entities.insert("date".to_owned(), days.collect());
        }
    }

    pub(super) fn follow_up(&mut self, read: &FollowUp) {
        self.follow_up = match read {
            FollowUp::New => "new".to_owned(),
            FollowUp::Dropped => "dropped".to_owned(),
            FollowUp::Chosen { intent, slot, .. } => format!("answered {intent}.{slot}"),
            FollowUp::Same { intent } => format!("again {intent}"),
            FollowUp::About(facet) => format!("about {facet:?}"),
            FollowUp::Subjectless => "subjectless".to_owned(),
            FollowUp::Rephrased(question) => {
                self.looked_for = Some(question.clone());
                "rephrased".to_owned()
            }
        };
    }

    /// What a message was read as. How sure a section answers is noted where that was looked at: small talk and actions don't ask.
    pub(super) fn reading(&mut self, reading: &Reading) {
        self.known = reading.known;
        let telling = reading.telling();
        let intents = telling.intents.iter().take(TOP).map(|candidate| IntentNoted {
            intent: candidate.intent.to_string(),
            score: candidate.score,
            whole: candidate.whole,
            nearest: candidate.nearest,
            example: telling.example(candidate).to_owned(),
        });
        self.intents = intents.collect();
        let sections = reading.sections.iter().take(TOP).map(|found| SectionNoted {
            doc: found.hit.section.place.doc.clone(),
            anchor: found.hit.section.anchor.clone(),
            heading: found.hit.section.heading.clone(),
            score: found.score,
            whole: found.whole,
            nearest: found.nearest,
            bm25: found.hit.bm25,
            coverage: found.hit.coverage,
            heading_coverage: found.hit.heading_coverage,
            field: found.field,
        });
        self.sections = sections.collect();
        let judged = reading.is_looked_at().then(|| judge(reading));
        self.band = judged.map(|judged| {
            let band = match judged.band {
                Band::Sure => "sure",
                Band::Likely => "likely",
                Band::No => "no",
            };
            band.to_owned()
        });
        self.probability = judged.map(|judged| judged.confidence);
    }

    pub(super) fn rule(&mut self, intent: &str, basis: Basis) {
        self.rule = Some(RuleNoted {
            intent: intent.to_owned(),
            tables: basis.tables.iter().map(|table| (*table).to_owned()).collect(),
            source: basis.origin.map(|origin| origin.source.to_owned()),
            as_of: basis.origin.map(|origin| origin.as_of.to_string()),
        });
    }

    /// Records that were read.
    pub(super) fn case(&mut self, records: &RecordSet) {
        self.records.extend(versions(records));
    }

    /// The same with every text that somebody typed changed by `change`.
    #[must_use]
    pub(super) fn with_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        self.folded = change(&self.folded);
        self.looked_for = self.looked_for.as_deref().map(change);
        self.slots.values_mut().for_each(|value| *value = change(value));
        self.entities.values_mut().flatten().for_each(|value| *value = change(value));
        self.before = self.before.with_texts(change);
        self
    }
}

/// A hash for each record of a set, by kind and id.
pub(super) fn versions(records: &RecordSet) -> BTreeMap<String, String> {
    fn each<T: Serialize>(
        into: &mut BTreeMap<String, String>,
        kind: &str,
        list: &[T],
        id: impl Fn(&T) -> &str,
    ) {
        for record in list {
            let json = serde_json::to_string(record).unwrap_or_default();
            into.insert(format!("{kind} {}", id(record)), hash(&[&json]));
        }
    }
    let mut all = BTreeMap::new();
    each(&mut all, "account", &records.accounts, |record| &record.id);
    each(&mut all, "entity", &records.entities, |record| &record.id);
    each(&mut all, "website", &records.websites, |record| &record.id);
    each(&mut all, "domain", &records.domains, |record| &record.name);
    each(&mut all, "instance", &records.instances, |record| &record.id);
    each(&mut all, "service_number", &records.service_numbers, |record| &record.number);
    each(&mut all, "order", &records.orders, |record| &record.id);
    all
}

//! Finding sections: BM25 from the index, made comparable between questions, with the share of the question that a
//! section covers. Whether the best one is an answer at all is decided in the assistant, where it competes with actions.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;
use tantivy::{Index, IndexWriter};

use super::index::{self, IndexError, Reading, Terms};
use super::section::Section;
use crate::understand::features::{Unit, hash, hashes};

/// Sections by their numbers, and the index over them.
pub struct Knowledge {
    reading: Option<Reading>,
    sections: Sections,
    count: usize,
}

enum Sections {
    /// All in memory; the units of each, for counting what is covered, when it is first found.
    Memory(Vec<(Arc<Section>, OnceLock<Covered>)>),
    /// In the index on disk, fetched when found.
    Stored,
}

/// The units of a section.
#[derive(Default)]
struct Covered {
    heading: FxHashSet<u64>,
    all: FxHashSet<u64>,
}

/// A section found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub number: u64,
    pub section: Arc<Section>,
    /// The sum of the parts below: 0 to about 2, comparable between questions on one knowledge base.
    pub score: f32,
    /// BM25 over heading, body, title and other ways to ask, divided by what a perfect match would give.
    pub bm25: f32,
    /// The share of the question's units, by rarity, that stand anywhere in the section.
    pub coverage: f32,
    /// The same for its headings alone.
    pub heading_coverage: f32,
}

/// What a search gives.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// The share of the question's units, by rarity, that stand anywhere in the knowledge base.
    pub known: f32,
}

impl Knowledge {
    /// An index in memory: for a small knowledge base, such as our own.
    pub fn in_memory(sections: Vec<Arc<Section>>) -> Result<Self, IndexError> {
        let (schema, fields) = index::schema();
        let index = Index::create_in_ram(schema);
        index::register(&index);
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000)?;
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        for (number, section) in (0..).zip(&sections) {
            let entry = index::Entry {
                number,
                heading_path: &section.heading_path(),
                plain: &section.plain,
                title: &section.title,
                stored: None,
            };
            index::add(&writer, fields, &entry)?;
        }
        writer.commit()?;
        let reading = Reading::of(&index, fields)?;
        let count = sections.len();
        let sections = sections.into_iter().map(|section| (section, OnceLock::new())).collect();
        Ok(Self { reading: Some(reading), sections: Sections::Memory(sections), count })
    }

    /// Over an index on disk that keeps its sections.
    pub(super) fn stored(reading: Reading, count: usize) -> Self {
        Self { reading: Some(reading), sections: Sections::Stored, count }
    }

    /// Nothing at all, in which nothing is found.
    pub fn none() -> Self {
        Self { reading: None, sections: Sections::Memory(Vec::new()), count: 0 }
    }

    /// How many sections there are.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The sections nearest to a folded question, best first; those of `wanted` are looked at too.
    pub fn search(&self, folded: &str, limit: usize, wanted: &[u64]) -> Result<Found, IndexError> {
        let Some(reading) = &self.reading else { return Ok(Found::default()) };
        let terms = Terms::of(folded);
        let rarities = reading.rarities(&terms)?;
        // What a perfect match of all pairs and words would give.
        let (mut full, mut known) = (0.0_f32, 0.0_f32);
        for ((unit, _), rarity) in terms.terms.iter().zip(&rarities) {
            if matches!(unit, Unit::Pair | Unit::Word) {
                full += rarity.value;
                known += if rarity.known { rarity.value } else { 0.0 };
            }
        }
        if full <= 0.0 {
            // A question of single characters: those are all there is to go by.
            full = rarities.iter().map(|rarity| rarity.value).sum::<f32>().max(1.0);
            known = rarities.iter().filter(|rarity| rarity.known).map(|rarity| rarity.value).sum();
        }
        let mut candidates = reading.search(&terms, limit.max(1) * 4)?;
        for number in wanted {
            if candidates.iter().all(|(other, _)| other != number) {
                candidates.push((*number, 0.0));
            }
        }
        let mut hits = Vec::with_capacity(candidates.len());
        for (number, sum) in candidates {
            let (section, heading, all) = match &self.sections {
                Sections::Memory(list) => {
                    let Some((section, covered)) = usize::try_from(number).ok().and_then(|at| list.get(at))
                    else {
                        continue;
                    };
                    let shares = shares(&terms, &rarities, covered.get_or_init(|| units_of(section)));
                    (section.clone(), shares.0, shares.1)
                }
                Sections::Stored => {
                    let Some(section) = reading.section(number)? else { continue };
                    let shares = shares(&terms, &rarities, &units_of(&section));
                    (Arc::new(section), shares.0, shares.1)
                }
            };
            let bm25 = sum / (1.5 * full * 3.0);
            let score = 2.0 * bm25 + 0.5 * all + 0.2 * heading;
            hits.push(Hit { number, section, score, bm25, coverage: all, heading_coverage: heading });
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
        let mut kept = 0;
        hits.retain(|hit| {
            kept += 1;
            kept <= limit || wanted.contains(&hit.number)
        });
        Ok(Found { hits, known: known / full })
    }
}

fn units_of(section: &Section) -> Covered {
    let mut covered = Covered::default();
    let heading = crate::understand::normalise::fold(&section.heading_path());
    hashes(&heading, &mut |unit| {
        covered.heading.insert(unit);
    });
    covered.all.clone_from(&covered.heading);
    for text in [&section.plain, &section.asks.join("\n")] {
        hashes(&crate::understand::normalise::fold(text), &mut |unit| {
            covered.all.insert(unit);
        });
    }
    covered
}

/// The shares of a question covered by the headings, and by the whole section.
fn shares(terms: &Terms, rarities: &[index::Rarity], covered: &Covered) -> (f32, f32) {
    let (mut full, mut heading, mut all) = (0.0_f32, 0.0_f32, 0.0_f32);
    for ((unit, text), rarity) in terms.terms.iter().zip(rarities) {
        let weight = match unit {
            Unit::Pair | Unit::Word => rarity.value,
            Unit::Group => 0.5 * rarity.value,
            Unit::Single | Unit::Mark => continue,
        };
        let unit = hash(text);
        full += weight;
        heading += if covered.heading.contains(&unit) { weight } else { 0.0 };
        all += if covered.all.contains(&unit) { weight } else { 0.0 };
    }
    if full <= 0.0 { (0.0, 0.0) } else { (heading / full, all / full) }
}

//! Finding sections: BM25 from the index, made comparable between questions, with the share of the question that a
//! section covers. Whether the best one is an answer at all is decided in the assistant, where it competes with actions.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::index::{self, IndexError, Rarity, Reading, Terms, coverage_weight};
use super::memory::Postings;
use super::section::Section;
use crate::understand::features::{Unit, hash, hashes};

/// Sections by their numbers, and the index over them.
pub struct Knowledge {
    sections: Sections,
    count: usize,
}

enum Sections {
    /// There are none, and nothing is looked for.
    None,
    Memory(Vec<Arc<Section>>, Postings),
    /// In the index on disk, fetched when found.
    Stored(Reading),
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
    pub fn in_memory(sections: Vec<Arc<Section>>) -> Self {
        let (count, postings) = (sections.len(), Postings::of(&sections));
        Self { sections: Sections::Memory(sections, postings), count }
    }

    /// Over an index on disk that keeps its sections.
    pub(super) fn stored(reading: Reading, count: usize) -> Self {
        Self { sections: Sections::Stored(reading), count }
    }

    /// Nothing at all, in which nothing is found.
    pub fn none() -> Self {
        Self { sections: Sections::None, count: 0 }
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
        match &self.sections {
            Sections::None => Ok(Found::default()),
            Sections::Memory(sections, postings) => Ok(in_memory(sections, postings, folded, limit, wanted)),
            Sections::Stored(reading) => stored(reading, folded, limit, wanted),
        }
    }
}

/// How many sections are looked at for each that is wanted in the end.
const CANDIDATES: usize = 4;

/// What a perfect match would give.
struct Measure {
    /// The weights of all pairs and words, and of those that are known.
    full: f32,
    known: f32,
    /// The weights of all units that coverage counts.
    coverable: f32,
}

impl Measure {
    fn of(units: impl Iterator<Item = (Unit, Rarity)> + Clone) -> Self {
        let (mut full, mut known, mut coverable) = (0.0_f32, 0.0_f32, 0.0_f32);
        for (unit, rarity) in units.clone() {
            coverable += coverage_weight(unit, rarity);
            if matches!(unit, Unit::Pair | Unit::Word) {
                full += rarity.value;
                known += if rarity.known { rarity.value } else { 0.0 };
            }
        }
        if full <= 0.0 {
            // A question of single characters: those are all there is to go by.
            full = units.clone().map(|(_, rarity)| rarity.value).sum::<f32>().max(1.0);
            known = units.filter(|(_, rarity)| rarity.known).map(|(_, rarity)| rarity.value).sum();
        }
        Self { full, known, coverable }
    }

    /// A section by its sum of BM25 and the weights that it covers.
    fn hit<S>(&self, number: u64, section: S, (sum, heading, all): (f32, f32, f32)) -> Scored<S> {
        let share = |weight: f32| if self.coverable <= 0.0 { 0.0 } else { weight / self.coverable };
        let bm25 = sum / (1.5 * self.full * 3.0);
        let (coverage, heading_coverage) = (share(all), share(heading));
        let score = 2.0 * bm25 + 0.5 * coverage + 0.2 * heading_coverage;
        Scored { number, section, score, bm25, coverage, heading_coverage }
    }
}

/// A section that was looked at.
struct Scored<S> {
    number: u64,
    section: S,
    score: f32,
    bm25: f32,
    coverage: f32,
    heading_coverage: f32,
}

/// The best of them, and those of `wanted`.
fn best<S>(
    mut all: Vec<Scored<S>>,
    limit: usize,
    wanted: &[u64],
    section: impl Fn(S) -> Arc<Section>,
) -> Vec<Hit> {
    all.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
    let kept =
        all.into_iter().enumerate().filter(|(at, scored)| *at < limit || wanted.contains(&scored.number));
    kept.map(|(_, scored)| Hit {
        number: scored.number,
        section: section(scored.section),
        score: scored.score,
        bm25: scored.bm25,
        coverage: scored.coverage,
        heading_coverage: scored.heading_coverage,
    })
    .collect()
}

fn in_memory(
    sections: &[Arc<Section>],
    postings: &Postings,
    folded: &str,
    limit: usize,
    wanted: &[u64],
) -> Found {
    let asked = postings.read(folded);
    let measure = Measure::of(asked.iter().map(|asked| (asked.kind, asked.rarity)));
    let mut fits = postings.fit(&asked);
    let mut candidates: Vec<(usize, f32)> =
        fits.iter().map(|fit| fit.sum).enumerate().filter(|(_, sum)| *sum > 0.0).collect();
    let most = limit.max(1) * CANDIDATES;
    if candidates.len() > most {
        candidates.select_nth_unstable_by(most, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (at, _) in candidates.drain(most..) {
            // Whatever else it is looked at for, by its words it isn't among the best.
            fits[at].sum = 0.0;
        }
    }
    let others = wanted.iter().filter_map(|number| usize::try_from(*number).ok());
    let mut others: Vec<usize> =
        others.filter(|at| fits.get(*at).is_some_and(|fit| fit.sum <= 0.0)).collect();
    others.sort_unstable();
    others.dedup();
    let looked_at = candidates.into_iter().map(|(at, _)| at).chain(others);
    let all = looked_at.map(|at| {
        let fit = fits[at];
        measure.hit(at as u64, &sections[at], (fit.sum, fit.heading, fit.all))
    });
    let hits = best(all.collect(), limit, wanted, Arc::clone);
    Found { hits, known: measure.known / measure.full }
}

fn stored(reading: &Reading, folded: &str, limit: usize, wanted: &[u64]) -> Result<Found, IndexError> {
    let terms = Terms::of(folded);
    let rarities = reading.rarities(&terms)?;
    let units = terms.terms.iter().map(|(unit, _)| *unit).zip(rarities.iter().copied());
    let measure = Measure::of(units);
    let mut candidates = reading.search(&terms, limit.max(1) * CANDIDATES)?;
    for number in wanted {
        if candidates.iter().all(|(other, _)| other != number) {
            candidates.push((*number, 0.0));
        }
    }
    let mut all = Vec::with_capacity(candidates.len());
    for (number, sum) in candidates {
        let Some(section) = reading.section(number)? else { continue };
        let (heading, covered) = covered(&terms, &rarities, &units_of(&section));
        all.push(measure.hit(number, Arc::new(section), (sum, heading, covered)));
    }
    let hits = best(all, limit, wanted, |section| section);
    Ok(Found { hits, known: measure.known / measure.full })
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

/// The weights of a question's units that the headings cover, and the whole section.
fn covered(terms: &Terms, rarities: &[index::Rarity], covered: &Covered) -> (f32, f32) {
    let (mut heading, mut all) = (0.0_f32, 0.0_f32);
    for ((unit, text), rarity) in terms.terms.iter().zip(rarities) {
        let weight = coverage_weight(*unit, *rarity);
        let unit = hash(text);
        heading += if covered.heading.contains(&unit) { weight } else { 0.0 };
        all += if covered.all.contains(&unit) { weight } else { 0.0 };
    }
    (heading, all)
}

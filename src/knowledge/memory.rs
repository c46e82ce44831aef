//! The index of a knowledge base that is held in memory: for each unit the sections that hold it, with what it adds to the score.
//!
//! The scores are those of the index on disk (`super::index`): BM25 over headings, bodies and titles with the same weights. As
//! nothing is added later, what a unit adds to a section is worked out once, when the index is made, and a question is
//! answered by adding up a few dozen lists. Which sections cover a unit, and which of them in their headings, stands in the same lists.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::fieldnorm::FieldNormReader;

use super::index::{BODY, HEADING, Rarity, TITLE, coverage_weight, rarity, unit_weight};
use super::section::Section;
use crate::understand::features::{Counted, Unit, counted, kinds};
use crate::understand::normalise::fold;

/// The parameters of BM25, as the index on disk has them.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Sections by their units.
#[derive(Debug)]
pub(super) struct Postings {
    units: FxHashMap<u64, Held>,
    entries: Vec<Entry>,
    sections: usize,
    /// Of a unit that stands nowhere.
    unseen: Rarity,
}

/// Where the entries of a unit are, and how rare it is.
#[derive(Clone, Copy, Debug)]
struct Held {
    start: u32,
    end: u32,
    rarity: Rarity,
}

/// A unit in a section, in eight bytes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The section's number, then whether it covers the unit anywhere but in its title, then whether a heading does.
    place: u32,
    /// What it adds to BM25, all fields together.
    score: f32,
}

const COVERED: u32 = 2;
const IN_HEADING: u32 = 1;

/// How a section fits a question.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fit {
    /// The sum of BM25 over the fields.
    pub(super) sum: f32,
    /// The weights of the units that stand anywhere in it, and in its headings.
    pub(super) all: f32,
    pub(super) heading: f32,
}

/// Headings, body and title are scored; other ways to ask only cover.
const SCORED: usize = 3;
const IN_TITLE: usize = 2;

/// How often a unit stands in the fields of a section.
#[derive(Clone, Copy)]
struct Standing {
    unit: u32,
    section: u32,
    counts: [u32; SCORED],
    covered: bool,
}

/// What a field of all sections comes to.
#[derive(Default)]
struct Field {
    /// The length of each section's, in steps as the index on disk keeps it.
    lengths: Vec<u8>,
    tokens: u64,
}

impl Field {
    fn add(&mut self, counted: &[Counted]) {
        let tokens: u32 = counted.iter().map(|unit| unit.count).sum();
        self.lengths.push(FieldNormReader::fieldnorm_to_id(tokens));
        self.tokens += u64::from(tokens);
    }

    /// For each step of length what is set against the count of a unit.
    #[expect(clippy::cast_precision_loss, reason = "counts of units, far below the limits")]
    fn damping(&self) -> Vec<f32> {
        let mean = self.tokens as f32 / self.lengths.len() as f32;
        let of_step = |step| K1 * (1.0 - B + B * FieldNormReader::id_to_fieldnorm(step) as f32 / mean);
        (0..=u8::MAX).map(of_step).collect()
    }
}

impl Postings {
    #[expect(clippy::cast_possible_truncation, reason = "fewer than four billion units and sections")]
    pub(super) fn of(sections: &[Arc<Section>]) -> Self {
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let mut units: Vec<(u64, Unit)> = Vec::new();
        let mut standing: Vec<Standing> = Vec::new();
        let mut fields = [Field::default(), Field::default(), Field::default()];
        for (section, number) in sections.iter().zip(0..) {
            let texts =
                [&section.heading_path(), &section.plain, &section.title].map(|text| counted(&fold(text)));
            for (field, text) in fields.iter_mut().zip(&texts) {
                field.add(text);
            }
            let asks = counted(&fold(&section.asks.join("\n")));
            let all = merged([&texts[0], &texts[1], &texts[2], &asks]);
            let first = standing.len();
            for (counted, place) in all {
                let next = units.len() as u32;
                let unit = *numbers.entry(counted.unit).or_insert_with(|| {
                    units.push((counted.unit, counted.kind));
                    next
                });
                if standing[first..].last().is_none_or(|last| last.unit != unit) {
                    standing.push(Standing { unit, section: number, counts: [0; SCORED], covered: false });
                }
                if let Some(last) = standing.last_mut() {
                    last.covered |= place != IN_TITLE;
                    if let Some(count) = last.counts.get_mut(place) {
                        *count = counted.count;
                    }
                }
            }
        }
        drop(numbers);
        Self::scored(&units, &standing, &fields, sections.len())
    }

    /// The lists with their scores, each in the order of the sections.
    fn scored(
        units: &[(u64, Unit)],
        standing: &[Standing],
        fields: &[Field; SCORED],
        sections: usize,
    ) -> Self {
        let mut frequencies = vec![[0_u32; SCORED]; units.len()];
        let mut next = vec![0_u32; units.len() + 1];
        for one in standing {
            next[one.unit as usize + 1] += 1;
            for (frequency, count) in frequencies[one.unit as usize].iter_mut().zip(one.counts) {
                *frequency += u32::from(count > 0);
            }
        }
        for at in 1..next.len() {
            next[at] += next[at - 1];
        }
        let held = units.iter().zip(&frequencies).enumerate().map(|(at, ((unit, _), frequencies))| {
            let rarity = rarity(frequencies[0].max(frequencies[1]), sections);
            (*unit, Held { start: next[at], end: next[at + 1], rarity })
        });
        let held = held.collect();
        let damping = [fields[0].damping(), fields[1].damping(), fields[2].damping()];
        let mut entries = vec![Entry { place: 0, score: 0.0 }; standing.len()];
        for one in standing {
            let unit = one.unit as usize;
            let mut score = 0.0;
            for (field, boost) in
                [HEADING, BODY, TITLE].into_iter().enumerate().filter(|(at, _)| one.counts[*at] > 0)
            {
                let idf = idf(frequencies[unit][field], sections);
                let weight = idf * (1.0 + K1) * (boost * unit_weight(units[unit].1));
                let length = fields[field].lengths[one.section as usize];
                score += weight * share(one.counts[field], damping[field][usize::from(length)]);
            }
            let covered = if one.covered { COVERED } else { 0 };
            let in_heading = if one.counts[0] > 0 { IN_HEADING } else { 0 };
            entries[next[unit] as usize] = Entry { place: one.section << 2 | covered | in_heading, score };
            next[unit] += 1;
        }
        Self { units: held, entries, sections, unseen: rarity(0, sections) }
    }

    /// The units of a folded text, each once, in the order of their first coming.
    pub(super) fn read(&self, folded: &str) -> Vec<Asked> {
        let mut asked = Vec::new();
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        kinds(folded, &mut |kind, unit| {
            if seen.insert(unit) {
                let held = self.units.get(&unit).copied();
                let rarity = held.map_or(self.unseen, |held| held.rarity);
                asked.push(Asked { kind, rarity, held });
            }
        });
        asked
    }

    /// How each section fits, by its number.
    pub(super) fn fit(&self, asked: &[Asked]) -> Vec<Fit> {
        let mut fits = vec![Fit::default(); self.sections];
        for Asked { kind, rarity, held } in asked {
            let Some(held) = held else { continue };
            let weight = coverage_weight(*kind, *rarity);
            for entry in &self.entries[held.start as usize..held.end as usize] {
                let fit = &mut fits[(entry.place >> 2) as usize];
                fit.sum += entry.score;
                fit.all += if entry.place & COVERED == 0 { 0.0 } else { weight };
                fit.heading += if entry.place & IN_HEADING == 0 { 0.0 } else { weight };
            }
        }
        fits
    }
}

/// The units of some texts in the order of their hashes, each with the place of its text; of several alike the first text's first.
fn merged<const TEXTS: usize>(texts: [&[Counted]; TEXTS]) -> Vec<(Counted, usize)> {
    let mut rests = texts;
    let mut all = Vec::with_capacity(texts.iter().map(|text| text.len()).sum());
    while let Some(next) = rests.iter().filter_map(|rest| rest.first()).map(|counted| counted.unit).min() {
        for (place, rest) in rests.iter_mut().enumerate() {
            if let Some((first, others)) = rest.split_first().filter(|(first, _)| first.unit == next) {
                all.push((*first, place));
                *rest = others;
            }
        }
    }
    all
}

/// A unit of a question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) kind: Unit,
    pub(super) rarity: Rarity,
    held: Option<Held>,
}

/// How rare a unit is that stands in so many of so many sections, as BM25 has it.
#[expect(clippy::cast_precision_loss, reason = "counts of sections, far below the limits")]
fn idf(frequency: u32, sections: usize) -> f32 {
    let others = (sections as u64).saturating_sub(u64::from(frequency));
    (1.0 + (others as f32 + 0.5) / (frequency as f32 + 0.5)).ln()
}

/// What a unit that stands so often counts of what it could.
#[expect(clippy::cast_precision_loss, reason = "counts of units, far below the limits")]
fn share(count: u32, damping: f32) -> f32 {
    count as f32 / (count as f32 + damping)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::documents::{Names, load_folder};
    use super::super::{Hit, Knowledge, disk};
    use super::*;

    const DOCUMENT: &str = "# 备案时限\n\n管局审核三到二十个工作日，阿里云初审一到两个工作日。\n\n\
        ## 短信核验\n<!-- ask: 短信要多久 | 验证码收不到 -->\n\n短信核验在二十四小时之内，短信发到负责人手机。\n\n\
        ## 撤回订单\n\n订单在核验前可以撤回，撤回以后可以修改再提交。The order may be withdrawn.\n";
    const OTHER: &str = "# ICP filing\n\nHow long a filing takes: three to twenty working days.\n\n## 备案号\n\n备案号放在网站底部。\n";

    fn found(knowledge: &Knowledge, question: &str, limit: usize) -> (BTreeMap<String, Hit>, f32) {
        let found = knowledge.search(question, limit, &[]).unwrap();
        (found.hits.into_iter().map(|hit| (hit.section.heading.clone(), hit)).collect(), found.known)
    }

    #[test]
    fn sections_score_as_in_the_index_on_disk() {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("a.md"), DOCUMENT).unwrap();
        std::fs::write(folder.path().join("b.md"), OTHER).unwrap();
        let on_disk = disk::open(folder.path(), data.path(), &Names::new(), &mut |_| ()).unwrap().knowledge;
        let sections = load_folder(folder.path(), &Names::new()).unwrap().sections;
        let in_memory = Knowledge::in_memory(sections.into_iter().map(Arc::new).collect());
        assert_eq!(in_memory.len(), on_disk.len());
        for question in [
            "短信核验要多久",
            "撤回订单",
            "how long does a filing take",
            "备案号放哪",
            "验证码",
            "备",
            "xyz",
            "",
        ] {
            let (ours, known) = found(&in_memory, question, 10);
            let (theirs, expected) = found(&on_disk, question, 10);
            assert!((known - expected).abs() < 1e-5, "{question}: {known} {expected}");
            assert!(ours.keys().eq(theirs.keys()), "{question}: {ours:?} {theirs:?}");
            for (hit, other) in ours.values().zip(theirs.values()) {
                let of = |hit: &Hit| [hit.score, hit.bm25, hit.coverage, hit.heading_coverage];
                let alike = of(hit).iter().zip(of(other)).all(|(one, other)| (one - other).abs() < 1e-5);
                assert!(alike, "{question}: {hit:?} {other:?}");
            }
        }
    }

    #[test]
    fn what_is_wanted_is_looked_at_once_whatever_its_words() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.md"), DOCUMENT).unwrap();
        let sections = load_folder(folder.path(), &Names::new()).unwrap().sections;
        let knowledge = Knowledge::in_memory(sections.into_iter().map(Arc::new).collect());
        let numbers = |limit: usize, wanted: &[u64]| -> Vec<u64> {
            knowledge.search("撤回订单", limit, wanted).unwrap().hits.iter().map(|hit| hit.number).collect()
        };
        let all = numbers(1, &[0, 1, 2, 2, 99]);
        assert_eq!(all[0], numbers(1, &[])[0]);
        assert_eq!(all.len(), 3, "{all:?}");
    }
}

//! The same section in several places is one section: which ones are the same.
//!
//! Two sections are one only if their headings are the same: equal words under another question are another answer.
//! Equal text is found by its hash, nearly equal text by sketches (the smallest hashes of its
//! character triples), so that the work grows with the number of sections, not with its square.

use std::collections::HashMap;

use jiff::civil::Date;

use super::outline::normalised;
use crate::knowledge::{Place, Section};

/// What is remembered of a section while the others are read.
pub(super) struct Print {
    pub(super) place: Place,
    pub(super) as_of: Option<Date>,
    title: u64,
    text: u64,
    length: usize,
    sketch: [u32; LANES],
}

const LANES: usize = 48;
/// Lanes of a band: two sections meet if all lanes of one band are equal.
const BAND: usize = 2;
/// How alike two texts are that count as one (Jaccard index of their character triples).
const ALIKE_TENTHS: usize = 7;
/// A text of fewer letters is too short to resemble another by chance of its words.
const LONG_ENOUGH: usize = 60;

impl Print {
    pub(super) fn of(section: &Section) -> Self {
        let text = letters(&section.plain);
        let language = u64::from(section.language == crate::knowledge::Language::English);
        let mut hash = OFFSET ^ language;
        for character in &text {
            hash = step(hash, u64::from(u32::from(*character)));
        }
        let title = normalised(&section.heading)
            .bytes()
            .fold(OFFSET ^ language, |hash, byte| step(hash, u64::from(byte)));
        Self {
            place: section.place.clone(),
            as_of: section.as_of,
            title,
            text: hash,
            length: text.len(),
            sketch: sketch(&text),
        }
    }

    fn alike(&self, other: &Self) -> bool {
        resemble((self.length, &self.sketch), (other.length, &other.sketch))
    }
}

/// The letters and digits of a text in lower case.
fn letters(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len() / 3);
    for character in text.chars() {
        // Nearly all of a text needs none of the tables.
        if ('\u{4e00}'..='\u{9fff}').contains(&character) {
            letters.push(character);
        } else if character.is_ascii_alphanumeric() {
            letters.push(character.to_ascii_lowercase());
        } else if character.is_alphanumeric() {
            letters.extend(character.to_lowercase());
        }
    }
    letters
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, value: u64) -> u64 {
    let mixed = (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// One-permutation hashing: each triple falls into one lane, a lane keeps its smallest; empty lanes borrow from the next.
#[expect(clippy::cast_possible_truncation, reason = "the low bits of a hash are a hash")]
fn sketch(text: &[char]) -> [u32; LANES] {
    let mut lanes = [u32::MAX; LANES];
    for triple in text.windows(3) {
        let hash = triple.iter().fold(OFFSET, |hash, character| step(hash, u64::from(u32::from(*character))));
        let lane = &mut lanes[usize::from((hash >> 48) as u16) % LANES];
        *lane = (*lane).min(hash as u32 & 0xffff_fffe);
    }
    let filled = lanes;
    for (index, lane) in lanes.iter_mut().enumerate() {
        if *lane == u32::MAX {
            let near = (1..LANES)
                .map(|step| (step, filled[(index + step) % LANES]))
                .find(|(_, value)| *value != u32::MAX);
            if let Some((distance, value)) = near {
                *lane = value.wrapping_add(u32::try_from(distance).unwrap_or(0) << 20);
            }
        }
    }
    lanes
}

/// Pairs of texts that are nearly the same, each text with the first one that it resembles. Short texts resemble nothing.
pub(crate) fn near_pairs(texts: &[String]) -> Vec<(usize, usize)> {
    let mut bands: HashMap<(usize, [u32; BAND]), usize> = HashMap::new();
    let mut sketches: Vec<(usize, [u32; LANES])> = Vec::with_capacity(texts.len());
    let mut pairs = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let letters: Vec<char> = text.chars().filter(|character| character.is_alphanumeric()).collect();
        sketches.push((letters.len(), sketch(&letters)));
        if letters.len() < LONG_ENOUGH {
            continue;
        }
        let (length, lanes) = sketches[index];
        for (number, band) in lanes.chunks_exact(BAND).enumerate() {
            let near = *bands.entry((number, [band[0], band[1]])).or_insert(index);
            if near != index && resemble((length, &lanes), (sketches[near].0, &sketches[near].1)) {
                pairs.push((near, index));
                break;
            }
        }
    }
    pairs
}

/// Are texts of these lengths and sketches nearly the same?
fn resemble((length, lanes): (usize, &[u32; LANES]), (other_length, others): (usize, &[u32; LANES])) -> bool {
    let equal = lanes.iter().zip(others).filter(|(one, other)| one == other).count();
    // of two sets of these sizes the Jaccard index is at most short / long; both sides in tenths
    length.min(other_length) * 10 >= length.max(other_length) * ALIKE_TENTHS
        && equal * 10 >= LANES * ALIKE_TENTHS
}

/// Groups the prints: each group is one section, its newest place first.
pub(super) fn group(prints: &[Print]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..prints.len()).collect();
    let mut same_text: HashMap<(u64, u64), usize> = HashMap::with_capacity(prints.len());
    let mut bands: HashMap<(u64, usize, [u32; BAND]), usize> = HashMap::new();
    let mut titles: HashMap<u64, u32> = HashMap::with_capacity(prints.len());
    for print in prints {
        *titles.entry(print.title).or_default() += 1;
    }
    for (index, print) in prints.iter().enumerate() {
        let first = *same_text.entry((print.title, print.text)).or_insert(index);
        if first != index {
            join(&mut leader, first, index);
            continue;
        }
        if titles.get(&print.title).is_none_or(|count| *count < 2) {
            continue;
        }
        for (number, band) in print.sketch.chunks_exact(BAND).enumerate() {
            let key = (print.title, number, [band[0], band[1]]);
            let near = *bands.entry(key).or_insert(index);
            if near != index && prints[near].alike(print) {
                join(&mut leader, near, index);
                break;
            }
        }
    }
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for index in 0..prints.len() {
        groups.entry(root(&mut leader, index)).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    for group in &mut groups {
        if group.len() > 1 {
            newest_first(group, prints);
        }
    }
    groups.sort_by_key(|group| group[0]);
    groups
}

/// The newest place comes first. Without a day, the order of the paths decides against a dated one: numbered folders put
/// first what matters, and a living document carries no day where a printed one does.
fn newest_first(group: &mut [usize], prints: &[Print]) {
    group.sort_by(|one, other| prints[*other].as_of.cmp(&prints[*one].as_of).then_with(|| one.cmp(other)));
    let undated = group.iter().position(|index| prints[*index].as_of.is_none());
    if let Some(at) = undated
        && group[at] < group[0]
    {
        group[..=at].rotate_right(1);
    }
}

fn root(leader: &mut [usize], mut index: usize) -> usize {
    while leader[index] != index {
        leader[index] = leader[leader[index]];
        index = leader[index];
    }
    index
}

fn join(leader: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(leader, one), root(leader, other));
    leader[one.max(other)] = one.min(other);
}

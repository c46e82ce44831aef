//! Nearness in meaning, where the optional encoder is installed: which texts of the knowledge base and the training data are
//! encoded, and how near a question comes to each section and intent. What that is worth beside the words is decided in `meaning`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::encoder::{DIMENSIONS, Encoder, Question, Vectors};
use crate::knowledge::{Language, Section};
use crate::understand::features::hash;
use crate::understand::intents::Example;
use crate::understand::normalise::fold;

/// Of a question longer than this many characters only the begin is encoded: nobody's question is longer, and time grows with it.
const LONGEST: usize = 160;
/// Sentences of a section that are encoded at most: the answer stands at its begin.
const SENTENCES: usize = 24;

/// The encoder with the vectors of everything that may be meant.
pub struct Semantics {
    encoder: Encoder,
    vectors: Vectors,
}

/// Texts by their hashes, as they are encoded.
pub type Texts = BTreeMap<u64, String>;

/// What a text says of whatever it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Two sentences of a section under its heading.
    Window(usize),
    /// A section's heading, or another way to ask for it.
    Ask(usize),
    /// An example of an intent.
    Intent(usize),
}

/// How near a question comes to a section.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cosines {
    /// The largest cosine of its windows.
    pub window: f32,
    /// The largest cosine of its heading and other ways to ask.
    pub ask: f32,
    /// The cosine of all of these together, what all sections have in common taken off.
    pub whole: f32,
}

impl Cosines {
    /// All kinds in one number, for choosing which sections are looked at.
    fn sum(self) -> f32 {
        self.window + self.ask + self.whole
    }
}

/// How near a question comes to everything.
#[derive(Clone, Debug, Default)]
pub struct Nearness {
    /// By the number of the section.
    pub sections: Vec<Cosines>,
    /// By the name of the intent: the nearest example, all examples together.
    pub intents: BTreeMap<String, (f32, f32)>,
}

impl Nearness {
    pub fn section(&self, number: u64) -> Cosines {
        usize::try_from(number).ok().and_then(|at| self.sections.get(at)).copied().unwrap_or_default()
    }

    /// The numbers of the nearest sections.
    pub fn nearest(&self, count: usize) -> Vec<u64> {
        let mut order: Vec<(f32, u64)> =
            (0..).zip(&self.sections).map(|(number, cosines)| (cosines.sum(), number)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.into_iter().take(count).map(|(_, number)| number).collect()
    }

    /// Of the intents that are wanted the nearest example, and the nearest by all examples together.
    pub fn intent(&self, wanted: impl Fn(&str) -> bool) -> (f32, f32) {
        let nearness = self.intents.iter().filter(|(name, _)| wanted(name)).map(|(_, nearness)| *nearness);
        nearness
            .fold((0.0, 0.0), |(one, whole), (other, other_whole)| (one.max(other), whole.max(other_whole)))
    }
}

/// Which vectors belong to what, in one language.
pub(super) struct Places {
    texts: Vec<(usize, Role)>,
    intents: Vec<String>,
    /// What everything has in common: the mean of all other ways to ask and examples.
    mean: Vec<f32>,
    /// For each section, and for each intent, the sum of its texts without that, of length one.
    section_wholes: Vec<Vec<f32>>,
    intent_wholes: Vec<Vec<f32>>,
}

impl Semantics {
    pub fn new(encoder: Encoder, vectors: Vectors) -> Self {
        Self { encoder, vectors }
    }

    /// Finds the vectors of sections (by their numbers) and examples.
    pub(super) fn places(&self, examples: &[&Example], sections: &[Arc<Section>]) -> Places {
        let mut places = Vec::new();
        let mut add = |text: &str, role: Role| {
            if let Some(place) = self.vectors.place(hash(text)) {
                places.push((place, role));
            }
        };
        for (number, section) in sections.iter().enumerate() {
            each_text(section, number, &mut add);
        }
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for example in examples {
            let next = numbers.len();
            let number = *numbers.entry(&example.intent).or_insert(next);
            add(&example.text, Role::Intent(number));
        }
        let mut intents = vec![String::new(); numbers.len()];
        for (name, number) in numbers {
            name.clone_into(&mut intents[number]);
        }
        let mut section_sums = vec![Sum::default(); sections.len()];
        let mut intent_sums = vec![Sum::default(); intents.len()];
        let mut all = Sum::default();
        let vectors = self.vectors.all();
        for (place, role) in &places {
            let sum = match *role {
                // Where nobody wrote other ways to ask, what the section says has to stand for them.
                Role::Window(number) if sections[number].asks.is_empty() => &mut section_sums[number],
                Role::Window(_) => continue,
                Role::Ask(number) => &mut section_sums[number],
                Role::Intent(number) => &mut intent_sums[number],
            };
            vectors.add_to(*place, sum.numbers());
            vectors.add_to(*place, all.numbers());
            sum.count += 1.0;
            all.count += 1.0;
        }
        let mean = all.mean();
        let wholes = |sums: Vec<Sum>| sums.into_iter().map(|sum| without(&sum.mean(), &mean)).collect();
        let (section_wholes, intent_wholes) = (wholes(section_sums), wholes(intent_sums));
        Places { texts: places, intents, mean, section_wholes, intent_wholes }
    }

    /// How near a folded question comes to everything.
    pub(super) fn compare(&self, places: &Places, folded: &str) -> Nearness {
        let begin = folded.char_indices().nth(LONGEST).map_or(folded, |(end, _)| &folded[..end]);
        let vector = self.encoder.encode(begin);
        let own = without(&vector, &places.mean);
        let question = Question::of(&vector);
        let mut sections: Vec<Cosines> = places
            .section_wholes
            .iter()
            .map(|whole| Cosines { whole: dot(&own, whole), ..Cosines::default() })
            .collect();
        let mut intents = vec![0.0_f32; places.intents.len()];
        let vectors = self.vectors.all();
        for (place, role) in &places.texts {
            let cosine = vectors.cosine(&question, *place);
            let best = match *role {
                Role::Window(number) => &mut sections[number].window,
                Role::Ask(number) => &mut sections[number].ask,
                Role::Intent(number) => &mut intents[number],
            };
            *best = best.max(cosine);
        }
        let wholes = places.intent_wholes.iter().map(|whole| dot(&own, whole));
        Nearness {
            sections,
            intents: places.intents.iter().cloned().zip(intents.into_iter().zip(wholes)).collect(),
        }
    }
}

/// Vectors added up.
#[derive(Clone, Default)]
struct Sum {
    sum: Vec<f32>,
    count: f32,
}

impl Sum {
    fn numbers(&mut self) -> &mut [f32] {
        self.sum.resize(DIMENSIONS, 0.0);
        &mut self.sum
    }

    fn mean(mut self) -> Vec<f32> {
        let count = self.count.max(1.0);
        for number in self.numbers() {
            *number /= count;
        }
        self.sum
    }
}

/// A vector without what is common, of length one.
fn without(vector: &[f32], common: &[f32]) -> Vec<f32> {
    let mut own: Vec<f32> = vector.iter().zip(common).map(|(number, common)| number - common).collect();
    let length = dot(&own, &own).sqrt().max(1e-6);
    for number in &mut own {
        *number /= length;
    }
    own
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// All texts that are to be encoded.
pub fn texts(sections: &[Arc<Section>], examples: &[Example]) -> Texts {
    let mut texts = Texts::new();
    let mut add = |text: &str, _: Role| {
        texts.entry(hash(text)).or_insert_with(|| text.to_owned());
    };
    for section in sections {
        each_text(section, 0, &mut add);
    }
    for example in examples {
        add(&example.text, Role::Intent(0));
    }
    texts
}

/// The same spelling for what is asked and what is compared with it.
pub fn as_encoded(text: &str) -> String {
    fold(text)
}

/// Hands over each text of a section.
fn each_text(section: &Section, number: usize, each: &mut impl FnMut(&str, Role)) {
    each(&section.heading, Role::Ask(number));
    for ask in &section.asks {
        each(ask, Role::Ask(number));
    }
    let (colon, gap) = match section.language {
        Language::Chinese => ("：", ""),
        Language::English => (": ", " "),
    };
    let sentences: Vec<&str> = sentences(&section.plain).take(SENTENCES).collect();
    for (at, sentence) in sentences.iter().enumerate() {
        match sentences.get(at + 1) {
            Some(next) => {
                each(&format!("{}{colon}{sentence}{gap}{next}", section.heading), Role::Window(number));
            }
            None if at == 0 => {
                each(&format!("{}{colon}{sentence}", section.heading), Role::Window(number));
            }
            None => {}
        }
    }
}

/// The sentences of a text: up to a full stop or the end of the line, scraps left out.
fn sentences(plain: &str) -> impl Iterator<Item = &str> {
    plain
        .lines()
        .flat_map(|line| line.split_inclusive(['。', '！', '？', '；']))
        .flat_map(|part| part.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| sentence.chars().filter(|character| character.is_alphanumeric()).count() >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Place;

    fn section(heading: &str, plain: &str, asks: &[&str]) -> Section {
        Section {
            place: Place { doc: "a.md".to_owned(), line: 1 },
            copies: Vec::new(),
            title: "t".to_owned(),
            parents: Vec::new(),
            heading: heading.to_owned(),
            anchor: None,
            as_of: None,
            language: Language::Chinese,
            body: plain.to_owned(),
            plain: plain.to_owned(),
            asks: asks.iter().map(|ask| (*ask).to_owned()).collect(),
            contents: false,
        }
    }

    #[test]
    fn a_section_is_read_in_windows_of_two_sentences_under_its_heading() {
        let section = section("撤回", "核验前可以撤回。撤回后要重新提交。\n管局审核时不行。", &["后悔了"]);
        let mut seen = Vec::new();
        each_text(&section, 7, &mut |text, role| seen.push((text.to_owned(), role)));
        let of = |wanted: Role| {
            seen.iter().filter(|(_, role)| *role == wanted).map(|(text, _)| text.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(Role::Ask(7)), ["撤回", "后悔了"]);
        assert_eq!(
            of(Role::Window(7)),
            ["撤回：核验前可以撤回。撤回后要重新提交。", "撤回：撤回后要重新提交。管局审核时不行。"]
        );
    }

    #[test]
    fn what_all_have_in_common_is_taken_off() {
        let own = without(&[3.0, 1.0], &[0.0, 1.0]);
        assert_eq!(own, [1.0, 0.0]);
        assert_eq!(without(&[2.0, 2.0], &[2.0, 2.0]), [0.0, 0.0]);
    }

    #[test]
    fn the_nearest_come_first_and_the_order_is_fixed() {
        let cosines = |ask: f32| Cosines { ask, ..Cosines::default() };
        let nearness = Nearness {
            sections: vec![cosines(0.2), cosines(0.9), cosines(0.2)],
            intents: [("outside_tax".to_owned(), (0.4, 0.1)), ("evade".to_owned(), (0.7, 0.2))].into(),
        };
        assert_eq!(nearness.nearest(2), [1, 0]);
        assert_eq!(nearness.section(9), Cosines::default());
        assert_eq!(nearness.intent(|name| name.starts_with("outside")), (0.4, 0.1));
        assert_eq!(nearness.intent(|name| name == "none"), (0.0, 0.0));
    }
}

//! Nearness in meaning, where the optional encoder is installed: which texts of the knowledge base and the training data are
//! encoded, and how near a question comes to each section and intent. What that is worth beside the words is decided in `meaning`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::meaning::{is_evasion, is_topic_outside};
use crate::encoder::{All, DIMENSIONS, Encoder, Question, Vectors};
use crate::knowledge::{Language, Section};
use crate::understand::features::hash;
use crate::understand::intents::{Example, dot};
use crate::understand::normalise::fold;

/// Of a question longer than this many characters only the begin is encoded: nobody's question is longer, and time grows with it.
const LONGEST: usize = 160;
/// Sentences of a section that are encoded at most: the answer stands at its begin.
const SENTENCES: usize = 24;

/// So many topics outside, and so many of all other intents, are compared with a question text by text.
const TOPICS: usize = 20;
const OTHERS: usize = 12;

/// The encoder with the vectors of everything that may be meant.
pub struct Semantics {
    encoder: Encoder,
    vectors: Vectors,
}

/// Texts by their hashes, as they are encoded.
pub type Texts = BTreeMap<u64, String>;

/// What a text is to its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Two sentences under the heading.
    Window,
    /// The heading, or another way to ask.
    Ask,
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

/// How near a question comes to an intent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IntentCosines {
    /// The cosine of all its examples together, what everything has in common taken off.
    pub whole: f32,
    /// The largest cosine of its examples; 0 where it is far as a whole.
    pub nearest: f32,
}

/// How near a question comes to what is not looked up section by section.
#[derive(Clone, Debug, Default)]
pub struct Nearness {
    /// By the name of the intent.
    pub intents: BTreeMap<String, IntentCosines>,
    /// The cosine of the nearest section, taken as a whole.
    pub section: f32,
}

impl Nearness {
    /// The nearest of the intents that are wanted, in each way of comparing.
    pub fn intent(&self, wanted: impl Fn(&str) -> bool) -> IntentCosines {
        let wanted = self.intents.iter().filter(|(name, _)| wanted(name));
        wanted.fold(IntentCosines::default(), |best, (_, cosines)| IntentCosines {
            whole: best.whole.max(cosines.whole),
            nearest: best.nearest.max(cosines.nearest),
        })
    }
}

/// Which vectors belong to what, in one language.
pub(super) struct Places {
    section_texts: Vec<Vec<(usize, Role)>>,
    intents: Vec<String>,
    /// The place of every example, in the order of the places, with the number of its intent: walked through in this order
    /// the vectors come from memory one behind the other.
    intent_texts: Vec<(usize, usize)>,
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

    /// The kept vector of a text.
    pub(super) fn kept(&self, text: &str) -> Option<Vec<f32>> {
        let mut vector = vec![0.0; DIMENSIONS];
        self.vectors.all().add_to(self.vectors.place(hash(text))?, &mut vector);
        Some(vector)
    }

    /// Finds the vectors of sections (by their numbers) and examples.
    pub(super) fn places(&self, examples: &[&Example], sections: &[Arc<Section>]) -> Places {
        let vectors = self.vectors.all();
        let mut all = Sum::default();
        let mut section_texts = Vec::with_capacity(sections.len());
        let mut section_sums = Vec::with_capacity(sections.len());
        for section in sections {
            let mut texts = Vec::new();
            let mut sum = Sum::default();
            each_text(section, &mut |text, role| {
                let Some(place) = self.vectors.place(hash(text)) else { return };
                texts.push((place, role));
                // Where nobody wrote other ways to ask, what the section says has to stand for them.
                if role == Role::Ask || section.asks.is_empty() {
                    sum.add(vectors, place);
                    all.add(vectors, place);
                }
            });
            texts.sort_unstable_by_key(|(place, _)| *place);
            section_texts.push(texts);
            section_sums.push(sum);
        }
        let mut intent_sums: BTreeMap<&str, Sum> = BTreeMap::new();
        let mut intent_texts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for example in examples {
            let Some(place) = self.vectors.place(hash(&example.text)) else { continue };
            intent_sums.entry(&example.intent).or_default().add(vectors, place);
            all.add(vectors, place);
            intent_texts.entry(&example.intent).or_default().push(place);
        }
        let mean = all.mean();
        let own = |sum: Sum| without(&sum.mean(), &mean);
        let section_wholes = section_sums.into_iter().map(own).collect();
        let intents = intent_sums.keys().map(|name| (*name).to_owned()).collect();
        let intent_wholes = intent_sums.into_values().map(own).collect();
        let numbered = intent_texts.into_values().enumerate();
        let mut intent_texts: Vec<(usize, usize)> = numbered
            .flat_map(|(intent, places)| places.into_iter().map(move |place| (place, intent)))
            .collect();
        intent_texts.sort_unstable();
        Places { section_texts, intents, intent_texts, mean, section_wholes, intent_wholes }
    }

    /// A folded question, to be compared with everything.
    pub(super) fn read<'a>(&'a self, places: &'a Places, folded: &str) -> Compared<'a> {
        let begin = folded.char_indices().nth(LONGEST).map_or(folded, |(end, _)| &folded[..end]);
        let vector = self.encoder.encode(begin);
        let own = without(&vector, &places.mean);
        let wholes = places.section_wholes.iter().map(|whole| dot(&own, whole)).collect();
        let question = Question::of(&vector);
        Compared { vectors: self.vectors.all(), places, question, vector, own, wholes }
    }
}

/// A question beside the vectors of one language. Each section's whole is compared at once, its single texts only when the
/// section is looked at: there are twenty times as many.
pub(super) struct Compared<'a> {
    vectors: All<'a>,
    places: &'a Places,
    question: Question,
    vector: Vec<f32>,
    /// The question without what everything has in common.
    own: Vec<f32>,
    wholes: Vec<f32>,
}

impl Compared<'_> {
    /// The question as it was encoded.
    pub(super) fn vector(&self) -> &[f32] {
        &self.vector
    }

    /// How near a section comes, by its number.
    pub(super) fn section(&self, number: u64) -> Cosines {
        let Ok(number) = usize::try_from(number) else { return Cosines::default() };
        let (Some(texts), Some(whole)) = (self.places.section_texts.get(number), self.wholes.get(number))
        else {
            return Cosines::default();
        };
        let mut cosines = Cosines { whole: *whole, ..Cosines::default() };
        self.vectors.cosines(&self.question, texts, |role, cosine| {
            let best = match role {
                Role::Window => &mut cosines.window,
                Role::Ask => &mut cosines.ask,
            };
            *best = best.max(cosine);
        });
        cosines
    }

    /// The numbers of the nearest sections, each taken as a whole.
    pub(super) fn nearest(&self, count: usize) -> Vec<u64> {
        nearest(&self.wholes, count)
    }

    pub(super) fn nearness(&self) -> Nearness {
        let wholes: Vec<f32> = self.places.intent_wholes.iter().map(|whole| dot(&self.own, whole)).collect();
        let likely = likely(&self.places.intents, &wholes);
        let texts: Vec<(usize, usize)> =
            self.places.intent_texts.iter().filter(|(_, intent)| likely[*intent]).copied().collect();
        let mut nearest = vec![0.0_f32; self.places.intents.len()];
        self.vectors.cosines(&self.question, &texts, |intent, cosine| {
            nearest[intent] = nearest[intent].max(cosine);
        });
        let cosines =
            wholes.into_iter().zip(nearest).map(|(whole, nearest)| IntentCosines { whole, nearest });
        Nearness {
            intents: self.places.intents.iter().cloned().zip(cosines).collect(),
            section: self.wholes.iter().copied().fold(0.0, f32::max),
        }
    }
}

/// Which intents are compared text by text: of topics outside and of all others those that are nearest as a whole. There are ten
/// thousand texts, and to fetch them from memory takes longer than anything else; those of an intent that is far as a whole are hardly
/// ever the nearest, and then by little.
fn likely(names: &[String], wholes: &[f32]) -> Vec<bool> {
    let most = |topics: bool| if topics { TOPICS } else { OTHERS };
    let mut likely = vec![false; names.len()];
    for topics in [true, false] {
        let mut of_kind: Vec<usize> =
            (0..names.len()).filter(|at| is_topic_outside(&names[*at]) == topics).collect();
        of_kind.sort_by(|a, b| wholes[*b].total_cmp(&wholes[*a]).then(a.cmp(b)));
        for at in of_kind.into_iter().take(most(topics)) {
            likely[at] = true;
        }
    }
    // There is one of it, and how near it comes counts in each decision.
    if let Some(evasion) = names.iter().position(|name| is_evasion(name)) {
        likely[evasion] = true;
    }
    likely
}

fn nearest(wholes: &[f32], count: usize) -> Vec<u64> {
    let mut order: Vec<(f32, u64)> = wholes.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().take(count).map(|(_, number)| number).collect()
}

/// Vectors added up.
#[derive(Clone, Default)]
struct Sum {
    sum: Vec<f32>,
    count: f32,
}

impl Sum {
    fn add(&mut self, vectors: All<'_>, place: usize) {
        vectors.add_to(place, self.numbers());
        self.count += 1.0;
    }

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

/// All texts that are to be encoded.
pub fn texts(sections: &[Arc<Section>], examples: &[Example]) -> Texts {
    let mut texts = Texts::new();
    let mut add = |text: &str, _: Role| {
        texts.entry(hash(text)).or_insert_with(|| text.to_owned());
    };
    for section in sections {
        each_text(section, &mut add);
    }
    for example in examples {
        add(&example.text, Role::Ask);
    }
    texts
}

/// The same spelling for what is asked and what is compared with it.
pub fn as_encoded(text: &str) -> String {
    fold(text)
}

/// Hands over each text of a section.
fn each_text(section: &Section, each: &mut impl FnMut(&str, Role)) {
    each(&section.heading, Role::Ask);
    for ask in &section.asks {
        each(ask, Role::Ask);
    }
    let (colon, gap) = match section.language {
        Language::Chinese => ("：", ""),
        Language::English => (": ", " "),
    };
    let sentences: Vec<&str> = sentences(&section.plain).take(SENTENCES).collect();
    for (at, sentence) in sentences.iter().enumerate() {
        match sentences.get(at + 1) {
            Some(next) => {
                each(&format!("{}{colon}{sentence}{gap}{next}", section.heading), Role::Window);
            }
            None if at == 0 => {
                each(&format!("{}{colon}{sentence}", section.heading), Role::Window);
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
        each_text(&section, &mut |text, role| seen.push((text.to_owned(), role)));
        let of = |wanted: Role| {
            seen.iter().filter(|(_, role)| *role == wanted).map(|(text, _)| text.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(Role::Ask), ["撤回", "后悔了"]);
        assert_eq!(
            of(Role::Window),
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
    fn of_intents_only_likely_ones_are_compared_text_by_text_and_evasion_always() {
        let topics = (0..30).map(|number| (format!("outside_{number:02}"), number));
        let others = (0..30).map(|number| (format!("action_{number:02}"), 2 * number));
        let all: Vec<(String, i32)> = topics.chain(others).chain([("evade".to_owned(), -1)]).collect();
        let (names, steps): (Vec<String>, Vec<i32>) = all.into_iter().unzip();
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let wholes: Vec<f32> = steps.into_iter().map(|step| step as f32 / 100.0).collect();
        let likely = likely(&names, &wholes);
        let count =
            |begin: &str| (0..names.len()).filter(|at| likely[*at] && names[*at].starts_with(begin)).count();
        assert_eq!((count("outside"), count("action"), count("evade")), (TOPICS, OTHERS, 1));
        assert!(likely[29] && !likely[0] && likely[59] && !likely[30], "the nearest");
    }

    #[test]
    fn the_nearest_come_first_and_the_order_is_fixed() {
        assert_eq!(nearest(&[0.2, 0.9, 0.2], 2), [1, 0]);
        let cosines = |whole, nearest| IntentCosines { whole, nearest };
        let of = |name: &str, cosines| (name.to_owned(), cosines);
        let intents = [
            of("evade", cosines(0.7, 0.9)),
            of("outside_app", cosines(0.1, 0.6)),
            of("outside_tax", cosines(0.4, 0.2)),
        ];
        let nearness = Nearness { intents: intents.into(), section: 0.5 };
        assert_eq!(nearness.intent(|name| name.starts_with("outside")), cosines(0.4, 0.6));
        assert_eq!(nearness.intent(|name| name == "none"), IntentCosines::default());
    }
}

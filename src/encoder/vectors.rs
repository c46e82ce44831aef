//! Vectors of texts that don't change, kept in a file named after the texts: encoding them takes a minute, reading none. Each
//! vector is 512 bytes and a scale.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pulp::{Arch, NullaryFnOnce};

use super::tables::{self, Tables};
use super::{DIMENSIONS, Encoder, EncoderError, folder};

/// How many texts are encoded by a thread between two words to whoever watches.
const BATCH: usize = 64;
/// How many knowledge bases' vectors are kept.
const KEPT: usize = 4;

/// Vectors by the hashes of their texts.
pub struct Vectors {
    tables: Tables,
}

impl Vectors {
    /// The vectors of these texts (given by their hashes), where they are kept.
    pub fn find(data: &Path, texts: &BTreeMap<u64, String>) -> Option<Self> {
        let file = file_of(data, texts);
        let vectors =
            file.exists().then(|| Tables::open(&file).ok()).flatten().map(|tables| Self { tables })?;
        let all = vectors.all();
        let whole = vectors.len() == texts.len()
            && all.scales.len() == texts.len()
            && all.numbers.len() == texts.len() * DIMENSIONS;
        whole.then_some(vectors)
    }

    /// Encodes these texts and keeps their vectors; those that another file has already are taken from there. `watch` hears
    /// how many are done.
    pub fn make(
        data: &Path,
        encoder: &Encoder,
        texts: &BTreeMap<u64, String>,
        watch: &mut dyn FnMut(usize),
    ) -> Result<Self, EncoderError> {
        let file = file_of(data, texts);
        let mut known: BTreeMap<u64, (Vec<u8>, f32)> = BTreeMap::new();
        for other in kept(data) {
            let Ok(tables) = Tables::open(&other) else { continue };
            let other = Self { tables };
            for (place, hash) in other.hashes().iter().enumerate() {
                if texts.contains_key(hash)
                    && let Some((numbers, scale)) = other.all().at(place)
                {
                    known.insert(*hash, (bytemuck::cast_slice(numbers).to_vec(), scale));
                }
            }
        }
        let mut missing: Vec<(u64, &str)> = texts
            .iter()
            .filter(|(hash, _)| !known.contains_key(hash))
            .map(|(hash, text)| (*hash, text.as_str()))
            .collect();
        // Texts of like length together: none waits for a long one.
        missing.sort_by_key(|(hash, text)| (text.len(), *hash));
        watch(known.len());
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        for part in missing.chunks(BATCH * threads) {
            let done: Vec<Vec<Vec<f32>>> = std::thread::scope(|scope| {
                let workers: Vec<_> = part
                    .chunks(BATCH)
                    .map(|texts| {
                        scope.spawn(move || {
                            encoder.encode_all(&texts.iter().map(|(_, text)| *text).collect::<Vec<_>>())
                        })
                    })
                    .collect();
                workers
                    .into_iter()
                    .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                    .collect()
            });
            for ((hash, _), vector) in part.iter().zip(done.into_iter().flatten()) {
                known.insert(*hash, packed(&vector));
            }
            watch(known.len());
        }
        let tables = [
            ("hashes".to_owned(), known.keys().flat_map(|hash| hash.to_le_bytes()).collect()),
            ("scales".to_owned(), known.values().flat_map(|(_, scale)| scale.to_le_bytes()).collect()),
            ("vectors".to_owned(), known.into_values().flat_map(|(numbers, _)| numbers).collect()),
        ];
        tables::write(&file, &tables.into()).map_err(|error| {
            EncoderError::at(&file, format!("can't be written: {error}; give a folder that can with --data"))
        })?;
        forget_oldest(data, &file);
        Ok(Self { tables: Tables::open(&file)? })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.hashes().len()
    }

    pub fn is_empty(&self) -> bool {
        self.hashes().is_empty()
    }

    /// The place of a text's vector.
    pub fn place(&self, text: u64) -> Option<usize> {
        self.hashes().binary_search(&text).ok()
    }

    /// All vectors, for comparing many of them.
    pub fn all(&self) -> All<'_> {
        All {
            numbers: self.tables.numbers("vectors", 0).unwrap_or_default(),
            scales: self.tables.numbers("scales", 0).unwrap_or_default(),
        }
    }

    fn hashes(&self) -> &[u64] {
        self.tables.numbers("hashes", 0).unwrap_or_default()
    }
}

/// The numbers of all vectors, by their places.
#[derive(Clone, Copy)]
pub struct All<'a> {
    numbers: &'a [i8],
    scales: &'a [f32],
}

impl<'a> All<'a> {
    /// The cosines of a question and the vectors at some places, each handed over with what it was given with.
    pub fn cosines<T: Copy>(self, question: &Question, places: &[(usize, T)], each: impl FnMut(T, f32)) {
        Arch::new().dispatch(Cosines { all: self, question, places, each });
    }

    /// The cosine of a question and the vector at a place.
    // What isn't inlined is compiled for the simplest processor.
    #[inline(always)]
    fn cosine(self, question: &Question, place: usize) -> f32 {
        /// So many products are added up side by side.
        const TOGETHER: usize = 32;
        let Some((numbers, scale)) = self.at(place) else { return 0.0 };
        // Whole numbers in parts of a fixed length: the processor multiplies and adds many of them at once.
        let mut sum = 0_i32;
        for (ours, theirs) in question.numbers.chunks_exact(TOGETHER).zip(numbers.chunks_exact(TOGETHER)) {
            let mut part = 0_i32;
            for at in 0..TOGETHER {
                part += i32::from(ours[at]) * i32::from(theirs[at]);
            }
            sum += part;
        }
        #[expect(clippy::cast_precision_loss, reason = "a cosine to seven digits")]
        let sum = sum as f32;
        sum * scale * question.scale
    }

    /// Adds the vector at a place to a sum.
    pub fn add_to(self, place: usize, sum: &mut [f32]) {
        let Some((numbers, scale)) = self.at(place) else { return };
        for (sum, number) in sum.iter_mut().zip(numbers) {
            *sum += f32::from(*number) * scale;
        }
    }

    fn at(self, place: usize) -> Option<(&'a [i8], f32)> {
        Some((self.numbers.get(place * DIMENSIONS..(place + 1) * DIMENSIONS)?, *self.scales.get(place)?))
    }
}

/// Comparing a question with many vectors, compiled for several kinds of processors.
struct Cosines<'a, T, Each> {
    all: All<'a>,
    question: &'a Question,
    places: &'a [(usize, T)],
    each: Each,
}

impl<T: Copy, Each: FnMut(T, f32)> NullaryFnOnce for Cosines<'_, T, Each> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "what isn't inlined is compiled for the simplest processor")]
    #[inline(always)]
    fn call(mut self) {
        for (place, with) in self.places {
            (self.each)(*with, self.all.cosine(self.question, *place));
        }
    }
}

/// A vector of length one in whole numbers, to be compared with many.
pub struct Question {
    numbers: Vec<i16>,
    scale: f32,
}

impl Question {
    /// So many steps from nothing to the largest number: 512 products with bytes still fit into 32 bits.
    const STEPS: f32 = 8191.0;

    #[expect(clippy::cast_possible_truncation, reason = "rounded, and at most the steps")]
    pub fn of(vector: &[f32]) -> Self {
        let most = most(vector);
        let numbers = vector.iter().map(|number| (number / most * Self::STEPS).round() as i16).collect();
        Self { numbers, scale: most / Self::STEPS }
    }
}

/// The size of the largest number.
fn most(vector: &[f32]) -> f32 {
    vector.iter().fold(f32::MIN_POSITIVE, |most, number| most.max(number.abs()))
}

/// The vector in bytes: the largest number becomes 127.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and at most 127")]
fn packed(vector: &[f32]) -> (Vec<u8>, f32) {
    let most = most(vector);
    let bytes = vector.iter().map(|number| (number / most * 127.0).round() as i8 as u8).collect();
    (bytes, most / 127.0)
}

fn file_of(data: &Path, texts: &BTreeMap<u64, String>) -> PathBuf {
    let content = texts.keys().fold(0xcbf2_9ce4_8422_2325_u64, |hash, text| {
        let mixed = (hash ^ text).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    });
    folder(data).join(format!("vectors-{content:016x}.bin"))
}

/// The files of vectors in a data folder, by name.
pub(super) fn kept(data: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder(data)).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("vectors-") && path.extension().is_some_and(|ending| ending == "bin")
        })
        .collect()
}

/// Of many knowledge bases' vectors the oldest files go.
fn forget_oldest(data: &Path, just_made: &Path) {
    let mut others: Vec<_> = kept(data)
        .into_iter()
        .filter(|path| path != just_made)
        .map(|path| (fs::metadata(&path).and_then(|about| about.modified()).ok(), path))
        .collect();
    others.sort();
    for (_, path) in others.iter().rev().skip(KEPT - 1) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_in_whole_numbers_is_nearly_the_same() {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let vector = |step: usize| -> Vec<f32> {
            let raw: Vec<f32> = (0..DIMENSIONS).map(|n| ((n * step % 101) as f32 - 50.0) / 50.0).collect();
            let length = raw.iter().map(|number| number * number).sum::<f32>().sqrt();
            raw.iter().map(|number| number / length).collect()
        };
        let (one, other) = (vector(37), vector(41));
        let exact: f32 = one.iter().zip(&other).map(|(one, other)| one * other).sum();
        let (bytes, scale) = packed(&other);
        let all = All { numbers: bytemuck::cast_slice(&bytes), scales: &[scale] };
        let near = all.cosine(&Question::of(&one), 0);
        assert!((near - exact).abs() < 3e-3, "{near} {exact}");
    }

    #[test]
    fn a_packed_vector_is_nearly_the_same() {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let vector: Vec<f32> = (0..DIMENSIONS).map(|n| ((n * 37 % 101) as f32 - 50.0) / 700.0).collect();
        let (bytes, scale) = packed(&vector);
        for (number, byte) in vector.iter().zip(bytemuck::cast_slice::<u8, i8>(&bytes)) {
            assert!((number - f32::from(*byte) * scale).abs() <= scale);
        }
    }
}

//! A trained classifier as bytes, to be kept in a file: a name with the version, counts, lists, and a checksum.

use rustc_hash::FxHashMap;

use super::LinearIntents;
use super::words::{Count, Words};

/// Changes whenever pieces, training or layout change: an older file is then trained anew.
const NAME: &[u8; 16] = b"beian-intents-03";
/// More pieces or intents than this no training data has: a count above it is damage.
const MOST: usize = 50_000_000;

/// The bytes are no classifier of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("it is of another version")]
    Version,
    #[error("it is damaged")]
    Damaged,
}

impl LinearIntents {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = NAME.to_vec();
        count(&mut bytes, self.intents.len());
        for ((intent, step), bias) in self.intents.iter().zip(&self.steps).zip(&self.biases) {
            count(&mut bytes, intent.len());
            bytes.extend(intent.as_bytes());
            bytes.extend(step.to_le_bytes());
            bytes.extend(bias.to_le_bytes());
        }
        bytes.extend(self.least.to_le_bytes());
        count(&mut bytes, self.meaning.len());
        bytes.extend(self.meaning.iter().flat_map(|weight| weight.to_le_bytes()));
        let mut pieces: Vec<(u32, u64, f32)> =
            self.pieces.iter().map(|(piece, (number, rarity))| (*number, *piece, *rarity)).collect();
        pieces.sort_unstable_by_key(|(number, ..)| *number);
        count(&mut bytes, pieces.len());
        for (_, piece, rarity) in pieces {
            bytes.extend(piece.to_le_bytes());
            bytes.extend(rarity.to_le_bytes());
        }
        count(&mut bytes, self.words.counts().len());
        for Count { said, intent, examples } in self.words.counts() {
            bytes.extend(said.to_le_bytes());
            bytes.extend(intent.to_le_bytes());
            bytes.extend(examples.to_le_bytes());
        }
        bytes.extend(self.weights.iter().map(|weight| weight.to_le_bytes()[0]));
        bytes.extend(checksum(&bytes).to_le_bytes());
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(NAME).ok_or(ModelError::Version)?;
        let (_, sum) = rest.split_last_chunk::<8>().ok_or(ModelError::Damaged)?;
        let body = &bytes[..bytes.len() - sum.len()];
        if checksum(body) != u64::from_le_bytes(*sum) {
            return Err(ModelError::Damaged);
        }
        Reader(&body[NAME.len()..]).model().ok_or(ModelError::Damaged)
    }
}

/// Takes values off the front.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn model(&mut self) -> Option<LinearIntents> {
        let (mut intents, mut steps, mut biases) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.count()? {
            let length = self.count()?;
            let (name, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            intents.push(std::str::from_utf8(name).ok()?.to_owned());
            steps.push(self.float()?);
            biases.push(self.float()?);
        }
        let least = self.float()?;
        let mut meaning = Vec::new();
        for _ in 0..self.count()? {
            meaning.push(self.float()?);
        }
        let mut pieces = FxHashMap::default();
        for number in 0..u32::try_from(self.count()?).ok()? {
            let piece = u64::from_le_bytes(self.take()?);
            pieces.insert(piece, (number, self.float()?));
        }
        let mut counts = Vec::new();
        for _ in 0..self.count()? {
            let said = u64::from_le_bytes(self.take()?);
            let intent = u32::from_le_bytes(self.take()?);
            let examples = u32::from_le_bytes(self.take()?);
            intents.get(intent as usize)?;
            counts.push(Count { said, intent, examples });
        }
        let words = Words::new(counts, intents.len());
        let whole = self.0.len() == pieces.len() * intents.len()
            && meaning.len().checked_rem(intents.len()).is_none_or(|rest| rest == 0);
        let weights = self.0.iter().map(|weight| i8::from_le_bytes([*weight])).collect();
        whole.then_some(LinearIntents { intents, pieces, weights, steps, meaning, biases, words, least })
    }

    fn take<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let (first, rest) = self.0.split_first_chunk::<LENGTH>()?;
        self.0 = rest;
        Some(*first)
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take()?)).ok().filter(|count| *count <= MOST)
    }

    fn float(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.take()?))
    }
}

fn count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend((count as u64).to_le_bytes());
}

/// FNV-1a over words of eight bytes: quick on megabytes, and any flipped bit shows.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| step(sum, u64::from(*byte)))
}

//! A spelt text to pieces of words: of all ways to cut it into known pieces the likeliest (a unigram model, solved by going
//! through the text once and keeping the best way to reach each place).

use super::tables::Tables;

/// Numbers of the pieces for the unknown, the begin and the end.
pub(super) const UNKNOWN: u32 = 0;
const BEGIN: u32 = 1;
const END: u32 = 2;
/// What an unknown character costs beyond the least likely piece.
const UNKNOWN_COST: f32 = 10.0;

/// The pieces, found by the hash of their text.
pub(super) struct Pieces<'a> {
    /// A power of two of places; each holds a piece's number plus one, or nothing. A piece stands at its hash or behind.
    slots: &'a [u32],
    /// Where each piece's text begins, and one more.
    starts: &'a [u32],
    texts: &'a [u8],
    /// Logarithms of how likely each piece is.
    scores: &'a [f32],
    /// The longest piece in characters, and the score of an unknown character.
    longest: usize,
    unknown: f32,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(tables: &'a Tables) -> Result<Self, &'static str> {
        let scores: &[f32] = tables.numbers("piece_scores", 3)?;
        let limits: &[f32] = tables.numbers("piece_limits", 2)?;
        let slots: &[u32] = tables.numbers("piece_slots", scores.len())?;
        if !slots.len().is_power_of_two() {
            return Err("piece_slots");
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        let longest = limits[0] as usize;
        Ok(Self {
            slots,
            starts: tables.numbers("piece_starts", scores.len() + 1)?,
            texts: tables.bytes("piece_texts")?,
            scores,
            longest,
            unknown: limits[1],
        })
    }

    /// The numbers of a spelt text's pieces, between those of the begin and the end.
    pub(super) fn cut(&self, spelt: &str) -> Vec<u32> {
        let ends: Vec<usize> =
            spelt.char_indices().map(|(at, character)| at + character.len_utf8()).collect();
        if ends.is_empty() {
            return vec![BEGIN, UNKNOWN, END];
        }
        let mut best = vec![f64::NEG_INFINITY; ends.len() + 1];
        let mut reached: Vec<(usize, u32)> = vec![(0, UNKNOWN); ends.len() + 1];
        best[0] = 0.0;
        for from in 0..ends.len() {
            let start = if from == 0 { 0 } else { ends[from - 1] };
            let mut hash = Hash::default();
            let mut known = false;
            let mut before = start;
            for to in from + 1..=(from + self.longest).min(ends.len()) {
                hash.bytes(&spelt.as_bytes()[before..ends[to - 1]]);
                before = ends[to - 1];
                let Some(piece) = self.find(hash, &spelt.as_bytes()[start..before]) else { continue };
                known |= to == from + 1;
                let score = best[from] + f64::from(self.scores[piece as usize]);
                if score > best[to] {
                    best[to] = score;
                    reached[to] = (from, piece);
                }
            }
            let score = best[from] + f64::from(self.unknown);
            if !known && score > best[from + 1] {
                best[from + 1] = score;
                reached[from + 1] = (from, UNKNOWN);
            }
        }
        let mut pieces = vec![END];
        let mut at = ends.len();
        while at > 0 {
            let (from, piece) = reached[at];
            pieces.push(piece);
            at = from;
        }
        pieces.push(BEGIN);
        pieces.reverse();
        pieces
    }

    fn find(&self, hash: Hash, text: &[u8]) -> Option<u32> {
        let mut slot = hash.slot(self.slots.len());
        loop {
            let piece = self.slots[slot].checked_sub(1)?;
            let at = piece as usize;
            let range = *self.starts.get(at)? as usize..*self.starts.get(at + 1)? as usize;
            if self.texts.get(range)? == text {
                return (at < self.scores.len()).then_some(piece);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }
}

/// A hash that grows with its text.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "as many bits as there are places")]
    fn slot(self, places: usize) -> usize {
        (self.0 ^ (self.0 >> 32)) as usize & (places - 1)
    }
}

/// The tables of a list of pieces with their scores, in the order of their numbers.
pub(super) fn tables_of(pieces: &[(String, f32)]) -> Vec<(&'static str, Vec<u8>)> {
    let mut slots = vec![0_u32; (pieces.len() * 2).next_power_of_two()];
    let (mut starts, mut texts) = (vec![0_u32], Vec::new());
    for (number, (text, _)) in (0_u32..).zip(pieces) {
        texts.extend_from_slice(text.as_bytes());
        starts.push(u32::try_from(texts.len()).unwrap_or(u32::MAX));
        let mut hash = Hash::default();
        hash.bytes(text.as_bytes());
        let mut slot = hash.slot(slots.len());
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        slots[slot] = number + 1;
    }
    let least = pieces.iter().map(|(_, score)| *score).fold(0.0, f32::min);
    #[expect(clippy::cast_precision_loss, reason = "a few characters")]
    let longest = pieces.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(1) as f32;
    let floats = |list: &[f32]| list.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let wholes = |list: &[u32]| list.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let scores: Vec<f32> = pieces.iter().map(|(_, score)| *score).collect();
    vec![
        ("piece_slots", wholes(&slots)),
        ("piece_starts", wholes(&starts)),
        ("piece_texts", texts),
        ("piece_scores", floats(&scores)),
        ("piece_limits", floats(&[longest, least - UNKNOWN_COST])),
    ]
}

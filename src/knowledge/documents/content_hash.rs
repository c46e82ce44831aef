//! The hash of a knowledge base's content: equal hashes mean equal sections. Which files there are is not decided here.

use super::{File, Names};

/// Two lanes of a word-wise multiplicative hash: fast, and stable over versions and machines. Not against malice: who can
/// write the documents needs no collision.
pub(super) struct ContentHash(u64, u64);

/// The hash of one file: its path and its bytes, or why it has none.
#[derive(Clone, Copy)]
pub(super) struct FileHash(u64, u64);

impl FileHash {
    pub(super) fn of(file: &File) -> Self {
        let mut hash = ContentHash::empty();
        hash.bytes(file.doc.as_bytes());
        match &file.bytes {
            Ok(bytes) => hash.bytes(bytes),
            Err(reason) => hash.bytes(reason.to_string().as_bytes()),
        }
        Self(hash.0, hash.1)
    }
}

impl ContentHash {
    fn empty() -> Self {
        Self(0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142)
    }

    pub(super) fn new(names: &Names) -> Self {
        let mut hash = Self::empty();
        for (name, value) in names {
            hash.bytes(name.as_bytes());
            hash.bytes(value.as_bytes());
        }
        hash
    }

    /// The files come in the order of their paths.
    pub(super) fn file(&mut self, file: FileHash) {
        self.word(file.0);
        self.word(file.1);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
        self.word(bytes.len() as u64);
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        self.1 = (self.1.rotate_left(31) ^ word).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    }

    pub(super) fn finish(self) -> String {
        format!("{:016x}{:016x}", self.0 ^ (self.0 >> 31), self.1 ^ (self.1 >> 29))
    }
}

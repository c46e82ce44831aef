//! AES-256-CBC as Feishu and WeCom use it, and comparing without telling how far two texts are the same.

use aes::Aes256;
use aes::cipher::{Block, BlockModeDecrypt as _, KeyIvInit as _};

/// The block of the cipher, in bytes.
const BLOCK: usize = 16;

/// What was encrypted, without its padding of up to `longest` bytes. `None`: the key doesn't fit, or something is missing; nobody
/// is told which.
pub fn open(key: &[u8; 32], vector: &[u8; BLOCK], encrypted: &[u8], longest: u8) -> Option<Vec<u8>> {
    if encrypted.is_empty() || !encrypted.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut blocks: Vec<Block<Aes256>> = encrypted
        .chunks_exact(BLOCK)
        .map(|chunk| Block::<Aes256>::try_from(chunk).ok())
        .collect::<Option<_>>()?;
    cbc::Decryptor::<Aes256>::new(key.into(), vector.into()).decrypt_blocks(&mut blocks);
    let mut plain: Vec<u8> = blocks.into_iter().flatten().collect();
    let padding = *plain.last()?;
    let start = plain.len().checked_sub(usize::from(padding))?;
    let whole = (1..=longest).contains(&padding) && plain[start..].iter().all(|byte| *byte == padding);
    whole.then(|| {
        plain.truncate(start);
        plain
    })
}

/// Whether two texts are the same, in a time that doesn't tell where they differ.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |differences, (a, b)| differences | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_the_same_is_the_same() {
        assert!(is_same(b"", b"") && is_same(b"abc", b"abc"));
        for (one, other) in [(&b"abc"[..], &b"abd"[..]), (b"abc", b"ab"), (b"ab", b"abc"), (b"", b"a")] {
            assert!(!is_same(one, other));
        }
    }

    #[test]
    fn what_is_no_whole_number_of_blocks_is_not_opened() {
        for length in [0, 1, 15, 17, 31] {
            assert_eq!(open(&[1; 32], &[2; 16], &vec![3; length], 16), None, "{length}");
        }
        // The wrong key: padding that is none.
        assert_eq!(open(&[1; 32], &[2; 16], &[3; 32], 16), None);
    }
}

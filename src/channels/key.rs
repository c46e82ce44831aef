//! Keys that programs come with: `bk_HANDLE_SECRET`. The handle names the key; of the secret, 256 random bits, only a hash is kept.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::channels::hex::hex;

const PREFIX: &str = "bk";
const HANDLE: usize = 6;
const SECRET: usize = 32;

/// A key as it is shown once, when it is made.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    handle: String,
    secret: String,
}

impl Key {
    /// A new one that nobody can guess.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; HANDLE + SECRET];
        getrandom::fill(&mut bytes)?;
        let (handle, secret) = bytes.split_at(HANDLE);
        Ok(Self { handle: hex(handle), secret: hex(secret) })
    }

    /// A key as a program sends it. `None`: it can't be one.
    pub fn read(text: &str) -> Option<Self> {
        let (prefix, rest) = text.split_once('_')?;
        let (handle, secret) = rest.split_once('_')?;
        let is_hex = |text: &str, bytes: usize| {
            text.len() == 2 * bytes && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let fits = prefix == PREFIX && is_hex(handle, HANDLE) && is_hex(secret, SECRET);
        fits.then(|| Self { handle: handle.to_owned(), secret: secret.to_owned() })
    }

    /// The half that names it.
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// What is kept of the secret. A slow hash would add nothing: 256 random bits can't be tried out.
    pub fn hash(&self) -> String {
        let hash = Sha256::new()
            .chain_update("key\0")
            .chain_update(&self.handle)
            .chain_update([0])
            .chain_update(&self.secret)
            .finalize();
        hex(&hash)
    }

    /// Whether this is the key of which a hash was kept; takes as long for a wrong one as for a right one.
    pub fn is_of(&self, kept: &str) -> bool {
        let ours = self.hash();
        let differs = ours.bytes().zip(kept.bytes()).fold(0, |differs, (one, other)| differs | (one ^ other));
        std::hint::black_box(differs) == 0 && ours.len() == kept.len()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}_{}_{}", self.handle, self.secret)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({PREFIX}_{}_…)", self.handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_shown_and_in_no_other_form() {
        let key = Key::new().unwrap();
        let shown = key.to_string();
        assert_eq!(Key::read(&shown), Some(key.clone()));
        assert_eq!(shown.len(), "bk_".len() + 12 + "_".len() + 64);
        let longer = format!("{shown}0");
        let upper = shown.to_uppercase();
        for wrong in
            ["", "bk", "bk_", "bk__", "备案", &shown[1..], &shown[..shown.len() - 1], &longer, &upper]
        {
            assert_eq!(Key::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_fits_its_own_hash_alone_and_is_not_printed() {
        let (one, other) = (Key::new().unwrap(), Key::new().unwrap());
        assert!(one.is_of(&one.hash()));
        assert!(!one.is_of(&other.hash()) && !one.is_of("") && !one.is_of(&one.hash()[..63]));
        assert_eq!(one.hash().len(), 64);
        assert!(!format!("{one:?}").contains(&one.secret));
        // The same secret under another name is another key.
        let renamed = Key { handle: other.handle.clone(), secret: one.secret.clone() };
        assert!(!renamed.is_of(&one.hash()));
    }
}

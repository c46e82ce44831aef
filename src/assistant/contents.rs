//! What a mind is made of, as hashes: so that a receipt can say later whether the knowledge, the intents or the rules
//! have changed since.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Mind, Sections};

/// Hashes of what replies rest on, 16 hexadecimal characters each, and the program's version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contents {
    pub kb: String,
    pub intents: String,
    pub rules: String,
    pub program: String,
}

impl Contents {
    pub(super) fn of(mind: &Mind) -> Self {
        let kb = match &mind.sections {
                Sections::Disk { content, .. } => hash(&[content]),
                Sections::Memory(sections) => digest(|hasher| {
                    for section in sections {
                        hasher.part(&section.place.doc);
                        hasher.part(section.anchor.as_deref().unwrap_or_default());
                        hasher.part(&section.heading_path());
                        hasher.part(&section.body);
                        section.asks.iter().for_each(|ask| hasher.part(ask));
                    }
                }),
        };
        Self {
            // What we know of the field decides what is found in other documents.
            kb: mind.field.as_ref().map_or_else(|| kb.clone(), |field| hash(&[&kb, &field.contents().kb])),
            intents: digest(|hasher| {
                for example in &mind.training.examples {
                    hasher.part(&example.intent);
                    hasher.part(&example.text);
                }
            }),
            // The tables have no hash maps in them, so that they are written out in the same order everywhere.
            rules: digest(|hasher| {
                let _ = write!(hasher, "{:?}", mind.book);
            }),
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The hash of some texts: the same on every machine, 16 hexadecimal characters.
pub fn hash(parts: &[&str]) -> String {
    digest(|hasher| parts.iter().for_each(|part| hasher.part(part)))
}

fn digest(feed: impl FnOnce(&mut Hasher)) -> String {
    let mut hasher = Hasher(Sha256::new());
    feed(&mut hasher);
    let bytes = hasher.0.finalize();
    bytes.iter().take(8).fold(String::with_capacity(16), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Hasher(Sha256);

impl Hasher {
    /// One text with its end, so that two texts are never one.
    fn part(&mut self, text: &str) {
        self.0.update(text.as_bytes());
        self.0.update([0]);
    }
}

impl fmt::Write for Hasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_short_stable_and_knows_where_a_text_ends() {
        assert_eq!(hash(&["a", "b"]).len(), 16);
        assert_eq!(hash(&[""]), "6e340b9cffb37a98");
        assert_ne!(hash(&["a", "b"]), hash(&["ab"]));
        assert_ne!(hash(&["a", "b"]), hash(&["a", "", "b"]));
    }
}

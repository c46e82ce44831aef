//! Sections between the reading of a large folder and its index: written to a file one after the other, read back once it
//! is known which of them are copies. Cutting the documents a second time instead took longer.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::knowledge::{Place, Section};

/// A section with what an index needs of it laid out, so that it need not be parsed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    pub heading_path: String,
    pub plain: String,
    pub title: String,
    /// The whole section as JSON.
    pub stored: String,
}

impl Packed {
    pub fn of(section: &Section) -> Self {
        Self {
            heading_path: section.heading_path(),
            plain: section.plain.clone(),
            title: section.title.clone(),
            stored: serde_json::to_string(section).unwrap_or_default(),
        }
    }

    /// The section itself.
    pub fn section(&self) -> Result<Section, serde_json::Error> {
        serde_json::from_str(&self.stored)
    }

    /// The same section with the places of its copies.
    pub(super) fn with_copies(self, copies: Vec<Place>) -> io::Result<Self> {
        if copies.is_empty() {
            return Ok(self);
        }
        let mut section = self.section()?;
        section.copies = copies;
        Ok(Self::of(&section))
    }

    fn parts(&mut self) -> [&mut String; 4] {
        [&mut self.heading_path, &mut self.plain, &mut self.title, &mut self.stored]
    }
}

/// The file, being written; it goes when the spool does.
pub(super) struct Spool {
    path: PathBuf,
    file: BufWriter<File>,
    count: usize,
}

impl Spool {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).truncate(true).read(true).write(true).open(path)?;
        Ok(Self { path: path.to_owned(), file: BufWriter::with_capacity(1 << 20, file), count: 0 })
    }

    pub(super) fn push(&mut self, mut packed: Packed) -> io::Result<()> {
        for part in packed.parts() {
            let length = u32::try_from(part.len()).map_err(|_| io::Error::other("a section of 4 GB"))?;
            self.file.write_all(&length.to_le_bytes())?;
            self.file.write_all(part.as_bytes())?;
        }
        self.count += 1;
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Hands all sections back, in the order in which they came.
    pub(super) fn read_back(
        &mut self,
        each: &mut dyn FnMut(usize, Packed) -> io::Result<()>,
    ) -> io::Result<()> {
        self.file.flush()?;
        let mut file = BufReader::with_capacity(1 << 20, File::open(&self.path)?);
        for number in 0..self.count {
            let mut packed = Packed::default();
            for part in packed.parts() {
                let mut length = [0; 4];
                file.read_exact(&mut length)?;
                let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
                file.read_exact(&mut bytes)?;
                *part = String::from_utf8(bytes).map_err(io::Error::other)?;
            }
            each(number, packed)?;
        }
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

//! The file of the model: named tables one after the other, mapped into memory. What they mean is not known here.
//!
//! Layout, all numbers little-endian: `beianenc`, version, number of tables; for each its name (16 bytes), begin and length in
//! bytes; then the tables, each at a multiple of 64.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use tantivy::directory::{Directory as _, MmapDirectory, OwnedBytes};

use super::EncoderError;

const MAGIC: &[u8; 8] = b"beianenc";
/// Raised when the tables change, so that an older file is made anew.
const VERSION: u32 = 2;
const NAME: usize = 16;
const ALIGNED: usize = 64;

/// The tables of a file.
pub(super) struct Tables {
    bytes: OwnedBytes,
    places: BTreeMap<String, (usize, usize)>,
}

impl Tables {
    /// Maps a file into memory and reads where its tables are.
    pub(super) fn open(file: &Path) -> Result<Self, EncoderError> {
        let failed = |message: &str| {
            EncoderError::at(
                file,
                format!("{message}; run `beian model install` again, or `beian model remove`"),
            )
        };
        if cfg!(target_endian = "big") {
            return Err(failed("the model is for machines that store the low byte first"));
        }
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
            return Err(failed("is no file"));
        };
        // The index's way of mapping files is safe and already here; mapping by hand would not be.
        let bytes = MmapDirectory::open(folder)
            .map_err(|error| failed(&error.to_string()))?
            .open_read(Path::new(name))
            .map_err(|error| failed(&error.to_string()))?
            .read_bytes()
            .map_err(|error| failed(&error.to_string()))?;
        let places = places(&bytes).ok_or_else(|| failed("is not a model of this version"))?;
        Ok(Self { bytes, places })
    }

    pub(super) fn bytes(&self, name: &'static str) -> Result<&[u8], &'static str> {
        self.bytes_of(name).ok_or(name)
    }

    fn bytes_of(&self, name: &str) -> Option<&[u8]> {
        let (start, end) = self.places.get(name)?;
        self.bytes.get(*start..*end)
    }

    /// A table of numbers; `least` is how many there must be.
    pub(super) fn numbers<T: bytemuck::AnyBitPattern>(
        &self,
        name: &'static str,
        least: usize,
    ) -> Result<&[T], &'static str> {
        self.numbers_of(name, least).ok_or(name)
    }

    /// The same for a table whose name isn't known beforehand.
    pub(super) fn numbers_of<T: bytemuck::AnyBitPattern>(&self, name: &str, least: usize) -> Option<&[T]> {
        let numbers: &[T] = bytemuck::try_cast_slice(self.bytes_of(name)?).ok()?;
        (numbers.len() >= least).then_some(numbers)
    }
}

fn places(bytes: &[u8]) -> Option<BTreeMap<String, (usize, usize)>> {
    let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    if bytes.get(..8)? != MAGIC || bytes.get(8..12)? != VERSION.to_le_bytes() {
        return None;
    }
    let count = u32::from_le_bytes(bytes.get(12..16)?.try_into().ok()?) as usize;
    let mut places = BTreeMap::new();
    for entry in 0..count.min(1000) {
        let at = 16 + entry * (NAME + 16);
        let name = std::str::from_utf8(bytes.get(at..at + NAME)?).ok()?.trim_end_matches('\0');
        let start = usize::try_from(number(at + NAME)?).ok()?;
        let length = usize::try_from(number(at + NAME + 8)?).ok()?;
        let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
        places.insert(name.to_owned(), (start, end));
    }
    Some(places)
}

/// Writes tables to a file: beside its place first, moved there whole. Names have at most 16 bytes.
pub(super) fn write(file: &Path, tables: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    let draft = file.with_extension(format!("draft-{}", std::process::id()));
    let written = write_draft(&draft, tables).and_then(|()| fs::rename(&draft, file));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

fn write_draft(draft: &Path, tables: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(draft)?);
    let count = u32::try_from(tables.len()).map_err(std::io::Error::other)?;
    file.write_all(MAGIC)?;
    file.write_all(&VERSION.to_le_bytes())?;
    file.write_all(&count.to_le_bytes())?;
    let mut at = (16 + tables.len() * (NAME + 16)).next_multiple_of(ALIGNED);
    for (name, bytes) in tables {
        let mut padded = [0; NAME];
        padded
            .get_mut(..name.len())
            .ok_or(std::io::ErrorKind::InvalidInput)?
            .copy_from_slice(name.as_bytes());
        file.write_all(&padded)?;
        file.write_all(&(at as u64).to_le_bytes())?;
        file.write_all(&(bytes.len() as u64).to_le_bytes())?;
        at = (at + bytes.len()).next_multiple_of(ALIGNED);
    }
    let mut at = 16 + tables.len() * (NAME + 16);
    for bytes in tables.values() {
        file.write_all(&vec![0; at.next_multiple_of(ALIGNED) - at])?;
        file.write_all(bytes)?;
        at = at.next_multiple_of(ALIGNED) + bytes.len();
    }
    file.into_inner()?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_back_as_they_were_and_a_broken_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("encoder.bin");
        let numbers: Vec<u8> = [1.5_f32, -2.0].iter().flat_map(|number| number.to_le_bytes()).collect();
        let tables: BTreeMap<String, Vec<u8>> =
            [("a".to_owned(), vec![7; 5]), ("b".to_owned(), numbers)].into();
        write(&file, &tables).unwrap();
        let read = Tables::open(&file).unwrap();
        assert_eq!(read.bytes("a").unwrap(), [7; 5]);
        assert_eq!(read.numbers::<f32>("b", 2).unwrap(), [1.5, -2.0]);
        assert_eq!(read.numbers::<f32>("b", 3), Err("b"));
        assert_eq!(read.bytes("c"), Err("c"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");

        let whole = fs::read(&file).unwrap();
        for broken in [&whole[..0], &whole[..20], &whole[..whole.len() - 1], b"something else entirely"] {
            let file = folder.path().join("broken.bin");
            fs::write(&file, broken).unwrap();
            let error = Tables::open(&file).err().unwrap().to_string();
            assert!(error.contains("broken.bin: ") && error.contains("beian model install"), "{error}");
        }
    }
}

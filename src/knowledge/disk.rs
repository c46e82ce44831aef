//! The index on disk of a large knowledge base: made once for its content, then taken as it is.
//!
//! It lives in a folder named after the hash of the content, is written beside it and moved there whole, so that a
//! start sees all of it or none.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::{Index, IndexWriter};

use super::documents::{self, FolderError, Library, Names, Packed, Progress};
use super::index::{self, Entry, Fields, IndexError, Reading};
use super::search::Knowledge;
use crate::understand::features::hash;

/// Above this many bytes of documents the index goes to disk.
pub const LARGE: u64 = 8 * 1024 * 1024;

/// The index can't be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("{path}: the index can't be written: {reason}; give a folder that can with --data")]
    Write { path: String, reason: String },
}

/// What an index is of; the last file written.
#[derive(Debug, Serialize, Deserialize)]
struct Seal {
    format: u32,
    sections: usize,
}

/// Raised when what is indexed changes, so that an older index is made anew.
const FORMAT: u32 = 4;

/// Whether a folder is so large that its index belongs on disk.
pub fn is_large(folder: &Path) -> bool {
    let mut bytes = 0;
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => bytes += entry.metadata().map_or(0, |metadata| metadata.len()),
                _ => {}
            }
            if bytes > LARGE {
                return true;
            }
        }
    }
    false
}

/// What opening came to.
pub struct Opened {
    pub knowledge: Knowledge,
    /// The hash of what the documents say.
    pub content: String,
    /// Whether the index had to be made.
    pub made: bool,
    pub skipped: Vec<documents::Skipped>,
}

/// Opens the index of a folder, making it when there is none for its content. `watch` hears how far it is.
pub fn open(
    folder: &Path,
    data: &Path,
    names: &Names,
    watch: &mut dyn FnMut(Progress),
) -> Result<Opened, DiskError> {
    let canonical = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let home = data.join("index").join(format!("{:016x}", hash(&canonical.display().to_string())));
    // Where nothing was ever indexed there is nothing to compare with, and the making reads all files anyway.
    if fs::read_dir(&home).is_ok_and(|mut entries| entries.next().is_some()) {
        let content = documents::folder_hash(folder, names)?;
        if let Some(knowledge) = existing(&home.join(&content))? {
            return Ok(Opened { knowledge, content, made: false, skipped: Vec::new() });
        }
    }
    let draft = home.join(format!("draft-{}", std::process::id()));
    let written = |error: &std::io::Error| DiskError::Write {
        path: draft.display().to_string(),
        reason: error.to_string(),
    };
    fs::create_dir_all(&draft).map_err(|error| written(&error))?;
    let library = match make(folder, names, &draft, watch) {
        Ok(library) => library,
        Err(error) => {
            let _ = fs::remove_dir_all(&draft);
            return Err(error);
        }
    };
    // Somebody else may have made the same one meanwhile: theirs is as good.
    let place = home.join(&library.content_hash);
    if fs::rename(&draft, &place).is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    forget_older(&home, &place);
    match existing(&place)? {
        Some(knowledge) => {
            Ok(Opened { knowledge, content: library.content_hash, made: true, skipped: library.skipped })
        }
        None => Err(DiskError::Write {
            path: place.display().to_string(),
            reason: "it isn't there after writing".to_owned(),
        }),
    }
}

fn existing(place: &Path) -> Result<Option<Knowledge>, DiskError> {
    let Some(seal) =
        fs::read(place.join("seal.json")).ok().and_then(|bytes| serde_json::from_slice::<Seal>(&bytes).ok())
    else {
        return Ok(None);
    };
    if seal.format != FORMAT {
        let _ = fs::remove_dir_all(place);
        return Ok(None);
    }
    let index = Index::open_in_dir(place).map_err(IndexError::from)?;
    index::register(&index);
    let (_, fields) = index::schema();
    Ok(Some(Knowledge::stored(Reading::of(&index, fields)?, seal.sections)))
}

/// Bytes that the index may collect in memory before it writes a part of itself.
const COLLECTED: usize = 150_000_000;

fn make(
    folder: &Path,
    names: &Names,
    draft: &Path,
    watch: &mut dyn FnMut(Progress),
) -> Result<Library, DiskError> {
    let (schema, fields) = index::schema();
    let index = Index::create_in_dir(draft, schema).map_err(IndexError::from)?;
    index::register(&index);
    let mut writer: Option<IndexWriter> = None;
    let mut count = 0_usize;
    let mut failed: Option<IndexError> = None;
    let library = documents::read_folder(folder, names, &draft.join("spool"), watch, &mut |section| {
        if failed.is_none() {
            match add(&index, &mut writer, fields, count as u64, &section) {
                Ok(()) => count += 1,
                Err(error) => failed = Some(error),
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    if let Some(mut writer) = writer {
        writer.commit().map_err(IndexError::from)?;
        writer.wait_merging_threads().map_err(IndexError::from)?;
    }
    let seal = Seal { format: FORMAT, sections: count };
    let path = draft.join("seal.json");
    serde_json::to_vec(&seal).map_err(IndexError::from).map_err(DiskError::from).and_then(|bytes| {
        fs::write(&path, bytes)
            .map_err(|error| DiskError::Write { path: path.display().to_string(), reason: error.to_string() })
    })?;
    Ok(library)
}

/// Adds a section; the writer with its memory and threads is made for the first.
fn add(
    index: &Index,
    writer: &mut Option<IndexWriter>,
    fields: Fields,
    number: u64,
    section: &Packed,
) -> Result<(), IndexError> {
    let writer = if let Some(writer) = writer {
        writer
    } else {
        let new: IndexWriter = index.writer_with_num_threads(2, COLLECTED)?;
        // Nothing is added later, and a few parts are searched as fast as one: merging them only costs.
        new.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        writer.insert(new)
    };
    let entry = Entry {
        number,
        heading_path: &section.heading_path,
        plain: &section.plain,
        title: &section.title,
        stored: Some(&section.stored),
    };
    index::add(writer, fields, &entry)
}

/// Indexes of earlier contents of the same folder go; drafts of other processes stay.
fn forget_older(home: &Path, place: &Path) {
    let older = fs::read_dir(home).into_iter().flatten().flatten().map(|entry| entry.path()).filter(
        |path: &PathBuf| {
            path != place
                && path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with("draft-"))
        },
    );
    for path in older {
        let _ = fs::remove_dir_all(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_made_once_and_made_anew_for_other_content() {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let open = || open(folder.path(), data.path(), &Names::new(), &mut |_| ()).unwrap();
        write("a.md", "# 撤回\n\n订单在核验前可以撤回。\n\n# 时限\n\n管局审核三到二十个工作日。\n");
        let first = open();
        assert!(first.made && first.knowledge.len() == 2);
        let again = open();
        assert!(!again.made && again.knowledge.len() == 2);
        let found = again.knowledge.search("多少工作日", 5, &[]).unwrap();
        assert_eq!(found.hits[0].section.heading, "时限");
        write("b.md", "# 时限\n\n管局审核三到二十个工作日。\n");
        let other = open();
        assert!(other.made && other.knowledge.len() == 2);
        let found = other.knowledge.search("多少工作日", 5, &[]).unwrap();
        assert_eq!(found.hits[0].section.copies.len(), 1);
        let home = fs::read_dir(data.path().join("index")).unwrap().next().unwrap().unwrap().path();
        assert_eq!(fs::read_dir(home).unwrap().count(), 1, "the index of the earlier content went");
    }

    #[test]
    fn an_empty_folder_has_an_empty_index() {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let opened = open(folder.path(), data.path(), &Names::new(), &mut |_| ()).unwrap();
        assert!(opened.made && opened.knowledge.is_empty());
    }
}

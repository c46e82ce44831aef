//! Walking a folder of documents: which files there are, in an order that is the same everywhere.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::encoding::{LARGEST, SkipReason};

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 64;

/// The folder itself can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{path}: no such folder: give the folder that holds the documents")]
    Missing { path: PathBuf },
    #[error("{path}: is a file: give the folder that holds it")]
    NotAFolder { path: PathBuf },
    #[error("{path}: cannot be read: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: cannot be written and read back: {source}; give a folder with room with --data")]
    Spool { path: PathBuf, source: std::io::Error },
}

/// A document that was found, not yet read.
pub(super) struct Found {
    pub(super) doc: String,
    pub(super) file: Result<PathBuf, SkipReason>,
}

/// All documents below the folder, sorted by path. Hidden files, pictures, code and data are not documents; office
/// files and PDFs are, and are named as skipped.
pub(super) fn walk(dir: &Path) -> Result<Vec<Found>, FolderError> {
    let about = fs::metadata(dir).map_err(|_| FolderError::Missing { path: dir.to_owned() })?;
    if !about.is_dir() {
        return Err(FolderError::NotAFolder { path: dir.to_owned() });
    }
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let list =
        fs::read_dir(dir).map_err(|source| FolderError::Unreadable { path: dir.to_owned(), source })?;
    if let Ok(real) = fs::canonicalize(dir) {
        seen.insert(real);
    }
    walk_into(list, "", 0, &mut seen, &mut found);
    found.sort_by(|one, other| one.doc.cmp(&other.doc));
    Ok(found)
}

fn walk_into(
    list: fs::ReadDir,
    prefix: &str,
    depth: usize,
    seen: &mut HashSet<PathBuf>,
    found: &mut Vec<Found>,
) {
    let mut entries: Vec<_> = list.flatten().map(|entry| (entry.file_name(), entry.path())).collect();
    // sorted, so that of two links to one folder always the same is taken
    entries.sort();
    for (name, path) in entries {
        let name = name.to_string_lossy();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        let doc = format!("{prefix}{name}");
        match fs::metadata(&path) {
            Ok(about) if about.is_dir() => {
                // a link back up, or to a folder already read, ends here
                let fresh = fs::canonicalize(&path).is_ok_and(|real| seen.insert(real));
                if !fresh || depth >= DEEPEST {
                    continue;
                }
                match fs::read_dir(&path) {
                    Ok(inner) => walk_into(inner, &format!("{doc}/"), depth + 1, seen, found),
                    Err(error) => {
                        found.push(Found { doc, file: Err(SkipReason::Unreadable(error.to_string())) });
                    }
                }
            }
            Ok(about) if about.is_file() => match extension_kind(&name) {
                Extension::Text if about.len() > LARGEST => {
                    found.push(Found { doc, file: Err(SkipReason::TooLarge) });
                }
                Extension::Text => found.push(Found { doc, file: Ok(path) }),
                Extension::Office => found.push(Found { doc, file: Err(SkipReason::Binary) }),
                Extension::NoDocument => {}
            },
            Err(error) if matches!(extension_kind(&name), Extension::Text) => {
                found.push(Found { doc, file: Err(SkipReason::Unreadable(error.to_string())) });
            }
            Ok(_) | Err(_) => {}
        }
    }
}

enum Extension {
    Text,
    Office,
    NoDocument,
}

fn extension_kind(name: &str) -> Extension {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("md" | "markdown" | "mdown" | "mkd" | "mdx" | "txt" | "text" | "htm" | "html" | "xhtml") => {
            Extension::Text
        }
        Some("pdf" | "doc" | "docx" | "rtf" | "odt" | "xls" | "xlsx" | "ppt" | "pptx" | "epub" | "wps") => {
            Extension::Office
        }
        _ => Extension::NoDocument,
    }
}

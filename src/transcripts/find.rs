//! From the paths on the command line to transcript files: a file as it is named, a folder with all below it.

use std::fs;
use std::path::{Path, PathBuf};

use super::TranscriptError;

/// The transcript files at `path`: the file itself, or those of a folder and the folders in it, sorted.
pub fn transcript_files(path: &Path) -> Result<Vec<PathBuf>, TranscriptError> {
    let unreadable = |source| TranscriptError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    collect(path, &mut found)?;
    if found.is_empty() {
        return Err(TranscriptError::NoTranscripts { path: path.to_owned() });
    }
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), TranscriptError> {
    let unreadable = |source| TranscriptError::Unreadable { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        // The entry's own type: a linked folder is left out, it may lead back up.
        if entry.file_type().map_err(unreadable)?.is_dir() {
            collect(&path, found)?;
        } else if path.is_file() && path.extension().is_some_and(|end| end == "yml" || end == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_transcripts_in_order_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("b");
        fs::create_dir(&inside).unwrap();
        for name in ["c.yml", "a.yaml", "records.json", "b/z.yml", "notes.md"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = transcript_files(folder.path()).unwrap();
        let names: Vec<_> =
            found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a.yaml", "b/z.yml", "c.yml"]);
    }

    #[test]
    fn a_file_is_taken_as_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conversation.txt");
        fs::write(&path, "").unwrap();
        assert_eq!(transcript_files(&path).unwrap(), [path]);
    }

    #[test]
    fn a_folder_without_transcripts_and_a_path_that_is_not_there_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(transcript_files(folder.path()), Err(TranscriptError::NoTranscripts { .. })));
        assert!(matches!(
            transcript_files(&folder.path().join("gone")),
            Err(TranscriptError::Unreadable { .. })
        ));
    }
}

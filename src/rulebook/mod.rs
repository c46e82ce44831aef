//! Reads `rules/*.toml`, built in or from a folder, into the tables of [`crate::domain::rules::book`]. A bad file is
//! refused with the file, the line, what is wrong and the mend. What the tables mean is the business of the domain.

mod alterations;
mod lines;

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;

use crate::domain::rules::book::{RuleBook, TableSource};

pub use alterations::{Alteration, alterations};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Why a rule book can't be used. Names the file and the line.
#[derive(Debug, thiserror::Error)]
pub enum RuleBookError {
    #[error("{file}: the file is missing; every table is needed, copy it from the built-in rules")]
    Missing { file: String },
    #[error("{file}: cannot be read: {reason}; check the path and its permissions")]
    Unreadable { file: String, reason: String },
    #[error("{file}: no table goes by that name; rename it to one of {known}, or move it elsewhere")]
    Stray { file: String, known: String },
    #[error("{file}:{line}: {what}; {mend}")]
    Wrong { file: String, line: usize, what: String, mend: String },
}

/// The texts of the tables by file name, built in or from a folder: for checks that compare other texts with them.
pub fn texts(folder: Option<&Path>) -> Result<Vec<(&'static str, String)>, RuleBookError> {
    let source = folder.map_or(Texts::BuiltIn, |folder| Texts::Folder(folder.to_owned()));
    RuleBook::FILES.iter().map(|file| Ok((*file, source.text(file)?.0))).collect()
}

/// The rules compiled into the binary.
pub fn built_in() -> Result<RuleBook, RuleBookError> {
    load(Texts::BuiltIn)
}

/// The rules of a folder with the same files; nothing is taken from the built-in ones.
pub fn from_folder(folder: &Path) -> Result<RuleBook, RuleBookError> {
    let shown = |path: &Path| path.display().to_string();
    let unreadable =
        |error: std::io::Error| RuleBookError::Unreadable { file: shown(folder), reason: error.to_string() };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "toml")
            && !RuleBook::FILES.contains(&name.as_str())
        {
            return Err(RuleBookError::Stray { file: shown(&path), known: RuleBook::FILES.join(", ") });
        }
    }
    load(Texts::Folder(folder.to_owned()))
}

/// Where the texts of the files come from.
enum Texts {
    BuiltIn,
    Folder(PathBuf),
}

impl Texts {
    /// The text, and the name by which an error calls the file.
    fn text(&self, file: &'static str) -> Result<(String, String), RuleBookError> {
        match self {
            Self::BuiltIn => {
                let name = format!("rules/{file}");
                match BUILT_IN.get_file(file).and_then(|found| found.contents_utf8()) {
                    Some(text) => Ok((text.to_owned(), name)),
                    None => Err(RuleBookError::Missing { file: name }),
                }
            }
            Self::Folder(folder) => {
                let path = folder.join(file);
                let name = path.display().to_string();
                fs::read_to_string(&path).map(|text| (text, name.clone())).map_err(|error| {
                    match error.kind() {
                        std::io::ErrorKind::NotFound => RuleBookError::Missing { file: name },
                        _ => RuleBookError::Unreadable { file: name, reason: error.to_string() },
                    }
                })
            }
        }
    }

    fn parse<R: DeserializeOwned>(&self, file: &'static str) -> Result<R, RuleBookError> {
        let (text, name) = self.text(file)?;
        toml::from_str(&text).map_err(|error| RuleBookError::Wrong {
            file: name,
            line: error.span().map_or(1, |span| lines::line_at(&text, span.start)),
            what: error.message().trim().replace('\n', " "),
            mend: "see the same file of the built-in rules for its form".into(),
        })
    }
}

impl TableSource for Texts {
    type Error = RuleBookError;

    fn table<R: DeserializeOwned>(&mut self, file: &'static str) -> Result<R, RuleBookError> {
        self.parse(file)
    }
}

fn load(mut texts: Texts) -> Result<RuleBook, RuleBookError> {
    let book = RuleBook::read(&mut texts)?;
    match book.faults().into_iter().next() {
        None => Ok(book),
        Some(fault) => {
            let (text, name) = texts.text(fault.file)?;
            let line = lines::line_of(&text, &fault.path);
            Err(RuleBookError::Wrong { file: name, line, what: fault.what, mend: fault.mend.to_owned() })
        }
    }
}

#[cfg(test)]
mod tests;

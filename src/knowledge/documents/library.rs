//! A whole knowledge base: all documents read, cut, and freed of copies.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use jiff::civil::Date;

use super::super::in_order;
use super::content_hash::{ContentHash, FileHash};
use super::copies::{self, Print};
use super::encoding::{self, SkipReason};
use super::folder::{self, FolderError};
use super::front_matter::FrontMatter;
use super::parse::{DocumentKind, Remark, parse};
use super::spool::{Packed, Spool};
use super::{File, outline};
use crate::knowledge::{Language, Place, Section};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/kb");

/// The names that stand in place of `{{placeholders}}`.
pub type Names = BTreeMap<String, String>;

/// All sections of a knowledge base, and what became of each file.
#[derive(Debug, Default)]
pub struct Library {
    /// In the order of the paths and lines; of copies only the newest. Empty after [`read_folder`].
    pub sections: Vec<Section>,
    pub documents: Vec<DocumentInfo>,
    pub skipped: Vec<Skipped>,
    /// Equal hashes mean equal sections: over the paths, the bytes and the names.
    pub content_hash: String,
}

/// What is known of one document.
#[derive(Clone, Debug)]
pub struct DocumentInfo {
    pub doc: String,
    pub title: String,
    pub as_of: Option<Date>,
    pub language: Language,
    /// The rows of the source documents that it was written from (our own documents only).
    pub sources: Vec<String>,
    pub kind: DocumentKind,
    pub front_matter: FrontMatter,
    /// How many sections it has, copies counted.
    pub sections: usize,
    pub remarks: Vec<Remark>,
}

/// A file that is not part of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: String,
    pub reason: SkipReason,
}

/// Reads a folder, all sections in memory.
pub fn load_folder(dir: &Path, names: &Names) -> Result<Library, FolderError> {
    let found = folder::walk(dir)?;
    Ok(collect(found.len(), &|index| read(&found[index]), names))
}

/// Reads documents that are in memory, each with its path.
pub fn load_bytes(files: &[(&str, &[u8])], names: &Names) -> Library {
    let file = |index: usize| {
        let (doc, bytes): (&str, &[u8]) = files[index];
        File { doc: doc.to_owned(), bytes: Ok(bytes.to_vec()) }
    };
    collect(files.len(), &file, names)
}

/// Reads the knowledge base compiled into the binary.
pub fn load_embedded(names: &Names) -> Library {
    let files = embedded();
    collect(
        files.len(),
        &|index| File { doc: files[index].0.clone(), bytes: Ok(files[index].1.to_vec()) },
        names,
    )
}

/// How far the reading of a large folder has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many files read and cut, of so many.
    Read { files: usize, of: usize },
    /// So many sections handed over, of at most so many.
    Given { sections: usize, of: usize },
}

/// Reads a folder and hands the sections over one by one, so that they are never all in memory: `spool` is a file to be made
/// for the time between, while nobody knows yet which are copies. `sections` of the library that comes back is empty.
pub fn read_folder(
    dir: &Path,
    names: &Names,
    spool: &Path,
    watch: &mut dyn FnMut(Progress),
    each: &mut dyn FnMut(Packed),
) -> Result<Library, FolderError> {
    let failed = |source| FolderError::Spool { path: spool.to_owned(), source };
    let found = folder::walk(dir)?;
    let mut library = Library::default();
    let mut prints = Vec::new();
    let mut spooled = Spool::create(spool).map_err(failed)?;
    let mut written = Ok(());
    let (mut files, of) = (0, found.len());
    survey(
        found.len(),
        &|index| read(&found[index]),
        names,
        &mut library,
        &|section| (Print::of(&section), Packed::of(&section)),
        &mut |sections: Vec<(Print, Packed)>| {
            for (print, packed) in sections {
                prints.push(print);
                if written.is_ok() {
                    written = spooled.push(packed);
                }
            }
            files += 1;
            watch(Progress::Read { files, of });
        },
    );
    written.map_err(failed)?;
    let mut plan = Plan::new(&prints);
    drop(prints);
    let (mut sections, of) = (0, spooled.len());
    spooled
        .read_back(&mut |number, packed| {
            if let Some(copies) = plan.take(number) {
                each(packed.with_copies(copies)?);
            }
            sections += 1;
            watch(Progress::Given { sections, of });
            Ok(())
        })
        .map_err(failed)?;
    Ok(library)
}

/// The hash that [`load_folder`] would give, without cutting anything.
pub fn folder_hash(dir: &Path, names: &Names) -> Result<String, FolderError> {
    let found = folder::walk(dir)?;
    let mut hash = ContentHash::new(names);
    in_order(found.len(), &|index| FileHash::of(&read(&found[index])), &mut |file| hash.file(file));
    Ok(hash.finish())
}

/// The documents of a folder as bytes, for the lint.
pub(crate) fn folder_files(dir: &Path) -> Result<Vec<File>, FolderError> {
    Ok(folder::walk(dir)?.iter().map(read).collect())
}

/// The documents compiled into the binary, for the lint.
pub(crate) fn embedded_files() -> Vec<File> {
    embedded().into_iter().map(|(doc, bytes)| File { doc, bytes: Ok(bytes.to_vec()) }).collect()
}

fn embedded() -> Vec<(String, &'static [u8])> {
    fn into(dir: &'static Dir<'static>, files: &mut Vec<(String, &'static [u8])>) {
        for file in dir.files() {
            let doc = file.path().to_string_lossy().replace('\\', "/");
            if file.path().extension().is_some_and(|ending| ending == "md") {
                files.push((doc, file.contents()));
            }
        }
        dir.dirs().for_each(|inner| into(inner, files));
    }
    let mut files = Vec::new();
    into(&EMBEDDED, &mut files);
    files.sort();
    files
}

fn read(found: &folder::Found) -> File {
    let bytes = match &found.file {
        Ok(path) => std::fs::read(path).map_err(|error| SkipReason::Unreadable(error.to_string())),
        Err(reason) => Err(reason.clone()),
    };
    File { doc: found.doc.clone(), bytes }
}

fn collect(count: usize, file: &(dyn Fn(usize) -> File + Sync), names: &Names) -> Library {
    let mut library = Library::default();
    let mut sections = Vec::new();
    let mut prints = Vec::new();
    survey(count, file, names, &mut library, &|section| (Print::of(&section), section), &mut |read: Vec<
        (Print, Section),
    >| {
        for (print, section) in read {
            prints.push(print);
            sections.push(section);
        }
    });
    let mut plan = Plan::new(&prints);
    drop(prints);
    library.sections = sections
        .into_iter()
        .enumerate()
        .filter_map(|(number, section)| plan.take(number).map(|copies| Section { copies, ..section }))
        .collect();
    library
}

/// What happens to each section, by its number: it stays, with the places of its copies, or it is a copy.
struct Plan(Vec<Option<Vec<Place>>>);

impl Plan {
    fn new(prints: &[Print]) -> Self {
        let mut plan = vec![None; prints.len()];
        for group in copies::group(prints) {
            if let [first, others @ ..] = group.as_slice() {
                plan[*first] = Some(others.iter().map(|index| prints[*index].place.clone()).collect());
            }
        }
        Self(plan)
    }

    /// The places of a section's copies, if it stays.
    fn take(&mut self, number: usize) -> Option<Vec<Place>> {
        self.0.get_mut(number)?.take()
    }
}

/// What one file gave.
struct Read<T> {
    hash: FileHash,
    info: Result<DocumentInfo, Skipped>,
    sections: Vec<T>,
}

/// Reads all files, on every core; `prepare` is done there too. The sections of each file come in the order of the paths.
fn survey<T: Send>(
    count: usize,
    file: &(dyn Fn(usize) -> File + Sync),
    names: &Names,
    library: &mut Library,
    prepare: &(dyn Fn(Section) -> T + Sync),
    each: &mut dyn FnMut(Vec<T>),
) {
    let mut hash = ContentHash::new(names);
    let read = |index: usize| {
        let file = file(index);
        let (info, sections) = cut(&file, names);
        Read { hash: FileHash::of(&file), info, sections: sections.into_iter().map(prepare).collect() }
    };
    in_order(count, &read, &mut |read| {
        hash.file(read.hash);
        match read.info {
            Ok(info) => library.documents.push(info),
            Err(skipped) => library.skipped.push(skipped),
        }
        each(read.sections);
    });
    library.content_hash = hash.finish();
}

fn cut(file: &File, names: &Names) -> (Result<DocumentInfo, Skipped>, Vec<Section>) {
    let skip = |reason| (Err(Skipped { path: file.doc.clone(), reason }), Vec::new());
    let text = match file.bytes.as_ref().map_err(Clone::clone).and_then(|bytes| encoding::decode(bytes)) {
        Ok(text) => text,
        Err(reason) => return skip(reason),
    };
    let parsed = parse(&file.doc, &text, names);
    let mut info = DocumentInfo {
        doc: file.doc.clone(),
        title: outline::title_of(&file.doc, &parsed),
        as_of: parsed.as_of,
        language: parsed.language,
        sources: parsed.front_matter.sources().to_vec(),
        kind: parsed.kind,
        front_matter: parsed.front_matter.clone(),
        sections: 0,
        remarks: parsed.remarks.clone(),
    };
    let sections = outline::sections(&file.doc, parsed);
    if sections.is_empty() {
        return skip(SkipReason::NoText);
    }
    info.sections = sections.len();
    (Ok(info), sections)
}

//! A whole knowledge base: all documents read, cut, and freed of copies.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use jiff::civil::Date;

use super::copies::{self, Print};
use super::encoding::{self, SkipReason};
use super::folder::{self, FolderError};
use super::front_matter::FrontMatter;
use super::parse::{DocumentKind, Remark, parse};
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

/// Reads the knowledge base compiled into the binary.
pub fn load_embedded(names: &Names) -> Library {
    let files = embedded();
    collect(
        files.len(),
        &|index| File { doc: files[index].0.clone(), bytes: Ok(files[index].1.to_vec()) },
        names,
    )
}

/// Reads a folder and hands the sections over one by one, so that they are never all in memory: once to find the copies,
/// once to give out. `sections` of the library that comes back is empty.
pub fn read_folder(dir: &Path, names: &Names, each: &mut dyn FnMut(Section)) -> Result<Library, FolderError> {
    let found = folder::walk(dir)?;
    let file = |index: usize| read(&found[index]);
    let mut library = Library::default();
    let mut prints = Vec::new();
    survey(found.len(), &file, names, &mut library, &mut |section| prints.push(Print::of(&section)));
    let mut plan = Plan::new(&prints);
    drop(prints);
    let mut ignored = Library::default();
    let mut number = 0;
    survey(found.len(), &file, names, &mut ignored, &mut |section| {
        if let Some(section) = plan.finish(number, section) {
            each(section);
        }
        number += 1;
    });
    Ok(library)
}

/// The hash that [`load_folder`] would give, without cutting anything.
pub fn folder_hash(dir: &Path, names: &Names) -> Result<String, FolderError> {
    let mut hash = ContentHash::new(names);
    for found in folder::walk(dir)? {
        hash.file(&read(&found));
    }
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
    survey(count, file, names, &mut library, &mut |section| sections.push(section));
    let prints: Vec<Print> = sections.iter().map(Print::of).collect();
    let mut plan = Plan::new(&prints);
    drop(prints);
    library.sections = sections
        .into_iter()
        .enumerate()
        .filter_map(|(number, section)| plan.finish(number, section))
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

    /// The section with its copies, if it stays.
    fn finish(&mut self, number: usize, mut section: Section) -> Option<Section> {
        section.copies = self.0.get_mut(number)?.take()?;
        Some(section)
    }
}

/// What one file gave.
struct Read {
    info: Result<DocumentInfo, Skipped>,
    sections: Vec<Section>,
}

/// How many files a thread takes at a time.
const BATCH: usize = 64;

/// Reads all files, on every core, and gives their sections out in order.
fn survey(
    count: usize,
    file: &(dyn Fn(usize) -> File + Sync),
    names: &Names,
    library: &mut Library,
    each: &mut dyn FnMut(Section),
) {
    let mut hash = ContentHash::new(names);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let mut from = 0;
    while from < count {
        let to = (from + BATCH * threads).min(count);
        let files: Vec<File> = (from..to).map(file).collect();
        for file in &files {
            hash.file(file);
        }
        let size = files.len().div_ceil(threads);
        let read: Vec<Read> = std::thread::scope(|scope| {
            let workers: Vec<_> = files
                .chunks(size)
                .map(|part| scope.spawn(move || part.iter().map(|file| cut(file, names)).collect::<Vec<_>>()))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for Read { info, sections } in read {
            match info {
                Ok(info) => library.documents.push(info),
                Err(skipped) => library.skipped.push(skipped),
            }
            sections.into_iter().for_each(&mut *each);
        }
        from = to;
    }
    library.content_hash = hash.finish();
}

fn cut(file: &File, names: &Names) -> Read {
    let skip = |reason| Read { info: Err(Skipped { path: file.doc.clone(), reason }), sections: Vec::new() };
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
    Read { info: Ok(info), sections }
}

/// Two lanes of a word-wise multiplicative hash: fast, and stable over versions and machines. Not against malice: who can
/// write the documents needs no collision.
struct ContentHash(u64, u64);

impl ContentHash {
    fn new(names: &Names) -> Self {
        let mut hash = Self(0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142);
        for (name, value) in names {
            hash.bytes(name.as_bytes());
            hash.bytes(value.as_bytes());
        }
        hash
    }

    fn file(&mut self, file: &File) {
        self.bytes(file.doc.as_bytes());
        match &file.bytes {
            Ok(bytes) => self.bytes(bytes),
            Err(reason) => self.bytes(reason.to_string().as_bytes()),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
        self.word(bytes.len() as u64);
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        self.1 = (self.1.rotate_left(31) ^ word).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    }

    fn finish(self) -> String {
        format!("{:016x}{:016x}", self.0 ^ (self.0 >> 31), self.1 ^ (self.1 >> 29))
    }
}

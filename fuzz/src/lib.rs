//! What strangers' bytes go through first, one function an entry: for cargo-fuzz, and for the short turn in `tests/it/hostile.rs`,
//! which takes this same file in.
//!
//! Each may refuse what it gets; none may panic, hang, or break the promise that is checked beside it.

use std::collections::BTreeMap;
use std::path::Path;

use beian::channels::Key;
use beian::channels::wording::{Unit, html, plain, split};
use beian::knowledge::documents::{load_bytes, plain_text};
use beian::store::{SqliteStore, Store as _, read_record_bytes};
use beian::transcripts;
use beian::understand::entities::{mask_personal, mask_private};
use beian::understand::intents::TrainingSet;
use beian::understand::{Normalised, Recogniser, Signs, Stance};

/// A name, and what it does with any bytes.
pub type Entry = (&'static str, fn(&[u8]));

/// The names of all entries; each has seeds in `fuzz/corpus/` and a target in `fuzz/fuzz_targets/`.
pub const ENTRIES: [Entry; 6] = [
    ("documents", documents),
    ("requests", requests),
    ("records", records),
    ("text", text),
    ("training", training),
    ("transcripts", transcripts),
];

/// A document of a knowledge base: Markdown, text exported from PDF, HTML, in whatever encoding. The first byte says which.
pub fn documents(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let doc = match first % 3 {
        0 => "a.md",
        1 => "a.txt",
        _ => "a.html",
    };
    let names = BTreeMap::from([("provider".to_owned(), "某云".to_owned())]);
    let library = load_bytes(&[(doc, rest)], &names);
    for section in &library.sections {
        assert_eq!(section.place.doc, doc);
        plain_text(&section.body);
        shown(&section.body);
    }
}

/// A message that somebody typed: folded, searched for what it names, and freed of what is private.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let normalised = Normalised::of(&text);
    let entities = Recogniser::default().recognise(&normalised.folded, &normalised.original);
    for domain in &entities.domains {
        assert!(!domain.contains([' ', '\n', '\'', '"', '/']), "a domain with more than a name: {domain:?}");
    }
    for id in entities.orders.iter().chain(&entities.instances) {
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id:?}");
    }
    Signs::of(&normalised.folded);
    Stance::of(&normalised.folded, &["取消", "撤回"]);
    let masked = mask_private(&text, &[], &|_| false);
    assert_eq!(mask_private(&masked, &[], &|_| false), masked, "what was masked is masked again");
    mask_personal(&text, &[]);
    shown(&text);
}

/// A record set; one that is taken comes out again as it went in.
pub fn records(bytes: &[u8]) {
    let Ok(set) = read_record_bytes(bytes) else { return };
    let store = SqliteStore::in_memory().expect("memory");
    if store.import(&set).is_ok() {
        // The same file can be imported twice, and what comes out can be imported elsewhere.
        store.import(&set).expect("the same again");
        let exported = store.export().expect("an export");
        let json = serde_json::to_vec(&exported).expect("JSON");
        let read = read_record_bytes(&json).unwrap_or_else(|error| panic!("{error}"));
        let other = SqliteStore::in_memory().expect("memory");
        other.import(&read).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(other.export().expect("an export"), exported);
    }
}

/// A transcript.
pub fn transcripts(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Err(error) = transcripts::read(Path::new("fuzz/none/a.yml"), text)
    {
        assert!(!error.to_string().contains('\n'), "an error is one line: {error}");
    }
}

/// Rasa training data.
pub fn training(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut set = TrainingSet::default();
    if set.read("a.yml", text).is_ok() {
        set.intents();
    }
}

/// What a request brings beside its text: a key.
pub fn requests(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(key) = Key::read(text) {
        assert!(!key.is_of(""), "no key is the key of nothing");
        assert!(!format!("{key:?}").contains(text), "a key is in no log");
    }
}

/// A text as platforms show it.
fn shown(markdown: &str) {
    plain(markdown);
    let html = html(markdown).to_ascii_lowercase();
    for bad in ["<script", "<iframe", "<img", "<style", "href=\"javascript:", "href=\"data:"] {
        assert!(!html.contains(bad), "{bad} out of {markdown:?}");
    }
    for (limit, unit) in [(7, Unit::Bytes), (80, Unit::Utf16), (2000, Unit::Characters)] {
        for piece in split(markdown, limit, unit) {
            assert!(!piece.is_empty() && unit.length(&piece) <= limit, "{limit} {unit:?}: {piece:?}");
        }
    }
}

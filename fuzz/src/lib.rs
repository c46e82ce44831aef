//! What strangers' bytes go through first, one function an entry: for cargo-fuzz, and for the short turn in `tests/it/hostile.rs`,
//! which takes this same file in.
//!
//! Each may refuse what it gets; none may panic, hang, or break the promise that is checked beside it.

use std::collections::BTreeMap;
use std::path::Path;

use beian::channels::hostile_entry as hooks;
use beian::channels::wording::{Unit, html, plain, split};
use beian::channels::{Code, Key};
use beian::knowledge::documents::{load_bytes, plain_text};
use beian::store::{SqliteStore, Store as _, read_record_bytes};
use beian::transcripts;
use beian::understand::entities::{mask_personal, mask_private};
use beian::understand::intents::TrainingSet;
use beian::understand::{Normalised, Recogniser, Signs, Stance};

/// A name, and what it does with any bytes.
pub type Entry = (&'static str, fn(&[u8]));

/// The names of all entries; each has seeds in `fuzz/corpus/` and a target in `fuzz/fuzz_targets/`.
pub const ENTRIES: [Entry; 8] = [
    ("chats", chats),
    ("documents", documents),
    ("requests", requests),
    ("records", records),
    ("text", text),
    ("tickets", tickets),
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
    for id in &entities.orders {
        assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id:?}");
    }
    for id in &entities.instances {
        // People write both signs in names, and neither at the end of one.
        let is_sign = |byte: u8| matches!(byte, b'-' | b'_');
        let fits = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || is_sign(byte));
        assert!(fits && id.starts_with("i-") && !id.bytes().next_back().is_some_and(is_sign), "{id:?}");
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

/// What a request brings beside its text: a key, a code that links accounts, a session.
pub fn requests(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(key) = Key::read(text) {
        assert!(!key.is_of(""), "no key is the key of nothing");
        assert!(!format!("{key:?}").contains(text), "a key is in no log");
    }
    if let Some(code) = Code::read(text) {
        let shown = code.to_string();
        assert_eq!(Code::read(&shown).as_ref(), Some(&code), "a code is read as it is shown");
        assert!(!format!("{code:?}").contains(&shown[5..]), "a code is in no log");
    }
    assert!(!hooks::is_session(text), "nobody has the secret");
    if let Some(user) = hooks::session(bytes) {
        assert!(!user.trim().is_empty() && !user.starts_with("session-"), "{user:?} is nobody");
        assert!(!user.chars().any(char::is_control), "{user:?}");
    }
    assert!(!hooks::is_signature(text), "nobody has the secret");
}

/// What ticket systems post, behind its signature. The first byte says which.
pub fn tickets(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let kept = match first % 3 {
        0 => hooks::chatwoot(rest),
        1 => hooks::zammad(rest),
        _ => hooks::webhook(rest),
    };
    let Some(kept) = kept else { return };
    assert!(!kept.delivery.is_empty(), "a delivery has a name");
    assert!(kept.text.as_ref().is_none_or(|text| text.chars().count() <= 8000), "a text is cut");
    match first % 3 {
        // Nobody in these vouches for anybody without a word of it.
        0 | 1 => assert!(kept.user.as_ref().is_none_or(|user| !user.trim().is_empty()), "{kept:?}"),
        _ => {
            for name in [Some(&kept.delivery), Some(&kept.address), kept.user.as_ref()].into_iter().flatten()
            {
                assert!(name.len() <= 128 && !name.chars().any(char::is_control), "{name:?}");
            }
        }
    }
    if first % 3 == 1 {
        // Whoever writes can't have others written to.
        assert!(kept.address.matches('@').count() <= 1 && !kept.address.contains(['\r', '\n', ',', ';']));
    }
}

/// What chat apps post, sealed and open. The first byte says which.
pub fn chats(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let kept = match first % 5 {
        0 => hooks::feishu(rest),
        1 => hooks::dingtalk(rest),
        2 => {
            for name in hooks::wecom_fields(&text).unwrap_or_default().into_keys() {
                assert!(!name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_'));
            }
            hooks::wecom(&text)
        }
        3 => {
            if let Some(said) = hooks::wecom_said(rest) {
                assert!(rest.ends_with(b"corp") && said.len() + 24 == rest.len(), "it is for somebody else");
            }
            None
        }
        _ => {
            let opened = hooks::unsealed(&text);
            assert!(opened.is_none_or(|opened| opened.len() < text.len()), "out comes no more than went in");
            None
        }
    };
    let Some(kept) = kept else { return };
    let user = kept.user.as_deref().unwrap_or_default();
    assert!(!user.is_empty(), "somebody wrote");
    match first % 5 {
        0 => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            assert!(!kept.address.is_empty() && kept.address.chars().all(is_name), "{:?}", kept.address);
        }
        1 => {
            let platform = hooks::DINGTALK.strip_prefix("https://").unwrap_or_default();
            assert!(kept.address.to_ascii_lowercase().contains(platform), "{:?}", kept.address);
        }
        _ => assert!(user != "@all" && !user.contains('|'), "not one person: {user:?}"),
    }
}

/// A text as platforms show it.
fn shown(markdown: &str) {
    plain(markdown);
    let html = html(markdown);
    let odd =
        html.split('<').skip(1).find(|rest| !rest.split_once('>').is_some_and(|(tag, _)| is_plain(tag)));
    assert!(odd.is_none(), "<{} out of {markdown:?}", odd.unwrap_or_default());
    for (limit, unit) in [(7, Unit::Bytes), (80, Unit::Utf16), (2000, Unit::Characters)] {
        for piece in split(markdown, limit, unit) {
            assert!(!piece.is_empty() && unit.length(&piece) <= limit, "{limit} {unit:?}: {piece:?}");
        }
    }
}

/// Whether a tag, without its brackets, is one that a text may have: none that loads or runs anything.
fn is_plain(tag: &str) -> bool {
    const NAMES: &str =
        " p strong em del ul ol li a code pre h1 h2 h3 h4 h5 h6 blockquote table thead tbody tr th td hr br ";
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    // `a="b" c="d"`: quotes inside values are written otherwise.
    let mut parts = attributes.trim_end_matches('/').split('"');
    while let (Some(attribute), Some(value)) = (parts.next(), parts.next()) {
        let fits = match attribute.trim() {
            "href=" => value == "#" || value.starts_with("http://") || value.starts_with("https://"),
            "style=" => value.starts_with("text-align: "),
            "title=" | "class=" | "start=" => true,
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    NAMES.contains(&format!(" {name} "))
}

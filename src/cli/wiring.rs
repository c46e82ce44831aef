//! Puts an assistant together from the settings.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use jiff::Timestamp;

use crate::assistant::{Assistant, Clock, Mind};
use crate::config::Settings;
use crate::domain::rules::book::RuleBook;
use crate::knowledge::Knowledge;
use crate::knowledge::documents::{self, Names};
use crate::rulebook;
use crate::store::{self, Store};
use crate::understand::intents::TrainingSet;

static INTENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/intents");

/// Who speaks, as CHANNEL:USER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    pub channel: String,
    pub user: String,
}

impl FromStr for Speaker {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((channel, user)) if !channel.trim().is_empty() && !user.trim().is_empty() => {
                Ok(Self { channel: channel.trim().to_owned(), user: user.trim().to_owned() })
            }
            _ => Err(format!("`{text}` is not CHANNEL:USER, such as discord:1001")),
        }
    }
}

impl Speaker {
    /// Channel and user; nobody on the console where nobody is named.
    pub fn parts(speaker: Option<Self>) -> (String, Option<String>) {
        speaker.map_or_else(|| ("console".to_owned(), None), |speaker| (speaker.channel, Some(speaker.user)))
    }
}

/// The assistant of the settings.
pub fn assistant(settings: &Settings) -> anyhow::Result<Assistant> {
    let store: Arc<dyn Store> = Arc::from(open_store(settings)?);
    Ok(Assistant::new(Arc::new(mind(settings)?), store, clock(settings.now)))
}

/// Knowledge, rules and training data of the settings.
pub fn mind(settings: &Settings) -> anyhow::Result<Mind> {
    let book = rules(settings)?;
    let knowledge = knowledge(settings, &book)?;
    let training = training(settings.intents.as_deref())?;
    Ok(Mind::new(knowledge, book, &training))
}

pub fn rules(settings: &Settings) -> anyhow::Result<RuleBook> {
    Ok(match &settings.rules {
        Some(folder) => rulebook::from_folder(folder)?,
        None => rulebook::built_in()?,
    })
}

/// The names that the knowledge base's placeholders stand for.
pub fn names(book: &RuleBook) -> Names {
    book.provider.placeholders().into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

fn knowledge(settings: &Settings, book: &RuleBook) -> anyhow::Result<Knowledge> {
    let names = names(book);
    let library = match &settings.kb {
        Some(folder) => {
            let library = documents::load_folder(folder, &names)?;
            for skipped in &library.skipped {
                tracing::warn!(path = %skipped.path, reason = %skipped.reason, "document skipped");
            }
            library
        }
        None => documents::load_embedded(&names),
    };
    Ok(Knowledge::in_memory(library.sections)?)
}

/// The training data of a folder (all .yml and .yaml files below it), or what is compiled in.
pub fn training(folder: Option<&Path>) -> anyhow::Result<TrainingSet> {
    let mut set = TrainingSet::default();
    let Some(folder) = folder else {
        for file in INTENTS.files() {
            let name = file.path().display().to_string();
            set.read(&name, file.contents_utf8().unwrap_or_default())?;
        }
        return Ok(set);
    };
    let mut files = Vec::new();
    collect(folder, &mut files)
        .with_context(|| format!("{}: can't be read as a folder of training data", folder.display()))?;
    files.sort();
    anyhow::ensure!(
        !files.is_empty(),
        "{}: no .yml file in this folder; give one with Rasa 3.1 training data",
        folder.display()
    );
    for file in files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).with_context(|| format!("{name}: can't be read"))?;
        set.read(&name, &text)?;
    }
    Ok(set)
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

/// The record store; one that nobody named and that isn't there yet is empty and leaves no file behind.
fn open_store(settings: &Settings) -> anyhow::Result<Box<dyn Store>> {
    let path = settings.db.strip_prefix("sqlite:").unwrap_or(&settings.db);
    if !settings.db_named && !Path::new(path).exists() {
        return Ok(store::open("sqlite::memory:")?);
    }
    Ok(store::open(&settings.db)?)
}

/// The system's clock, or a fixed one.
pub fn clock(now: Option<Timestamp>) -> Clock {
    match now {
        Some(now) => Arc::new(move || now),
        None => Arc::new(Timestamp::now),
    }
}

//! Puts an assistant together from the settings.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use jiff::{SignedDuration, Timestamp};

use super::intent_model;
use super::reload::Make;
use crate::assistant::semantics::{Semantics, as_encoded};
use crate::assistant::{Answer, Assistant, Clock, Mind, Renewable, Sections, actions};
use crate::channels::Reception;
use crate::channels::http::Site;
use crate::config::Settings;
use crate::domain::moment::china_date;
use crate::domain::rules::book::RuleBook;
use crate::encoder::{Encoder, Vectors};
use crate::knowledge::Section;
use crate::knowledge::disk;
use crate::knowledge::documents::{self, Names};
use crate::knowledge::lint::{Against, IntentKnowledge, RuleTables};
use crate::report::Desk;
use crate::rulebook;
use crate::store::{self, Database, SqliteStore, Store as _};
use crate::transcripts::Setup;
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

/// The assistant of the settings; conversations last as long as it does.
pub fn assistant(settings: &Settings) -> anyhow::Result<Assistant> {
    Ok(on_store(settings, Arc::new(mind(settings)?), store(settings)?))
}

/// The same on a store that the caller has opened, such as one to keep conversations in.
pub fn on_store(settings: &Settings, mind: Arc<Mind>, store: Arc<dyn Database>) -> Assistant {
    let assistant = Assistant::new(mind, store.clone(), clock(settings.now))
        .remembering(remembered(settings))
        .handing_over(settings.handoff_topics.clone());
    if settings.write_actions { assistant.acting(store) } else { assistant }
}

/// How long a conversation is remembered.
fn remembered(settings: &Settings) -> SignedDuration {
    SignedDuration::from_mins(i64::from(settings.remembered_minutes))
}

/// Knowledge, rules and training data of the settings; nearness in meaning where an encoder and the vectors are there.
pub fn mind(settings: &Settings) -> anyhow::Result<Mind> {
    let mind = mind_of_words(settings)?;
    let mind = match semantics(settings, &mind) {
        Some(semantics) => mind.with_semantics(semantics),
        None => mind,
    };
    // Only training data of somebody's own can have intents that we don't know.
    let own = settings.intents.as_ref().and_then(|_| {
        intent_model::open(mind.examples(), &settings.data, &|example| mind.meaning_of(example))
    });
    Ok(mind.with_own_intents(own))
}

fn mind_of_words(settings: &Settings) -> anyhow::Result<Mind> {
    let book = rules(settings)?;
    let knowledge = knowledge(settings, &book)?;
    let training = training(settings.intents.as_deref())?;
    let mut mind = Mind::new(knowledge, book, training);
    if settings.kb.is_some() {
        let known = documents::load_embedded(&names(&mind.book)).sections;
        mind = mind.with_field(known.into_iter().map(Arc::new).collect());
    }
    Ok(mind)
}

/// The encoder, where it is installed and the vectors of this knowledge base are made: answers never wait for either.
fn semantics(settings: &Settings, mind: &Mind) -> Option<Semantics> {
    let encoder = match Encoder::open(&settings.data) {
        Ok(encoder) => encoder?,
        Err(error) => {
            tracing::warn!("{error}; going on without the encoder");
            return None;
        }
    };
    let Some(texts) = mind.texts() else {
        tracing::warn!("this knowledge base is too large for the encoder; going on without it");
        return None;
    };
    let Some(vectors) = Vectors::find(&settings.data, &texts) else {
        tracing::warn!(
            "no vectors of this knowledge base yet; run `beian index`; going on without the encoder"
        );
        return None;
    };
    Some(Semantics::new(encoder, vectors))
}

/// Makes the vectors of the settings' knowledge base where an encoder is installed and they are missing. `watch` hears how many
/// of how many are done. Returns how many there are, and whether they were made now.
pub fn make_vectors(
    settings: &Settings,
    watch: &mut dyn FnMut(usize, usize),
) -> anyhow::Result<Option<(usize, bool)>> {
    let Some(encoder) = Encoder::open(&settings.data)? else { return Ok(None) };
    let Some(mut texts) = mind_of_words(settings)?.texts() else { return Ok(None) };
    if let Some(vectors) = Vectors::find(&settings.data, &texts) {
        return Ok(Some((vectors.len(), false)));
    }
    for text in texts.values_mut() {
        *text = as_encoded(text);
    }
    let of = texts.len();
    let vectors = Vectors::make(&settings.data, &encoder, &texts, &mut |done| watch(done, of))?;
    Ok(Some((vectors.len(), true)))
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

/// The knowledge base of the settings: in memory, or for a large folder in an index on disk.
fn knowledge(settings: &Settings, book: &RuleBook) -> anyhow::Result<Sections> {
    let names = names(book);
    let Some(folder) = &settings.kb else {
        return Ok(in_memory(documents::load_embedded(&names).sections));
    };
    let (knowledge, skipped, empty) = if disk::is_large(folder) {
        let opened = disk::open(folder, &settings.data, &names, &mut |_| ())?;
        let empty = opened.knowledge.is_empty();
        (
            Sections::Disk { knowledge: Arc::new(opened.knowledge), content: opened.content },
            opened.skipped,
            empty,
        )
    } else {
        let library = documents::load_folder(folder, &names)?;
        let empty = library.sections.is_empty();
        (in_memory(library.sections), library.skipped, empty)
    };
    for skipped in &skipped {
        tracing::warn!(path = %skipped.path, reason = %skipped.reason, "document left out");
    }
    anyhow::ensure!(
        !empty,
        "{}: no section in this folder; give one with .md, .txt or .html documents",
        folder.display()
    );
    Ok(knowledge)
}

fn in_memory(sections: Vec<Section>) -> Sections {
    Sections::Memory(sections.into_iter().map(Arc::new).collect())
}

/// The training data of a folder (all .yml and .yaml files below it), or what is compiled in.
pub fn training(folder: Option<&Path>) -> anyhow::Result<TrainingSet> {
    let mut set = TrainingSet::default();
    let Some(folder) = folder else {
        for file in INTENTS.files() {
            let name = format!("intents/{}", file.path().display());
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
pub fn store(settings: &Settings) -> anyhow::Result<Arc<dyn Database>> {
    if !has_store(settings) {
        return Ok(Arc::new(SqliteStore::in_memory()?));
    }
    Ok(Arc::from(store::open(&settings.db)?))
}

/// Whether there is a store, or one is named.
pub fn has_store(settings: &Settings) -> bool {
    let path = settings.db.strip_prefix("sqlite:").unwrap_or(&settings.db);
    settings.db_named || Path::new(path).exists()
}

/// The store of `chat` and `serve`, which keep what is said: made where it is missing. Where nobody named one and none can be
/// made, the conversation goes on without.
pub fn store_to_keep(settings: &Settings) -> anyhow::Result<Arc<dyn Database>> {
    match store_to_write(settings) {
        Err(error) if !has_store(settings) => {
            tracing::warn!(
                reason = format!("{error:#}"),
                "conversations are not kept: there is no database; name one with --db"
            );
            Ok(Arc::new(SqliteStore::in_memory()?))
        }
        opened => opened,
    }
}

/// The record store to write to; the data folder is made where it is missing.
pub fn store_to_write(settings: &Settings) -> anyhow::Result<Arc<dyn Database>> {
    if !settings.db_named {
        std::fs::create_dir_all(&settings.data).with_context(|| {
            format!("{}: can't be made; give another folder with --data", settings.data.display())
        })?;
    }
    Ok(Arc::from(store::open(&settings.db)?))
}

/// What `serve` runs.
pub struct Served {
    pub site: Site,
    pub store: Arc<dyn Database>,
    /// The assistant behind the site, to be given new knowledge.
    pub assistant: Arc<Renewable>,
    /// Makes an assistant like it with other knowledge.
    pub make: Make,
}

/// What `serve` runs; with `demo` on sample records in a throw-away store. Conversations are kept in the store.
pub fn served(settings: &Settings, demo: bool) -> anyhow::Result<Served> {
    // First: a mistake in the configuration is told before anything is made.
    let web = settings.channels.web.settle()?;
    super::index::vectors_with_progress(settings)?;
    let mind = Arc::new(mind(settings)?);
    mind.warm();
    let store: Arc<dyn Database> = if demo {
        let records = SqliteStore::in_memory()?;
        records.import(&super::demo::records(china_date(clock(settings.now)()))?)?;
        Arc::new(records)
    } else {
        store_to_keep(settings)?
    };
    // Hashed now, so that no first question waits for it.
    mind.contents();
    let assistant_with = move |settings: &Settings, mind: Arc<Mind>, store: Arc<dyn Database>| {
        let assistant = on_store(settings, mind, store.clone()).keeping(store.clone());
        // The records of a demo are invented and thrown away: a newcomer may see what is done with them.
        if demo { assistant.acting(store) } else { assistant }
    };
    let assistant = Arc::new(Renewable::new(assistant_with(settings, mind, store.clone())));
    let make = {
        let (settings, store) = (settings.clone(), Arc::downgrade(&store));
        move |mind: Arc<Mind>| Some(assistant_with(&settings, mind, store.upgrade()?))
    };
    let reception = Arc::new(Reception::new(assistant.clone(), store.clone(), clock(None)));
    let desk = Desk::new(store.clone(), clock(settings.now));
    let site = Site::new(reception).with_desk(desk).with_web(web);
    let site = site.with_limits(settings.channels.http.clone());
    let site = if demo { site.with_demo(super::demo::people()?) } else { site };
    Ok(Served { site, store, assistant, make: Box::new(make) })
}

/// The assistant of a transcript's case: its own copy of the records, its own clock.
pub fn rehearsal(mind: &Arc<Mind>, setup: &Setup, now: Option<Timestamp>) -> anyhow::Result<Box<dyn Answer>> {
    let records = SqliteStore::in_memory()?;
    if let Some(set) = &setup.records {
        records.import(set)?;
    }
    let records = Arc::new(records);
    let assistant = Assistant::new(mind.clone(), records.clone(), clock(setup.now.or(now)));
    Ok(Box::new(if setup.write_actions { assistant.acting(records) } else { assistant }))
}

/// What a knowledge base is checked against.
pub fn against(settings: &Settings) -> anyhow::Result<Against> {
    let texts = rulebook::texts(settings.rules.as_deref())?;
    let intents = actions::REGISTRY.iter().map(|action| IntentKnowledge {
        intent: action.intent().to_owned(),
        anchor: Some(action.anchor().to_owned()),
        file: format!("intents/{}.yml", action.intent()),
        line: 1,
    });
    Ok(Against {
        names: names(&rules(settings)?),
        rules: RuleTables::read(texts.iter().map(|(file, text)| (*file, text.as_str())))?,
        intents: intents.collect(),
    })
}

/// The system's clock, or a fixed one.
pub fn clock(now: Option<Timestamp>) -> Clock {
    match now {
        Some(now) => Arc::new(move || now),
        None => Arc::new(Timestamp::now),
    }
}

//! `beian record`: a kept conversation as a transcript, with invented names, the records it touched and a fixed clock.
//!
//! - `disguise`: invented names for real ones
//! - `write`: the transcript's form
//!
//! What is written is played before it is given out, so that it passes as it stands; a reply that is another one today is
//! told on stderr.

mod disguise;
mod write;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;

use super::{kept, wiring};
use crate::assistant::{Answer, Context, Incoming, Mind, Receipt, is_a_human_s};
use crate::config::Settings;
use crate::domain::records::RecordSet;
use crate::domain::reply::Reply;
use crate::store::Database;
use crate::store::conversations::{Key, Turn};
use crate::transcripts::Setup;
use crate::understand::Normalised;
use disguise::{Disguise, Kind};
use write::{Case, Step};

/// Writes a kept conversation as a transcript for `beian test`
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beian record 95e1a5dee44eeb38 --records tests/transcripts/x.json > tests/transcripts/x.yml\n\nNames and numbers that are on record are replaced by invented ones, and so are domains and order ids that were typed. \
    A name that only stands in a sentence can't be told from other words: read it before you pass it on."
)]
pub struct Command {
    /// The id of one of its replies, or the conversation's name
    #[arg(value_name = "ID|CONVERSATION")]
    what: String,
    /// Where to write the records that it touched; the transcript names this file as its neighbour
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
}

/// A turn with its receipt.
struct Said {
    turn: Turn,
    receipt: Receipt,
}

/// A conversation as a transcript.
pub struct Recorded {
    pub transcript: String,
    /// The records it starts from, where it was about any.
    pub records: Option<RecordSet>,
    /// Replies that are other ones today, told for a person.
    pub differences: Vec<String>,
}

impl Command {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<u8> {
        let store = kept::store(settings)?;
        let mind = Arc::new(wiring::mind(settings)?);
        let name = self.records.as_deref().map(|path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .with_context(|| format!("--records {}: this is no file name", path.display()))
        });
        let recorded = record(&*store, &mind, &self.what, name.transpose()?.as_deref())?;
        if let Some(records) = &recorded.records {
            let path = self.records.as_ref().context(
                "this conversation was about records; say where to write them, such as --records conversation.json",
            )?;
            std::fs::write(path, serde_json::to_string_pretty(records)? + "\n")
                .with_context(|| format!("{}: can't be written; give another --records", path.display()))?;
        }
        for difference in &recorded.differences {
            writeln!(std::io::stderr(), "{difference}")?;
        }
        write!(std::io::stdout(), "{}", recorded.transcript)?;
        Ok(0)
    }
}

/// The conversation of a reply's id, or of that name, as a transcript that calls its records `file`.
pub fn record(
    store: &dyn Database,
    mind: &Arc<Mind>,
    what: &str,
    file: Option<&str>,
) -> anyhow::Result<Recorded> {
    let key = conversation(store, what)?;
    let said: Vec<Said> = store
        .turns_of(&key)?
        .into_iter()
        // What a human said is no answer of ours to be tested.
        .filter(|turn| !is_a_human_s(&turn.reply))
        .map(|turn| Ok(Said { receipt: kept::receipt(&turn)?, turn }))
        .collect::<anyhow::Result<_>>()?;
    let first = said.first().with_context(|| format!("`{what}`: nothing of it is kept any more"))?;
    let done = said.iter().find_map(|said| said.turn.reply.outcome.as_ref()?["done"].as_str());
    anyhow::ensure!(
        done.is_none(),
        "`{what}`: in this conversation an order was {}; a transcript starts from the records as they are now and can't pass; record one that changes nothing",
        done.unwrap_or_default()
    );
    let now: Timestamp = first.receipt.now.parse().unwrap_or(first.turn.at);

    let mut disguise = Disguise::default();
    let records = disguise.records(touched(store, &key, &said)?);
    let typed = typed(mind, &store.export()?, &mut disguise, &said);
    let records = (records != RecordSet::default()).then_some(records);
    let speaker = records
        .as_ref()
        .and_then(|records| records.identities.first())
        .map(|identity| (identity.channel.clone(), identity.user.clone()));
    let setup = Setup { now: Some(now), records, write_actions: false };
    let mut differences = Vec::new();
    let cases = play(mind, &setup, speaker.as_ref(), &said, &typed, &disguise, &mut differences)?;
    let file = file.filter(|_| setup.records.is_some());
    let transcript = write::transcript(now, file, speaker.as_ref(), &cases);
    Ok(Recorded { transcript, records: setup.records, differences })
}

/// The conversation that is meant.
fn conversation(store: &dyn Database, what: &str) -> anyhow::Result<Key> {
    if let Some(turn) = store.turn(what)? {
        return Ok(turn.key);
    }
    let mut found = store.conversations_named(what)?;
    match (found.pop(), found.len()) {
        (Some(key), 0) => Ok(key),
        (None, _) => anyhow::bail!(
            "`{what}`: no reply of this id and no conversation of this name is kept; the id stands in the reply, see beian ask --json"
        ),
        (Some(_), others) => anyhow::bail!(
            "`{what}`: {} conversations go by this name; give the id of a reply in the one you mean",
            others + 1
        ),
    }
}

/// The records that the conversation read, and who asked.
fn touched(store: &dyn Database, key: &Key, said: &[Said]) -> anyhow::Result<RecordSet> {
    let mut set = RecordSet::default();
    let mut accounts: BTreeSet<String> = BTreeSet::new();
    let mut domains: BTreeSet<String> = BTreeSet::new();
    for Said { turn, receipt } in said {
        let read = receipt.records.keys().filter_map(|name| name.strip_prefix("account "));
        accounts.extend(read.map(str::to_owned));
        domains.extend(receipt.slots.get("domain").cloned());
        domains.extend(receipt.entities.get("domain").into_iter().flatten().cloned());
        // An account that is named is looked up too.
        let words =
            turn.text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@')));
        for word in words.filter(|word| word.len() >= 2) {
            accounts.extend(store.account(word)?.map(|account| account.id));
        }
    }
    if let Some(user) = &key.user
        && let Some(identity) = store.identity(&key.channel, user)?
    {
        accounts.extend(identity.account.clone());
        set.identities.push(identity);
    }
    for account in &accounts {
        merge(&mut set, store.case_file(account)?);
    }
    for name in &domains {
        if let Some(domain) = store.domain(name)?
            && set.domains.iter().all(|known| known.name != domain.name)
        {
            set.domains.push(domain);
        }
    }
    Ok(set)
}

/// Adds an account's records; a domain may be two accounts'.
fn merge(set: &mut RecordSet, more: RecordSet) {
    set.accounts.extend(more.accounts);
    set.entities.extend(more.entities);
    set.websites.extend(more.websites);
    set.instances.extend(more.instances);
    set.service_numbers.extend(more.service_numbers);
    set.orders.extend(more.orders);
    for domain in more.domains {
        if set.domains.iter().all(|known| known.name != domain.name) {
            set.domains.push(domain);
        }
    }
}

/// What was typed, with invented names: for what it names, and for whoever is on record, touched or not.
fn typed(mind: &Mind, everybody: &RecordSet, disguise: &mut Disguise, said: &[Said]) -> Vec<String> {
    let entities = everybody.entities.iter();
    let people =
        entities.flat_map(|entity| [(Kind::Person, &entity.person.name), (Kind::EntityName, &entity.name)]);
    let holders = everybody.domains.iter().map(|domain| (Kind::EntityName, &domain.holder.name));
    let sites = everybody.websites.iter().map(|website| (Kind::WebsiteName, &website.name));
    for (kind, name) in people.chain(holders).chain(sites) {
        if said.iter().any(|Said { turn, .. }| turn.text.contains(name.as_str())) {
            disguise.of(kind, name);
        }
    }
    for Said { turn, .. } in said {
        let text = Normalised::of(&turn.text);
        let entities = mind.recogniser().recognise(&text.folded, &text.original);
        for (kind, names) in [
            (Kind::Domain, &entities.domains),
            (Kind::Order, &entities.orders),
            (Kind::Instance, &entities.instances),
        ] {
            for name in names {
                disguise.of(kind, name);
            }
        }
    }
    said.iter().map(|Said { turn, .. }| disguise.text(&turn.text)).collect()
}

/// Plays what was typed to an assistant on the records, as `beian test` will.
fn play(
    mind: &Arc<Mind>,
    setup: &Setup,
    speaker: Option<&(String, String)>,
    said: &[Said],
    typed: &[String],
    disguise: &Disguise,
    differences: &mut Vec<String>,
) -> anyhow::Result<Vec<Case>> {
    let mut cases: Vec<Case> = Vec::new();
    let mut assistant: Option<Box<dyn Answer>> = None;
    for (Said { turn, receipt }, text) in said.iter().zip(typed) {
        // What was remembered of nothing began a conversation, whatever it was called.
        let begins = receipt.before == Context::default();
        let player = match assistant.take() {
            Some(player) if !begins => player,
            _ => {
                cases.push(Case { name: format!("recorded {}", turn.id), steps: Vec::new() });
                wiring::rehearsal(mind, setup, None)?
            }
        };
        let (channel, user) = speaker
            .cloned()
            .map_or_else(|| ("console".to_owned(), None), |(channel, user)| (channel, Some(user)));
        let reply = player.answer(&Incoming {
            channel,
            user,
            conversation: "recorded".to_owned(),
            text: text.clone(),
        });
        if let Some(place) = differs(&turn.reply, &reply, disguise) {
            differences.push(format!("{}: today's reply has another {place}; today's is written", turn.id));
        }
        if let Some(case) = cases.last_mut() {
            case.steps.push(Step { user: text.clone(), reply });
        }
        assistant = Some(player);
    }
    Ok(cases)
}

/// Where the reply of then and the one that was played differ, names aside.
fn differs(then: &Reply, now: &Reply, disguise: &Disguise) -> Option<&'static str> {
    let plain = |reply: &Reply| {
        let outcome = reply.outcome.as_ref().map(ToString::to_string).unwrap_or_default();
        // Lists come in the order of names, which are others now.
        let mut parts: Vec<String> = disguise.text(&outcome).split(',').map(str::to_owned).collect();
        parts.sort();
        parts
    };
    if then.kind != now.kind {
        Some("kind")
    } else if then.intent != now.intent {
        Some("intent")
    } else if plain(then) != plain(now) {
        Some("outcome")
    } else if then.citations.first() != now.citations.first() {
        Some("citation")
    } else {
        None
    }
}

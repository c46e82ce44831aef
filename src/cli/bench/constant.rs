//! What the server is compared with: the same server, in which understanding is replaced by looking a message up. Each message
//! is understood once; from then on the same reply, memory and receipt are written again, in the same transaction.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;

use super::super::{allocator, serve, wiring};
use crate::assistant::{Answer, Assistant, Clock, Incoming};
use crate::channels::Reception;
use crate::channels::http::Site;
use crate::config::Settings;
use crate::domain::reply::Reply;
use crate::store::conversations::{Commit, Committed, Key, Turn};
use crate::store::{Conversations as _, Database, SqliteStore};

/// Serves what was understood before, for `beian bench http --constant`
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Args {
    /// Where to listen
    #[arg(long, value_name = "HOST:PORT")]
    addr: String,
}

pub fn run(args: &Args, settings: &Settings) -> anyhow::Result<u8> {
    allocator::give_memory_back();
    let mind = Arc::new(wiring::mind(settings)?);
    mind.warm();
    let kept = Arc::new(SqliteStore::in_memory()?);
    let assistant = wiring::on_store(settings, mind, kept.clone()).keeping(kept.clone());
    let store = wiring::store_to_write(settings)?;
    let clock = wiring::clock(settings.now);
    let constant =
        Constant { assistant, kept, store: store.clone(), clock: clock.clone(), known: Mutex::default() };
    let site = Site::new(Arc::new(Reception::new(Arc::new(constant), store, clock)));
    let args = serve::Args { addr: args.addr.clone(), demo: false, keep_days: None };
    serve::run(&args, site, Vec::new(), &mut std::io::stdout())?;
    Ok(0)
}

/// How often a turn is written again because somebody else wrote the conversation meanwhile.
const ATTEMPTS: usize = 10;

struct Constant {
    assistant: Assistant,
    /// Where what was understood is kept.
    kept: Arc<SqliteStore>,
    store: Arc<dyn Database>,
    clock: Clock,
    known: Mutex<HashMap<String, Arc<Understood>>>,
}

/// A turn that was taken, and what was remembered after it.
struct Understood {
    turn: Turn,
    context: Option<String>,
}

impl Answer for Constant {
    fn answer(&self, incoming: &Incoming) -> Reply {
        self.write(incoming).unwrap_or_else(|error| {
            // A figure without the write would be none.
            panic!("the comparison can't go on: {error:#}")
        })
    }
}

impl Constant {
    fn understood(&self, text: &str) -> anyhow::Result<Arc<Understood>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(understood) = known.get(text) {
            return Ok(Arc::clone(understood));
        }
        let (channel, user) = ("web".to_owned(), Some(format!("bench-{}", known.len())));
        let key = Key { channel, user, conversation: "bench".to_owned() };
        self.assistant.answer(&Incoming {
            channel: key.channel.clone(),
            user: key.user.clone(),
            conversation: key.conversation.clone(),
            text: text.to_owned(),
        });
        let turn = self.kept.turns_of(&key)?.pop().context("a turn that was kept")?;
        let context = self.kept.conversation(&key)?.context;
        let understood = Arc::new(Understood { turn, context });
        known.insert(text.to_owned(), Arc::clone(&understood));
        Ok(understood)
    }

    fn write(&self, incoming: &Incoming) -> anyhow::Result<Reply> {
        let understood = self.understood(&incoming.text)?;
        let key = Key {
            channel: incoming.channel.clone(),
            user: incoming.user.clone(),
            conversation: incoming.conversation.clone(),
        };
        for _ in 0..ATTEMPTS {
            let state = self.store.conversation(&key)?;
            let mut turn = understood.turn.clone();
            let mut hasher = DefaultHasher::new();
            (&key, state.turns).hash(&mut hasher);
            turn.id = format!("{:016x}", hasher.finish());
            (turn.key, turn.ordinal, turn.at) = (key.clone(), state.turns + 1, (self.clock)());
            turn.reply.id = Some(turn.id.clone());
            let commit = Commit {
                key: &key,
                expected: state.version,
                at: turn.at,
                context: understood.context.as_deref(),
                turn: Some(&turn),
            };
            if self.store.commit_turn(&commit)? == Committed::Done {
                return Ok(turn.reply);
            }
        }
        anyhow::bail!("a conversation was written {ATTEMPTS} times meanwhile")
    }
}

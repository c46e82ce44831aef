//! Which channels are posts in a ticket forum. A message doesn't say so: Discord is asked once for each channel.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use serenity::model::id::ChannelId;

use super::Bot;

/// How many channels are remembered; beyond that all are forgotten and asked for anew.
const REMEMBERED: usize = 4096;

/// A post in a ticket forum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    pub title: String,
    /// Who wrote it.
    pub owner: Option<String>,
}

/// What a channel is.
#[derive(Clone)]
enum Described {
    Ticket(Ticket),
    Other,
}

/// What is known of channels.
#[derive(Default)]
pub(super) struct Threads(Mutex<HashMap<ChannelId, Described>>);

impl Threads {
    fn get(&self, channel: ChannelId) -> Option<Described> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned()
    }

    fn keep(&self, channel: ChannelId, described: Described) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(channel, described);
    }
}

impl Bot {
    /// The ticket that a channel is, if it is one.
    pub(super) async fn ticket(&self, channel: ChannelId) -> Option<Ticket> {
        if self.config.ticket_forums.is_empty() {
            return None;
        }
        match self.threads.get(channel) {
            Some(Described::Ticket(ticket)) => return Some(ticket),
            Some(Described::Other) => return None,
            None => {}
        }
        match self.rest.get(&format!("/channels/{channel}")).await {
            Ok(described) => {
                let ticket = self.read_ticket(&described);
                self.threads.keep(channel, ticket.clone().map_or(Described::Other, Described::Ticket));
                ticket
            }
            Err(error) => {
                tracing::warn!(%error, "whether a channel is a ticket could not be found out");
                None
            }
        }
    }

    fn read_ticket(&self, described: &Value) -> Option<Ticket> {
        let parent: u64 = described["parent_id"].as_str()?.parse().ok()?;
        let is_thread = described["thread_metadata"].is_object();
        (is_thread && self.config.ticket_forums.iter().any(|forum| forum.get() == parent)).then(|| Ticket {
            title: described["name"].as_str().unwrap_or_default().to_owned(),
            owner: described["owner_id"].as_str().map(str::to_owned),
        })
    }
}

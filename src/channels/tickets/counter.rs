//! Where ticket systems ask, and where it is known who speaks in a ticket: the assistant, or a human.

use std::sync::Arc;

use serde_json::{Value, json};

use super::words::UNANSWERED;
use crate::assistant::{Heard, Incoming};
use crate::channels::{Reception, Setback};
use crate::domain::reply::{Kind, Reply};
use crate::store::conversations::{Handover, HandoverState, Key};
use crate::store::{Database, StoreError};

/// The counter of one channel.
pub struct Counter {
    reception: Arc<Reception>,
    channel: &'static str,
    hand_over_unanswered: bool,
}

/// What is answered.
pub struct Answered {
    pub reply: Box<Reply>,
    /// Whether a human has to look now, and what they are to know where it was kept.
    pub hands_over: bool,
    pub handover: Option<Handover>,
}

impl Counter {
    pub fn new(reception: Arc<Reception>, channel: &'static str, hand_over_unanswered: bool) -> Self {
        Self { reception, channel, hand_over_unanswered }
    }

    /// Asks; the same delivery gets the same answer. `None`: a human speaks.
    pub async fn ask(
        &self,
        conversation: &str,
        user: Option<String>,
        text: String,
        delivery: String,
    ) -> Result<Option<Answered>, Setback> {
        let key = Key { channel: self.channel.to_owned(), user, conversation: conversation.to_owned() };
        let incoming = Incoming {
            channel: key.channel.clone(),
            user: key.user.clone(),
            conversation: key.conversation.clone(),
            text,
        };
        let heard = self.reception.hear(incoming, Some(delivery)).await.map_err(Setback::later)?;
        let Heard::Reply(reply) = heard else { return Ok(None) };
        let unanswered = self.hand_over_unanswered && reply.kind == Kind::NoAnswer;
        let hands_over = unanswered || reply.kind == Kind::Handoff;
        let handover = match hands_over {
            false => None,
            true if unanswered => Some(self.hand_over(key).await?),
            true => self.under_way(conversation).await?,
        };
        Ok(Some(Answered { reply, hands_over, handover }))
    }

    /// The hand-over of a conversation that waits for a human or has one.
    pub async fn under_way(&self, conversation: &str) -> Result<Option<Handover>, Setback> {
        let (channel, conversation) = (self.channel, conversation.to_owned());
        self.store(move |store| find(store, channel, &conversation)).await
    }

    /// A human has spoken on the platform: from now on they do.
    pub async fn a_human_speaks(&self, conversation: &str, who: String) -> Result<(), Setback> {
        let (channel, conversation) = (self.channel, conversation.to_owned());
        let now = (self.reception.clock)();
        self.store(move |store| {
            let open =
                find(store, channel, &conversation)?.filter(|found| found.state == HandoverState::Open);
            let Some(open) = open else { return Ok(()) };
            store.take_handover(open.number, &who, now).map(drop)
        })
        .await
    }

    /// The conversation is over, and with it what was handed over.
    pub async fn is_over(&self, conversation: &str) -> Result<(), Setback> {
        let (channel, conversation) = (self.channel, conversation.to_owned());
        let now = (self.reception.clock)();
        self.store(move |store| match find(store, channel, &conversation)? {
            Some(found) => store.close_handover(found.number, now).map(drop),
            None => Ok(()),
        })
        .await
    }

    /// Keeps a hand-over of what the assistant would have left at "no answer".
    async fn hand_over(&self, key: Key) -> Result<Handover, Setback> {
        let now = (self.reception.clock)();
        self.store(move |store| {
            let turns = store.turns_of(&key)?;
            // What is kept of a turn is masked already.
            let said: Vec<Value> = turns
                .iter()
                .map(|turn| json!({"at": turn.at.to_string(), "user": turn.text, "bot": turn.reply.text, "kind": turn.reply.kind}))
                .collect();
            let packet = json!({
                "why": UNANSWERED, "after_turns": turns.len(), "conversation": said,
                "slots": {}, "account": null, "records": [], "sections": [],
            });
            store.open_handover(&key, now, UNANSWERED, &packet.to_string())
        })
        .await
    }

    async fn store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Setback> {
        let done = self.reception.with_store(work).await.map_err(Setback::later)?;
        done.map_err(|error| {
            tracing::error!(channel = self.channel, %error, "the store failed");
            Setback::later("the store failed")
        })
    }
}

fn find(store: &dyn Database, channel: &str, conversation: &str) -> Result<Option<Handover>, StoreError> {
    let under_way = store.handovers_under_way()?;
    Ok(under_way.into_iter().find(|one| one.key.channel == channel && one.key.conversation == conversation))
}

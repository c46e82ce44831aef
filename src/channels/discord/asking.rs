//! Asking the assistant, and what its answer is on Discord.

use serenity::model::channel::Attachment;

use super::words::Tongue;
use super::{Bot, CHANNEL, drawing, pictures, words};
use crate::assistant::{Heard, Incoming};
use crate::channels::Busy;
use crate::channels::privacy::is_private;
use crate::domain::reply::{Kind, Reply};

/// What somebody says.
pub(super) struct Said<'a> {
    pub user: String,
    /// The channel it is said in, or was when a button was made.
    pub conversation: String,
    pub text: String,
    pub files: &'a [Attachment],
    /// Discord's name for it.
    pub delivery: String,
    pub tongue: Tongue,
}

/// What is said to it.
pub(super) enum Answered {
    Reply {
        text: String,
        /// What it is below the text that can be clicked.
        components: serde_json::Value,
        /// Nobody but the asker may see it.
        private: bool,
    },
    /// A human speaks: nothing.
    Nothing,
    Busy(Busy),
}

impl Bot {
    /// Answers what somebody says, and what they attach to it.
    pub(super) async fn answer(&self, said: Said<'_>) -> Answered {
        let files = &said.files[..said.files.len().min(pictures::MOST)];
        let mut replies = Vec::new();
        if !said.text.is_empty() || files.is_empty() {
            match self.ask(&said, said.text.clone(), said.conversation.clone(), said.delivery.clone()).await {
                Ok(Heard::Reply(reply)) => replies.push(*reply),
                Ok(Heard::Human) => return Answered::Nothing,
                Err(busy) => return Answered::Busy(busy),
            }
        }
        for (number, file) in files.iter().enumerate() {
            let question = pictures::question(file, said.tongue);
            // In a conversation of its own beside a text: what the text is about must stay what it is about.
            let conversation = if said.text.is_empty() {
                said.conversation.clone()
            } else {
                format!("{}-files", said.conversation)
            };
            let delivery = format!("{}-{number}", said.delivery);
            match self.ask(&said, question, conversation, delivery).await {
                // Beside a text only a file that can't be used is worth a word.
                Ok(Heard::Reply(reply)) if said.text.is_empty() || is_refused(&reply) => replies.push(*reply),
                Ok(Heard::Human) if said.text.is_empty() => return Answered::Nothing,
                Ok(Heard::Reply(_) | Heard::Human) => {}
                Err(busy) => return Answered::Busy(busy),
            }
        }
        self.drawn(&said, replies).await
    }

    async fn ask(
        &self,
        said: &Said<'_>,
        text: String,
        conversation: String,
        delivery: String,
    ) -> Result<Heard, Busy> {
        let incoming =
            Incoming { channel: CHANNEL.to_owned(), user: Some(said.user.clone()), conversation, text };
        self.reception.hear(incoming, Some(delivery)).await
    }

    async fn drawn(&self, said: &Said<'_>, replies: Vec<Reply>) -> Answered {
        let user = said.user.clone();
        let judged = self
            .reception
            .with_store(move |store| {
                let private = replies.iter().any(|reply| is_private(store, CHANNEL, &user, reply));
                (replies, private)
            })
            .await;
        let (replies, private) = match judged {
            Ok(judged) => judged,
            Err(busy) => return Answered::Busy(busy),
        };
        let mut texts: Vec<String> = replies.iter().map(drawing::text).collect();
        texts.dedup();
        let components = replies.first().map_or_else(
            || serde_json::json!([]),
            |reply| drawing::components(reply, &said.conversation, said.tongue),
        );
        Answered::Reply { text: texts.join("\n\n"), components, private }
    }

    /// What is said where nothing can be answered.
    pub(super) fn excuse(busy: Busy, tongue: Tongue) -> String {
        tracing::warn!(error = %busy, "a question on Discord was not answered");
        words::busy(tongue).to_owned()
    }
}

/// Whether a file was found not to be usable.
fn is_refused(reply: &Reply) -> bool {
    reply.kind == Kind::Action && reply.outcome.as_ref().is_some_and(|outcome| outcome["accepted"] == false)
}

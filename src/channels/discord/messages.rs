//! Messages: mentions in servers, direct messages, posts in ticket forums.

use std::sync::Arc;

use serde_json::{Value, json};
use serenity::model::channel::{Message, MessageType};
use serenity::model::id::{ChannelId, MessageId, UserId};

use super::asking::{Answered, Said};
use super::rest::{Again, Refusal};
use super::words::Tongue;
use super::{Bot, drawing, markup, words};

/// Where a message is answered, and how.
struct Place {
    channel: ChannelId,
    message: MessageId,
    user: UserId,
    tongue: Tongue,
}

impl Bot {
    /// Takes a message; answers it if it is meant for us.
    pub(super) async fn take_message(self: Arc<Self>, message: Message) {
        let Some(text) = self.meant_for_us(&message).await else { return };
        if !self.seen.is_new(message.id.get()) {
            return;
        }
        let user = message.author.id.to_string();
        // A conversation is a channel; the assistant keeps apart who speaks in it.
        let moved = if message.guild_id.is_none() { self.moved.take(message.author.id) } else { None };
        let conversation = moved.unwrap_or_else(|| message.channel_id.to_string());
        let tongue = Tongue::of_text(&text);
        let _lane = self.lanes.enter(&user, &conversation).await;
        let said = Said {
            user,
            conversation: conversation.clone(),
            text,
            files: &message.attachments,
            delivery: message.id.to_string(),
            tongue,
        };
        let place =
            Place { channel: message.channel_id, message: message.id, user: message.author.id, tongue };
        let sent = match self.answer(said).await {
            Answered::Nothing => return,
            Answered::Busy(busy) => self.reply(&place, &Self::excuse(busy, tongue), &json!([])).await,
            Answered::Reply { text, components, private: true } if message.guild_id.is_some() => {
                self.moved.keep(message.author.id, conversation);
                self.reply_in_private(&place, &text, &components).await
            }
            Answered::Reply { mut text, components, .. } => {
                if self.is_unread_ticket(&message).await {
                    text = format!("{text}\n-# {}", words::mention_me(tongue));
                }
                self.reply(&place, &text, &components).await
            }
        };
        if let Err(error) = sent {
            tracing::warn!(%error, "an answer could not be sent; may the bot write in that channel?");
        }
    }

    /// What a message asks us; `None`: it isn't for us, or we can't read it.
    async fn meant_for_us(&self, message: &Message) -> Option<String> {
        let by_a_person = !message.author.bot && !message.author.system && message.webhook_id.is_none();
        let is_said = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
        let me = *self.me.get()?;
        if !by_a_person || !is_said || message.author.id == me {
            return None;
        }
        let text = markup::spoken(&message.content);
        let mentioned = message.mentions.iter().any(|user| user.id == me);
        if message.guild_id.is_none() {
            return Some(text);
        }
        let starts_a_post = message.id.get() == message.channel_id.get();
        if mentioned && !starts_a_post {
            return Some(text);
        }
        if !mentioned && self.config.ticket_forums.is_empty() {
            return None;
        }
        let Some(ticket) = self.ticket(message.channel_id).await else {
            return mentioned.then_some(text);
        };
        if starts_a_post {
            // The title says what it is about; without the privileged intent it is all that can be read.
            let title = markup::spoken(&ticket.title);
            return Some(if text.is_empty() { title } else { format!("{title}\n{text}") });
        }
        // In a post its author goes on. Others may help there without us.
        let by_the_author = ticket.owner.as_deref() == Some(message.author.id.to_string().as_str());
        let to_somebody_else = !message.mentions.is_empty()
            || message.referenced_message.as_ref().is_some_and(|other| other.author.id != me);
        let readable = !text.is_empty() || !message.attachments.is_empty();
        (by_the_author && readable && !to_somebody_else).then_some(text)
    }

    /// Whether a message starts a ticket in which we only read what mentions us.
    async fn is_unread_ticket(&self, message: &Message) -> bool {
        message.id.get() == message.channel_id.get()
            && !self.config.message_content.unwrap_or(false)
            && self.ticket(message.channel_id).await.is_some()
    }

    /// Answers where it was asked.
    async fn reply(&self, place: &Place, text: &str, components: &Value) -> Result<(), Refusal> {
        let reference = json!({"message_id": place.message.to_string(), "fail_if_not_exists": false});
        self.send(place.channel, &format!("{}-", place.message), Some(reference), text, components).await
    }

    /// Answers by direct message and says so where it was asked; or says how to ask in private.
    async fn reply_in_private(&self, place: &Place, text: &str, components: &Value) -> Result<(), Refusal> {
        let line = match self.send_direct(place, text, components).await {
            Ok(()) => words::answered_in_private(place.tongue),
            Err(error) => {
                tracing::info!(%error, "a direct message could not be sent");
                words::use_the_command(place.tongue)
            }
        };
        self.reply(place, line, &json!([])).await
    }

    async fn send_direct(&self, place: &Place, text: &str, components: &Value) -> Result<(), Refusal> {
        let to = json!({"recipient_id": place.user.to_string()});
        // Opened twice it is the same channel.
        let opened = self.rest.post("/users/@me/channels", &to, Again::Harmless).await?;
        let channel: Option<u64> = opened["id"].as_str().and_then(|id| id.parse().ok());
        let channel = channel
            .filter(|id| *id != 0)
            .ok_or_else(|| Refusal::Unreachable("it named no channel for a direct message".to_owned()))?;
        self.send(ChannelId::new(channel), &format!("{}d", place.message), None, text, components).await
    }

    /// Sends a text in as many messages as it takes. `name` and its number name each of them, so that one sent twice is there once.
    async fn send(
        &self,
        channel: ChannelId,
        name: &str,
        reference: Option<Value>,
        text: &str,
        components: &Value,
    ) -> Result<(), Refusal> {
        let pieces = drawing::pieces(text);
        let last = pieces.len() - 1;
        for (number, piece) in pieces.iter().enumerate() {
            let mut body = json!({
                "content": piece,
                "allowed_mentions": nobody(),
                "nonce": format!("{name}{number}"),
                "enforce_nonce": true,
            });
            if number == 0
                && let Some(reference) = &reference
            {
                body["message_reference"] = reference.clone();
            }
            if number == last {
                body["components"] = components.clone();
            }
            let path = format!("/channels/{channel}/messages");
            match self.rest.post(&path, &body, Again::Harmless).await {
                // What can be clicked may be what Discord minds: the text is worth more.
                Err(Refusal::Refused { status: 400, .. }) if number == last => {
                    body["components"] = json!([]);
                    self.rest.post(&path, &body, Again::Harmless).await?;
                }
                sent => drop(sent?),
            }
        }
        Ok(())
    }
}

/// Nobody is called by what we say.
pub(super) fn nobody() -> Value {
    json!({"parse": [], "replied_user": false})
}

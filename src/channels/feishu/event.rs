//! The form of Feishu's events, as far as we read them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::channels::chat_app::Letter;

/// What a body turns out to be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Opened {
    Event(Box<Event>),
    /// The platform asks whether the address is ours.
    Verification {
        challenge: String,
        token: String,
    },
}

/// An event, form 2.0.
#[derive(Debug, Deserialize)]
pub struct Event {
    pub header: Header,
    #[serde(default)]
    event: Value,
}

#[derive(Debug, Deserialize)]
pub struct Header {
    pub event_id: String,
    pub event_type: String,
    #[serde(default)]
    pub token: String,
}

/// A message that somebody wrote.
#[derive(Debug, Deserialize)]
struct Received {
    sender: Sender,
    message: Message,
}

#[derive(Debug, Deserialize)]
struct Sender {
    sender_id: Ids,
    #[serde(default)]
    sender_type: String,
}

#[derive(Debug, Deserialize)]
struct Ids {
    #[serde(default)]
    open_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(rename = "message_id")]
    id: String,
    chat_type: String,
    #[serde(rename = "message_type")]
    kind: String,
    /// JSON in a string.
    #[serde(default)]
    content: String,
    #[serde(default)]
    mentions: Vec<Mention>,
}

#[derive(Debug, Deserialize)]
struct Mention {
    /// What stands for it in the text: `@_user_1`.
    key: String,
    id: Ids,
}

/// What answering takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Address {
    pub message: String,
    /// The open ids of who is mentioned.
    pub mentioned: Vec<String>,
}

impl Event {
    /// The message in it, where it is one of a person.
    pub fn letter(self) -> Option<Letter<Address>> {
        if self.header.event_type != "im.message.receive_v1" {
            return None;
        }
        let Received { sender, message } = serde_json::from_value(self.event).ok()?;
        let user = sender.sender_id.open_id.filter(|id| !id.is_empty() && sender.sender_type == "user")?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        // It becomes a part of an address.
        if message.id.is_empty() || !message.id.chars().all(is_name) {
            return None;
        }
        Some(Letter {
            user,
            text: message.text(),
            group: message.chat_type != "p2p",
            address: Address {
                message: message.id,
                mentioned: message.mentions.into_iter().filter_map(|mention| mention.id.open_id).collect(),
            },
        })
    }
}

impl Message {
    /// What was written, without who is mentioned.
    fn text(&self) -> Option<String> {
        let content: Value = serde_json::from_str(&self.content).ok()?;
        let mut text = match self.kind.as_str() {
            "text" => content["text"].as_str()?.to_owned(),
            "post" => rich(&content),
            _ => return None,
        };
        // The longest first: @_user_1 is the start of @_user_10.
        let mut keys: Vec<&str> = self.mentions.iter().map(|mention| mention.key.as_str()).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            text = text.replace(key, " ");
        }
        Some(text.trim().to_owned())
    }
}

/// The text of a message with bold letters, links and the like.
fn rich(content: &Value) -> String {
    let lines = content["content"].as_array().into_iter().flatten().map(|line| {
        let parts = line.as_array().into_iter().flatten();
        parts
            .filter(|part| matches!(part["tag"].as_str(), Some("text" | "a" | "md" | "code_block")))
            .filter_map(|part| part["text"].as_str())
            .collect::<String>()
    });
    content["title"]
        .as_str()
        .filter(|title| !title.is_empty())
        .map(str::to_owned)
        .into_iter()
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(message: &Value) -> Option<Letter<Address>> {
        let event = json!({
            "schema": "2.0", "header": {"event_id": "e1", "event_type": "im.message.receive_v1", "token": "t"},
            "event": {"sender": {"sender_id": {"open_id": "ou_1"}, "sender_type": "user"}, "message": message},
        });
        match serde_json::from_value(event).unwrap() {
            Opened::Event(event) => event.letter(),
            Opened::Verification { .. } => panic!("an event"),
        }
    }

    #[test]
    fn texts_are_read_without_mentions() {
        let letter = event(&json!({
            "message_id": "om_1", "chat_type": "group", "message_type": "text",
            "content": json!({"text": "@_user_1 @_user_10 备案要多久"}).to_string(),
            "mentions": [{"key": "@_user_1", "id": {"open_id": "ou_bot"}}, {"key": "@_user_10", "id": {}}],
        }))
        .unwrap();
        assert_eq!((letter.text.as_deref(), letter.group), (Some("备案要多久"), true));
        assert_eq!(letter.address.mentioned, ["ou_bot"]);
        let rich = json!({"title": "标题", "content": [[{"tag": "text", "text": "备案"}, {"tag": "at", "user_id": "@_user_1"}, {"tag": "a", "text": "多久", "href": "x"}]]});
        let letter = event(
            &json!({"message_id": "om_1", "chat_type": "p2p", "message_type": "post", "content": rich.to_string()}),
        );
        assert_eq!(letter.unwrap().text.as_deref(), Some("标题\n备案多久"));
    }

    #[test]
    fn pictures_have_no_text_and_odd_names_are_refused() {
        let picture = json!({"message_id": "om_1", "chat_type": "p2p", "message_type": "image", "content": "{\"image_key\":\"x\"}"});
        assert_eq!(event(&picture).unwrap().text, None);
        for name in ["", "../../x", "om_1?x=", "om 1"] {
            let message =
                json!({"message_id": name, "chat_type": "p2p", "message_type": "text", "content": "{}"});
            assert!(event(&message).is_none(), "{name}");
        }
    }
}

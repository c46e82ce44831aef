//! What a request of Chatwoot means, and whom it is from.
//!
//! Customers are who they say only where the site that shows the widget has vouched for them (`hmac_verified`): a typed name or
//! e-mail address is nobody's identity.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::errand::Errand;
use super::super::hook;
use crate::config::{Chatwoot, ChatwootStatus};

/// What begins the names of contacts that nobody vouched for. An identifier that begins so is believed from nobody.
const VISITOR: &str = "visitor-";

/// A customer's message.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Asked {
    pub conversation: String,
    pub user: Option<String>,
    pub text: String,
    /// The number of the last message before the answer.
    pub message: Option<i64>,
}

/// What is to be done.
#[derive(Debug)]
pub enum Event {
    Errand { delivery: String, conversation: String, user: Option<String>, errand: Errand<Asked> },
    Nothing { why: &'static str },
}

/// Only what is needed: Chatwoot adds fields with every version.
#[derive(Deserialize)]
struct Told {
    event: String,
    /// Of a message, or of the conversation that an event of its own is about.
    id: Option<Value>,
    content: Option<String>,
    content_attributes: Option<Attributes>,
    message_type: Option<Value>,
    #[serde(default)]
    private: bool,
    conversation: Option<Conversation>,
    account: Option<Account>,
    // Of an event about a conversation.
    messages: Option<Value>,
}

#[derive(Deserialize)]
struct Attributes {
    submitted_values: Option<Vec<Submitted>>,
}

#[derive(Deserialize)]
struct Submitted {
    value: Option<String>,
    title: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    id: u64,
}

#[derive(Deserialize)]
struct Conversation {
    id: i64,
    status: Option<ChatwootStatus>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    sender: Option<Contact>,
    hmac_verified: Option<bool>,
}

#[derive(Deserialize)]
struct Contact {
    id: Option<i64>,
    identifier: Option<String>,
}

/// Reads the bytes of a request that is signed.
pub fn read(bytes: &[u8], settings: &Chatwoot) -> Result<Event, serde_json::Error> {
    let told: Told = serde_json::from_slice(bytes)?;
    if told.account.as_ref().is_some_and(|account| account.id != settings.account) {
        return Ok(nothing("of another account"));
    }
    match told.event.as_str() {
        "message_created" => created(&told, settings),
        "message_updated" => clicked(&told, settings),
        "conversation_resolved" => over(&told),
        _ => Ok(nothing("nothing to do about this event")),
    }
}

fn nothing(why: &'static str) -> Event {
    Event::Nothing { why }
}

fn created(told: &Told, settings: &Chatwoot) -> Result<Event, serde_json::Error> {
    // A word in most versions, a number in some.
    let incoming = told.message_type.as_ref().is_some_and(|kind| kind == "incoming" || kind == 0);
    if !incoming || told.private {
        return Ok(nothing("not a customer's message"));
    }
    asked(told, "message", told.content.as_deref().unwrap_or_default(), settings)
}

fn clicked(told: &Told, settings: &Chatwoot) -> Result<Event, serde_json::Error> {
    let values = told.content_attributes.as_ref().and_then(|attributes| attributes.submitted_values.as_ref());
    let value = values.and_then(|values| values.first());
    let Some(text) = value.and_then(|value| value.value.as_deref().or(value.title.as_deref())) else {
        return Ok(nothing("nothing was chosen"));
    };
    asked(told, "choice", text, settings)
}

/// `kind` and the message's number name the delivery, and not the header that could: it isn't signed, so that a request that was
/// overheard could come again under another.
fn asked(told: &Told, kind: &str, text: &str, settings: &Chatwoot) -> Result<Event, serde_json::Error> {
    let (Some(message), Some(conversation)) = (number(told.id.as_ref()), &told.conversation) else {
        return Err(serde::de::Error::custom("a message without id or conversation"));
    };
    if !conversation.status.is_some_and(|status| settings.statuses.contains(&status)) {
        return Ok(nothing("the conversation is a human's"));
    }
    let user = conversation.meta.as_ref().and_then(user);
    let name = conversation.id.to_string();
    let asked = Asked {
        conversation: name.clone(),
        user: user.clone(),
        text: hook::cut(text),
        message: Some(message),
    };
    Ok(Event::Errand {
        delivery: format!("{kind}:{message}"),
        conversation: name,
        user,
        errand: Errand::Asked(asked),
    })
}

fn over(told: &Told) -> Result<Event, serde_json::Error> {
    let id =
        told.conversation.as_ref().map(|conversation| conversation.id).or_else(|| number(told.id.as_ref()));
    let Some(id) = id else { return Err(serde::de::Error::custom("an event without a conversation")) };
    // It may be resolved again later on: the last message tells the times apart.
    let last = told.messages.as_ref().and_then(|list| number(list.get(0)?.get("id"))).unwrap_or_default();
    Ok(Event::Errand {
        delivery: format!("resolved:{id}:{last}"),
        conversation: id.to_string(),
        user: None,
        errand: Errand::Over { conversation: id.to_string() },
    })
}

fn number(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn user(meta: &Meta) -> Option<String> {
    let contact = meta.sender.as_ref()?;
    let believed = meta.hmac_verified == Some(true);
    let identifier = contact.identifier.as_deref().map(str::trim).filter(|name| !name.is_empty());
    match identifier.filter(|name| believed && !name.starts_with(VISITOR)) {
        Some(name) => Some(name.to_owned()),
        None => Some(format!("{VISITOR}{}", contact.id?)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user_of(meta: serde_json::Value) -> Option<String> {
        user(&serde_json::from_value(meta).unwrap())
    }

    #[test]
    fn only_a_contact_that_was_vouched_for_is_somebody() {
        let contact = json!({"id": 7, "identifier": "u7", "email": "boss@example.com"});
        assert_eq!(user_of(json!({"sender": contact, "hmac_verified": true})).as_deref(), Some("u7"));
        for doubtful in [json!(false), json!(null)] {
            assert_eq!(
                user_of(json!({"sender": contact, "hmac_verified": doubtful})).as_deref(),
                Some("visitor-7")
            );
        }
        let posing = json!({"id": 7, "identifier": "visitor-8"});
        assert_eq!(user_of(json!({"sender": posing, "hmac_verified": true})).as_deref(), Some("visitor-7"));
        assert_eq!(
            user_of(json!({"sender": {"id": 7, "identifier": " "}, "hmac_verified": true})).as_deref(),
            Some("visitor-7")
        );
        assert_eq!(user_of(json!({"sender": null})), None);
    }
}

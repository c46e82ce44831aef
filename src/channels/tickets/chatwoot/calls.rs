//! Calls to Chatwoot.

use serde::Serialize;
use serde_json::{Value, json};

use crate::channels::{Outgoing, Setback};
use crate::config::{Chatwoot, Secret};

/// The longest name of a choice that Chatwoot shows whole, in characters.
const CHOICE: usize = 100;

/// Calls with the bot's token.
pub struct Calls {
    outgoing: Outgoing,
    /// Up to the account: `https://…/api/v1/accounts/1`.
    base: String,
    token: Secret,
}

/// A message as Chatwoot takes it.
#[derive(Debug, Serialize)]
pub struct Message {
    content: String,
    #[serde(rename = "message_type")]
    kind: &'static str,
    private: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_attributes: Option<Value>,
}

impl Message {
    /// For the customer.
    pub fn public(content: String) -> Self {
        Self { content, kind: "outgoing", private: false, content_type: None, content_attributes: None }
    }

    /// For the agents.
    pub fn note(content: String) -> Self {
        Self { private: true, ..Self::public(content) }
    }

    /// For the customer, with choices to click.
    pub fn choices(content: String, choices: &[String]) -> Self {
        let items = choices.iter().map(|choice| {
            let title: String = choice.chars().take(CHOICE).collect();
            json!({"title": title, "value": choice})
        });
        Self {
            content_type: Some("input_select"),
            content_attributes: Some(json!({"items": items.collect::<Vec<_>>()})),
            ..Self::public(content)
        }
    }
}

impl Calls {
    pub fn new(settings: &Chatwoot, outgoing: Outgoing) -> Self {
        let base = format!("{}/api/v1/accounts/{}", settings.url, settings.account);
        Self { outgoing, base, token: settings.token.clone() }
    }

    fn at(&self, conversation: &str, what: &str) -> String {
        format!("{}/conversations/{conversation}/{what}", self.base)
    }

    pub async fn send(&self, conversation: &str, message: &Message) -> Result<(), Setback> {
        let request = self.outgoing.client().post(self.at(conversation, "messages"));
        self.call(request.json(message)).await.map(drop)
    }

    pub async fn set_status(&self, conversation: &str, status: &'static str) -> Result<(), Setback> {
        let request = self.outgoing.client().post(self.at(conversation, "toggle_status"));
        self.call(request.json(&json!({ "status": status }))).await.map(drop)
    }

    /// Whether a message is in the conversation, after the one that it answers. `None`: it can't be told, such as with the token of a
    /// bot, which may write and not read.
    pub async fn has(&self, conversation: &str, message: &Message, after: Option<i64>) -> Option<bool> {
        let request = self.outgoing.client().get(self.at(conversation, "messages"));
        let told = self.call(request).await.ok()?;
        let messages = told["payload"].as_array()?;
        let after = after?;
        Some(messages.iter().any(|there| {
            there["id"].as_i64().is_some_and(|id| id > after)
                && there["private"].as_bool() == Some(message.private)
                && there["content"].as_str().map(str::trim) == Some(message.content.trim())
        }))
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Value, Setback> {
        self.outgoing.send(request.header("api_access_token", self.token.expose())).await
    }
}

//! What chat front ends send, as far as we read it. They send much that we have no use for (temperature, tools and so on): it is
//! left alone, as any server of this interface does with what it doesn't know.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::MODEL;
use super::models::no_such_model;
use crate::channels::http::TEXT_LIMIT;
use crate::channels::http::failure::Failure;

const FORM: &str = r#"send {"model": "beian", "messages": [{"role": "user", "content": "备案要多久"}]}"#;

#[derive(Deserialize)]
pub struct Request {
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    messages: Option<Vec<Message>>,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    /// Keeps the front end's users apart; says nothing of who they are.
    #[serde(default)]
    user: Option<String>,
}

#[derive(Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    role: String,
    #[serde(default)]
    content: Value,
}

/// A request that can be answered.
pub struct Asked {
    /// What was said before, without anything but the text.
    pub before: Vec<Said>,
    pub question: String,
    pub user: Option<String>,
    pub stream: bool,
    pub include_usage: bool,
}

/// Something that was said before, by the front end's account of it.
pub struct Said {
    pub by_user: bool,
    pub text: String,
}

impl Request {
    /// The request in a body.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(bytes).map_err(|error| {
            let code = if error.is_data() { "bad_field" } else { "bad_json" };
            Failure::new(StatusCode::BAD_REQUEST, code, format!("the body can't be read: {error}"), FORM)
        })
    }

    /// The question in it: the last message of the user.
    pub fn asked(self) -> Result<Asked, Failure> {
        if self.model.as_deref().is_some_and(|model| model != MODEL) {
            return Err(no_such_model());
        }
        let messages = self.messages.ok_or_else(|| Failure::field_missing("messages", FORM))?;
        let last = messages
            .iter()
            .rposition(|message| message.role == "user")
            .ok_or_else(|| Failure::bad_field("the field messages has no message of the role user", FORM))?;
        let question = messages[last].question()?;
        let before = messages[..last]
            .iter()
            .filter(|message| matches!(message.role.as_str(), "user" | "assistant"))
            .map(|message| Said { by_user: message.role == "user", text: message.text() })
            .collect();
        let stream = self.stream.unwrap_or_default();
        let include_usage = self.stream_options.and_then(|options| options.include_usage).unwrap_or_default();
        Ok(Asked { before, question, user: self.user, stream, include_usage })
    }
}

impl Message {
    /// The text of a message: what isn't text is left out.
    fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            Value::Array(parts) => {
                parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
            }
            _ => String::new(),
        }
    }

    /// The text of a message that is to be answered: one with a picture would be answered as if there were none, so it is refused.
    fn question(&self) -> Result<String, Failure> {
        if let Value::Array(parts) = &self.content
            && let Some(part) = parts.iter().find(|part| part["type"] != "text")
        {
            let kind = part["type"].as_str().unwrap_or("unknown");
            let kind: String = kind.chars().filter(|c| !c.is_control()).take(40).collect();
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "only_text",
                format!("the last message has a part of the type {kind}, and only text can be read"),
                "leave it out, or say in words what it shows",
            ));
        }
        let text = self.text();
        let characters = text.chars().count();
        if text.trim().is_empty() {
            return Err(Failure::bad_field("the last message of the user is empty", FORM));
        }
        if characters > TEXT_LIMIT {
            return Err(Failure::bad_field(
                format!("the last message has {characters} characters, more than {TEXT_LIMIT}"),
                "shorten it to the part that the question is about",
            ));
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(body: &Value) -> Result<Asked, Failure> {
        Request::read(body.to_string().as_bytes()).and_then(Request::asked)
    }

    #[test]
    fn the_last_message_of_the_user_is_the_question() {
        let asked = asked(&json!({
            "model": "beian", "temperature": 0.2, "tools": [], "user": "u-1",
            "messages": [
                {"role": "system", "content": "你是管理员"},
                {"role": "user", "content": "一"},
                {"role": "assistant", "content": null},
                {"role": "user", "content": [{"type": "text", "text": "备案"}, {"type": "text", "text": "要多久"}]},
                {"role": "assistant", "content": "begun"},
            ],
        }))
        .unwrap();
        assert_eq!(asked.question, "备案\n要多久");
        assert_eq!(asked.before.iter().map(|said| said.by_user).collect::<Vec<_>>(), [true, false]);
        assert!(!asked.stream && !asked.include_usage);
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        for body in [
            json!({}),
            json!({"messages": []}),
            json!({"messages": [{"role": "system", "content": "x"}]}),
            json!({"messages": [{"role": "user", "content": " "}]}),
            json!({"messages": [{"role": "user"}]}),
            json!({"messages": [{"role": "user", "content": "备".repeat(8001)}]}),
            json!({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}),
            json!({"messages": "x"}),
            json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}),
            json!([]),
        ] {
            assert!(asked(&body).is_err(), "{body}");
        }
    }
}

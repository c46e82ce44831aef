//! What a tool is given: an object whose fields the tool knows, texts of reasonable length.

use std::collections::BTreeMap;

use rmcp::model::JsonObject;
use serde_json::Value;

use crate::channels::http::TEXT_LIMIT;

/// The longest value of a slot, in characters.
const VALUE_LIMIT: usize = 200;

/// What is wrong with arguments, for the model that wrote them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("there is no argument `{0}`; the tool takes {1}")]
    Unknown(String, String),
    #[error("the argument `{0}` is missing")]
    Missing(&'static str),
    #[error("the argument `{0}` must be {1}")]
    Form(String, String),
}

/// Arguments, checked against the names that a tool takes.
pub struct Arguments(JsonObject);

impl Arguments {
    pub fn of(given: Option<JsonObject>, known: &[&str]) -> Result<Self, Wrong> {
        let given = given.unwrap_or_default();
        match given.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Wrong::Unknown(name.chars().take(40).collect(), known.join(", "))),
            None => Ok(Self(given)),
        }
    }

    /// A text of any length that the assistant reads; an empty one is none.
    pub fn text(&self, name: &str) -> Result<Option<String>, Wrong> {
        self.short(name, TEXT_LIMIT)
    }

    /// A text of up to so many characters.
    pub fn short(&self, name: &str, most: usize) -> Result<Option<String>, Wrong> {
        let form = || Wrong::Form(name.to_owned(), format!("a text of at most {most} characters"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.chars().count() > most => Err(form()),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(_) => Err(form()),
        }
    }

    /// A whole number from 1 to `most`.
    pub fn number(&self, name: &str, most: usize) -> Result<Option<usize>, Wrong> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
                number
                    .filter(|number| (1..=most).contains(number))
                    .map(Some)
                    .ok_or_else(|| Wrong::Form(name.to_owned(), format!("a whole number from 1 to {most}")))
            }
        }
    }

    /// The values of slots: texts, or numbers as they are written.
    pub fn slots(&self, names: &[&str]) -> Result<BTreeMap<String, String>, Wrong> {
        let mut slots = BTreeMap::new();
        for name in names {
            let value = match self.0.get(*name) {
                Some(Value::Number(number)) => Some(number.to_string()),
                _ => self.short(name, VALUE_LIMIT)?,
            };
            if let Some(value) = value {
                slots.insert((*name).to_owned(), value);
            }
        }
        Ok(slots)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arguments(value: &Value, known: &[&str]) -> Result<Arguments, Wrong> {
        Arguments::of(value.as_object().cloned(), known)
    }

    #[test]
    fn arguments_are_checked() {
        let given = json!({"text": " 备案 ", "limit": 3, "size": 1000, "domain": null, "order": ""});
        let read = arguments(&given, &["text", "limit", "size", "domain", "order"]).unwrap();
        assert_eq!(read.text("text").unwrap().as_deref(), Some("备案"));
        assert_eq!(read.number("limit", 20), Ok(Some(3)));
        let slots = read.slots(&["size", "domain", "order"]).unwrap();
        assert_eq!(slots, BTreeMap::from([("size".to_owned(), "1000".to_owned())]));
        assert!(arguments(&given, &["text"]).is_err());
        let wrong =
            arguments(&json!({"text": 1, "limit": 0, "order": "1".repeat(300)}), &["text", "limit", "order"]);
        let wrong = wrong.unwrap();
        assert!(wrong.text("text").is_err() && wrong.number("limit", 20).is_err());
        assert!(wrong.slots(&["order"]).is_err());
    }
}

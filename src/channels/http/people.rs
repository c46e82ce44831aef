//! The people of the demo: sample applicants and an agent, whom anyone may play when the server runs on sample records.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

use super::failure::Failure;
use super::{CHANNEL, Shared, shapes};

/// One person of the sample records. Its `user` is an identity of the channel `web` in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoPerson {
    /// `demo-1` …
    #[serde(rename = "as")]
    pub user: String,
    /// A short name for a button.
    pub name: Words,
    /// One line: who this is and what they have on record.
    pub about: Words,
    /// Questions worth asking as this person; the page offers them first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Words>,
    /// Whether the page offers the agents' report. Who gets it is decided by the role on record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agent: bool,
}

/// The same words in the page's two languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

/// The people of one demo: at least one, no two with the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DemoPerson>", into = "Vec<DemoPerson>")]
pub struct DemoPeople(Vec<DemoPerson>);

/// Why a list of people cannot be used.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum DemoPeopleError {
    #[error("a demo needs at least one person")]
    Nobody,
    #[error("two people of the demo are both called {0}; give each its own \"as\"")]
    Twice(String),
}

impl DemoPeople {
    pub fn new(people: Vec<DemoPerson>) -> Result<Self, DemoPeopleError> {
        if people.is_empty() {
            return Err(DemoPeopleError::Nobody);
        }
        for (at, person) in people.iter().enumerate() {
            if people.iter().skip(at + 1).any(|other| other.user == person.user) {
                return Err(DemoPeopleError::Twice(person.user.clone()));
            }
        }
        Ok(Self(people))
    }

    /// The person whom a request names: `demo-1`, or `web:demo-1` as the command line writes it.
    pub(super) fn named(&self, name: &str) -> Option<&DemoPerson> {
        let user = name.strip_prefix(CHANNEL).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
        self.0.iter().find(|person| person.user == user)
    }

    /// All names, for an error message.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|person| person.user.as_str()).collect();
        names.join(", ")
    }
}

impl TryFrom<Vec<DemoPerson>> for DemoPeople {
    type Error = DemoPeopleError;

    fn try_from(people: Vec<DemoPerson>) -> Result<Self, Self::Error> {
        Self::new(people)
    }
}

impl From<DemoPeople> for Vec<DemoPerson> {
    fn from(people: DemoPeople) -> Self {
        people.0
    }
}

/// The people of the demo
///
/// Whom anyone may play when the server runs on sample records, `--demo`.
#[utoipa::path(
    get, path = "/v1/demo", tag = "questions", operation_id = "demo_people",
    responses(
        (status = 200, description = "At least one", body = Object),
        (status = 404, description = "No demo runs", body = shapes::Failed),
    )
)]
pub(super) async fn list(State(site): Shared) -> Result<Json<Value>, Failure> {
    let people = site.demo.as_ref().ok_or_else(Failure::no_demo)?;
    Ok(Json(json!({ "people": people })))
}

#[cfg(test)]
mod tests {
    use super::{DemoPeople, DemoPeopleError, DemoPerson, Words};

    fn person(user: &str) -> DemoPerson {
        let words = || Words { zh: "甲".to_owned(), en: "A".to_owned() };
        DemoPerson {
            user: user.to_owned(),
            name: words(),
            about: words(),
            questions: Vec::new(),
            agent: false,
        }
    }

    #[test]
    fn a_list_needs_people_with_names_of_their_own() {
        assert_eq!(DemoPeople::new(Vec::new()), Err(DemoPeopleError::Nobody));
        let twice = DemoPeople::new(vec![person("demo-1"), person("demo-2"), person("demo-1")]);
        assert_eq!(twice, Err(DemoPeopleError::Twice("demo-1".to_owned())));
    }

    #[test]
    fn a_person_is_named_with_or_without_the_channel_and_nothing_else() {
        let people = DemoPeople::new(vec![person("demo-1")]).expect("one person");
        assert!(people.named("demo-1").is_some());
        assert!(people.named("web:demo-1").is_some());
        for stranger in ["", "web:", "demo-2", "webdemo-1", "discord:demo-1", "demo-1 ", "web:web:demo-1"] {
            assert!(people.named(stranger).is_none(), "{stranger:?}");
        }
    }

    #[test]
    fn people_are_read_from_json_and_unknown_keys_are_errors() {
        let good = r#"[{"as": "demo-1", "name": {"zh": "甲", "en": "A"}, "about": {"zh": "甲", "en": "A"}}]"#;
        let read: DemoPeople = serde_json::from_str(good).expect("a good list");
        assert_eq!(Ok(read), DemoPeople::new(vec![person("demo-1")]));
        let odd = good.replace("\"about\"", "\"abuot\"");
        let error = serde_json::from_str::<DemoPeople>(&odd).expect_err("an unknown key");
        assert!(error.to_string().contains("abuot"));
    }
}

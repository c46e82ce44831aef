//! Calls to Zammad.

use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use super::super::letter;
use super::event::About;
use crate::channels::{Outgoing, Setback};
use crate::config::{Secret, Zammad};

/// Calls with our token.
pub struct Calls {
    outgoing: Outgoing,
    /// `https://…/api/v1`
    base: String,
    token: Secret,
    /// The number of the user whom the token belongs to.
    me: OnceCell<i64>,
}

/// An article as Zammad takes it.
#[derive(Debug, Serialize)]
pub struct Article {
    ticket_id: i64,
    subject: String,
    body: String,
    content_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    internal: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<String>,
}

impl Article {
    /// For the agents.
    pub fn note(ticket: &str, body: String) -> Self {
        Self {
            ticket_id: ticket.parse().unwrap_or_default(),
            subject: "beian".to_owned(),
            body,
            content_type: "text/html",
            kind: "note",
            internal: true,
            to: None,
            in_reply_to: None,
        }
    }

    /// For the customer: an e-mail to whoever wrote one, else an article that they see in the ticket.
    pub fn public(ticket: &str, body: String, about: Option<&About>) -> Self {
        let note = Self { internal: false, subject: String::new(), ..Self::note(ticket, body) };
        match about.and_then(|about| Some((about, about.mail.as_ref()?))) {
            None => note,
            Some((about, address)) => Self {
                kind: "email",
                subject: about.subject.clone(),
                to: Some(address.clone()),
                in_reply_to: about.message_id.clone(),
                ..note
            },
        }
    }
}

impl Calls {
    pub fn new(settings: &Zammad, outgoing: Outgoing) -> Self {
        let base = format!("{}/api/v1", settings.url);
        Self { outgoing, base, token: settings.token.clone(), me: OnceCell::new() }
    }

    pub async fn add(&self, article: &Article) -> Result<(), Setback> {
        self.call(self.outgoing.client().post(format!("{}/ticket_articles", self.base)).json(article))
            .await
            .map(drop)
    }

    pub async fn update(
        &self,
        ticket: &str,
        state: Option<&str>,
        owner: Option<&str>,
    ) -> Result<(), Setback> {
        let given =
            [("state", state), ("owner", owner)].into_iter().filter_map(|(name, value)| Some((name, value?)));
        let change: Map<String, Value> = given.map(|(name, value)| (name.to_owned(), json!(value))).collect();
        self.call(self.outgoing.client().put(format!("{}/tickets/{ticket}", self.base)).json(&change))
            .await
            .map(drop)
    }

    pub async fn tag(&self, ticket: &str, tag: &str) -> Result<(), Setback> {
        let tag = json!({"item": tag, "object": "Ticket", "o_id": ticket.parse::<i64>().unwrap_or_default()});
        self.call(self.outgoing.client().post(format!("{}/tags/add", self.base)).json(&tag)).await.map(drop)
    }

    /// The user whom our token belongs to.
    pub async fn me(&self) -> Result<i64, Setback> {
        let asked = self.me.get_or_try_init(|| async {
            let told = self.call(self.outgoing.client().get(format!("{}/users/me", self.base))).await?;
            told["id"].as_i64().ok_or_else(|| Setback::never("Zammad doesn't say whose token this is"))
        });
        asked.await.copied()
    }

    /// What the customer wrote last, to be answered.
    pub async fn last_of_customer(&self, ticket: &str) -> Result<Option<About>, Setback> {
        let articles = self.articles(ticket).await?;
        let last = articles
            .iter()
            .rev()
            .find(|article| article["sender"] == "Customer" && article["internal"].as_bool() == Some(false));
        Ok(last.and_then(|article| Some(About::of(&serde_json::from_value(article.clone()).ok()?, None))))
    }

    /// Whether an article is in its ticket, after the one that it answers.
    pub async fn has(&self, article: &Article, after: Option<i64>) -> Option<bool> {
        let articles = self.articles(&article.ticket_id.to_string()).await.ok()?;
        let after = after?;
        Some(articles.iter().any(|there| {
            there["id"].as_i64().is_some_and(|id| id > after)
                && there["internal"].as_bool() == Some(article.internal)
                && there["body"].as_str().is_some_and(|body| letter::same(body, &article.body))
        }))
    }

    async fn articles(&self, ticket: &str) -> Result<Vec<Value>, Setback> {
        let address = format!("{}/ticket_articles/by_ticket/{ticket}", self.base);
        match self.call(self.outgoing.client().get(address)).await? {
            Value::Array(articles) => Ok(articles),
            _ => Err(Setback::never("Zammad gives no list of the ticket's articles")),
        }
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Value, Setback> {
        self.outgoing
            .send(request.header("authorization", format!("Token token={}", self.token.expose())))
            .await
    }
}

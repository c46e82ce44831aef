//! What a request of Zammad means, and whom it is from.
//!
//! Customers are who they say only when they wrote in Zammad's own pages, signed in there: anybody can send e-mail under any name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::errand::Errand;
use super::super::{hook, letter};

/// What begins the names of customers who were not signed in. A login that begins so is believed from nobody.
const VISITOR: &str = "visitor-";

/// States in which a ticket is over.
const OVER: [&str; 3] = ["closed", "merged", "removed"];

/// A customer's article.
#[derive(Debug, Deserialize, Serialize)]
pub struct Asked {
    pub ticket: String,
    pub user: Option<String>,
    pub text: String,
    /// The number of the ticket's owner.
    pub owner: i64,
    pub about: About,
}

/// The article that is answered.
#[derive(Debug, Deserialize, Serialize)]
pub struct About {
    pub id: i64,
    pub subject: String,
    /// Where an e-mail goes; `None`: it was none.
    pub mail: Option<String>,
    pub message_id: Option<String>,
}

/// What is to be done.
#[derive(Debug)]
pub enum Event {
    Errand {
        delivery: String,
        ticket: String,
        user: Option<String>,
        at: Option<Timestamp>,
        errand: Box<Errand<Asked>>,
    },
    Nothing {
        why: &'static str,
    },
}

#[derive(Deserialize)]
struct Told {
    ticket: Ticket,
    article: Option<Article>,
}

#[derive(Deserialize)]
struct Ticket {
    id: i64,
    title: Option<String>,
    /// A name, or the whole state.
    state: Option<Value>,
    owner_id: Option<i64>,
    customer_id: Option<i64>,
    customer: Option<User>,
    updated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct User {
    id: i64,
    login: Option<String>,
    email: Option<String>,
}

/// An article, of a request or as Zammad lists it.
#[derive(Deserialize)]
pub struct Article {
    id: Option<i64>,
    sender: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    internal: bool,
    body: Option<String>,
    content_type: Option<String>,
    subject: Option<String>,
    from: Option<String>,
    reply_to: Option<String>,
    message_id: Option<String>,
    created_by_id: Option<i64>,
    created_at: Option<Timestamp>,
    preferences: Option<Value>,
}

impl About {
    pub fn of(article: &Article, customer: Option<&str>) -> Self {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        // One address only: more than one, and a stranger decides who else is written to.
        let one = |text: &String| text.matches('@').count() == 1 && !text.contains(['\r', '\n', ',', ';']);
        let mail = || {
            let written = filled(&article.reply_to).or_else(|| filled(&article.from)).filter(one);
            written.or_else(|| customer.map(str::to_owned).filter(one))
        };
        Self {
            id: article.id.unwrap_or_default(),
            subject: article.subject.clone().unwrap_or_default(),
            mail: if article.kind.as_deref() == Some("email") { mail() } else { None },
            message_id: filled(&article.message_id),
        }
    }
}

/// Reads the bytes of a request that is signed.
pub fn read(bytes: &[u8]) -> Result<Event, serde_json::Error> {
    let Told { ticket, article } = serde_json::from_slice(bytes)?;
    // A ticket that was changed and not written to comes with an article without a number.
    let article = article.and_then(|article| Some((article.id?, article)));
    let name = ticket.id.to_string();
    match article {
        Some((number, article)) if !article.internal && article.sender.as_deref() == Some("Customer") => {
            Ok(asked(&ticket, number, &article))
        }
        _ if is_over(&ticket) => Ok(Event::Errand {
            delivery: format!("over:{name}:{}", ticket.updated_at.map_or(0, Timestamp::as_millisecond)),
            user: None,
            at: ticket.updated_at,
            errand: Box::new(Errand::Over { conversation: name.clone() }),
            ticket: name,
        }),
        Some((number, article)) if !article.internal && article.sender.as_deref() == Some("Agent") => {
            let who = article.created_by_id.unwrap_or_default().to_string();
            Ok(Event::Errand {
                delivery: format!("article:{number}"),
                user: None,
                at: article.created_at,
                errand: Box::new(Errand::Human { conversation: name.clone(), who }),
                ticket: name,
            })
        }
        _ => Ok(Event::Nothing { why: "not a customer's article" }),
    }
}

fn is_over(ticket: &Ticket) -> bool {
    let state = ticket.state.as_ref().and_then(|state| state.as_str().or_else(|| state["name"].as_str()));
    state.is_some_and(|state| OVER.contains(&state))
}

/// The article's number names the delivery, and not the header that could: it isn't signed, so that a request that was overheard
/// could come again under another.
fn asked(ticket: &Ticket, number: i64, article: &Article) -> Event {
    let automatic =
        article.preferences.as_ref().and_then(|preferences| preferences["is-auto-response"].as_bool());
    if automatic == Some(true) {
        return Event::Nothing { why: "an automatic answer" };
    }
    let body = article.body.as_deref().unwrap_or_default();
    let html = article.content_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let written = if html { letter::from_html(body) } else { letter::from_plain(body) };
    let text = if written.is_empty() { ticket.title.clone().unwrap_or_default() } else { written };
    let user = user(ticket, article);
    let at = article.created_at;
    let customer = ticket.customer.as_ref().and_then(|customer| customer.email.clone());
    let asked = Asked {
        ticket: ticket.id.to_string(),
        user: user.clone(),
        text: hook::cut(&text),
        owner: ticket.owner_id.unwrap_or_default(),
        about: About::of(article, customer.as_deref()),
    };
    Event::Errand {
        delivery: format!("article:{number}"),
        ticket: ticket.id.to_string(),
        user,
        at,
        errand: Box::new(Errand::Asked(asked)),
    }
}

fn user(ticket: &Ticket, article: &Article) -> Option<String> {
    let customer = ticket.customer.as_ref()?;
    let signed_in = article.kind.as_deref() == Some("web")
        && article.created_by_id == Some(customer.id)
        && ticket.customer_id.is_none_or(|id| id == customer.id);
    let login = customer.login.as_deref().map(str::trim).filter(|login| !login.is_empty());
    match login.filter(|login| signed_in && !login.starts_with(VISITOR)) {
        Some(login) => Some(login.to_owned()),
        None => Some(format!("{VISITOR}{}", customer.id)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user_of(article: Value, customer: &Value) -> Option<String> {
        let ticket = json!({"id": 81, "customer_id": 8, "customer": customer});
        user(&serde_json::from_value(ticket).unwrap(), &serde_json::from_value(article).unwrap())
    }

    #[test]
    fn only_a_customer_who_was_signed_in_is_somebody() {
        let emily = json!({"id": 8, "login": "emily@example.com"});
        assert_eq!(
            user_of(json!({"type": "web", "created_by_id": 8}), &emily).as_deref(),
            Some("emily@example.com")
        );
        for doubtful in [
            json!({"type": "email", "created_by_id": 8}),
            json!({"type": "web", "created_by_id": 3}),
            json!({"type": "phone", "created_by_id": 8}),
            json!({}),
        ] {
            assert_eq!(user_of(doubtful, &emily).as_deref(), Some("visitor-8"));
        }
        let posing = json!({"id": 8, "login": "visitor-9"});
        assert_eq!(
            user_of(json!({"type": "web", "created_by_id": 8}), &posing).as_deref(),
            Some("visitor-8")
        );
    }

    #[test]
    fn an_e_mail_goes_to_one_address() {
        let mail = |from: &str| {
            let article = json!({"id": 1, "type": "email", "from": from});
            About::of(&serde_json::from_value(article).unwrap(), Some("emily@example.com")).mail
        };
        assert_eq!(mail("Emily <e@example.com>").as_deref(), Some("Emily <e@example.com>"));
        for odd in ["", "a@example.com, b@example.com", "no address", "a@example.com\r\nBcc: b"] {
            assert_eq!(mail(odd).as_deref(), Some("emily@example.com"), "{odd}");
        }
    }
}

//! A reply as messages of Discord: pieces of text, and below the last one what can be clicked.

use serde_json::{Value, json};

use super::markup;
use super::words::{self, Tongue};
use crate::channels::wording::{Unit, split};
use crate::domain::reply::{Kind, Reply};

/// The longest message. Discord counts characters; in UTF-16 none is counted too short.
const MESSAGE: usize = 2000;
/// The longest label of a button, and of a choice in a menu.
const BUTTON_LABEL: usize = 80;
const CHOICE_LABEL: usize = 100;
/// The longest mark of a button.
const MARK: usize = 100;
/// As many buttons as fit into a row, and choices into a menu.
const BUTTONS: usize = 5;
const CHOICES: usize = 25;
/// Ends a label that was cut.
const CUT: char = '…';

const ROW: u8 = 1;
const BUTTON: u8 = 2;
const MENU: u8 = 3;
const INPUT: u8 = 4;
const BLUE: u8 = 1;
const GREY: u8 = 2;

/// What a click means, as the button carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Says an offer of a reply, in the conversation in which it was made.
    Say { conversation: String, reply: String, index: usize },
    /// Says the offer that was chosen.
    Choose { conversation: String, reply: String },
    /// Rates a reply.
    Rate { conversation: String, reply: String, good: bool },
    /// Opens the form for a link code.
    Link,
}

impl Mark {
    fn write(&self) -> String {
        match self {
            Self::Say { conversation, reply, index } => format!("say:{conversation}:{reply}:{index}"),
            Self::Choose { conversation, reply } => format!("choose:{conversation}:{reply}"),
            Self::Rate { conversation, reply, good } => {
                format!("rate:{conversation}:{reply}:{}", if *good { "good" } else { "bad" })
            }
            Self::Link => "link".to_owned(),
        }
    }

    /// The mark of a button of ours; `None`: of an earlier version, or nobody's.
    pub fn read(text: &str) -> Option<Self> {
        let name = |text: &str| text.to_owned();
        match text.split(':').collect::<Vec<_>>()[..] {
            ["say", conversation, reply, index] => Some(Self::Say {
                conversation: name(conversation),
                reply: name(reply),
                index: index.parse().ok()?,
            }),
            ["choose", conversation, reply] => {
                Some(Self::Choose { conversation: name(conversation), reply: name(reply) })
            }
            ["rate", conversation, reply, good @ ("good" | "bad")] => Some(Self::Rate {
                conversation: name(conversation),
                reply: name(reply),
                good: good == "good",
            }),
            ["link"] => Some(Self::Link),
            _ => None,
        }
    }
}

/// The text in pieces; never none.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let pieces = split(text, MESSAGE, Unit::Utf16);
    if pieces.is_empty() { vec![CUT.to_string()] } else { pieces }
}

/// The text of a reply, with the section that it comes from in small letters below.
pub(super) fn text(reply: &Reply) -> String {
    let mut text = markup::drawn(&reply.text);
    if let (Kind::Answer | Kind::Action, Some(citation)) = (reply.kind, reply.citations.first()) {
        let heading = citation.heading.replace(['\n', '\r'], " ");
        let source = words::source(
            Tongue::of_text(&reply.text),
            &heading,
            citation.as_of.map(|date| date.to_string()),
        );
        text = format!("{}\n-# {}", text.trim_end(), markup::drawn(&source));
    }
    text
}

/// What can be clicked below a reply.
pub(super) fn components(reply: &Reply, conversation: &str, tongue: Tongue) -> Value {
    let id = reply.id.clone().unwrap_or_default();
    let mut rows = Vec::new();
    let mut offers: Vec<(usize, &str)> = Vec::new();
    for (index, offer) in reply.suggestions.iter().enumerate() {
        let offer = offer.trim();
        if !offer.is_empty() && !offers.iter().any(|(_, other)| *other == offer) {
            offers.push((index, offer));
        }
    }
    offers.truncate(CHOICES);
    if offers.len() > BUTTONS {
        rows.push(menu(
            &offers,
            &Mark::Choose { conversation: conversation.to_owned(), reply: id.clone() },
            tongue,
        ));
    } else if !offers.is_empty() {
        let button = |(index, offer): &(usize, &str)| {
            let mark = Mark::Say { conversation: conversation.to_owned(), reply: id.clone(), index: *index };
            button(&label(offer, BUTTON_LABEL), &mark, BLUE)
        };
        rows.push(row(&offers.iter().map(button).collect::<Vec<_>>()));
    }
    let mut last = Vec::new();
    if reply.outcome.as_ref().is_some_and(|outcome| outcome["error"] == "not_linked") {
        last.push(button(words::link_button(tongue), &Mark::Link, BLUE));
    }
    if !id.is_empty() && matches!(reply.kind, Kind::Answer | Kind::Action | Kind::NoAnswer) {
        for (sign, good) in [("👍", true), ("👎", false)] {
            let mark = Mark::Rate { conversation: conversation.to_owned(), reply: id.clone(), good };
            last.push(button(sign, &mark, GREY));
        }
    }
    if !last.is_empty() {
        rows.push(row(&last));
    }
    // Marks that don't fit would have the whole message refused.
    let fits = |row: &Value| {
        row["components"].as_array().is_some_and(|all| {
            all.iter().all(|one| one["custom_id"].as_str().is_some_and(|mark| mark.chars().count() <= MARK))
        })
    };
    rows.retain(fits);
    Value::Array(rows)
}

/// The offer that a label shows, unless it was cut.
pub(super) fn whole(label: &str) -> Option<&str> {
    (!label.ends_with(CUT)).then_some(label)
}

/// The form for a link code.
pub(super) fn link_form(tongue: Tongue) -> Value {
    json!({
        "custom_id": Mark::Link.write(),
        "title": words::link_title(tongue),
        "components": [row(&[json!({
            "type": INPUT,
            "custom_id": "code",
            "style": 1,
            "label": words::link_label(tongue),
            "placeholder": "7KQM-X4TBZ2",
            "min_length": 1,
            "max_length": 40,
            "required": true,
        })])],
    })
}

fn row(components: &[Value]) -> Value {
    json!({"type": ROW, "components": components})
}

fn button(label: &str, mark: &Mark, style: u8) -> Value {
    json!({"type": BUTTON, "style": style, "label": label, "custom_id": mark.write()})
}

fn menu(offers: &[(usize, &str)], mark: &Mark, tongue: Tongue) -> Value {
    let options: Vec<Value> = offers
        .iter()
        .map(|(index, offer)| json!({"label": label(offer, CHOICE_LABEL), "value": index.to_string()}))
        .collect();
    row(&[json!({
        "type": MENU,
        "custom_id": mark.write(),
        "placeholder": words::choose(tongue),
        "options": options,
    })])
}

fn label(offer: &str, longest: usize) -> String {
    if Unit::Utf16.length(offer) <= longest {
        return offer.to_owned();
    }
    let mut length = 1;
    let cut: String = offer
        .chars()
        .take_while(|c| {
            length += c.len_utf16();
            length <= longest
        })
        .collect();
    format!("{cut}{CUT}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::Citation;

    fn reply(suggestions: &[String]) -> Reply {
        let mut reply = Reply::new(Kind::Clarify, "哪一个？");
        reply.id = Some("95e1a5dee44eeb38".to_owned());
        reply.suggestions = suggestions.to_vec();
        reply
    }

    #[test]
    fn marks_are_read_as_they_are_written_and_fit() {
        let (conversation, reply) = (u64::MAX.to_string(), "95e1a5dee44eeb38".to_owned());
        for mark in [
            Mark::Say { conversation: conversation.clone(), reply: reply.clone(), index: 24 },
            Mark::Choose { conversation: conversation.clone(), reply: String::new() },
            Mark::Rate { conversation, reply, good: false },
            Mark::Link,
        ] {
            assert_eq!(Mark::read(&mark.write()).as_ref(), Some(&mark));
            assert!(mark.write().len() <= MARK);
        }
        for other in ["", "say", "say:1:2:x", "rate:1:2:maybe", "link:1"] {
            assert_eq!(Mark::read(other), None, "{other}");
        }
    }

    #[test]
    fn up_to_five_offers_are_buttons_and_more_a_menu() {
        let offers = |count: usize| (0..count).map(|n| format!("选择 {n}")).collect::<Vec<_>>();
        let rows = components(&reply(&offers(5)), "7", Tongue::Simplified);
        assert_eq!(rows[0]["components"].as_array().unwrap().len(), 5);
        assert_eq!(rows[0]["components"][4]["custom_id"], "say:7:95e1a5dee44eeb38:4");
        let rows = components(&reply(&offers(40)), "7", Tongue::Simplified);
        assert_eq!(rows[0]["components"][0]["options"].as_array().unwrap().len(), 25);
        let rows =
            components(&reply(&["同".to_owned(), " 同 ".to_owned(), String::new()]), "7", Tongue::Simplified);
        assert_eq!(rows[0]["components"].as_array().unwrap().len(), 1);
        assert_eq!(components(&reply(&[]), "7", Tongue::Simplified), json!([]));
        assert_eq!(components(&reply(&offers(2)), &"9".repeat(100), Tongue::Simplified), json!([]));
    }

    #[test]
    fn a_long_offer_is_cut_and_shows_it() {
        for long in ["长".repeat(81), "😀".repeat(60)] {
            let short = label(&long, BUTTON_LABEL);
            assert!(Unit::Utf16.length(&short) <= BUTTON_LABEL && short.ends_with(CUT), "{short}");
            assert_eq!(whole(&short), None);
        }
        assert_eq!(label(&"长".repeat(80), BUTTON_LABEL), "长".repeat(80));
    }

    #[test]
    fn an_answer_names_its_source_in_small_letters() {
        let mut reply = Reply::new(Kind::Answer, "要 3 到 20 个工作日。\n");
        reply.citations = vec![Citation {
            doc: "a.md".to_owned(),
            heading: "备案要多久".to_owned(),
            anchor: None,
            as_of: Some("2019-05-08".parse().unwrap()),
        }];
        assert_eq!(text(&reply), "要 3 到 20 个工作日。\n-# 依据：备案要多久（2019-05-08）");
        reply.kind = Kind::Clarify;
        assert_eq!(text(&reply), "要 3 到 20 个工作日。\n");
        assert_eq!(pieces(&"字。".repeat(1500)).len(), 2);
        assert_eq!(pieces(""), ["…"]);
    }
}

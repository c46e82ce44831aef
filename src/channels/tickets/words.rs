//! What tickets say beside an answer: where it is from, and for agents what was handed over. Chinese first, English beside it.

use serde_json::Value;

use crate::domain::reply::{Citation, Kind, Reply};
use crate::store::conversations::Handover;

/// How much of an exchange an agent is shown in a note; the agents' page has all of it.
const EXCHANGES: usize = 10;
const EXCERPT: usize = 160;

/// An answer as Markdown, with its first source.
pub fn answer(reply: &Reply) -> String {
    match reply.citations.first().filter(|_| matches!(reply.kind, Kind::Answer | Kind::Action)) {
        Some(citation) => format!("{}\n\n{}", reply.text.trim_end(), source(&reply.text, citation)),
        None => reply.text.clone(),
    }
}

fn source(text: &str, citation: &Citation) -> String {
    let heading = verbatim(&citation.heading);
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    match (chinese, citation.as_of) {
        (true, Some(day)) => format!("出处：{heading}（{day}）"),
        (true, None) => format!("出处：{heading}"),
        (false, Some(day)) => format!("Source: {heading} ({day})"),
        (false, None) => format!("Source: {heading}"),
    }
}

/// A proposal for agents.
pub fn proposal(reply: &Reply) -> String {
    format!("**建议回复 · Proposed answer**\n\n{}", answer(reply))
}

/// What was handed over, for the agents of a ticket.
pub fn handed_over(handover: &Handover) -> String {
    let packet: Value = serde_json::from_str(&handover.packet).unwrap_or_default();
    let mut lines = vec![format!("**转人工 · Handed over**：{}", verbatim(&why(&handover.reason)))];
    let mut add = |name: &str, list: Vec<String>| {
        if !list.is_empty() {
            lines.push(format!("- {name}：{}", list.join("、")));
        }
    };
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(verbatim).collect()
    };
    add("账号 · Account", packet["account"].as_str().map(verbatim).into_iter().collect());
    let slots = packet["slots"].as_object().into_iter().flatten();
    let slots =
        slots.filter_map(|(name, value)| Some(format!("{}={}", verbatim(name), verbatim(value.as_str()?))));
    add("已知 · Known", slots.collect());
    add("记录 · Records", texts(&packet["records"]));
    let sections = packet["sections"].as_array().into_iter().flatten();
    let sections = sections.filter_map(|section| section["heading"].as_str()).map(verbatim);
    add("答过的内容 · Answered from", sections.collect());
    let said = packet["conversation"].as_array().map_or(&[][..], Vec::as_slice);
    for turn in &said[said.len().saturating_sub(EXCHANGES)..] {
        for (who, text) in [("用户 · User", &turn["user"]), ("助手 · Assistant", &turn["bot"])] {
            if let Some(text) = text.as_str().filter(|text| !text.trim().is_empty()) {
                lines.push(format!("\n> {who}：{}", verbatim(&excerpt(text))));
            }
        }
    }
    lines.join("\n")
}

/// The reason of a hand-over, in words.
fn why(reason: &str) -> String {
    match reason {
        "asked" => "用户要求人工 · asked for a person".to_owned(),
        "failures" => "连续两次没有答案 · two questions without an answer".to_owned(),
        "anger" => "用户不满 · upset".to_owned(),
        UNANSWERED => "没有答案 · no answer".to_owned(),
        other => match other.strip_prefix("topic: ") {
            Some(topic) => format!("人工处理的事项 · topic: {topic}"),
            None => other.to_owned(),
        },
    }
}

/// The reason of a hand-over that the channel was told to make of a question without an answer.
pub const UNANSWERED: &str = "unanswered";

fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// A text that means itself in Markdown, whoever wrote it.
fn verbatim(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => safe.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '!' | '#' | '|' | '~' | '&' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::channels::wording::html;
    use crate::store::conversations::{HandoverState, Key};

    #[test]
    fn a_packet_is_readable_and_harmless() {
        let packet = serde_json::json!({
            "why": "asked", "account": "acc-1", "slots": {"order": "20190812001"}, "records": ["order/20190812001"],
            "sections": [{"doc": "a.md", "heading": "撤回订单"}],
            "conversation": [
                {"user": "<img src=x onerror=alert(1)> [点这里](javascript:alert(1))\n**粗**", "bot": "答", "kind": "answer"},
                {"user": "转人工"},
            ],
        });
        let handover = Handover {
            number: 1,
            key: Key { channel: "zammad".to_owned(), user: None, conversation: "81".to_owned() },
            opened_at: Timestamp::UNIX_EPOCH,
            reason: "asked".to_owned(),
            packet: packet.to_string(),
            state: HandoverState::Open,
            taken_by: None,
            closed_at: None,
        };
        let shown = html(&handed_over(&handover));
        for part in ["用户要求人工", "acc-1", "order=20190812001", "撤回订单", "转人工", "**粗**"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("<img") && !shown.contains("href"), "{shown}");
        // A packet that can't be read still says why.
        let broken = Handover { packet: "{".to_owned(), reason: "topic: 注销".to_owned(), ..handover };
        assert!(handed_over(&broken).contains("topic: 注销"));
    }
}

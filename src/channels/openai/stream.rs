//! An answer as a stream: who speaks, at once; then the text, sentence by sentence; then that it has ended.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::to_bytes;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::MODEL;
use super::completions::{Completed, Completion};
use super::refusal::complete;
use crate::channels::http::failure::Failure;

/// How often a comment keeps the connection open while nothing else is said.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// The answer as server-sent events.
pub fn of(completion: Completion) -> Response {
    let chunk = Chunk {
        id: completion.id.clone(),
        created: completion.created,
        include_usage: completion.include_usage,
    };
    let begun = chunk.event(&json!({"role": "assistant", "content": ""}), None, None);
    let rest = stream::once(async move {
        let events = match completion.completed().await {
            Ok(completed) => chunk.of(&completed),
            Err(failure) => vec![failed(failure).await],
        };
        stream::iter(events)
    });
    let end = Event::default().data("[DONE]");
    let events = stream::iter([begun]).chain(rest.flatten()).chain(stream::iter([end]));
    Sse::new(events.map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

/// What all pieces of one answer share.
struct Chunk {
    id: String,
    created: i64,
    include_usage: bool,
}

impl Chunk {
    /// The pieces of an answer after the first.
    fn of(&self, completed: &Completed) -> Vec<Event> {
        let Completed { content, extras, usage } = completed;
        let mut events: Vec<Event> = sentences(content)
            .into_iter()
            .map(|sentence| self.event(&json!({"content": sentence}), None, None))
            .collect();
        events.push(self.event(&json!({}), Some("stop"), Some(extras)));
        if self.include_usage {
            let mut last = self.chunk(&json!([]));
            last["usage"] = usage.clone();
            events.push(Event::default().data(last.to_string()));
        }
        events
    }

    fn event(&self, delta: &Value, finish: Option<&str>, extras: Option<&Value>) -> Event {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
        let mut chunk = self.chunk(&json!([choice]));
        if let Some(extras) = extras {
            chunk["beian"] = extras.clone();
        }
        Event::default().data(chunk.to_string())
    }

    fn chunk(&self, choices: &Value) -> Value {
        let mut chunk = json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": MODEL,
            "choices": choices,
        });
        if self.include_usage {
            chunk["usage"] = Value::Null;
        }
        chunk
    }
}

/// An error after the stream has begun: the status is gone, the envelope is the same.
async fn failed(failure: Failure) -> Event {
    let response = failure.into_response();
    let status: StatusCode = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    let mut envelope = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!({"error": {}}));
    complete(&mut envelope, status);
    Event::default().data(envelope.to_string())
}

/// A text cut after each sentence and each line; together the pieces are the text.
fn sentences(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map(|(_, next)| *next);
        let ends = match c {
            '。' | '！' | '？' | '；' | '\n' => {
                next.is_some_and(|next| !matches!(next, '。' | '！' | '？' | '\n' | '”' | '）'))
            }
            '.' | '!' | '?' => next == Some(' '),
            _ => false,
        };
        if ends {
            let end = at + c.len_utf8();
            pieces.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn a_text_is_cut_after_sentences_and_nothing_is_lost() {
        let text = "可以撤回。“核验”以前？！就行。\n\n- 登录 beian.cn 3.5 版\n- Yes. No";
        let pieces = sentences(text);
        assert_eq!(pieces.concat(), text);
        assert_eq!(
            pieces,
            ["可以撤回。", "“核验”以前？！", "就行。\n\n", "- 登录 beian.cn 3.5 版\n", "- Yes.", " No"]
        );
        assert!(sentences("").is_empty());
    }
}

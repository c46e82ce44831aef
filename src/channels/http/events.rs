//! The answer to a message as server-sent events: word at once that it is being worked on, then the reply.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};

use super::Site;
use super::failure::Failure;
use super::messages::told;
use crate::assistant::Incoming;

/// How often a comment keeps the connection open while nothing else is said.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// Whether the sender asks for events: names them, and doesn't like JSON better.
pub(super) fn wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds = accepted.flat_map(|value| value.split(',')).map(|kind| {
        let mut parts = kind.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let liking = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        (name, liking)
    });
    let (mut events, mut json) = (0.0_f32, 0.0_f32);
    for (name, liking) in kinds {
        match name.as_str() {
            "text/event-stream" => events = events.max(liking),
            "application/json" => json = json.max(liking),
            _ => {}
        }
    }
    events > 0.0 && events >= json
}

/// The events of one message: `typing`, then `reply` or `error`.
pub(super) fn stream(site: &Site, incoming: Incoming, delivery: Option<String>) -> Response {
    let (reception, time_limit) = (site.reception(), site.time_limit);
    let typing = Event::default().event("typing").data("{}");
    let reply = async move {
        match tokio::time::timeout(time_limit, reception.hear(incoming, delivery)).await {
            Ok(Ok(heard)) => Event::default().event("reply").json_data(told(heard)).unwrap_or_else(|error| {
                tracing::error!(%error, "a reply could not be written");
                failed(&Failure::internal())
            }),
            Ok(Err(busy)) => failed(&busy.into()),
            Err(_) => failed(&Failure::too_slow()),
        }
    };
    let events = stream::iter([typing]).chain(stream::once(reply)).map(Ok::<_, Infallible>);
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("working")).into_response()
}

fn failed(failure: &Failure) -> Event {
    Event::default().event("error").data(failure.envelope().to_string())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn events_are_for_those_who_ask_for_them() {
        let accepts = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(text));
            wanted(&headers)
        };
        for yes in
            ["text/event-stream", "Text/Event-Stream; q=0.5", "application/json;q=0.1, text/event-stream"]
        {
            assert!(accepts(yes), "{yes}");
        }
        for no in [
            "*/*",
            "application/json",
            "text/event-stream;q=0",
            "application/json, text/event-stream;q=0.9",
            "",
        ] {
            assert!(!accepts(no), "{no}");
        }
        assert!(!wanted(&HeaderMap::new()));
    }
}

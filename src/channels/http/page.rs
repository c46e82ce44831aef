//! The chat page: its files are compiled in and served as they are, so there is nothing to build or to fetch.
//!
//! What the page does is in `page/`: `chat.js` (the conversation), `view.js` (what it looks like in the document),
//! `markdown.js` (replies into document nodes), `words.js` (its sentences in two languages), `host.js` (what the site says in whose frame it is), `account.js` (who is signed in),
//! `kept.js` (what the browser keeps), `listening.js` (what a human says). `agents.js` is the agents' page (what it looks like: `agents_view.js`, its words: `agents_words.js`), `report.js` draws the agents' figures; its frame,
//! `report.html`, is only for agents and sent by [`super::agents`]. `docs.js` is the page to try the interface, drawn from `/openapi.json`.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub(super) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The colours of all pages.
pub(super) const PALETTE: &str = include_str!("page/palette.css");

const FILES: [(&str, &str, &str); 22] = [
    ("/", "text/html; charset=utf-8", include_str!("page/index.html")),
    (
        "/page/chat.css",
        "text/css; charset=utf-8",
        concat!(include_str!("page/palette.css"), include_str!("page/chat.css")),
    ),
    ("/page/chat.js", JAVASCRIPT, include_str!("page/chat.js")),
    ("/page/account.js", JAVASCRIPT, include_str!("page/account.js")),
    ("/page/host.js", JAVASCRIPT, include_str!("page/host.js")),
    ("/page/kept.js", JAVASCRIPT, include_str!("page/kept.js")),
    ("/page/listening.js", JAVASCRIPT, include_str!("page/listening.js")),
    ("/page/view.js", JAVASCRIPT, include_str!("page/view.js")),
    ("/page/markdown.js", JAVASCRIPT, include_str!("page/markdown.js")),
    ("/page/words.js", JAVASCRIPT, include_str!("page/words.js")),
    (
        "/page/report.css",
        "text/css; charset=utf-8",
        concat!(include_str!("page/palette.css"), include_str!("page/report.css")),
    ),
    ("/page/report.js", JAVASCRIPT, include_str!("page/report.js")),
    ("/agents", "text/html; charset=utf-8", include_str!("page/agents.html")),
    // The frame of the report, for those who show a key: the figures in it are asked for with that.
    ("/agents/figures", "text/html; charset=utf-8", include_str!("page/report.html")),
    (
        "/page/agents.css",
        "text/css; charset=utf-8",
        concat!(include_str!("page/palette.css"), include_str!("page/agents.css")),
    ),
    ("/page/agents.js", JAVASCRIPT, include_str!("page/agents.js")),
    ("/page/agents_view.js", JAVASCRIPT, include_str!("page/agents_view.js")),
    ("/page/agents_words.js", JAVASCRIPT, include_str!("page/agents_words.js")),
    ("/docs", "text/html; charset=utf-8", include_str!("page/docs.html")),
    (
        "/page/docs.css",
        "text/css; charset=utf-8",
        concat!(include_str!("page/palette.css"), include_str!("page/docs.css")),
    ),
    ("/page/docs.js", JAVASCRIPT, include_str!("page/docs.js")),
    ("/page/mark.svg", "image/svg+xml", include_str!("page/mark.svg")),
];

/// What the page reads to know whether to ask for the demo's people.
const NO_DEMO: &str = r#"data-demo="no""#;
const DEMO: &str = r#"data-demo="yes""#;

/// A file as it is sent.
#[derive(Clone)]
pub(super) struct File {
    kind: &'static str,
    bytes: Bytes,
    tag: String,
}

/// A route a file.
pub(super) fn routes(demo: bool) -> Router {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        let bytes = if path == "/" { Bytes::from(index(demo)) } else { Bytes::from_static(text.as_bytes()) };
        let file = File::new(kind, bytes);
        router.route(path, get(move |headers: HeaderMap| async move { file.send(&headers) }))
    })
}

/// The chat page, which asks for the demo's people only where there are some.
pub(super) fn index(demo: bool) -> String {
    let text = FILES[0].2;
    if demo { text.replacen(NO_DEMO, DEMO, 1) } else { text.to_owned() }
}

impl File {
    pub(super) fn new(kind: &'static str, bytes: Bytes) -> Self {
        let tag = tag(&bytes);
        Self { kind, bytes, tag }
    }

    /// The whole file, or word that the browser's copy is still good. Browsers ask each time (`no-cache`), so that a new
    /// version of the page never meets an old script.
    pub(super) fn send(&self, asked: &HeaderMap) -> Response {
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let fresh = known
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag);
        let mut response = if fresh {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, self.kind)], self.bytes.clone()).into_response()
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// Changes with the content; need not be the same from one build to the next.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::{FILES, NO_DEMO};

    #[test]
    fn the_page_carries_the_mark_that_a_demo_changes() {
        assert_eq!(FILES[0].2.matches(NO_DEMO).count(), 1);
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere_and_has_nothing_inline() {
        let report = ("/agents/report", "", include_str!("page/report.html"));
        let widget = ("/widget.js", "", include_str!("page/widget.js"));
        for (path, _, text) in FILES.into_iter().chain([report, widget]) {
            // The namespace of a drawing and the pattern of a link are no addresses to fetch.
            let elsewhere = text.lines().find(|line| {
                line.contains("://") && !line.contains("www.w3.org/2000/svg") && !line.contains("https?:")
            });
            assert_eq!(elsewhere, None, "{path}");
            assert!(
                !text.contains("innerHTML") && !text.contains(" style=") && !text.contains("onclick="),
                "{path}"
            );
        }
        assert!(!FILES[0].2.contains("<style") && !FILES[0].2.contains("<script>"));
    }
}

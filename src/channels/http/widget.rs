//! The chat on other sites: `/widget.js`, which puts a button on them, and `/embed`, the chat page in the frame that it opens.
//!
//! Both exist only where sites are listed, and only these may have `/embed` in a frame: the browser keeps that, told by the content
//! security policy. What the two say to each other is in `page/widget.js` and `page/host.js`.

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::routing::get;

use super::page::{self, File, JAVASCRIPT};

const WIDGET: &str = include_str!("page/widget.js");

/// Where the widget's colours go: those of the page, so that they are named once.
const NO_PALETTE: &str = "const PALETTE = '';";

/// The sites that may show a response in a frame, as a content security policy lists them. [`super::guard`] takes it off.
#[derive(Clone)]
pub(super) struct FramedBy(pub String);

/// The two routes, or none where no site is listed.
pub(super) fn routes(origins: &[String], demo: bool) -> Router {
    if origins.is_empty() {
        return Router::new();
    }
    let sites = origins.join(" ");
    let embed = page::index(demo).replacen(NO_ORIGINS, &format!(r#"data-origins="{sites}""#), 1);
    let embed = File::new("text/html; charset=utf-8", embed.into());
    let widget = File::new(JAVASCRIPT, script().into());
    Router::new()
        .route(
            "/embed",
            get(move |headers: HeaderMap| async move {
                let mut response = embed.send(&headers);
                response.extensions_mut().insert(FramedBy(sites));
                response
            }),
        )
        .route(
            "/widget.js",
            get(move |headers: HeaderMap| async move {
                let mut response = widget.send(&headers);
                // Sites that isolate themselves take only what says that it may be taken.
                response.headers_mut().insert(
                    HeaderName::from_static("cross-origin-resource-policy"),
                    HeaderValue::from_static("cross-origin"),
                );
                response
            }),
        )
}

/// What the page reads to know which sites it listens to.
pub(super) const NO_ORIGINS: &str = r#"data-origins="""#;

/// The widget with the page's colours.
fn script() -> String {
    let palette = page::PALETTE.replace(":root", ".all");
    WIDGET.replacen(NO_PALETTE, &format!("const PALETTE = {};", serde_json::Value::from(palette)), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_carry_the_marks_that_are_filled_in() {
        assert_eq!(WIDGET.matches(NO_PALETTE).count(), 1);
        assert_eq!(page::index(true).matches(NO_ORIGINS).count(), 1);
        assert!(script().contains(".all {") && !script().contains(NO_PALETTE));
    }
}

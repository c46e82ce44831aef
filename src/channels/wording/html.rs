//! Markdown as HTML, for tickets. HTML in the Markdown is text.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, html::push_html};

/// The HTML of a reply. Links lead to web pages or nowhere.
pub fn html(markdown: &str) -> String {
    let events =
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).map(|event| {
            match event {
                Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let leads = dest_url.starts_with("https://") || dest_url.starts_with("http://");
                    // Inline: of an address in angle brackets `mailto:` would be made, whatever it leads to.
                    let (link_type, dest_url) =
                        if leads { (link_type, dest_url) } else { (LinkType::Inline, "#".into()) };
                    Event::Start(Tag::Link { link_type, dest_url, title, id })
                }
                // A picture would be fetched by whoever looks: its text is enough.
                Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
                Event::End(pulldown_cmark::TagEnd::Image) => Event::End(pulldown_cmark::TagEnd::Emphasis),
                other => other,
            }
        });
    let mut text = String::with_capacity(markdown.len() * 2);
    push_html(&mut text, events);
    text
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn markdown_becomes_html_and_html_becomes_text() {
        assert_eq!(html("**可以**\n\n- 撤回"), "<p><strong>可以</strong></p>\n<ul>\n<li>撤回</li>\n</ul>\n");
        let hostile = html(
            "<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> [b](javascript:alert(1)) ![c](https://x/y.png)",
        );
        assert!(
            !hostile.contains("<script") && !hostile.contains("<img") && !hostile.contains("javascript:"),
            "{hostile}"
        );
        assert!(hostile.contains("&lt;script&gt;"), "{hostile}");
        assert_eq!(html("<a@example.cn>"), "<p><a href=\"#\">a@example.cn</a></p>\n");
        assert_eq!(html("<https://a.cn/b>"), "<p><a href=\"https://a.cn/b\">https://a.cn/b</a></p>\n");
    }
}

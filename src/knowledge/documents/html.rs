//! HTML to Markdown: headings, text, lists and tables; no scripts, styles, navigation or pictures. A scanner, not a
//! browser: broken markup gives text, never an error.

mod table;
mod writer;

use writer::Writer;

/// An HTML page as Markdown, and where its lines come from.
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) markdown: String,
    lines: Vec<usize>,
}

impl Page {
    /// The line of the HTML that a line of the Markdown was made from; both count from 1.
    pub(super) fn source_line(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).or(self.lines.last()).copied().unwrap_or(1)
    }
}

/// A whole page.
pub(super) fn to_markdown(html: &str) -> Page {
    let mut writer = Writer::new(true);
    scan(html, &mut writer);
    let (title, markdown, lines) = writer.finish();
    Page { title, markdown, lines }
}

/// A piece of HTML inside a Markdown document: its text as Markdown, headings as plain lines.
pub(super) fn fragment(html: &str) -> String {
    let mut writer = Writer::new(false);
    scan(html, &mut writer);
    writer.finish().1.trim().to_owned()
}

/// Elements of which nothing is shown.
const UNSEEN: [&str; 9] =
    ["script", "style", "noscript", "template", "svg", "nav", "footer", "head", "iframe"];

fn scan(html: &str, writer: &mut Writer) {
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        writer.text(&rest[..open]);
        rest = &rest[open..];
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
            writer.skip(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let Some(tag) = Tag::read(rest) else {
            writer.text("<");
            rest = &rest[1..];
            continue;
        };
        let (source, after) = rest.split_at(tag.length);
        if !tag.closing && tag.name == "title" {
            let end = find_closing(after, "title");
            writer.page_title(&after[..end]);
            writer.skip(source);
            writer.skip(&after[..end]);
            rest = &after[end..];
        } else if !tag.closing && !tag.empty && UNSEEN.contains(&tag.name.as_str()) && tag.name != "head" {
            let end = find_closing(after, &tag.name);
            writer.skip(source);
            writer.skip(&after[..end]);
            rest = &after[end..];
        } else {
            writer.tag(&tag);
            writer.skip(source);
            rest = after;
        }
    }
    writer.text(rest);
}

/// Where `</name` stands, or the end. Bytes are compared, so that a large page is read once.
fn find_closing(html: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = html[from..].find("</") {
        let at = from + at;
        if html.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return at;
        }
        from = at + 2;
    }
    html.len()
}

/// One tag: `<a href="…">`, `</a>`, `<br/>`.
pub(super) struct Tag<'a> {
    pub(super) name: String,
    pub(super) closing: bool,
    empty: bool,
    attributes: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    fn read(html: &'a str) -> Option<Self> {
        let closing = html.starts_with("</");
        let inner = &html[if closing { 2 } else { 1 }..];
        let name_length =
            inner.find(|character: char| !character.is_ascii_alphanumeric() && character != '-')?;
        if name_length == 0 && !inner.starts_with(['!', '?'])
            || inner.starts_with(|first: char| first.is_ascii_digit())
        {
            return None;
        }
        let end = end_of_tag(inner)?;
        let attributes = inner[name_length..end].trim_end_matches('/');
        let empty = inner[..end].ends_with('/');
        let length = html.len() - inner.len() + end + 1;
        Some(Self { name: inner[..name_length].to_ascii_lowercase(), closing, empty, attributes, length })
    }

    /// The value of an attribute, unquoted.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            let at = rest.find(name)?;
            let before = rest[..at].chars().next_back();
            let after = &rest[at + name.len()..];
            rest = after;
            let Some(value) = after.trim_start().strip_prefix('=') else { continue };
            if before.is_none_or(|character| character.is_whitespace() || character == '"') {
                let value = value.trim_start();
                return match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
                    _ => value.split_whitespace().next(),
                };
            }
        }
    }
}

/// The `>` that closes a tag, past quoted values; a tag is never longer than a few thousand bytes.
fn end_of_tag(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inner.bytes().enumerate().take(8192) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

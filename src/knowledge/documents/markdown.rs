//! Markdown to blocks. The body of a block is the source itself with small edits (links to their text, pictures and
//! comments gone, HTML as text), so that what the writer laid out stays laid out.

mod inline;
mod mend;
mod regions;

use jiff::civil::Date;
use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::front_matter::FrontMatter;
use super::parse::{Ask, Block, DocumentKind, Link, Parsed, Remark};
use crate::knowledge::Language;
use inline::{Edit, Edits, meaningful_picture};
use regions::{Region, RegionKind};

/// Parses Markdown. `line_of` maps a line of the text, from 1, to the line of the file.
pub(super) fn parse(text: &str, line_of: &dyn Fn(usize) -> usize) -> Parsed {
    let text = mend::mend(text);
    let regions = regions::find(&text);
    let masked = regions::mask(&text, &regions);
    let mut reader = Reader::new(&text, line_of);
    for region in regions {
        reader.region(region);
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(&masked, options).into_offset_iter() {
        reader.event(event, range.start, range.end);
    }
    reader.finish()
}

/// A heading as the parser found it.
struct Heading {
    start: usize,
    end: usize,
    level: u8,
    text: String,
    anchor: Option<String>,
    as_of: Option<Date>,
}

/// A link or picture that is open.
struct Open {
    start: usize,
    inner: Option<(usize, usize)>,
    target: String,
    keep: bool,
    picture: bool,
}

struct Reader<'a> {
    text: &'a str,
    line_of: &'a dyn Fn(usize) -> usize,
    line_starts: Vec<usize>,
    depth: usize,
    heading: Option<Heading>,
    headings: Vec<Heading>,
    open: Vec<Open>,
    edits: Edits,
    asks: Vec<(usize, Ask)>,
    anchors: Vec<(usize, String)>,
    links: Vec<Link>,
    remarks: Vec<Remark>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, line_of: &'a dyn Fn(usize) -> usize) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            text,
            line_of,
            line_starts,
            depth: 0,
            heading: None,
            headings: Vec::new(),
            open: Vec::new(),
            edits: Edits::default(),
            asks: Vec::new(),
            anchors: Vec::new(),
            links: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn line(&self, at: usize) -> usize {
        (self.line_of)(self.line_starts.partition_point(|start| *start <= at))
    }

    fn region(&mut self, region: Region) {
        let source = &self.text[region.start..region.end];
        let shown = match region.kind {
            RegionKind::Comment { closed } => {
                if !closed {
                    self.remarks.push(Remark::UnclosedComment { line: self.line(region.start) });
                }
                self.ask_comment(source, region.start);
                String::new()
            }
            RegionKind::Unseen => String::new(),
            RegionKind::Anchor(name) => {
                self.anchors.push((region.start, name));
                String::new()
            }
            RegionKind::Table => super::html::fragment(source),
        };
        let shown = if shown.is_empty() { shown } else { format!("\n\n{shown}\n\n") };
        self.edits.push(Edit { start: region.start, end: region.end, shown });
    }

    /// `<!-- ask … -->`: one other way to ask a line.
    fn ask_comment(&mut self, source: &str, start: usize) {
        let inner = source.trim_start_matches("<!--").trim_end_matches("-->");
        let Some(list) =
            inner.trim_start().strip_prefix("ask").filter(|list| list.starts_with(char::is_whitespace))
        else {
            return;
        };
        let skipped = source.len() - source.trim_start_matches("<!--").len()
            + (inner.len() - inner.trim_start().len())
            + 3;
        let mut at = start + skipped;
        for line in list.split_inclusive('\n') {
            let text = line.trim();
            if !text.is_empty() {
                self.asks.push((start, Ask { line: self.line(at), text: text.to_owned() }));
            }
            at += line.len();
        }
    }

    fn event(&mut self, event: Event<'_>, start: usize, end: usize) {
        if !matches!(event, Event::End(_)) {
            // what a link shows spans from the first to the last thing in it
            if let Some(open) = self.open.last_mut() {
                let (first, last) = open.inner.unwrap_or((start, end));
                open.inner = Some((first.min(start), last.max(end)));
            }
        }
        match event {
            Event::Start(Tag::Heading { level, id, attrs, .. }) if self.depth == 0 => {
                let stated = attrs
                    .iter()
                    .find(|(key, _)| key.as_ref() == "as_of")
                    .and_then(|(_, value)| value.as_deref());
                let as_of = stated.and_then(|value| value.parse().ok());
                if let (Some(value), None) = (stated, as_of) {
                    self.remarks.push(Remark::BadDay { line: self.line(start), value: value.to_owned() });
                }
                let anchor = id.map(|id| id.to_string());
                self.heading = Some(Heading {
                    start,
                    end,
                    level: level_number(level),
                    text: String::new(),
                    anchor,
                    as_of,
                });
            }
            Event::End(TagEnd::Heading(_)) if self.depth == 0 => {
                if let Some(heading) = self.heading.take() {
                    self.headings.push(heading);
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let absolute = dest_url.starts_with("http://") || dest_url.starts_with("https://");
                let keep = absolute || matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.open.push(Open {
                    start,
                    inner: None,
                    target: dest_url.to_string(),
                    keep,
                    picture: false,
                });
            }
            Event::Start(Tag::Image { .. }) => {
                self.open.push(Open {
                    start,
                    inner: None,
                    target: String::new(),
                    keep: false,
                    picture: true,
                });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.close_link(end),
            Event::InlineHtml(_) => self.inline_html(start, end),
            Event::Start(Tag::HtmlBlock) => {
                let source = &self.text[start..end];
                let shown = super::html::fragment(source);
                let shown = if shown.is_empty() { shown } else { format!("{shown}\n") };
                self.edits.push(Edit { start, end, shown });
                self.depth += 1;
            }
            Event::Start(
                Tag::BlockQuote(_)
                | Tag::List(_)
                | Tag::Item
                | Tag::FootnoteDefinition(_)
                | Tag::Table(_)
                | Tag::CodeBlock(_),
            ) => self.depth += 1,
            Event::End(
                TagEnd::BlockQuote(_)
                | TagEnd::List(_)
                | TagEnd::Item
                | TagEnd::FootnoteDefinition
                | TagEnd::Table
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock,
            ) => self.depth = self.depth.saturating_sub(1),
            Event::Text(text) | Event::Code(text) => self.heading_text(&text),
            Event::SoftBreak | Event::HardBreak => self.heading_text(" "),
            _ => {}
        }
    }

    fn heading_text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading
            && !self.open.iter().any(|open| open.picture)
        {
            heading.text.push_str(text);
        }
    }

    fn close_link(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        // the first thing that a link holds may be a picture, which counts for the link around it
        if open.picture {
            let name = open.inner.map_or("", |(first, last)| &self.text[first..last]);
            let shown = if meaningful_picture(name) { name.to_owned() } else { String::new() };
            self.edits.push(Edit { start: open.start, end, shown });
            return;
        }
        if !open.keep && !open.target.is_empty() {
            self.links.push(Link { line: self.line(open.start), target: open.target });
        }
        match open.inner {
            None => self.edits.push(Edit { start: open.start, end, shown: String::new() }),
            Some(_) if open.keep => {}
            Some((first, last)) => {
                self.edits.push(Edit { start: open.start, end: first, shown: String::new() });
                self.edits.push(Edit { start: last, end, shown: String::new() });
            }
        }
    }

    fn inline_html(&mut self, start: usize, end: usize) {
        let tag = &self.text[start..end];
        let name = tag.trim_start_matches(['<', '/']).to_ascii_lowercase();
        let shown = if name.starts_with("br") {
            // a line break would end a table row
            if self.depth > 0 { " " } else { "\n" }
        } else {
            ""
        };
        self.edits.push(Edit { start, end, shown: shown.to_owned() });
    }

    fn finish(mut self) -> Parsed {
        self.edits.sort();
        let mut blocks = Vec::with_capacity(self.headings.len() + 1);
        let first = self.headings.first().map_or(self.text.len(), |heading| heading.start);
        let headings = std::mem::take(&mut self.headings);
        blocks.push(Block {
            line: self.line(self.text.len() - self.text.trim_start().len()),
            body: self.edits.apply(self.text, 0, first),
            ..Block::default()
        });
        let ends = headings.iter().skip(1).map(|heading| heading.start).chain([self.text.len()]);
        let ends: Vec<usize> = ends.collect();
        for (heading, end) in headings.iter().zip(&ends) {
            blocks.push(Block {
                line: self.line(heading.start),
                level: heading.level,
                heading: heading.text.split_whitespace().collect::<Vec<_>>().join(" "),
                anchor: heading.anchor.clone(),
                as_of: heading.as_of,
                body: self.edits.apply(self.text, heading.end, *end),
                asks: Vec::new(),
            });
        }
        // a comment belongs to the block it stands in
        for (at, ask) in std::mem::take(&mut self.asks) {
            let index = headings.partition_point(|heading| heading.start <= at);
            blocks[index].asks.push(ask);
        }
        for (at, name) in std::mem::take(&mut self.anchors) {
            // on the line of a heading, or with nothing but empty lines between it and the next one
            let next = headings.partition_point(|heading| heading.start <= at);
            if next > 0 && at < headings[next - 1].end {
                blocks[next].anchor.get_or_insert(name);
            } else if let Some(heading) = headings.get(next)
                && self.text[at..heading.start]
                    .split_once('\n')
                    .is_some_and(|(_, between)| between.trim().is_empty())
            {
                blocks[next + 1].anchor.get_or_insert(name);
            }
        }
        let title = headings.iter().find(|heading| heading.level == 1).or(headings.first());
        let title = title.map(|heading| heading.text.trim().to_owned()).filter(|title| !title.is_empty());
        self.remarks.sort_by_key(|remark| match remark {
            Remark::UnclosedComment { line }
            | Remark::UnknownPlaceholder { line, .. }
            | Remark::BadDay { line, .. } => *line,
        });
        Parsed {
            kind: DocumentKind::Markdown,
            title,
            as_of: None,
            front_matter: FrontMatter::Absent,
            language: Language::Chinese,
            blocks,
            links: self.links,
            remarks: self.remarks,
        }
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

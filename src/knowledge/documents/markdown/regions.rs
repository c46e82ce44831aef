//! Regions of a Markdown source that the Markdown parser must not see: comments (our `<!-- ask … -->` among them), HTML
//! tables, scripts and styles, and `[](id:…)` anchors. CommonMark would end them at the first empty line.

use super::mend::fence_of;

pub(super) enum RegionKind {
    Comment { closed: bool },
    Table,
    Unseen,
    Anchor(String),
}

pub(super) struct Region {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: RegionKind,
}

/// All regions, in order, none inside code or inside another.
pub(super) fn find(text: &str) -> Vec<Region> {
    let mut regions = Vec::new();
    let mut ends = Ends::default();
    if !text.contains('<') && !text.contains("[](") {
        return regions;
    }
    let mut fence: Option<(char, usize)> = None;
    let mut line_start = 0;
    let mut resume = 0;
    while line_start < text.len() {
        let line_end = text[line_start..].find('\n').map_or(text.len(), |at| line_start + at + 1);
        let line = &text[line_start..line_end];
        let trimmed = line.trim_start();
        if line_start >= resume
            && let Some((mark, length)) = fence_of(trimmed)
        {
            fence = match fence {
                None => Some((mark, length)),
                Some((open, least)) if open == mark && length >= least => None,
                open => open,
            };
        }
        if fence.is_none() {
            let mut at = line_start.max(resume);
            while at < line_end {
                let Some(found) = text[at..line_end].find(['<', '[']) else { break };
                let start = at + found;
                match region_at(text, start, &mut ends).filter(|_| !in_code(&text[line_start..start])) {
                    Some(region) => {
                        at = region.end;
                        resume = region.end;
                        regions.push(region);
                    }
                    None => at = start + 1,
                }
            }
        }
        line_start = line_end;
    }
    regions
}

/// Is the end of this part of a line inside `inline code`?
fn in_code(before: &str) -> bool {
    // of a very long line only the end is looked at
    let from = before.len() - super::super::beginning(before, before.len().saturating_sub(2000)).len();
    let before = &before[before.len() - from..];
    before.matches('`').count() % 2 == 1
}

/// Closing marks that don't come any more: none is looked for twice, so that a text is read once.
#[derive(Default)]
struct Ends {
    no_comment: bool,
    no_tag: Vec<String>,
}

fn region_at(text: &str, start: usize, ends: &mut Ends) -> Option<Region> {
    let rest = &text[start..];
    if rest.starts_with("<!--") {
        let found = if ends.no_comment { None } else { rest.find("-->") };
        ends.no_comment = found.is_none();
        let (end, closed) = match found {
            Some(end) => (end + 3, true),
            // an open comment hides its own paragraph only
            None => (rest.find("\n\n").map_or(rest.len(), |end| end + 1), false),
        };
        return Some(Region { start, end: start + end, kind: RegionKind::Comment { closed } });
    }
    if let Some(inner) = rest.strip_prefix("[](id:") {
        let (name, _) = super::super::beginning(inner, 200).lines().next()?.split_once(')')?;
        let end = start + "[](id:".len() + name.len() + 1;
        return Some(Region { start, end, kind: RegionKind::Anchor(name.to_owned()) });
    }
    for (tag, unseen) in [("<table", false), ("<script", true), ("<style", true)] {
        let begins = rest.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
            && rest[tag.len()..].starts_with(|next: char| next == '>' || next.is_whitespace());
        if begins {
            let end = start + closing(rest, &tag[1..], ends);
            return Some(Region {
                start,
                end,
                kind: if unseen { RegionKind::Unseen } else { RegionKind::Table },
            });
        }
    }
    for tag in ["<a ", "<span ", "<div "] {
        if rest.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag)) {
            return empty_anchor(rest, &tag[1..tag.len() - 1], start);
        }
    }
    None
}

/// `<a id="name"></a>`: an element that holds nothing but its own name.
fn empty_anchor(rest: &str, tag: &str, start: usize) -> Option<Region> {
    let open = super::super::beginning(rest, 240).lines().next()?;
    let end = open.find('>')?;
    let close = format!("</{tag}>");
    let after = open[end + 1..].get(..close.len())?;
    let attributes = &open[..end];
    let at = [" id=\"", " name=\""].iter().find_map(|key| attributes.find(key).map(|at| at + key.len()))?;
    let name = attributes[at..].split('"').next().unwrap_or_default();
    (after.eq_ignore_ascii_case(&close) && !name.is_empty()).then(|| Region {
        start,
        end: start + end + 1 + close.len(),
        kind: RegionKind::Anchor(name.to_owned()),
    })
}

/// The length up to and with the closing tag; an element that never closes ends with its paragraph.
fn closing(rest: &str, name: &str, ends: &mut Ends) -> usize {
    let known = ends.no_tag.iter().any(|tag| tag == name);
    let mut from = if known { rest.len() } else { 0 };
    while let Some(at) = rest[from..].find("</") {
        let at = from + at + 2;
        if rest.get(at..at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        }
        from = at;
    }
    if !known {
        ends.no_tag.push(name.to_owned());
    }
    rest.find("\n\n").map_or(rest.len(), |end| end + 1)
}

/// The text with spaces in place of the regions: the same bytes, the same lines, nothing to see.
pub(super) fn mask(text: &str, regions: &[Region]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for region in regions {
        masked.push_str(&text[at..region.start]);
        for byte in text[region.start..region.end].bytes() {
            masked.push(if byte == b'\n' { '\n' } else { ' ' });
        }
        at = region.end;
    }
    masked.push_str(&text[at..]);
    masked
}

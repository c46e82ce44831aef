//! Blocks to sections: which headings stand above, what is only a table of contents, what is no answer at all.

use std::collections::HashSet;

use super::parse::{Block, Parsed};
use super::plain::plain_text;
use crate::knowledge::{Place, Section};

/// A heading or question without its number, punctuation and width: what two of them are compared by.
pub fn normalised(text: &str) -> String {
    let text = text.trim_start_matches(|character: char| {
        character.is_ascii_digit() || matches!(character, '.' | ' ' | '、')
    });
    text.chars()
        .filter_map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0),
            other => Some(other),
        })
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The title of a document: its own, or its file name.
pub(super) fn title_of(doc: &str, parsed: &Parsed) -> String {
    parsed.title.clone().filter(|title| !title.trim().is_empty()).unwrap_or_else(|| {
        let name = doc.rsplit('/').next().unwrap_or(doc);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    })
}

/// The sections of a document, in order. A heading that has only headings below it is no section, it is their parent;
/// a heading with nothing below it at all answers nothing.
pub(super) fn sections(doc: &str, parsed: Parsed) -> Vec<Section> {
    let title = title_of(doc, &parsed);
    let headings: HashSet<String> = parsed
        .blocks
        .iter()
        .map(|block| normalised(&block.heading))
        .filter(|heading| !heading.is_empty())
        .collect();
    let levels: Vec<u8> = parsed.blocks.iter().map(|block| block.level).collect();
    let mut above: Vec<(u8, String)> = Vec::new();
    let mut sections = Vec::with_capacity(parsed.blocks.len());
    for (index, block) in parsed.blocks.into_iter().enumerate() {
        if block.level > 0 {
            above.retain(|(level, _)| *level < block.level);
        }
        let parents = above.iter().map(|(_, heading)| heading.clone()).collect();
        if block.level > 0 && !block.heading.is_empty() {
            above.push((block.level, block.heading.clone()));
        }
        let has_children = levels.get(index + 1).is_some_and(|next| *next > block.level);
        let Block { line, heading, anchor, as_of, mut body, asks, .. } = block;
        let mut contents = false;
        if let Some(without) = without_contents(&body, &headings) {
            if has_children {
                body = without;
            } else {
                contents = true;
            }
        }
        let plain = plain_text(&body);
        if !says_anything(&plain) || (has_children && is_stray(&plain)) {
            continue;
        }
        sections.push(Section {
            place: Place { doc: doc.to_owned(), line },
            copies: Vec::new(),
            title: title.clone(),
            parents,
            heading: if heading.is_empty() { title.clone() } else { heading },
            anchor,
            as_of: as_of.or(parsed.as_of),
            language: parsed.language,
            body,
            plain,
            asks: asks.into_iter().map(|ask| ask.text).collect(),
            contents,
        });
    }
    sections
}

fn says_anything(plain: &str) -> bool {
    plain.chars().any(char::is_alphanumeric)
}

/// A scrap between a heading and its first child: a few words that are no sentence.
fn is_stray(plain: &str) -> bool {
    plain.chars().count() < 30 && !plain.contains(['。', '？', '！', '.', '?', '!', '：', ':', '\n'])
}

/// If the body's list only repeats headings of the document: the body without the list and the line that leads into it.
fn without_contents(body: &str, headings: &HashSet<String>) -> Option<String> {
    let is_item = |line: &str| item_text(line).is_some();
    let items = body.lines().filter_map(item_text).filter(|item| !item.is_empty());
    let (all, repeated) = items.fold((0, 0), |(all, repeated), item| {
        (all + 1, repeated + usize::from(headings.contains(&normalised(&without_link(item)))))
    });
    // a heading may have been reworded since its list was made
    if repeated < 2 || repeated * 10 < all * 6 {
        return None;
    }
    let first = body.lines().position(is_item)?;
    let lines: Vec<&str> = body.lines().collect();
    let mut kept: Vec<&str> = lines[..first].to_vec();
    while kept.last().is_some_and(|line| line.trim().is_empty()) {
        kept.pop();
    }
    if kept.last().is_some_and(|line| leads_in(line)) {
        kept.pop();
    }
    let after = lines[first..].iter().filter(|line| !is_item(line)).copied();
    kept.extend(after);
    Some(kept.join("\n").trim().to_owned())
}

/// "The following questions are often asked:" in any words: it says where to look, nothing else.
fn leads_in(line: &str) -> bool {
    let line = line.trim();
    let points_on = ["以下", "如下", "下面", "下列", "常见问题", "目录", "below", "following", "contents"];
    line.chars().count() <= 60 && points_on.iter().any(|word| line.to_lowercase().contains(word))
}

/// What stands behind the marker of a list item.
fn item_text(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(item) = line.strip_prefix(['-', '*', '+', '•', '·', '▬']) {
        return item.starts_with(char::is_whitespace).then(|| item.trim());
    }
    let digits = line.len() - line.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let item = line[digits..].strip_prefix(['.', ')', '、'])?;
    (digits > 0).then(|| item.trim())
}

/// `[text](address)` to `text`, for items that are one link.
fn without_link(item: &str) -> String {
    match item.strip_prefix('[').and_then(|rest| rest.rsplit_once("](")) {
        Some((text, _)) => text.to_owned(),
        None => item.to_owned(),
    }
}

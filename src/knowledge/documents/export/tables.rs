//! Tables in text: cells between tabs, or columns printed side by side and wrapped over lines, as Markdown tables.

use std::collections::HashMap;

use super::headings::{Finder, is_note};
use super::layout::{Layout, join, starts_item};
use super::noise::{Line, mend_text};

/// A table and the line after it.
pub(super) struct Found {
    pub(super) markdown: String,
    pub(super) end: usize,
}

/// The table that begins at this line, if one does.
pub(super) fn at(lines: &[Line], index: usize, layout: &Layout, finder: &Finder) -> Option<Found> {
    if lines[index].text.contains('\t') {
        return Some(tabbed(lines, index));
    }
    if layout.spaced { columns(lines, index, layout, finder) } else { None }
}

fn tabbed(lines: &[Line], index: usize) -> Found {
    let end = (index + 1..lines.len())
        .find(|next| !lines[*next].text.contains('\t') || lines[*next].gap)
        .unwrap_or(lines.len());
    let rows: Vec<Vec<String>> = lines[index..end]
        .iter()
        .map(|line| line.text.split('\t').map(|cell| mend_text(cell.trim())).collect())
        .collect();
    if rows.len() == 1 {
        return Found { markdown: rows.concat().join(" "), end };
    }
    Found { markdown: markdown(&rows), end }
}

/// A line of two to six short names, and below it lines of as many cells, some wrapped.
fn columns(lines: &[Line], index: usize, layout: &Layout, finder: &Finder) -> Option<Found> {
    let head: Vec<&str> = lines[index].text.split(' ').collect();
    let is_name = |name: &&str| {
        (1..=10).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '（' | '）' | '/'))
    };
    let named =
        (2..=6).contains(&head.len()) && head.iter().all(is_name) && head.iter().all(|name| !name.is_ascii());
    if !named || layout.is_full(&lines[index]) || starts_item(&lines[index]) {
        return None;
    }
    let (chunks, end) = gather(lines, index + 1, &lines[index].text, layout, finder);
    let many = chunks.iter().filter(|chunk| chunk.contains(' ')).count();
    if many < 2 || !chunks[0].contains(' ') {
        return None;
    }
    let mut rows = vec![head.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    fill(&mut rows, &chunks, head.len());
    Some(Found { markdown: markdown(&rows), end })
}

/// Tables of more lines than this are cut.
const LONGEST: usize = 400;

/// The chunks of a table: lines without an empty one between them are one chunk.
fn gather(lines: &[Line], from: usize, head: &str, layout: &Layout, finder: &Finder) -> (Vec<String>, usize) {
    let mut chunks: Vec<String> = Vec::new();
    let mut at = from;
    let furthest = lines.len().min(from + LONGEST);
    while at < furthest && finder.mark(at).is_none() && !is_note(&lines[at].text) {
        let line = &lines[at];
        if line.text == head {
            // printed again on the next page
            at += 1;
            continue;
        }
        let in_cell = chunks.last().is_some_and(|chunk| chunk.contains('•'));
        if starts_item(line) && !in_cell {
            break;
        }
        let mut chunk = line.text.clone();
        let mut next = at + 1;
        while next < lines.len() && !lines[next].gap && !lines[next].page_start && finder.mark(next).is_none()
        {
            join(&mut chunk, &lines[next].text);
            next += 1;
        }
        // a sentence over the width of the page: the text goes on
        if next == at + 1 && layout.is_full(line) && !line.text.contains(" • ") {
            break;
        }
        chunks.push(chunk);
        at = next;
    }
    (chunks, at)
}

/// Deals the cells out to rows of the table's width.
fn fill(rows: &mut Vec<Vec<String>>, chunks: &[String], columns: usize) {
    let mut common: HashMap<&str, usize> = HashMap::new();
    for word in chunks.iter().flat_map(|chunk| chunk.split(' ')) {
        *common.entry(word).or_default() += 1;
    }
    let mut row: Vec<String> = Vec::new();
    for chunk in chunks {
        let cells =
            if chunk.starts_with("• ") { vec![chunk.clone()] } else { cells(chunk, columns, &common) };
        if !row.is_empty() && row.len() + cells.len() > columns
            || cells.len() == 1 && cells[0].starts_with("• ")
        {
            // what is left over belongs to the last cell above
            let cell = rows.last_mut().and_then(|above| above.last_mut());
            if let Some(cell) = cell {
                for left in row.drain(..).chain(cells.iter().filter(|cell| cell.starts_with("• ")).cloned())
                {
                    cell.push(' ');
                    cell.push_str(&left);
                }
            }
            if cells[0].starts_with("• ") {
                continue;
            }
        }
        row.extend(cells);
        if row.len() >= columns {
            rows.push(std::mem::take(&mut row));
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
}

/// The cells of a chunk. A space between Latin and Chinese is inside a cell, unless one side is a value that stands in
/// several rows.
fn cells(chunk: &str, columns: usize, common: &HashMap<&str, usize>) -> Vec<String> {
    let words: Vec<&str> = chunk.split(' ').collect();
    if words.len() == columns {
        return words.into_iter().map(str::to_owned).collect();
    }
    let mut cells: Vec<String> = Vec::new();
    let mut last = "";
    for word in words {
        let latin = |side: Option<char>| side.is_some_and(|character| character.is_ascii_alphanumeric());
        let mixed =
            latin(last.chars().next_back()) != latin(word.chars().next()) || latin(last.chars().next_back());
        let repeated = |word: &str| common.get(word).is_some_and(|count| *count >= 2) && !word.is_ascii();
        let inside = mixed && !repeated(word) && !repeated(last) && !word.starts_with('•');
        let same = !last.is_empty() && (inside || last == "•" || cells.len() == columns);
        match cells.last_mut() {
            Some(cell) if same => {
                cell.push(' ');
                cell.push_str(word);
            }
            _ => cells.push(word.to_owned()),
        }
        last = word;
    }
    cells
}

fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut markdown = String::new();
    for (number, row) in rows.iter().enumerate() {
        markdown.push('|');
        for column in 0..columns {
            let cell = row.get(column).map_or("", String::as_str);
            markdown.push(' ');
            markdown.push_str(&mend_text(cell).replace('|', "\\|"));
            markdown.push_str(" |");
        }
        markdown.push('\n');
        if number == 0 {
            markdown.push('|');
            markdown.push_str(&" --- |".repeat(columns));
            markdown.push('\n');
        }
    }
    markdown.pop();
    markdown
}

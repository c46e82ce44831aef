//! An HTML table as a Markdown one: merged cells repeat their text in every row they span, so that each row can be read
//! by itself.

use super::Tag;

/// A cell that spans several rows.
struct Span {
    column: usize,
    rows: usize,
    text: String,
}

/// Rows of cells, filled as the tags come.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    spans: Vec<Span>,
    open: Option<(usize, usize, String)>,
}

/// More columns or rows than this are somebody's mistake.
const MOST_SPANNED: usize = 100;

impl Table {
    pub(super) fn push(&mut self, text: &str) {
        if let Some((_, _, cell)) = &mut self.open {
            cell.push_str(text);
        }
    }

    pub(super) fn tag(&mut self, tag: &Tag<'_>) {
        self.close_cell();
        match (tag.name.as_str(), tag.closing) {
            ("tr", false) => self.rows.push(Vec::new()),
            ("tr", true) => self.fill_spans(usize::MAX),
            ("td" | "th", false) => {
                let span = |name| {
                    tag.attribute(name)
                        .and_then(|value| value.parse().ok())
                        .unwrap_or(1)
                        .clamp(1, MOST_SPANNED)
                };
                self.open = Some((span("colspan"), span("rowspan"), String::new()));
            }
            _ => {}
        }
    }

    fn close_cell(&mut self) {
        let Some((columns, rows, text)) = self.open.take() else { return };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        self.fill_spans(0);
        let Some(row) = self.rows.last_mut() else { return };
        for _ in 0..columns {
            if rows > 1 {
                self.spans.push(Span { column: row.len(), rows, text: text.clone() });
            }
            row.push(text.clone());
        }
    }

    /// Puts in the cells of rows above that reach down to here; `all` of them at the end of a row.
    fn fill_spans(&mut self, all: usize) {
        let Some(row) = self.rows.last_mut() else { return };
        loop {
            let here = row.len();
            let next = self.spans.iter_mut().find(|span| span.rows > 1 && span.column == here);
            let Some(span) = next else { break };
            span.rows -= 1;
            row.push(span.text.clone());
        }
        if all > 0 {
            self.spans.retain(|span| span.rows > 1);
        }
    }

    pub(super) fn markdown(mut self) -> String {
        self.close_cell();
        let mut markdown = String::new();
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        for (number, row) in
            self.rows.iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).enumerate()
        {
            markdown.push('|');
            for column in 0..columns {
                markdown.push(' ');
                markdown.push_str(row.get(column).map_or("", String::as_str));
                markdown.push_str(" |");
            }
            markdown.push('\n');
            if number == 0 {
                markdown.push('|');
                markdown.push_str(&" --- |".repeat(columns));
                markdown.push('\n');
            }
        }
        markdown
    }
}

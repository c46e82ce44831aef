//! An explained reply as lines for a person. Columns are counted as the terminal shows them: a Chinese character is two wide.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{Explained, Row};
use crate::cli::columns::pad;
use crate::phrases::Voice;
use crate::phrases::receipt::{Label, label};
use crate::understand::Script;

/// How wide the labels' column is, in columns of the terminal.
const MARGIN: usize = 16;
/// The widest cell of a table; what is longer is cut.
const WIDEST: usize = 44;

/// The whole of it.
pub(super) fn lines(explained: &Explained) -> String {
    let receipt = &explained.receipt;
    let voice = if receipt.script == Some(Script::Latin) { Voice::English } else { Voice::Chinese };
    let mut page = Page { voice, out: String::new() };
    page.head(explained);
    page.line(Label::Folded, &receipt.folded);
    page.line(Label::Asker, &receipt.asker);
    let named: Vec<String> =
        receipt.entities.iter().map(|(kind, list)| format!("{kind} {}", list.join(", "))).collect();
    page.line(Label::Named, &named.join("; "));
    page.line(Label::Before, &receipt.follow_up);
    page.line(Label::LookedFor, receipt.looked_for.as_deref().unwrap_or_default());
    page.line(Label::Way, &receipt.path.join(" → "));
    page.intents(explained);
    page.sections(explained);
    if let (Some(band), Some(probability)) = (&receipt.band, receipt.probability) {
        let known = page.word(Label::Known);
        page.line(Label::Certainty, &format!("{band} {probability:.3} · {known} {:.2}", receipt.known));
    }
    page.rule(explained);
    let records: Vec<String> = receipt
        .records
        .iter()
        .map(|(name, hash)| format!("{name} {}", hash.get(..8).unwrap_or(hash)))
        .collect();
    for (number, record) in records.iter().enumerate() {
        if number == 0 { page.line(Label::Records, record) } else { page.under(record) }
    }
    page.rests_on(explained);
    page.out
}

struct Page {
    voice: Voice,
    out: String,
}

impl Page {
    fn word(&self, part: Label) -> &'static str {
        label(self.voice, part)
    }

    fn line(&mut self, part: Label, text: &str) {
        if !text.is_empty() {
            let _ = writeln!(self.out, "{}{text}", pad(self.word(part), MARGIN));
        }
    }

    fn under(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}{text}", " ".repeat(MARGIN));
    }

    fn head(&mut self, explained: &Explained) {
        self.line(Label::Reply, &explained.id);
        self.line(Label::Time, &explained.receipt.now);
        let user = explained.user.as_deref().unwrap_or(self.word(Label::Nobody));
        let turn = self.word(Label::Turn);
        let place = format!(
            "{} · {user} · {} · {turn} {}",
            explained.channel, explained.conversation, explained.ordinal
        );
        self.line(Label::Conversation, &place);
        self.line(Label::Said, &explained.text.replace('\n', " "));
        if explained.receipt.masked {
            let masked = format!("({})", self.word(Label::Masked));
            self.under(&masked);
        }
        let reply = &explained.reply;
        let kind = serde_json::to_value(reply.kind).ok();
        let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
        let intent = reply.intent.as_deref().map_or_else(String::new, |intent| format!(" · {intent}"));
        self.line(Label::Answered, &format!("{kind}{intent} · {:.3}", reply.confidence));
        for line in reply.text.lines().filter(|line| !line.trim().is_empty()) {
            self.under(line);
        }
    }

    fn intents(&mut self, explained: &Explained) {
        let titles = [Label::Intents, Label::Score, Label::Whole, Label::Nearest, Label::Example];
        let rows = explained.receipt.intents.iter().map(|noted| {
            vec![
                noted.intent.clone(),
                format!("{:.3}", noted.score),
                format!("{:.3}", noted.whole),
                format!("{:.3}", noted.nearest),
                noted.example.clone(),
            ]
        });
        self.table(&titles, rows.collect());
    }

    fn sections(&mut self, explained: &Explained) {
        let titles =
            [Label::Sections, Label::Score, Label::Nearest, Label::Index, Label::Covered, Label::Matched];
        let rows = explained.receipt.sections.iter().enumerate().map(|(number, noted)| {
            vec![
                format!("{} · {}", noted.doc, noted.heading),
                format!("{:.3}", noted.score),
                format!("{:.3}", noted.nearest),
                format!("{:.3}", noted.bm25),
                format!("{:.3}", noted.coverage),
                explained.matched.get(number).map_or_else(String::new, |words| words.join(" ")),
            ]
        });
        self.table(&titles, rows.collect());
        if explained.changed.kb && !explained.receipt.sections.is_empty() {
            let _ = writeln!(self.out, "  ({})", self.word(Label::KbChanged));
        }
    }

    fn rule(&mut self, explained: &Explained) {
        let Some(rule) = &explained.receipt.rule else { return };
        let origin = match (&rule.source, &rule.as_of) {
            (Some(source), Some(as_of)) => format!(" · {} {source} · {as_of}", self.word(Label::Source)),
            _ => String::new(),
        };
        self.line(Label::Rule, &format!("{}{origin}", rule.intent));
        if explained.changed.rules && !explained.rows.is_empty() {
            let changed = format!("({})", self.word(Label::RulesChanged));
            self.under(&changed);
        }
        for row in &explained.rows {
            let told = self.row(row);
            self.line(Label::Row, &told);
        }
    }

    fn row(&self, row: &Row) -> String {
        let mut told = format!("rules/{}", row.file);
        if !row.list.is_empty() {
            let _ = write!(told, " [{}]", row.list);
        }
        let about = if row.speaks_of.is_empty() {
            self.word(Label::NoRow).to_owned()
        } else {
            row.speaks_of.join(", ")
        };
        let _ = write!(told, " {about}");
        for (part, value) in
            [(Label::Source, &row.source), (Label::From, &row.valid_from), (Label::Until, &row.valid_to)]
        {
            if let Some(value) = value {
                let _ = write!(told, " · {} {value}", self.word(part));
            }
        }
        if let Some(as_of) = &row.as_of {
            let _ = write!(told, " · {as_of}");
        }
        told
    }

    fn rests_on(&mut self, explained: &Explained) {
        let (contents, changed) = (&explained.receipt.contents, explained.changed);
        let parts = [
            (Label::Kb, &contents.kb, changed.kb),
            (Label::IntentData, &contents.intents, changed.intents),
            (Label::RuleTables, &contents.rules, changed.rules),
            (Label::Program, &contents.program, changed.program),
        ];
        for (number, (part, hash, changed)) in parts.into_iter().enumerate() {
            let now = self.word(if changed { Label::Changed } else { Label::Same });
            let told = format!("{} {hash} · {now}", pad(self.word(part), MARGIN));
            if number == 0 { self.line(Label::RestsOn, &told) } else { self.under(&told) }
        }
    }

    fn table(&mut self, titles: &[Label], rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return;
        }
        let mut all: Vec<Vec<String>> = vec![titles.iter().map(|part| self.word(*part).to_owned()).collect()];
        all.extend(rows.into_iter().map(|row| row.iter().map(|cell| cut(cell)).collect()));
        let widths: Vec<usize> = (0..titles.len())
            .map(|column| {
                all.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        self.out.push('\n');
        for row in &all {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width)).collect();
            let _ = writeln!(self.out, "  {}", cells.join("  ").trim_end());
        }
        self.out.push('\n');
    }
}

/// A text cut to the widest that a cell may be.
fn cut(text: &str) -> String {
    if text.width() <= WIDEST {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars() {
        if cut.width() + 2 >= WIDEST {
            break;
        }
        cut.push(character);
    }
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_they_are_shown() {
        assert_eq!(pad("备案", 6), "备案  ");
        assert_eq!(pad("abcdefgh", 6), "abcdefgh");
        assert_eq!(cut(&"备".repeat(30)).width(), 43);
        assert_eq!(cut("短"), "短");
    }
}

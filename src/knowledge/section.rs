//! A section: one heading with its body, the unit that is indexed, found, shown and cited.

use jiff::civil::Date;

/// The language a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Language {
    #[serde(rename = "zh")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

/// Where a section stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The document's path in the knowledge base, with forward slashes.
    pub doc: String,
    /// The line of the heading, from 1.
    pub line: usize,
}

/// One heading with its body.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Section {
    pub place: Place,
    /// The other places where the same section stands (copies are one section, shown at its newest place).
    pub copies: Vec<Place>,
    /// The document's title, from its front matter, its first heading or its file name.
    pub title: String,
    /// The headings above this one, outermost first, without its own.
    pub parents: Vec<String>,
    pub heading: String,
    pub anchor: Option<String>,
    /// The day that the section's facts are of.
    pub as_of: Option<Date>,
    pub language: Language,
    /// Markdown as it is shown: cleaned, links to other documents reduced to their text.
    pub body: String,
    /// The body as plain text, for the index: no markup, tables and lists as lines.
    pub plain: String,
    /// Other ways to ask for it (`<!-- ask … -->`): indexed, never shown.
    pub asks: Vec<String>,
    /// True if the body only lists headings of its own document (a table of contents): findable, never above an answer.
    #[serde(default)]
    pub contents: bool,
}

impl Section {
    /// Parents and heading in one line, outermost first.
    pub fn heading_path(&self) -> String {
        let mut path = self.parents.join(" ");
        if !path.is_empty() {
            path.push(' ');
        }
        path.push_str(&self.heading);
        path
    }
}

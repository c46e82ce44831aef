//! The search index in tantivy: what is indexed of a section, and how a question's units are looked up.
//!
//! Chinese is indexed by single characters and character pairs (see `understand::features`): no dictionary, and better
//! measured than cut words. Headings count twice, bodies once, the document's title a third. Other ways to ask are not here but
//! among the utterances, where they compete with the intents.

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

use super::section::Section;
use crate::understand::features::{Cutter, Unit, tokens};
use crate::understand::lexicon::Lexicon;
use crate::understand::normalise::fold;

/// The index can't be made or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the search index: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    #[error("a section in the search index can't be read: {0}; delete the index folder and start again")]
    Section(#[from] serde_json::Error),
}

/// The fields of a section in the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) number: Field,
    pub(super) heading: Field,
    pub(super) body: Field,
    pub(super) title: Field,
    pub(super) stored: Field,
}

const UNITS: &str = "units";

/// A question's units with what each counts.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) terms: Vec<(Unit, String)>,
}

impl Terms {
    pub(super) fn of(folded: &str) -> Self {
        let mut terms: Vec<(Unit, String)> = Vec::new();
        for term in units(folded) {
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        Self { terms }
    }
}

/// All units of a folded text, groups of words included.
fn units(folded: &str) -> Vec<(Unit, String)> {
    let mut units = tokens(folded);
    units.extend(Lexicon::get().groups(folded).into_iter().map(|group| (Unit::Group, group_unit(group))));
    units
}

/// The unit of a group of words.
fn group_unit(group: u32) -> String {
    format!("§{group}")
}

/// How much a unit counts in the sum, by its kind.
pub(super) fn unit_weight(unit: Unit) -> f32 {
    match unit {
        Unit::Single | Unit::Group => 0.5,
        Unit::Pair | Unit::Word => 1.0,
        Unit::Mark => 0.0,
    }
}

/// How much a unit of this rarity counts in the share of a question that a section covers.
pub(super) fn coverage_weight(unit: Unit, rarity: Rarity) -> f32 {
    match unit {
        Unit::Pair | Unit::Word => rarity.value,
        Unit::Group => 0.5 * rarity.value,
        Unit::Single | Unit::Mark => 0.0,
    }
}

/// How much each field counts.
pub(super) const HEADING: f32 = 2.0;
pub(super) const BODY: f32 = 1.0;
pub(super) const TITLE: f32 = 0.3;

pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer(UNITS).set_index_option(IndexRecordOption::WithFreqs),
    );
    let fields = Fields {
        number: builder.add_u64_field("number", STORED | INDEXED),
        heading: builder.add_text_field("heading", text.clone()),
        body: builder.add_text_field("body", text.clone()),
        title: builder.add_text_field("title", text),
        stored: builder.add_text_field("section", STORED),
    };
    (builder.build(), fields)
}

/// Registers our tokenizer: an index on disk knows it only by name.
pub(super) fn register(index: &Index) {
    index.tokenizers().register(UNITS, UnitTokenizer);
}

/// What an index takes in of a section.
pub(super) struct Entry<'a> {
    pub(super) number: u64,
    pub(super) heading_path: &'a str,
    pub(super) plain: &'a str,
    pub(super) title: &'a str,
    /// The section itself, where the index keeps it too.
    pub(super) stored: Option<&'a str>,
}

/// Adds a section to an index that is being written.
pub(super) fn add(writer: &IndexWriter, fields: Fields, entry: &Entry<'_>) -> Result<(), IndexError> {
    let mut document = TantivyDocument::new();
    document.add_u64(fields.number, entry.number);
    document.add_text(fields.heading, entry.heading_path);
    document.add_text(fields.body, entry.plain);
    document.add_text(fields.title, entry.title);
    if let Some(stored) = entry.stored {
        document.add_text(fields.stored, stored);
    }
    writer.add_document(document)?;
    Ok(())
}

/// An index that is read.
pub(super) struct Reading {
    pub(super) fields: Fields,
    reader: IndexReader,
}

impl Reading {
    pub(super) fn of(index: &Index, fields: Fields) -> Result<Self, IndexError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields, reader })
    }

    /// The sections nearest by BM25, best first: (number, sum of BM25 over the fields).
    pub(super) fn search(&self, terms: &Terms, limit: usize) -> Result<Vec<(u64, f32)>, IndexError> {
        let searcher = self.reader.searcher();
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (unit, text) in &terms.terms {
            let weight = unit_weight(*unit);
            if weight <= 0.0 {
                continue;
            }
            for (field, boost) in
                [(self.fields.heading, HEADING), (self.fields.body, BODY), (self.fields.title, TITLE)]
            {
                let term = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost * weight))));
            }
        }
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let query = BooleanQuery::new(clauses);
        let top = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        let mut found = Vec::with_capacity(top.len());
        for (score, address) in top {
            let document: TantivyDocument = searcher.doc(address)?;
            if let Some(number) = document.get_first(self.fields.number).and_then(|value| value.as_u64()) {
                found.push((number, score));
            }
        }
        // Ties by number, so that two runs give the same order.
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(found)
    }

    /// A section that the index keeps.
    pub(super) fn section(&self, number: u64) -> Result<Option<Section>, IndexError> {
        let searcher = self.reader.searcher();
        let query =
            TermQuery::new(Term::from_field_u64(self.fields.number, number), IndexRecordOption::Basic);
        let Some((_, address)) =
            searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?.into_iter().next()
        else {
            return Ok(None);
        };
        let document: TantivyDocument = searcher.doc(address)?;
        let Some(text) = document.get_first(self.fields.stored).and_then(|value| value.as_str()) else {
            return Ok(None);
        };
        Ok(Some(serde_json::from_str(text)?))
    }

    /// How rare each unit is, over headings and bodies.
    pub(super) fn rarities(&self, terms: &Terms) -> Result<Vec<Rarity>, IndexError> {
        let searcher: Searcher = self.reader.searcher();
        let total = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let mut rarities = Vec::with_capacity(terms.terms.len());
        for (_, text) in &terms.terms {
            let mut count = 0;
            for field in [self.fields.heading, self.fields.body] {
                count = count.max(searcher.doc_freq(&Term::from_field_text(field, text))?);
            }
            rarities.push(rarity(u32::try_from(count).unwrap_or(u32::MAX), total));
        }
        Ok(rarities)
    }
}

/// How rare a unit is in the knowledge base, and whether it stands there at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rarity {
    pub(super) value: f32,
    pub(super) known: bool,
}

/// How rare a unit is (ln) that stands in so many sections of all; one that stands nowhere counts half the rarest.
#[expect(clippy::cast_precision_loss, reason = "counts of sections, far below the limits")]
pub(super) fn rarity(count: u32, sections: usize) -> Rarity {
    let total = sections as f32;
    if count == 0 {
        return Rarity { value: (1.0 + (total + 0.5) / 1.5).ln() / 2.0, known: false };
    }
    Rarity { value: (1.0 + (total - count as f32 + 0.5) / (count as f32 + 0.5)).ln(), known: true }
}

#[derive(Clone)]
struct UnitTokenizer;

/// The same units as [`units`], one after the other in one piece of memory.
struct UnitStream {
    folded: String,
    cutter: Cutter,
    /// Groups still to come; read when all else is handed out.
    groups: Option<std::vec::IntoIter<u32>>,
    token: Token,
}

impl Tokenizer for UnitTokenizer {
    type TokenStream<'a> = UnitStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> UnitStream {
        UnitStream { folded: fold(text), cutter: Cutter::default(), groups: None, token: Token::default() }
    }
}

impl TokenStream for UnitStream {
    fn advance(&mut self) -> bool {
        self.token.position = self.token.position.wrapping_add(1);
        if self.groups.is_none() {
            if self.cutter.next(&self.folded, &mut self.token.text).is_some() {
                return true;
            }
            self.groups = Some(Lexicon::get().groups(&self.folded).into_iter());
        }
        let Some(group) = self.groups.as_mut().and_then(Iterator::next) else { return false };
        self.token.text = group_unit(group);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_holds_the_units_that_questions_are_cut_into() {
        for text in ["ICP 备案号 filings，被打回了 x", "", "撤 回-订单 \u{e001} ＡＢＣ rejected"]
        {
            let mut held = Vec::new();
            let mut tokenizer = UnitTokenizer;
            let mut stream = tokenizer.token_stream(text);
            while stream.advance() {
                held.push(stream.token().text.clone());
            }
            let asked: Vec<String> = units(&fold(text)).into_iter().map(|(_, text)| text).collect();
            assert_eq!(held, asked, "{text}");
        }
    }
}

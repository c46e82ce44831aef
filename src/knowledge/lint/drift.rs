//! Drift: a number, day or list in the text that contradicts the data in `rules/`. What is looked for is data itself
//! (`drift.toml` beside this file): a pattern whose group is the value, and where the value stands in the rules.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde::Deserialize;
use toml::Value;

use super::super::Language;
use super::{Code, Document, Findings, Severity};

/// The tables of `rules/*.toml` by file name without ending.
#[derive(Clone, Debug, Default)]
pub struct RuleTables(BTreeMap<String, Value>);

/// A table or a pattern that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleTablesError {
    #[error("{file}: {source}")]
    Table { file: String, source: toml::de::Error },
}

impl RuleTables {
    /// Reads the texts of `rules/*.toml`, by file name ("sms.toml").
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, RuleTablesError> {
        let mut tables = BTreeMap::new();
        for (file, text) in files {
            let table: toml::Table =
                text.parse().map_err(|source| RuleTablesError::Table { file: file.to_owned(), source })?;
            tables.insert(file.trim_end_matches(".toml").to_owned(), Value::Table(table));
        }
        Ok(Self(tables))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values at a path: `products.product[key=ecs].quota.limit`; `[!valid_to]` takes the rows without that key,
    /// `[*]` all rows.
    fn values(&self, path: &str) -> Vec<&Value> {
        let Some((file, rest)) = path.split_once('.') else { return Vec::new() };
        let mut values: Vec<&Value> = self.0.get(file).into_iter().collect();
        for step in rest.split('.') {
            let (name, condition) =
                step.split_once('[').map_or((step, None), |(name, rest)| (name, rest.strip_suffix(']')));
            values = values.into_iter().filter_map(|value| value.get(name)).collect();
            let Some(condition) = condition else { continue };
            values = values
                .into_iter()
                .filter_map(Value::as_array)
                .flatten()
                .filter(|row| fulfils(row, condition))
                .collect();
        }
        values
    }

    fn texts(&self, path: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for value in self.values(path) {
            match value {
                Value::Array(list) => texts.extend(list.iter().map(plain)),
                other => texts.push(plain(other)),
            }
        }
        texts
    }
}

fn fulfils(row: &Value, condition: &str) -> bool {
    if condition == "*" {
        return true;
    }
    if let Some(absent) = condition.strip_prefix('!') {
        return row.get(absent).is_none();
    }
    condition
        .split_once('=')
        .is_some_and(|(key, wanted)| row.get(key).is_some_and(|value| plain(value) == wanted))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patterns {
    value: Vec<ValuePattern>,
    list: Vec<ListPattern>,
}

/// A value in a sentence. The first group is the value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValuePattern {
    rule: String,
    what: String,
    text: Vec<String>,
    /// A sentence with this speaks of something else, or of former times.
    #[serde(default)]
    not_with: Option<String>,
}

/// A list in a line: as soon as a line with a word names as many members of a vocabulary, it must name exactly the rule's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListPattern {
    rule: String,
    what: String,
    with: String,
    vocabulary: String,
    /// The same members in another language, in the same order.
    #[serde(default)]
    english: Option<String>,
    at_least: usize,
    #[serde(default)]
    not_with: Option<String>,
}

const PATTERNS: &str = include_str!("drift.toml");

pub(super) fn check(documents: &[Document], rules: &RuleTables, findings: &mut Findings) {
    if rules.is_empty() {
        return;
    }
    // the patterns are ours, compiled in, and a test reads them
    let Ok(patterns) = toml::from_str::<Patterns>(PATTERNS) else { return };
    for pattern in &patterns.value {
        value(pattern, documents, rules, findings);
    }
    for pattern in &patterns.list {
        list(pattern, documents, rules, findings);
    }
}

/// The lines of all bodies that can be searched, with the file and the line of their heading.
fn lines(documents: &[Document]) -> impl Iterator<Item = (&Document, usize, &str)> {
    documents.iter().flat_map(|document| {
        document
            .parsed
            .blocks
            .iter()
            .flat_map(move |block| block.body.lines().map(move |line| (document, block.line, line)))
    })
}

fn value(pattern: &ValuePattern, documents: &[Document], rules: &RuleTables, findings: &mut Findings) {
    let wanted = rules.texts(&pattern.rule);
    let patterns: Vec<Regex> = pattern.text.iter().filter_map(|text| Regex::new(text).ok()).collect();
    let not_with = pattern.not_with.as_ref().and_then(|text| Regex::new(text).ok());
    if wanted.is_empty() {
        return;
    }
    for (document, heading, line) in lines(documents) {
        for sentence in line.split_inclusive(['。', '；', ';', '？', '！']) {
            if not_with.as_ref().is_some_and(|not_with| not_with.is_match(sentence)) {
                continue;
            }
            for found in patterns.iter().filter_map(|pattern| pattern.captures(sentence)?.get(1)) {
                let found = number(found.as_str());
                if !wanted.contains(&found) {
                    let (what, rule) = (&pattern.what, &pattern.rule);
                    let message = format!("{what} is {found} here, {} in rules ({rule})", wanted.join(", "));
                    findings.add(
                        Severity::Error,
                        Code::Drift,
                        &document.doc,
                        heading,
                        message,
                        "mend whichever is wrong",
                    );
                }
            }
        }
    }
}

fn list(pattern: &ListPattern, documents: &[Document], rules: &RuleTables, findings: &mut Findings) {
    let (Ok(with), wanted) = (Regex::new(&pattern.with), rules.texts(&pattern.rule)) else { return };
    let not_with = pattern.not_with.as_ref().and_then(|text| Regex::new(text).ok());
    let vocabulary = rules.texts(&pattern.vocabulary);
    let english = pattern.english.as_ref().map(|path| rules.texts(path)).unwrap_or_default();
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    if wanted.is_empty() || vocabulary.is_empty() {
        return;
    }
    for (document, block) in documents
        .iter()
        .flat_map(|document| document.parsed.blocks.iter().map(move |block| (document, block)))
    {
        for line in units(&block.body) {
            let former = not_with.as_ref().is_some_and(|not_with| not_with.is_match(&line));
            if former || !(with.is_match(&line) || with.is_match(&block.heading)) {
                continue;
            }
            let spelled = if document.parsed.language == Language::English { &english } else { &vocabulary };
            let named: BTreeSet<&str> = spelled
                .iter()
                .zip(&vocabulary)
                .filter(|(word, _)| line.contains(word.as_str()))
                .map(|(_, name)| name.as_str())
                .collect();
            if named.len() < pattern.at_least || named == wanted {
                continue;
            }
            let missing: Vec<&str> = wanted.difference(&named).copied().collect();
            let surplus: Vec<&str> = named.difference(&wanted).copied().collect();
            let message = format!(
                "{}: missing here: [{}], not in rules ({}): [{}]",
                pattern.what,
                missing.join(" "),
                pattern.rule,
                surplus.join(" ")
            );
            findings.add(
                Severity::Error,
                Code::Drift,
                &document.doc,
                block.line,
                message,
                "mend whichever is wrong",
            );
        }
    }
}

/// The lines of a body, a table as one line.
fn units(body: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut in_table = false;
    for line in body.lines() {
        let row = line.starts_with('|');
        match units.last_mut() {
            Some(table) if row && in_table => table.push_str(line),
            _ => units.push(line.to_owned()),
        }
        in_table = row;
    }
    units
}

/// Chinese numerals to digits, days to `2019-04-22`; anything else as it is.
fn number(text: &str) -> String {
    let text = text.trim();
    if let Some((year, rest)) = text.split_once('年')
        && let Some((month, day)) = rest.trim_end_matches(['日', ' ']).split_once('月')
        && let (Ok(month), Ok(day)) = (month.trim().parse::<u8>(), day.trim().parse::<u8>())
    {
        return format!("{}-{month:02}-{day:02}", year.trim());
    }
    let digit = |character: char| "零一二三四五六七八九".chars().position(|digit| digit == character);
    let characters: Vec<char> = text.chars().collect();
    let value = match characters.as_slice() {
        ['两'] => Some(2),
        ['十'] => Some(10),
        ['十', one] => digit(*one).map(|one| 10 + one),
        [ten, '十'] => digit(*ten).map(|ten| ten * 10),
        [ten, '十', one] => digit(*ten).zip(digit(*one)).map(|(ten, one)| ten * 10 + one),
        [one] => digit(*one),
        _ => None,
    };
    value.map_or_else(|| text.to_lowercase(), |value| value.to_string())
}

/// What the tests ask: the patterns that are no regular expressions, or the error of the whole file.
#[cfg(test)]
pub(super) fn patterns_that_fail() -> Vec<String> {
    match toml::from_str::<Patterns>(PATTERNS) {
        Err(error) => vec![error.to_string()],
        Ok(patterns) => {
            let lists =
                patterns.list.iter().flat_map(|list| [Some(&list.with), list.not_with.as_ref()]).flatten();
            let values = patterns.value.iter().flat_map(|value| value.text.iter().chain(&value.not_with));
            values.chain(lists).filter(|text| Regex::new(text).is_err()).cloned().collect()
        }
    }
}

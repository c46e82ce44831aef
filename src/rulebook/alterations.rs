//! What one set of rules alters against another, value by value, for `beian rules check`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{RuleBookError, Texts};
use crate::domain::rules::book::RuleBook;

/// One value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alteration {
    pub file: &'static str,
    /// Where in the file: `product[ecs].quota.limit`.
    pub place: String,
    /// None: added.
    pub before: Option<String>,
    /// None: removed.
    pub after: Option<String>,
}

/// What the rules of a folder alter against the built-in ones. Refuses a folder whose rules can't be used.
pub fn alterations(folder: &Path) -> Result<Vec<Alteration>, RuleBookError> {
    super::from_folder(folder)?;
    let mut altered = Vec::new();
    for file in RuleBook::FILES {
        let before = values(&Texts::BuiltIn, file)?;
        let after = values(&Texts::Folder(folder.to_owned()), file)?;
        let places: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for place in places {
            let (old, new) = (before.get(place), after.get(place));
            if old != new {
                let place = place.clone();
                altered.push(Alteration { file, place, before: old.cloned(), after: new.cloned() });
            }
        }
    }
    Ok(altered)
}

fn values(texts: &Texts, file: &'static str) -> Result<BTreeMap<String, String>, RuleBookError> {
    let table: toml::Table = texts.parse(file)?;
    let mut values = BTreeMap::new();
    flatten("", &toml::Value::Table(table), &mut values);
    Ok(values)
}

/// Lists of plain values count as one value; rows are named by their key, so that inserting one doesn't shift the others.
fn flatten(place: &str, value: &toml::Value, into: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, inner) in table {
                let below = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                flatten(&below, inner, into);
            }
        }
        toml::Value::Array(rows) if rows.iter().any(toml::Value::is_table) => {
            for (index, row) in rows.iter().enumerate() {
                flatten(&format!("{place}[{}]", row_name(row, index)), row, into);
            }
        }
        plain => {
            into.insert(place.to_owned(), plain.to_string());
        }
    }
}

/// What a row goes by, with its first day where the same key has several; else its number.
fn row_name(row: &toml::Value, index: usize) -> String {
    let text = |key: &str| row.get(key).and_then(toml::Value::as_str);
    let name = ["key", "code", "name", "path", "blocker", "province"].into_iter().find_map(text);
    let year = || row.get("year").map(ToString::to_string);
    let name = name.map(str::to_owned).or_else(year).unwrap_or_else(|| (index + 1).to_string());
    match text("valid_from") {
        Some(from) => format!("{name} from {from}"),
        None => name,
    }
}

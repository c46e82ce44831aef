//! The rows of the rule tables that speak of what was asked: those that hold one of its values (a province, a product, a
//! code), each with its source and dates.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::assistant::Receipt;
use crate::domain::reply::Reply;

/// A row of a file of `rules/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    pub file: String,
    /// The list that it stands in, as `list` or `reason`; empty for what the file says as a whole.
    pub list: String,
    /// Which of the values it speaks of.
    pub speaks_of: Vec<String>,
    pub source: Option<String>,
    pub as_of: Option<String>,
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
}

/// Every value that was asked about or came out.
pub(super) fn values(receipt: &Receipt, reply: &Reply) -> BTreeSet<String> {
    fn strings(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => drop(into.insert(text.clone())),
            Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
            Value::Object(fields) => fields.values().for_each(|field| strings(field, into)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut all: BTreeSet<String> = receipt.slots.values().cloned().collect();
    all.extend(receipt.entities.values().flatten().cloned());
    reply.slots.values().chain(&reply.outcome).for_each(|value| strings(value, &mut all));
    // A domain's row is that of its suffix.
    let suffixes: Vec<String> = all
        .iter()
        .flat_map(|value| value.match_indices('.').map(|(at, _)| value[at..].to_owned()).collect::<Vec<_>>())
        .collect();
    all.extend(suffixes.iter().map(|suffix| suffix.trim_start_matches('.').to_owned()));
    all.extend(suffixes);
    all
}

/// The rows of some files that hold one of the values; where a file has none, what it says as a whole.
pub(super) fn about(
    files: &[String],
    texts: &[(&'static str, String)],
    values: &BTreeSet<String>,
) -> Vec<Row> {
    let mut found = Vec::new();
    for file in files {
        let text = texts.iter().find(|(name, _)| name == file).map_or("", |(_, text)| text.as_str());
        let Ok(table) = text.parse::<toml::Table>() else { continue };
        let before = found.len();
        for (list, value) in &table {
            rows(file, list, value, values, &mut found);
        }
        if found.len() == before {
            found.push(row(file, "", &table, Vec::new()));
        }
    }
    found
}

/// The tables in a value that have a source of their own and hold one of the values.
fn rows(file: &str, list: &str, value: &toml::Value, values: &BTreeSet<String>, found: &mut Vec<Row>) {
    match value {
        toml::Value::Array(items) => {
            for item in items {
                rows(file, list, item, values, found);
            }
        }
        toml::Value::Table(table) => {
            let before = found.len();
            for (name, value) in table {
                rows(file, &format!("{list}.{name}"), value, values, found);
            }
            if found.len() == before && table.contains_key("source") {
                let mut speaks_of = BTreeSet::new();
                table.values().for_each(|value| held(value, values, &mut speaks_of));
                if !speaks_of.is_empty() {
                    found.push(row(file, list, table, speaks_of.into_iter().collect()));
                }
            }
        }
        _ => {}
    }
}

/// Those of the values that stand somewhere in a TOML value.
fn held(value: &toml::Value, values: &BTreeSet<String>, into: &mut BTreeSet<String>) {
    match value {
        toml::Value::String(text) => into.extend(values.get(text).cloned()),
        toml::Value::Array(items) => items.iter().for_each(|item| held(item, values, into)),
        toml::Value::Table(table) => table.values().for_each(|value| held(value, values, into)),
        _ => {}
    }
}

fn row(file: &str, list: &str, table: &toml::Table, speaks_of: Vec<String>) -> Row {
    let text = |key: &str| {
        table.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    Row {
        file: file.to_owned(),
        list: list.to_owned(),
        speaks_of,
        source: text("source"),
        as_of: text("as_of"),
        valid_from: text("valid_from"),
        valid_to: text("valid_to"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_hold_a_value_are_found_with_their_dates() {
        let text = "source = \"1\"\nas_of = \"2019-01-01\"\n[[list]]\nsource = \"2\"\nprovinces = [\"浙江\"]\nvalid_to = \"2019-05-07\"\n\
                    [[list]]\nsource = \"3\"\nprovinces = [\"广东\"]\n";
        let texts = [("sms.toml", text.to_owned())];
        let files = ["sms.toml".to_owned()];
        let values = BTreeSet::from(["浙江".to_owned()]);
        let found = about(&files, &texts, &values);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].source.as_deref(), found[0].valid_to.as_deref()),
            (Some("2"), Some("2019-05-07"))
        );
        // Nothing that was asked stands in a row: what the file says as a whole.
        let whole = about(&files, &texts, &BTreeSet::new());
        assert_eq!((whole.len(), whole[0].source.as_deref(), whole[0].list.as_str()), (1, Some("1"), ""));
    }

    #[test]
    fn a_domain_speaks_of_its_suffixes() {
        let mut receipt = Receipt::default();
        receipt.slots.insert("domain".to_owned(), "a.com.cn".to_owned());
        let reply = Reply::new(crate::domain::reply::Kind::Action, "");
        let values = values(&receipt, &reply);
        for value in ["a.com.cn", ".com.cn", "cn"] {
            assert!(values.contains(value), "{values:?}");
        }
    }
}

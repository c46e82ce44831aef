//! From a place in a table back to the line in its file.

use toml::de::{DeTable, DeValue};

use crate::domain::rules::book::Step;

/// The line, from 1, on which a byte stands.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// The line on which the value at the end of the path begins: as far as the path can be followed.
pub(super) fn line_of(text: &str, path: &[Step]) -> usize {
    let Ok(table) = DeTable::parse(text) else { return 1 };
    let mut byte = 0;
    let table = table.into_inner();
    let mut here: Option<&DeValue<'_>> = None;
    for step in path {
        let next = match (step, here) {
            (Step::Key(key), None) => table.get(*key),
            (Step::Key(key), Some(DeValue::Table(inner))) => inner.get(*key),
            (Step::Index(index), Some(DeValue::Array(items))) => items.get(*index),
            (Step::Key(_) | Step::Index(_), _) => None,
        };
        let Some(value) = next else { break };
        byte = value.span().start;
        here = Some(value.get_ref());
    }
    line_at(text, byte)
}

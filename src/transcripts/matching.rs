//! Whether a value is what a transcript expects, and where it is not.
//!
//! Maps match as subsets. Lists of plain values are equal as sets. Of a list with maps every expected item matches a
//! different actual item, and further actual items are allowed. Numbers compare by value, null matches null alone.

use std::collections::HashSet;

use serde_json::{Number, Value};

/// One place where what came is not what was expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// Where in the reply: `outcome.checks`, `contains` …
    pub place: String,
    pub expected: Value,
    /// What came instead; `None` when there is nothing at that place.
    pub actual: Option<Value>,
    /// What a reader may not see from the two values.
    pub note: Option<String>,
}

/// Every place below `place` where `actual` is not what is `expected`; empty when it matches.
pub fn compare(place: &str, expected: &Value, actual: Option<&Value>) -> Vec<Mismatch> {
    let differs = |note: Option<String>| {
        vec![Mismatch { place: place.to_owned(), expected: expected.clone(), actual: actual.cloned(), note }]
    };
    let Some(actual) = actual else { return differs(Some("no such field".to_owned())) };
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(got)) => wanted
            .iter()
            .flat_map(|(name, value)| compare(&format!("{place}.{name}"), value, got.get(name)))
            .collect(),
        (Value::Array(wanted), Value::Array(got)) if wanted.iter().all(is_plain) => {
            if same_set(wanted, got) {
                Vec::new()
            } else {
                differs(None)
            }
        }
        (Value::Array(wanted), Value::Array(got)) => {
            let alone = unmatched(wanted, got);
            if alone.is_empty() {
                return Vec::new();
            }
            let numbers: Vec<_> = alone.iter().map(|index| (index + 1).to_string()).collect();
            differs(Some(format!("nothing left that matches expected item {}", numbers.join(", "))))
        }
        _ if plain_equal(expected, actual) => Vec::new(),
        (Value::Number(number), Value::String(text)) if number.to_string() == *text => {
            differs(Some("a number was expected and a string came: quote it in the transcript".to_owned()))
        }
        _ => differs(None),
    }
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn plain_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => number_equal(one, other),
        _ => is_plain(one) && one == other,
    }
}

/// `3` and `3.0` are the same; integers are compared as such, since large ones are not exact as floats.
fn number_equal(one: &Number, other: &Number) -> bool {
    let integer =
        |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

fn same_set(wanted: &[Value], got: &[Value]) -> bool {
    let within = |some: &[Value], all: &[Value]| {
        some.iter().all(|one| all.iter().any(|other| plain_equal(one, other)))
    };
    within(wanted, got) && within(got, wanted)
}

/// The expected items that find no item of their own when as many as possible are matched (augmenting paths: taking
/// the first that fits would call a list wrong in which only another pairing works out).
fn unmatched(wanted: &[Value], got: &[Value]) -> Vec<usize> {
    let fits: Vec<Vec<usize>> = wanted
        .iter()
        .map(|want| (0..got.len()).filter(|index| compare("", want, Some(&got[*index])).is_empty()).collect())
        .collect();
    let mut taken_by: Vec<Option<usize>> = vec![None; got.len()];
    (0..wanted.len()).filter(|want| !place_item(*want, &fits, &mut taken_by, &mut HashSet::new())).collect()
}

fn place_item(
    want: usize,
    fits: &[Vec<usize>],
    taken_by: &mut [Option<usize>],
    tried: &mut HashSet<usize>,
) -> bool {
    for &index in &fits[want] {
        if !tried.insert(index) {
            continue;
        }
        let free = match taken_by[index] {
            None => true,
            Some(holder) => place_item(holder, fits, taken_by, tried),
        };
        if free {
            taken_by[index] = Some(want);
            return true;
        }
    }
    false
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;

//! Reading a record set's JSON: every error is one line with the path of the value, the line, and what to do.
//!
//! Form only; what a set must satisfy beyond it is checked when it is imported.

use serde_json::error::Category;

use crate::domain::records::RecordSet;

/// Why a document is not a record set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordSetError {
    #[error("line {line}: the text is not UTF-8; save the file as UTF-8")]
    NotUtf8 { line: usize },
    #[error("the text is UTF-16; save the file as UTF-8")]
    Utf16,
    #[error("the file is empty; a record set is a JSON object, at the least {{}}")]
    Empty,
    #[error("line {line}, column {column}: not JSON: {problem}")]
    NotJson { line: usize, column: usize, problem: String },
    #[error("a record set is a JSON object with lists such as \"accounts\" and \"orders\", this is {found}")]
    NotAnObject { found: &'static str },
    /// A value that isn't what the record set has there.
    #[error("{path}: {problem} (line {line}, column {column})")]
    Value { path: String, problem: String, line: usize, column: usize },
}

/// Reads a record set from the bytes of a file; a UTF-8 byte-order mark is allowed.
pub fn read_record_bytes(bytes: &[u8]) -> Result<RecordSet, RecordSetError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(RecordSetError::Utf16);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read_record_set(text),
        Err(error) => {
            let before = bytes.iter().take(error.valid_up_to());
            Err(RecordSetError::NotUtf8 { line: before.filter(|byte| **byte == b'\n').count() + 1 })
        }
    }
}

/// Reads a record set from its JSON.
pub fn read_record_set(json: &str) -> Result<RecordSet, RecordSetError> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    // Told apart here, since serde would speak of a struct that the reader has never heard of.
    match json.trim_start().chars().next() {
        None => return Err(RecordSetError::Empty),
        Some('[') => return Err(RecordSetError::NotAnObject { found: "a list" }),
        Some('"') => return Err(RecordSetError::NotAnObject { found: "a string" }),
        Some('0'..='9' | '-') => return Err(RecordSetError::NotAnObject { found: "a number" }),
        Some(_) if matches!(json.trim(), "null" | "true" | "false") => {
            return Err(RecordSetError::NotAnObject { found: "a single value" });
        }
        Some(_) => {}
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let set = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        described(&path, &error.into_inner())
    })?;
    deserializer.end().map_err(|error| described(".", &error))?;
    Ok(set)
}

fn described(path: &str, error: &serde_json::Error) -> RecordSetError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    let problem = text.strip_suffix(&place).unwrap_or(&text).replace('\n', " ");
    match error.classify() {
        Category::Data => {
            // The root has no name of its own.
            let path = if path == "." { "the record set".to_owned() } else { path.to_owned() };
            RecordSetError::Value { path, problem, line, column }
        }
        Category::Io | Category::Syntax | Category::Eof => RecordSetError::NotJson { line, column, problem },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        let text = read_record_set(json).unwrap_err().to_string();
        assert!(!text.contains('\n'), "more than one line: {text}");
        text
    }

    #[test]
    fn an_error_names_path_and_line() {
        let json = r#"{
            "accounts": [{"id": "a", "site": "china"}],
            "orders": [{"id": "1", "account": "a", "type": "first", "province": "浙江", "state": "draft",
                "events": [
                    {"at": "2019-08-12T10:00:00+08:00", "event": "created"},
                    {"at": "2019-02-30T10:00:00+08:00", "event": "submitted"}
                ]}]
        }"#;
        let text = refused(json);
        assert!(text.starts_with("orders[0].events[1].at: `2019-02-30T10:00:00+08:00`"), "{text}");
        assert!(text.contains("(line 6, column "), "{text}");
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused_with_its_path() {
        let json = r#"{"domains": [{"name": "a.com", "registrar": "r", "registrar_approved": true,
            "expires_on": "2019-02-29", "holder": {"name": "n", "id_type": "t", "id_number": "1"},
            "real_name": {"status": "none"}}]}"#;
        let text = refused(json);
        assert!(text.starts_with("domains[0].expires_on: ") && text.contains("line 2"), "{text}");
    }

    #[test]
    fn unknown_fields_and_values_are_named() {
        assert!(refused(r#"{"acounts": []}"#).contains("unknown field `acounts`"));
        let text = refused(r#"{"accounts": [{"id": "a", "site": "mars"}]}"#);
        assert!(text.starts_with("accounts[0].site: unknown variant `mars`"), "{text}");
        let text = refused(r#"{"accounts": [{"id": "a", "site": "china", "colour": 1}]}"#);
        assert!(text.starts_with("accounts[0]") && text.contains("unknown field `colour`"), "{text}");
        let text = refused(r#"{"accounts": [{"id": "a"}]}"#);
        assert!(text.starts_with("accounts[0]: missing field `site`"), "{text}");
    }

    #[test]
    fn what_is_no_record_set_is_said_in_one_line() {
        assert_eq!(read_record_set(" \n"), Err(RecordSetError::Empty));
        assert_eq!(read_record_set("[]"), Err(RecordSetError::NotAnObject { found: "a list" }));
        assert_eq!(read_record_set("null"), Err(RecordSetError::NotAnObject { found: "a single value" }));
        assert_eq!(read_record_set("12"), Err(RecordSetError::NotAnObject { found: "a number" }));
        assert!(refused("备案").starts_with("line 1, column 1: not JSON"), "{}", refused("备案"));
        assert!(refused("{\"accounts\": [").starts_with("line 1, column 14: not JSON"));
        assert!(refused("{} {}").contains("not JSON: trailing characters"));
    }

    #[test]
    fn bytes_are_utf_8_with_or_without_a_mark() {
        assert_eq!(read_record_bytes(b"\xef\xbb\xbf{}"), Ok(RecordSet::default()));
        assert_eq!(read_record_bytes(b"\xff\xfe{\0}\0"), Err(RecordSetError::Utf16));
        assert_eq!(
            read_record_bytes(b"{\n\"\xb1\xb8\xb0\xb8\": 1}"),
            Err(RecordSetError::NotUtf8 { line: 2 })
        );
        assert_eq!(read_record_bytes(b""), Err(RecordSetError::Empty));
    }
}

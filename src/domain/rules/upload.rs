//! `upload_check`: why a picture can't be uploaded (004.11.3; 004.11.1 differs on gif).

use serde::Serialize;

use super::book::RuleBook;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadProblem {
    Format,
    Size,
}

/// The outcome of `upload_check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadCheck {
    /// None where format or size isn't known and nothing else is wrong.
    pub accepted: Option<bool>,
    pub problems: Vec<UploadProblem>,
    /// The sources disagree on the format.
    #[serde(skip)]
    pub disputed: bool,
}

/// Checks a picture: its extension or the name of its format, and its size in bytes.
pub fn upload_check(book: &RuleBook, format: Option<&str>, bytes: Option<u64>) -> UploadCheck {
    let rules = &book.uploads;
    let format = format.map(|format| format.trim().trim_start_matches('.').to_lowercase());
    let listed = |list: &[String]| format.as_ref().map(|format| list.contains(format));
    let good_format = listed(&rules.formats);
    let good_size = bytes.map(|bytes| bytes < rules.under_bytes);
    let problems: Vec<_> = [(good_format, UploadProblem::Format), (good_size, UploadProblem::Size)]
        .into_iter()
        .filter_map(|(good, problem)| (good == Some(false)).then_some(problem))
        .collect();
    let accepted = match (good_format, good_size) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        (None, _) | (_, None) => None,
    };
    UploadCheck { accepted, problems, disputed: listed(&rules.disputed) == Some(true) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::UploadProblem::*;
    use super::*;
    use crate::rules::book::tests::book;

    const MEGABYTE: u64 = 1024 * 1024;

    #[test]
    fn the_contract_s_form() {
        assert_eq!(
            serde_json::to_value(upload_check(book(), Some("png"), Some(MEGABYTE))).unwrap(),
            json!({"accepted": true, "problems": []})
        );
    }

    #[test]
    fn formats_and_sizes() {
        for (format, bytes, accepted, problems) in [
            (Some("jpg"), Some(4 * MEGABYTE - 1), Some(true), vec![]),
            (Some("jpeg"), Some(4 * MEGABYTE), Some(false), vec![Size]),
            (Some(".PNG"), Some(0), Some(true), vec![]),
            (Some("gif"), Some(MEGABYTE), Some(false), vec![Format]),
            (Some("bmp"), Some(9 * MEGABYTE), Some(false), vec![Format, Size]),
            (Some("pdf"), None, Some(false), vec![Format]),
            (None, Some(5 * MEGABYTE), Some(false), vec![Size]),
            (Some("jpg"), None, None, vec![]),
            (None, Some(MEGABYTE), None, vec![]),
            (None, None, None, vec![]),
        ] {
            let outcome = upload_check(book(), format, bytes);
            assert_eq!((outcome.accepted, outcome.problems), (accepted, problems), "{format:?} {bytes:?}");
            assert_eq!(outcome.disputed, format == Some("gif"));
        }
    }
}

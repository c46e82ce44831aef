//! The subcommand against files on disk and a stand-in for the assistant.

use std::fs;

use super::*;
use crate::assistant::{Answer, Incoming};
use crate::domain::reply::{Kind, Reply};
use crate::transcripts::Setup;

struct Greeter;

impl Answer for Greeter {
    fn answer(&self, _: &Incoming) -> Reply {
        Reply::new(Kind::Chitchat, "你好")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form that the subcommand asks for")]
fn greeter(_: &Setup) -> anyhow::Result<Box<dyn Answer>> {
    Ok(Box::new(Greeter))
}

fn one_case(name: &str, kind: &str) -> String {
    format!("  - test_case: {name}\n    steps:\n      - user: 你好\n        bot: {{kind: {kind}}}\n")
}

/// Exit code, stdout, stderr of a run over files with these contents.
fn outcome(files: &[(&str, String)], filter: Option<&str>) -> (u8, String, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let args = TestArgs { paths: vec![folder.path().to_owned()], filter: filter.map(str::to_owned) };
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let code = run_to(&args, &greeter, Colour::Off, &mut out, &mut errors).unwrap();
    (code, String::from_utf8(out).unwrap(), String::from_utf8(errors).unwrap())
}

fn cases(cases: &[String]) -> String {
    format!("test_cases:\n{}", cases.concat())
}

#[test]
fn all_passed_is_zero() {
    let (code, out, errors) =
        outcome(&[("a.yml", cases(&[one_case("hello", "chitchat"), one_case("hi", "chitchat")]))], None);
    assert_eq!((code, out.lines().last(), errors.as_str()), (0, Some("2 passed, 0 failed"), ""));
}

#[test]
fn a_failure_is_one() {
    let (code, out, errors) =
        outcome(&[("a.yml", cases(&[one_case("hello", "chitchat"), one_case("hi", "answer")]))], None);
    assert_eq!((code, out.lines().last(), errors.as_str()), (1, Some("1 passed, 1 failed"), ""));
}

#[test]
fn a_bad_file_is_two_and_the_others_are_still_played() {
    let bad = ("a.yml", "test_cases:\n  - test_cas: a\n".to_owned());
    let good = ("b.yml", cases(&[one_case("hello", "answer")]));
    let (code, out, errors) = outcome(&[bad, good], None);
    assert_eq!((code, out.lines().last()), (2, Some("0 passed, 1 failed")));
    assert!(
        errors.starts_with("error: ") && errors.contains("a.yml:2: ") && errors.lines().count() == 1,
        "{errors}"
    );
}

#[test]
fn a_folder_without_transcripts_is_two() {
    let (code, out, errors) = outcome(&[("notes.md", String::new())], None);
    assert_eq!((code, out.as_str()), (2, "0 passed, 0 failed\n"));
    assert!(errors.contains(".yml"), "{errors}");
}

#[test]
fn records_that_are_refused_are_two() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yml");
    fs::write(&path, cases(&[one_case("hello", "chitchat")])).unwrap();
    let args = TestArgs { paths: vec![path.clone(), path], filter: None };
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let refuse = |_: &Setup| anyhow::bail!("orders[0].state: no such state");
    assert_eq!(run_to(&args, &refuse, Colour::Off, &mut out, &mut errors).unwrap(), 2);
    let errors = String::from_utf8(errors).unwrap();
    assert!(errors.contains("a.yml: orders[0].state") && errors.lines().count() == 1, "{errors}");
}

#[test]
fn a_filter_plays_what_it_names_and_nothing_is_an_error() {
    let files = [("a.yml", cases(&[one_case("hello", "chitchat"), one_case("an order", "answer")]))];
    assert_eq!(outcome(&files, Some("hello")).0, 0);
    assert_eq!(outcome(&files, Some("order")).0, 1);
    let (code, _, errors) = outcome(&files, Some("domain"));
    assert_eq!(code, 2);
    assert!(errors.contains("domain"), "{errors}");
}

//! `beian kb check`: each kind of finding has a folder in `tests/fixtures/kb` that shows it and nothing else.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::{Path, PathBuf};

use beian::knowledge::lint::{Against, Code, Finding, IntentKnowledge, RuleTables, Severity, check};

const SMS: &str = "[[list]]\nprovinces = [\"天津\"]\nvalid_to = \"2019-05-07\"\n[[list]]\nprovinces = [\"湖北\", \"湖南\", \"安徽\", \"山东\", \"四川\", \"甘肃\", \"青海\", \"海南\", \"天津\", \"云南\"]\n";
const PRODUCTS: &str = "[[product]]\nkey = \"ecs\"\nquota = { limit = 5 }\n";
const TERMS: &str = "[sms_code]\ndeadline_hours = 48\n";
const CHANGES: &str =
    "[[field]]\nname = \"domain\"\ninstead = \"delete_only\"\nvalid_from = \"2019-04-22\"\n";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kb").join(name)
}

fn findings(name: &str, against: &Against) -> Vec<Finding> {
    check(Some(&fixture(name)), against).unwrap()
}

/// Code, file, line and severity of each finding.
fn places(findings: &[Finding]) -> Vec<(Code, &str, usize, Severity)> {
    findings
        .iter()
        .map(|finding| (finding.code, finding.file.as_str(), finding.line, finding.severity))
        .collect()
}

#[test]
fn a_clean_knowledge_base_has_no_findings() {
    assert_eq!(findings("clean", &Against::default()), []);
}

#[test]
fn each_kind_of_finding_is_found_where_it_is() {
    use Severity::{Error, Warning};
    let cases = [
        ("unreadable-file", Code::UnreadableFile, "b.txt", 1, Error),
        ("missing-front-matter", Code::MissingFrontMatter, "b.md", 1, Error),
        ("invalid-front-matter", Code::InvalidFrontMatter, "a.md", 3, Error),
        ("missing-anchor", Code::MissingAnchor, "a.md", 8, Error),
        ("duplicate-anchor", Code::DuplicateAnchor, "b.md", 8, Error),
        ("dead-anchor", Code::DeadAnchor, "a.md", 16, Error),
        ("dead-link", Code::DeadLink, "a.md", 16, Error),
        ("no-asks", Code::NoAsks, "a.md", 8, Error),
        ("unclosed-comment", Code::UnclosedComment, "a.md", 10, Error),
        ("empty-section", Code::EmptySection, "a.md", 16, Error),
        ("near-duplicate", Code::NearDuplicate, "a.md", 16, Warning),
        ("same-question", Code::SameQuestion, "a.md", 20, Error),
        ("unknown-placeholder", Code::UnknownPlaceholder, "a.md", 16, Error),
        ("invalid-day", Code::InvalidDay, "a.md", 8, Error),
    ];
    for (name, code, file, line, severity) in cases {
        assert_eq!(code.name(), name);
        assert_eq!(places(&findings(name, &Against::default())), [(code, file, line, severity)], "{name}");
    }
}

#[test]
fn a_section_in_one_language_is_missed_in_the_other() {
    let found = findings("one-language-only", &Against::default());
    let expected = [
        (Code::OneLanguageOnly, "a.md", 8, Severity::Error),
        (Code::OneLanguageOnly, "en/a.md", 8, Severity::Error),
    ];
    assert_eq!(places(&found), expected);
}

#[test]
fn numbers_lists_and_days_that_contradict_the_rules_are_drift() {
    // a list is compared as soon as it is long enough to be meant as one
    let provinces = "湖北 湖南 安徽 山东 四川 甘肃 青海 海南 天津 云南 西藏 北京"
        .split(' ')
        .map(|name| format!("[[province]]\nname = \"{name}\"\nenglish = \"{name}\"\n"));
    let provinces: String = provinces.collect();
    let files = [
        ("sms.toml", SMS),
        ("products.toml", PRODUCTS),
        ("terms.toml", TERMS),
        ("changes.toml", CHANGES),
        ("provinces.toml", &provinces),
    ];
    let against = Against { rules: RuleTables::read(files).unwrap(), ..Against::default() };
    let found = findings("drift", &against);
    assert!(found.iter().all(|finding| finding.code == Code::Drift), "{found:?}");
    let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
    assert_eq!(lines, [8, 16, 24, 32], "{found:#?}");
    assert!(found[0].message.contains("6 here, 5 in rules"), "{}", found[0].message);
    assert!(
        found[1]
            .message
            .contains("missing here: [云南], not in rules (sms.list[!valid_to].provinces): [西藏]"),
        "{}",
        found[1].message
    );
    assert!(found[3].message.contains("2019-04-23 here, 2019-04-22 in rules"), "{}", found[3].message);
}

#[test]
fn an_intent_needs_a_section_that_is_there() {
    let intent = |intent: &str, anchor: Option<&str>, line| IntentKnowledge {
        intent: intent.to_owned(),
        anchor: anchor.map(str::to_owned),
        file: "intents/orders.yml".to_owned(),
        line,
    };
    let intents = vec![
        intent("withdraw", Some("withdraw"), 1),
        intent("abandon", Some("gone"), 7),
        intent("resume", None, 12),
    ];
    let found = findings("intent-without-knowledge", &Against { intents, ..Against::default() });
    let expected = [
        (Code::IntentWithoutKnowledge, "intents/orders.yml", 7, Severity::Error),
        (Code::IntentWithoutKnowledge, "intents/orders.yml", 12, Severity::Error),
    ];
    assert_eq!(places(&found), expected);
}

#[test]
fn a_foreign_folder_gets_warnings_for_what_only_ours_must_have() {
    let found = findings("foreign", &Against::default());
    let codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::MissingFrontMatter, Code::NoAsks, Code::DeadLink, Code::EmptySection]);
    assert!(found.iter().all(|finding| finding.severity == Severity::Warning), "{found:?}");
}

#[test]
fn a_finding_names_file_line_and_mend() {
    let found = findings("dead-link", &Against::default());
    let expected = "a.md:16: error[dead-link]: the link to missing.md leads to no document; link to a file of the knowledge base, or take the link out";
    assert_eq!(found[0].to_string(), expected);
}

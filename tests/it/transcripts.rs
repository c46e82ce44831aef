//! The transcripts of the repository: all are well formed, and together they cover what the contract promises. That
//! the assistant passes them is tested by `beian test tests/transcripts`.

mod polarity;

use std::collections::BTreeMap;
use std::path::Path;

use beian::transcripts::{TranscriptFile, load, transcript_files};
use serde_json::Value;

/// The intents that the contract names.
pub(crate) const ACTIONS: [&str; 23] = [
    "check_domain",
    "why_rejected",
    "can_cancel_order",
    "service_numbers_left",
    "check_server",
    "order_status",
    "filing_type",
    "need_filing",
    "sms_required",
    "can_change",
    "cancel_access_effects",
    "deregister_effects",
    "shell_site_check",
    "legacy_record_path",
    "can_transfer",
    "gift_time",
    "website_name_check",
    "upload_check",
    "commercial_ip_rule",
    "domains_per_website",
    "public_security_code",
    "app_verification",
    "can_start_order",
];

fn all() -> Vec<TranscriptFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let files = transcript_files(&folder).expect("a folder with transcripts");
    files.iter().map(|path| load(path).unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let mut seen = BTreeMap::new();
    for file in all() {
        for case in file.cases {
            let place = format!("{}:{}", file.path.display(), case.line);
            if let Some(other) = seen.insert(case.name.clone(), place.clone()) {
                panic!("{place}: `{}` is the name of {other} too", case.name);
            }
        }
    }
    assert!(seen.len() >= 250, "{} cases", seen.len());
}

#[test]
fn every_case_expects_something_at_its_end() {
    for file in all() {
        for case in &file.cases {
            let last = case.steps.last().and_then(|step| step.bot.as_ref());
            assert!(
                last.is_some(),
                "{}:{}: the last step of `{}` expects nothing",
                file.path.display(),
                case.line,
                case.name
            );
        }
    }
}

/// Every action of the contract is asked for in at least three wordings.
#[test]
fn every_action_is_asked_for_in_several_ways() {
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for step in all().iter().flat_map(|file| &file.cases).flat_map(|case| &case.steps) {
        let intent = step.bot.as_ref().and_then(|bot| bot.reply.get("intent")).and_then(Value::as_str);
        if let Some(intent) = intent {
            *asked.entry(intent.to_owned()).or_default() += 1;
        }
    }
    for action in ACTIONS {
        assert!(asked.get(action).is_some_and(|count| *count >= 3), "{action}: {:?}", asked.get(action));
    }
    let known = |intent: &str| intent == "handoff" || ACTIONS.contains(&intent);
    let unknown: Vec<_> = asked.keys().filter(|intent| !known(intent)).collect();
    assert!(unknown.is_empty(), "no such action: {unknown:?}");
}

//! What is asked in words of its own is understood, too: for each action there are transcripts that share no word with the examples
//! of its intent. That the assistant passes them is tested by `beian test tests/transcripts`; here it is kept that the words
//! are not shared, also when somebody adds examples later.

mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use beian::cli::wiring;
use beian::rulebook;
use beian::transcripts::{Step, load, transcript_files};
use beian::understand::intents::Example;

use self::words::Words;

/// Phrasings of each action, and how many of them are Chinese, which most people write.
const LEAST: usize = 3;
const LEAST_CHINESE: usize = 2;

/// Where the words of an intent's examples are first used.
type Used = HashMap<String, String>;

fn used(words: &Words, examples: &[Example], intent: &str) -> Used {
    let mut used = Used::new();
    for example in examples.iter().filter(|example| example.intent == intent) {
        let values: Vec<&str> = example.entities.iter().map(|(_, said, _)| said.as_str()).collect();
        for word in words.of(&example.text, &values) {
            used.entry(word).or_insert_with(|| format!("{}:{} {}", example.file, example.line, example.text));
        }
    }
    used
}

/// The words of a step that examples use, with where they do.
fn shared(words: &Words, used: &Used, text: &str) -> Vec<String> {
    let found = words.of(text, &[]).into_iter();
    found.filter_map(|word| used.get(&word).map(|place| format!("{word} ({place})"))).collect()
}

fn intent_of(step: &Step) -> Option<&str> {
    step.bot.as_ref()?.reply.get("intent")?.as_str()
}

#[test]
fn every_action_is_asked_for_in_words_that_no_example_has() {
    let words = Words::new(&rulebook::built_in().unwrap());
    let examples = wiring::training(None).unwrap().examples;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/unshared");
    let mut used_by: BTreeMap<&str, Used> = BTreeMap::new();
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut complaints = Vec::new();
    for action in crate::transcripts::ACTIONS {
        used_by.insert(action, used(&words, &examples, action));
    }
    for path in transcript_files(&folder).unwrap() {
        for case in load(&path).unwrap().cases {
            let place = format!("{}:{}", path.display(), case.line);
            let [step] = case.steps.as_slice() else { panic!("{place}: one step, so that it stands alone") };
            let action = intent_of(step).and_then(|intent| used_by.get_key_value(intent));
            let Some((action, used)) = action else { panic!("{place}: names no action") };
            let shared = shared(&words, used, &step.user);
            if !shared.is_empty() {
                complaints.push(format!("{place}: {} shares {}", step.user, shared.join(", ")));
            }
            found.entry(action).or_default().push(step.user.clone());
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    for action in crate::transcripts::ACTIONS {
        let phrasings = found.get(action).map_or(&[][..], Vec::as_slice);
        let different: BTreeSet<_> = phrasings.iter().collect();
        let chinese = different.iter().filter(|text| words::is_chinese(text)).count();
        assert!(different.len() >= LEAST && chinese >= LEAST_CHINESE, "{action}: {different:?}");
    }
}

/// Guards against a check that finds nothing: each example shares its words with its intent, but for the few like 我的域名能备案吗 that
/// have none.
#[test]
fn an_example_shares_its_words() {
    let words = Words::new(&rulebook::built_in().unwrap());
    let examples = wiring::training(None).unwrap().examples;
    for action in crate::transcripts::ACTIONS {
        let used = used(&words, &examples, action);
        let own = || examples.iter().filter(|example| example.intent == action);
        let without = own().filter(|example| shared(&words, &used, &example.text).is_empty());
        let without: Vec<_> = without.map(|example| &example.text).collect();
        assert!(without.len() * 10 <= own().count(), "{action}: {without:?}");
    }
}

#[test]
fn words_are_what_carries_meaning() {
    let words = Words::new(&rulebook::built_in().unwrap());
    let of = |text: &str| words.of(text, &[]).into_iter().collect::<Vec<_>>();
    assert_eq!(of("我的订单还能撤回吗"), ["撤回"]);
    assert_eq!(of("浙江 qinghe-shop.cn 20190801003 i-qh0001 2010年5月31日"), Vec::<String>::new());
    assert_eq!(of("站名叫“青禾”好听吗"), ["名叫", "好听", "站名"]);
    assert_eq!(of("Are my filings rejected?"), of("rejection"));
}

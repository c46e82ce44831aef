//! Training data of somebody's own, from the folder to the reply and to the figures.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Two intents of a restaurant, and one of our actions.
fn training(folder: &Path) {
    let mut yaml = "version: \"3.1\"\nnlu:\n- intent: book_table\n  examples: |\n".to_owned();
    for (what, when) in
        [("a table for two", "tonight"), ("a table", "tomorrow"), ("a seat at the window", "on sunday")]
    {
        for verb in ["book", "reserve", "i would like", "can i get"] {
            yaml.push_str(&format!("    - {verb} {what} {when}\n"));
        }
    }
    yaml.push_str("- intent: show_menu\n  examples: |\n");
    for what in ["menu", "dishes of today", "wine list", "vegetarian dishes"] {
        for verb in ["show me the", "what is on the", "send me your"] {
            yaml.push_str(&format!("    - {verb} {what}\n"));
        }
    }
    yaml.push_str("- intent: sms_required\n  examples: |\n    - does my province need SMS verification\n    - is SMS verification required in [Zhejiang](province)\n");
    fs::write(folder.join("nlu.yml"), yaml).unwrap();
}

fn beian(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
    for name in ["KB", "INTENTS", "RULES", "DB", "DATA", "NOW", "LOG", "CONFIG"] {
        command.env_remove(format!("BEIAN_{name}"));
    }
    command
        .current_dir(folder)
        .args(["--intents", "intents", "--data", "data"])
        .args(arguments)
        .output()
        .unwrap()
}

fn reply(folder: &Path, text: &str) -> Value {
    let output = beian(folder, &["ask", "--json", text]);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_intent_of_ones_own_is_named_and_an_action_runs() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("intents")).unwrap();
    training(&folder.path().join("intents"));
    assert_eq!(reply(folder.path(), "please reserve a table for sunday")["intent"], "book_table");
    assert_eq!(reply(folder.path(), "show the wine and the dishes")["intent"], "show_menu");
    assert_eq!(reply(folder.path(), "xyzzy plugh")["intent"], Value::Null);
    let action = reply(folder.path(), "is SMS verification required in Zhejiang");
    assert_eq!(
        (&action["kind"], &action["outcome"]["required"]),
        (&Value::from("action"), &Value::from(true))
    );
    let kept: Vec<_> = fs::read_dir(folder.path().join("data/intents")).unwrap().collect();
    assert_eq!(kept.len(), 1, "trained once for the content: {kept:?}");
}

#[test]
fn figures_are_of_what_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("intents")).unwrap();
    training(&folder.path().join("intents"));
    let set = "{\"text\": \"book a table\", \"intent\": \"book_table\"}\n{\"text\": \"show me the menu\", \"intent\": \"book_table\"}\n{\"text\": \"xyzzy plugh\", \"intent\": \"oos\"}\n";
    fs::write(folder.path().join("set.jsonl"), set).unwrap();
    let output = beian(folder.path(), &["eval", "--json", "set.jsonl"]);
    assert!(output.status.success(), "{output:?}");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let figures = &all["files"][0]["figures"];
    assert_eq!((&figures["right"], &figures["in_scope_accuracy"]), (&Value::from(2), &Value::from(0.5)));
    assert_eq!(figures["out_of_scope_recall"], 1.0);
    assert_eq!(all["files"][0]["failures"][0]["line"], 2);
    fs::write(folder.path().join("set.jsonl"), format!("{set}{{\"text\": 5}}\n")).unwrap();
    let output = beian(folder.path(), &["eval", "set.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("set.jsonl:4: ") && said.lines().count() == 1, "{said}");
}

#[test]
fn an_utterance_in_two_intents_fails_the_check() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("intents")).unwrap();
    training(&folder.path().join("intents"));
    let check = |wanted: i32| {
        let output = beian(folder.path(), &["intents", "check"]);
        assert_eq!(output.status.code(), Some(wanted), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(check(0).contains("accuracy"));
    let twice = "version: \"3.1\"\nnlu:\n- intent: leave\n  examples: |\n    - Show me the MENU!\n";
    fs::write(folder.path().join("intents/twice.yml"), twice).unwrap();
    let said = check(1);
    assert!(said.contains("nlu.yml:") && said.contains("twice.yml:5 (leave)"), "{said}");
}

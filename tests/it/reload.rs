//! Knowledge and rules taken anew while the program serves: on a signal, when files change, and not when what they hold is bad.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::program::Program;

const BEFORE: &str = "# 机房\n\n## 机房在哪里\n\n机房在贵阳，靠山。\n";
const AFTER: &str = "# 机房\n\n## 机房在哪里\n\n机房在中卫，靠沙漠。\n";

fn said(program: &Program) -> String {
    program.ask(&json!({"text": "机房在哪里"}))["text"].as_str().expect("a text").to_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn a_changed_file_is_answered_from_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (kb, data) = (folder.path().join("kb"), folder.path().join("data"));
    fs::create_dir(&kb).unwrap();
    fs::write(kb.join("room.md"), BEFORE).unwrap();
    let program = Program::serve(&["--kb", path(&kb), "--data", path(&data)], &[], &[]);
    assert!(said(&program).contains("贵阳"));
    let since = program.log().len();
    fs::write(kb.join("room.md"), AFTER).unwrap();
    program.wait_for_log(since, "were taken anew");
    assert!(said(&program).contains("中卫"));
    // Touched, and it says the same: nothing is made anew.
    let since = program.log().len();
    fs::write(kb.join("room.md"), AFTER).unwrap();
    program.wait_for_log(since, "say what they said before");
}

#[cfg(unix)]
#[test]
fn bad_rules_change_nothing_and_a_conversation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (rules, data) = (folder.path().join("rules"), folder.path().join("data"));
    fs::create_dir(&rules).unwrap();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), rules.join(file.file_name())).unwrap();
    }
    let program = Program::serve(&["--rules", path(&rules), "--data", path(&data)], &[], &[]);
    let ask = |text: &str| program.ask(&json!({"text": text, "conversation": "c1"}));
    assert_eq!(ask("浙江要短信核验吗")["outcome"]["deadline_hours"], 48);
    let terms = rules.join("terms.toml");
    let good = fs::read_to_string(&terms).unwrap();
    assert_eq!(good.matches("deadline_hours = 48").count(), 1, "{good}");

    let since = program.log().len();
    fs::write(&terms, format!("{good}\nnonsense = [")).unwrap();
    let line = program.wait_for_log(since, "everything goes on as it was");
    assert!(line.contains("terms.toml:"), "{line}");
    assert_eq!(ask("浙江要短信核验吗")["outcome"]["deadline_hours"], 48);

    let since = program.log().len();
    fs::write(&terms, good.replace("deadline_hours = 48", "deadline_hours = 36")).unwrap();
    program.wait_for_log(since, "were taken anew");
    // What was said before still counts.
    let reply = ask("那四川呢");
    assert_eq!(
        (&reply["intent"], &reply["outcome"]["province"]),
        (&json!("sms_required"), &json!("四川")),
        "{reply}"
    );
    assert_eq!(reply["outcome"]["deadline_hours"], 36, "{reply}");

    // A signal does the same, and ends nothing.
    let since = program.log().len();
    program.signal("HUP");
    program.wait_for_log(since, "say what they said before");
    program.signal("TERM");
    assert!(program.wait().success());
}

#[cfg(unix)]
#[test]
fn a_signal_with_nothing_to_take_anew_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::serve(&["--data", path(folder.path())], &[], &[]);
    let since = program.log().len();
    program.signal("HUP");
    program.wait_for_log(since, "nothing to take anew");
    assert_eq!(program.get("/healthz").status, 200);
}

//! The commands as Discord is told of them.

use serde_json::{Value, json};

use super::catalogue::{ENTRIES, Entry, Thing};

/// Asking in one's own words.
pub(super) const ASK: [&str; 3] = ["问", "問", "ask"];
/// The question of [`ASK`].
pub(super) const QUESTION: [&str; 3] = ["问题", "問題", "question"];
/// Entering a link code.
pub(super) const LINK: [&str; 3] = ["绑定", "綁定", "link"];
/// Reaching a human.
pub(super) const HUMAN: [&str; 3] = ["人工", "人工", "human"];
/// In the menu of a message.
pub(super) const ASK_THIS: [&str; 3] = ["问 beian", "問 beian", "Ask beian"];

/// The longest question, in characters.
const QUESTION_LENGTH: u32 = 2000;
/// The longest name or number, in characters.
const VALUE_LENGTH: u32 = 100;

const SLASH: u8 = 1;
const MESSAGE: u8 = 3;
const TEXT: u8 = 3;
const ATTACHMENT: u8 = 11;

/// All commands, each replacing the one of its name.
pub(super) fn all() -> Value {
    let mut all = vec![
        slash(
            ASK,
            [
                "问备案上的任何问题，回复只有你看得到",
                "問備案上的任何問題，回覆只有你看得到",
                "Ask anything about ICP filings; only you see the answer",
            ],
            &[text(
                QUESTION,
                ["想问什么", "想問什麼", "What you want to know"],
                true,
                QUESTION_LENGTH,
                false,
            )],
        ),
        slash(LINK, ["用绑定码绑定备案账号", "用綁定碼綁定備案帳號", "Link your account with a code"], &[]),
        slash(HUMAN, ["转人工客服", "轉人工客服", "Reach a person"], &[]),
    ];
    all.extend(ENTRIES.iter().map(|entry| of_intent(entry)));
    let mut menu = named(ASK_THIS);
    menu["type"] = json!(MESSAGE);
    all.push(menu);
    Value::Array(all)
}

fn of_intent(entry: &Entry) -> Value {
    let thing = entry.thing;
    let option = if thing == Thing::Picture {
        let mut option = described(thing.names(), thing.descriptions());
        option["type"] = json!(ATTACHMENT);
        option["required"] = json!(entry.needed);
        option
    } else {
        text(thing.names(), thing.descriptions(), entry.needed, VALUE_LENGTH, thing.is_on_record())
    };
    slash(entry.names, entry.descriptions, &[option])
}

fn slash(names: [&str; 3], descriptions: [&str; 3], options: &[Value]) -> Value {
    let mut command = described(names, descriptions);
    command["type"] = json!(SLASH);
    command["options"] = json!(options);
    in_places(command)
}

fn text(
    names: [&str; 3],
    descriptions: [&str; 3],
    required: bool,
    longest: u32,
    autocomplete: bool,
) -> Value {
    let mut option = described(names, descriptions);
    option["type"] = json!(TEXT);
    option["required"] = json!(required);
    option["max_length"] = json!(longest);
    option["autocomplete"] = json!(autocomplete);
    option
}

fn described(names: [&str; 3], descriptions: [&str; 3]) -> Value {
    let mut value = localised(names);
    value["description"] = json!(descriptions[0]);
    value["description_localizations"] = in_languages(descriptions);
    value
}

fn named(names: [&str; 3]) -> Value {
    in_places(localised(names))
}

fn localised(names: [&str; 3]) -> Value {
    json!({"name": names[0], "name_localizations": in_languages(names)})
}

/// Installed in servers; used there and in direct messages to the bot.
fn in_places(mut command: Value) -> Value {
    command["integration_types"] = json!([0]);
    command["contexts"] = json!([0, 1]);
    command
}

fn in_languages([simplified, traditional, english]: [&str; 3]) -> Value {
    json!({"zh-CN": simplified, "zh-TW": traditional, "en-US": english, "en-GB": english})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Names of commands and options: letters, digits, `-` and `_`, none of them capital, 1 to 32.
    fn assert_name(name: &str) {
        let length = name.chars().count();
        assert!((1..=32).contains(&length), "{name}");
        assert!(name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')), "{name}");
        assert_eq!(name, name.to_lowercase());
    }

    #[test]
    fn discord_takes_every_command() {
        let all = all();
        let all = all.as_array().unwrap();
        assert!(all.len() <= 100);
        for language in ["", "zh-CN", "zh-TW", "en-US"] {
            let of = |value: &Value, what: &str| {
                let text = if language.is_empty() {
                    &value[what]
                } else {
                    &value[format!("{what}_localizations")][language]
                };
                text.as_str().unwrap().to_owned()
            };
            let mut names = BTreeSet::new();
            for command in all {
                let name = of(command, "name");
                assert!(names.insert(name.clone()), "{name} twice");
                if command["type"] == MESSAGE {
                    assert!((1..=32).contains(&name.chars().count()));
                    continue;
                }
                assert_name(&name);
                assert!((1..=100).contains(&of(command, "description").chars().count()), "{name}");
                for option in command["options"].as_array().unwrap() {
                    assert_name(&of(option, "name"));
                    assert!((1..=100).contains(&of(option, "description").chars().count()), "{name}");
                }
            }
        }
    }
}

//! The documents say what is so: commands, options, examples and pictures in them are compared with the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use beian::config::{ChannelsConfig, FileConfig};

const READMES: &[&str] = &["README.md", "README.zh-CN.md"];
const ALL: &[&str] = &[
    "README.md",
    "README.zh-CN.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/database.md",
    "docs/dingtalk.md",
    "docs/discord.md",
    "docs/feishu.md",
    "docs/http.md",
    "docs/mcp.md",
    "docs/model.md",
    "docs/openai.md",
    "docs/scaling.md",
    "docs/tickets.md",
    "docs/web.md",
    "docs/wecom.md",
    "docs/wording.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every command that does something, as `kb check`, with its own long options.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    fn walk(command: &clap::Command, path: &str, into: &mut BTreeMap<String, BTreeSet<String>>) {
        if !command.has_subcommands() {
            let own = command.get_arguments().filter(|argument| !argument.is_global_set());
            let options = own.filter_map(|argument| argument.get_long().map(str::to_owned)).collect();
            into.insert(path.to_owned(), options);
        }
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            walk(below, format!("{path} {}", below.get_name()).trim_start(), into);
        }
    }
    let mut found = BTreeMap::new();
    walk(&beian::cli::command(), "", &mut found);
    found
}

/// The cells of the rows of Markdown tables whose first cell is code that starts with `start`, code marks taken off.
fn rows(text: &str, start: &str) -> Vec<Vec<String>> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix('|'))
        .filter(|line| line.starts_with(start))
        .map(|line| line.split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned()).collect())
        .collect()
}

/// The words of a usage line up to the first argument or option: `kb check`.
fn command_of(usage: &str) -> String {
    let words = usage.split_whitespace().skip(1);
    let is_name = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    words.take_while(|word| is_name(word) && !word.starts_with('-')).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_readmes_list_every_command_with_its_options_and_no_other() {
    for file in READMES {
        let listed: BTreeMap<String, BTreeSet<String>> = rows(&text(file), "beian ")
            .iter()
            .map(|row| {
                let options = row[0].split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
                let options = options.filter_map(|word| word.strip_prefix("--")).map(str::to_owned);
                (command_of(&row[0]), options.collect())
            })
            .collect();
        assert_eq!(listed, commands(), "{file}");
    }
}

#[test]
fn the_readmes_list_every_global_option_and_no_other() {
    let command = beian::cli::command();
    let defined: BTreeSet<[String; 2]> = command
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .map(|argument| {
            // A switch takes no value, whatever name it has for one.
            let value = argument.get_value_names().filter(|_| argument.get_action().takes_values());
            let value = value.map_or_else(String::new, |names| names.join(" "));
            let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            [format!("--{} {value}", argument.get_long().unwrap()).trim_end().to_owned(), variable.unwrap()]
        })
        .collect();
    for file in READMES {
        let rows = rows(&text(file), "--");
        let listed: BTreeSet<[String; 2]> = rows.iter().map(|row| [row[0].clone(), row[1].clone()]).collect();
        assert_eq!(listed, defined, "{file}");
        for row in rows {
            let name = row[0].split_whitespace().next().unwrap().trim_start_matches('-');
            let taken = config(&format!("{name} = \"x\"\n")).is_ok();
            assert_eq!(taken, row[2] == name, "{file}: the key of --{name}");
        }
    }
}

fn config(text: &str) -> Result<FileConfig, beian::config::ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beian.toml");
    fs::write(&path, text).unwrap();
    FileConfig::find(Some(&path))
}

#[test]
fn the_sample_configuration_names_every_key_and_can_be_used() {
    let sample = text("beian.example.toml");
    config(&sample).unwrap();
    let settings: String = sample
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| {
            line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let all = config(&settings).unwrap_or_else(|error| panic!("{error}\n{settings}"));
    let FileConfig { kb, intents, rules, db, data, now, log, conversation, actions, handoff, channels } = all;
    // Every channel: a new one has to be named here, and so in the sample.
    let ChannelsConfig {
        chatwoot,
        dingtalk,
        discord,
        feishu,
        http,
        mcp,
        openai,
        web,
        webhook,
        wecom,
        zammad,
    } = channels;
    let discord = discord.unwrap_or_default();
    let dingtalk = dingtalk.expect("beian.example.toml has no channels.dingtalk");
    let feishu = feishu.expect("beian.example.toml has no channels.feishu");
    let mcp = mcp.expect("beian.example.toml has no channels.mcp");
    let openai = openai.expect("beian.example.toml has no channels.openai");
    let wecom = wecom.expect("beian.example.toml has no channels.wecom");
    let (chatwoot, webhook, zammad) = (chatwoot.unwrap(), webhook.unwrap(), zammad.unwrap());
    for (key, given) in [
        ("kb", kb.is_some()),
        ("intents", intents.is_some()),
        ("rules", rules.is_some()),
        ("db", db.is_some()),
        ("data", data.is_some()),
        ("now", now.is_some()),
        ("log", log.is_some()),
        ("conversation.minutes", conversation.minutes.is_some()),
        ("conversation.keep_days", conversation.keep_days.is_some()),
        ("actions.write", actions.write.is_some()),
        ("handoff.topics", !handoff.topics.is_empty()),
        ("channels.http.per_key_per_minute", http.per_key_per_minute.is_some()),
        ("channels.http.per_user_per_minute", http.per_user_per_minute.is_some()),
        ("channels.http.per_address_per_minute", http.per_address_per_minute.is_some()),
        ("channels.http.trust_forwarded_for", http.trust_forwarded_for.is_some()),
        ("channels.web.link_to", web.link_to.is_some()),
        ("channels.web.origins", !web.origins.is_empty()),
        ("channels.web.previous_secret_file", web.previous_secret_file.is_some()),
        ("channels.web.secret_file", web.secret_file.is_some()),
        ("channels.discord.token_file", discord.token_file.is_some()),
        ("channels.discord.guild", discord.guild.is_some()),
        ("channels.discord.ticket_forums", !discord.ticket_forums.is_empty()),
        ("channels.discord.message_content", discord.message_content.is_some()),
        ("channels.dingtalk.client_secret_file", dingtalk.client_secret_file.is_some()),
        ("channels.dingtalk.robot_code", dingtalk.robot_code.is_some()),
        ("channels.dingtalk.api", dingtalk.api.is_some()),
        ("channels.feishu.app_secret_file", feishu.app_secret_file.is_some()),
        ("channels.feishu.encrypt_key_file", feishu.encrypt_key_file.is_some()),
        ("channels.feishu.verification_token_file", feishu.verification_token_file.is_some()),
        ("channels.feishu.api", feishu.api.is_some()),
        ("channels.mcp.enabled", mcp.enabled.is_some()),
        ("channels.mcp.allowed_hosts", mcp.allowed_hosts.is_some()),
        ("channels.openai.enabled", openai.enabled.is_some()),
        ("channels.wecom.secret_file", wecom.secret_file.is_some()),
        ("channels.wecom.token_file", wecom.token_file.is_some()),
        ("channels.wecom.aes_key_file", wecom.aes_key_file.is_some()),
        ("channels.wecom.api", wecom.api.is_some()),
        ("channels.http.per_key_per_minute", http.per_key_per_minute.is_some()),
        ("channels.http.per_user_per_minute", http.per_user_per_minute.is_some()),
        ("channels.http.per_address_per_minute", http.per_address_per_minute.is_some()),
        ("channels.http.trust_forwarded_for", http.trust_forwarded_for.is_some()),
        ("channels.chatwoot.secret_file", chatwoot.secret_file.is_some()),
        ("channels.chatwoot.token_file", chatwoot.token_file.is_some()),
        ("channels.webhook.answer_url", webhook.answer_url.is_some()),
        ("channels.webhook.secret_file", webhook.secret_file.is_some()),
        ("channels.zammad.handoff_state", zammad.handoff_state.is_some()),
        ("channels.zammad.handoff_owner", zammad.handoff_owner.is_some()),
        ("channels.zammad.handoff_tag", zammad.handoff_tag.is_some()),
        ("channels.zammad.secret_file", zammad.secret_file.is_some()),
        ("channels.zammad.token_file", zammad.token_file.is_some()),
    ] {
        assert!(given, "beian.example.toml has no {key}");
    }
}

/// The words of a line of a shell, as far as ours go: quotes, and a comment or redirection ends it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '#' | '>') if word.is_empty() => break,
            (None, c) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (_, c) => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The lines of a document: those in blocks of code, and the others.
fn code_and_prose(text: &str) -> (Vec<&str>, Vec<&str>) {
    let mut fenced = false;
    let (mut code, mut prose) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            code.push(line);
        } else {
            prose.push(line);
        }
    }
    (code, prose)
}

/// The command lines of beian among lines of code: as words, the program's name first.
fn command_lines<'a>(code: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in code {
        let line = line.trim().trim_start_matches("$ ");
        // What helps says behind a command stands off by more than two spaces.
        let line = line.split("   ").next().unwrap();
        for part in line.split(" | ") {
            let words = words(part);
            if words.first().is_some_and(|word| word == "beian") {
                found.push(words);
            } else if part.starts_with("cargo run")
                && let Some(dashes) = words.iter().position(|word| word == "--")
            {
                found.push([&["beian".to_owned()], &words[dashes + 1..]].concat());
            }
        }
    }
    found
}

fn assert_understood(words: &[String], place: &str) {
    if let Err(error) = beian::cli::command().try_get_matches_from(words) {
        panic!("{place}: `{}`: {error}", words.join(" "));
    }
}

#[test]
fn every_command_line_in_the_documents_is_understood() {
    let mut seen = 0;
    for file in ALL {
        for words in command_lines(code_and_prose(&text(file)).0) {
            assert_understood(&words, file);
            seen += 1;
        }
    }
    assert!(seen >= 20, "only {seen} command lines found: are they read?");
}

#[test]
fn every_command_has_an_example_in_its_help_that_is_understood() {
    for path in commands().keys() {
        let mut command = beian::cli::command();
        command.build();
        let below = path.split(' ').fold(&command, |command, name| command.find_subcommand(name).unwrap());
        let help = below.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = command_lines(help.lines());
        assert!(!examples.is_empty(), "beian {path} --help has no example");
        for words in examples {
            assert_understood(&words, &format!("beian {path} --help"));
        }
    }
}

#[test]
fn commands_named_in_sentences_exist() {
    let known = commands();
    for file in ALL {
        for span in text(file).split('`').skip(1).step_by(2).filter(|span| span.starts_with("beian ")) {
            let name = command_of(span);
            let words: Vec<&str> = name.split_whitespace().collect();
            let named = (1..=words.len()).any(|length| {
                let start = words[..length].join(" ");
                known.keys().any(|path| *path == start || path.starts_with(&format!("{start} ")))
            });
            assert!(named || words.is_empty(), "{file}: `{span}`");
        }
    }
}

/// The blocks of code in a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}");
    let mut lines = text.lines();
    let mut blocks = Vec::new();
    while lines.any(|line| line == open) {
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(block.join("\n") + "\n");
    }
    blocks
}

/// What the program prints, run in a folder with nothing set.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
    for name in ["KB", "INTENTS", "RULES", "DB", "DATA", "NOW", "LOG", "CONFIG"] {
        command.env_remove(format!("BEIAN_{name}"));
    }
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_conversation_in_the_readmes_passes_on_the_records_in_them() {
    for file in READMES {
        let text = text(file);
        let folder = tempfile::tempdir().unwrap();
        let [records, conversation] = ["json", "yaml"].map(|language| blocks(&text, language).remove(0));
        fs::write(folder.path().join("records.json"), records).unwrap();
        fs::write(folder.path().join("conversation.yml"), conversation).unwrap();
        let played = run(folder.path(), &["test", "conversation.yml"]);
        assert!(played.ends_with("2 passed, 0 failed\n"), "{file}: {played}");
        let store = ["--db", "sqlite:beian.db"];
        run(folder.path(), &[&store[..], &["records", "import", "records.json"]].concat());
        let ask = ["ask", "--as", "discord:1001", "我的订单还能撤回吗"];
        let answer = run(folder.path(), &[&store[..], &ask].concat());
        assert!(answer.contains("20190812001"), "{file}: {answer}");
    }
}

#[test]
fn the_picture_of_the_order_states_is_the_one_that_the_program_draws() {
    let drawn = blocks(&text("ARCHITECTURE.md"), "mermaid");
    let states =
        drawn.iter().find(|block| block.starts_with("stateDiagram")).expect("a picture of the states");
    assert_eq!(
        states.trim_end(),
        beian::domain::order::mermaid().trim_end(),
        "paste the output of `beian orders graph` into ARCHITECTURE.md"
    );
}

/// The targets of links in a document, pictures left out: those are made by hand and may come later.
fn links(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for (at, _) in text.match_indices("](") {
        let label = text[..at].rfind('[').unwrap_or(0);
        if !text[..label].ends_with('!') {
            targets.extend(text[at + 2..].split(')').next());
        }
    }
    targets
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for file in ALL {
        let prose = code_and_prose(&text(file)).1.join("\n");
        let folder = Path::new(file).parent().unwrap();
        for target in links(&prose).into_iter().filter(|target| !target.starts_with("http")) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() { PathBuf::from(file) } else { folder.join(path) };
            let Ok(found) = fs::read_to_string(root().join(&path)) else {
                assert!(root().join(&path).exists(), "{file}: {target} leads nowhere");
                continue;
            };
            let anchors: Vec<String> =
                found.lines().filter(|line| line.starts_with('#')).map(anchor_of).collect();
            assert!(anchor.is_empty() || anchors.iter().any(|known| known == anchor), "{file}: {target}");
        }
    }
}

/// The anchor that a heading gets where Markdown is shown: lower case, dashes for spaces, no punctuation.
fn anchor_of(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn both_readmes_have_the_same_sections() {
    let shape = |file: &str| -> Vec<usize> {
        let text = text(file);
        let headings = text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| line.bytes().take_while(|byte| *byte == b'#').count()).collect()
    };
    assert_eq!(shape("README.md"), shape("README.zh-CN.md"));
}

//! The floors of the house: which room may use which, what the law may depend on, who reads the environment and the
//! clock. Reads the paths in the source; how a source file is read is in [`source`].

mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Path as CodePath, paths};

/// Each room of the main crate with the rooms that it may use beside itself. ARCHITECTURE.md draws the same.
const ARROWS: &[(&str, &[&str])] = &[
    ("channels", &["assistant", "config", "report", "store", "domain"]),
    ("report", &["assistant", "understand", "store", "domain"]),
    ("assistant", &["understand", "knowledge", "encoder", "store", "phrases", "domain"]),
    ("knowledge", &["understand", "domain"]),
    ("encoder", &[]),
    ("understand", &["domain"]),
    ("store", &["domain"]),
    ("phrases", &["domain"]),
    ("rulebook", &["domain"]),
    ("config", &["domain"]),
    ("transcripts", &["assistant", "domain"]),
    ("evaluation", &["assistant", "understand", "domain"]),
    (
        "cli",
        &[
            "channels",
            "assistant",
            "understand",
            "knowledge",
            "encoder",
            "store",
            "domain",
            "phrases",
            "rulebook",
            "config",
            "transcripts",
            "evaluation",
            "report",
        ],
    ),
];

/// What the law may be built from: nothing that reads a file, a clock, a network or the environment.
const PURE: &[&str] = &["jiff", "serde", "serde_json", "thiserror"];

/// Files outside `cli/` that may measure how long something took. None may ask what time it is.
const STOPWATCHES: &[(&str, &str)] = &[
    ("assistant/mod.rs", "elapsed_us of a reply"),
    ("channels/http/guard.rs", "how long a request took, for the log"),
    ("store/postgres/session.rs", "how long a connection wasn't used"),
    ("store/sqlite.rs", "how long another program was in the way"),
];

struct Source {
    /// From `src/`, with `/`.
    name: String,
    paths: Vec<CodePath>,
}

impl Source {
    fn room(&self) -> &str {
        self.name.split('/').next().unwrap()
    }

    /// What is compiled for tests only: a test may look at the clock.
    fn is_test(&self) -> bool {
        let file = self.name.rsplit('/').next().unwrap();
        file == "tests.rs" || file.ends_with("_tests.rs")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file under `src/`, in order.
fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    files.sort();
    assert!(files.len() > 100, "only {} files: is the folder right?", files.len());
    files
        .into_iter()
        // Tests beside the code may look around; the code may not.
        .filter(|path| !path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests")))
        .map(|path| {
            let name = path.strip_prefix(root().join("src")).unwrap();
            let name = name.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("/");
            let text = fs::read_to_string(&path).unwrap();
            Source { paths: paths(&name, &text), name }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The room that a path leads to, when it leads into the crate.
fn room_of(path: &CodePath) -> Option<&str> {
    match path.segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["beian_domain", ..] => Some("domain"),
        ["crate", room, ..] => Some(room),
        _ => None,
    }
}

/// The arrows of one file of the main crate that run the wrong way.
fn wrong_arrows(source: &Source) -> Vec<String> {
    let from = source.room();
    let may = ARROWS.iter().find(|(room, _)| *room == from).map_or(&[][..], |(_, may)| may);
    let mut wrong = Vec::new();
    for path in &source.paths {
        let Some(to) = room_of(path) else { continue };
        let known = to == "domain" || ARROWS.iter().any(|(room, _)| *room == to);
        if !known {
            wrong.push(format!("src/{}:{}: `{path}` is in no room we know", source.name, path.line));
        } else if to != from && !may.contains(&to) {
            wrong.push(format!("src/{}:{}: {from} -> {to} (`{path}`)", source.name, path.line));
        }
    }
    wrong
}

fn in_main_crate(source: &Source) -> bool {
    source.room() != "domain" && source.name.contains('/')
}

fn none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}\n{}", findings.join("\n"));
}

#[test]
fn no_arrow_runs_the_wrong_way() {
    let wrong: Vec<String> =
        sources().iter().filter(|source| in_main_crate(source)).flat_map(wrong_arrows).collect();
    none(
        &wrong,
        "arrows that ARCHITECTURE.md doesn't have; move the code, or change the plan and the picture:",
    );
}

#[test]
fn every_folder_is_a_room_and_every_room_a_folder() {
    let folders: BTreeSet<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let rooms: BTreeSet<String> =
        ARROWS.iter().map(|(room, _)| (*room).to_owned()).chain(["domain".to_owned()]).collect();
    assert_eq!(folders, rooms);
}

#[test]
fn the_picture_in_the_architecture_shows_these_arrows() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let drawn: BTreeSet<String> = text
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("flowchart"))
        .skip(1)
        .take_while(|line| *line != "```")
        .filter(|line| line.contains("-->"))
        .map(str::to_owned)
        .collect();
    let known: BTreeSet<String> = ARROWS
        .iter()
        .flat_map(|(from, may)| may.iter().map(move |to| format!("{from} --> {to}")))
        // The command line puts everything together: one sentence says so, ten more arrows would only hide the rest.
        .filter(|arrow| !arrow.starts_with("cli "))
        .collect();
    assert_eq!(drawn, known);
}

#[test]
fn the_law_depends_on_nothing_that_reads_the_world() {
    let text = fs::read_to_string(root().join("src/domain/Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    for section in ["dependencies", "build-dependencies", "target"] {
        let names =
            manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
        for name in names {
            assert!(PURE.contains(&name.as_str()), "src/domain/Cargo.toml: {name} under [{section}]");
        }
    }
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| source.room() == "domain" && !source.is_test())
        .flat_map(|source| {
            source
                .paths
                .iter()
                .filter(|path| reads_the_world(path) && !path.in_test)
                .map(|path| format!("src/{}:{}: `{path}`", source.name, path.line))
        })
        .collect();
    none(&wrong, "the law reads the world outside; hand the fact in instead:");
}

fn reads_the_world(path: &CodePath) -> bool {
    let std = ["env", "fs", "io", "net", "os", "process", "thread", "time"];
    matches!(&path.segments[..], [first, second, ..] if first == "std" && std.contains(&second.as_str()))
        || reads_the_clock(path)
        || ["SystemTime", "Instant"].iter().any(|name| path.has(name))
}

/// Asks what time it is.
fn reads_the_clock(path: &CodePath) -> bool {
    path.has("SystemTime") || (path.ends_with("now") && !path.has("Instant"))
}

#[test]
fn only_the_command_line_asks_what_time_it_is() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| source.room() != "cli" && !source.is_test())
        .flat_map(|source| {
            let may_measure = STOPWATCHES.iter().any(|(file, _)| *file == source.name);
            source
                .paths
                .iter()
                .filter(move |path| reads_the_clock(path) || (path.has("Instant") && !may_measure))
                .filter(|path| !path.in_test)
                .map(|path| format!("src/{}:{}: `{path}`", source.name, path.line))
        })
        .collect();
    none(&wrong, "a clock outside cli/; take the time from the assistant's clock instead:");
}

#[test]
fn the_stopwatches_are_in_use() {
    let sources = sources();
    for (file, why) in STOPWATCHES {
        let used = sources
            .iter()
            .any(|source| source.name == *file && source.paths.iter().any(|p| p.has("Instant")));
        assert!(used, "{file} measures nothing ({why}); take it off the list");
    }
}

#[test]
fn only_the_command_line_and_the_configuration_read_the_environment() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| !matches!(source.room(), "cli" | "config") && !source.is_test())
        .flat_map(|source| {
            source
                .paths
                .iter()
                .filter(|path| reads_the_environment(path) && !path.in_test)
                .map(|path| format!("src/{}:{}: `{path}`", source.name, path.line))
        })
        .collect();
    none(&wrong, "the environment is read outside cli/ and config/; make it a setting instead:");
}

fn reads_the_environment(path: &CodePath) -> bool {
    ["var", "var_os", "vars", "vars_os"].iter().any(|name| path.follows("env", name))
}

mod guard {
    //! That the guard itself can bark.

    use super::*;

    fn file(name: &str, text: &str) -> Source {
        Source { name: name.to_owned(), paths: paths(name, text) }
    }

    #[test]
    fn an_arrow_the_wrong_way_is_found() {
        let wrong = wrong_arrows(&file("understand/entities.rs", "use crate::store::Store;\n"));
        assert_eq!(wrong, ["src/understand/entities.rs:1: understand -> store (`crate::store::Store`)"]);
        assert_eq!(wrong_arrows(&file("assistant/turn.rs", "use crate::store::Store;\n")), [""; 0]);
    }

    #[test]
    fn groups_nested_groups_and_expressions_are_read() {
        let text = "use crate::{\n    domain::reply::Reply,\n    store::{self, Store},\n};\n\
                    fn f() { crate::channels::http::serve(); }\n";
        let wrong = wrong_arrows(&file("phrases/talk.rs", text));
        assert_eq!(
            wrong,
            [
                "src/phrases/talk.rs:3: phrases -> store (`crate::store::self`)",
                "src/phrases/talk.rs:3: phrases -> store (`crate::store::Store`)",
                "src/phrases/talk.rs:5: phrases -> channels (`crate::channels::http::serve`)",
            ]
        );
    }

    #[test]
    fn climbing_out_of_a_room_is_found() {
        let wrong = wrong_arrows(&file("store/sqlite/write.rs", "use super::super::super::cli::wiring;\n"));
        assert_eq!(wrong, ["src/store/sqlite/write.rs:1: store -> cli (`crate::cli::wiring`)"]);
        let inside = "mod tests {\n    use super::super::read;\n    use super::super::super::cli;\n}\n";
        let wrong = wrong_arrows(&file("store/open.rs", inside));
        assert_eq!(wrong, ["src/store/open.rs:3: store -> cli (`crate::cli`)"]);
    }

    #[test]
    fn comments_and_strings_are_no_arrows() {
        let text = "//! [`crate::cli`]\n/* crate::cli /* crate::cli */ */\nconst A: &str = \"crate::cli\";\n\
                    const B: &str = r#\"\"crate::cli\"#;\nfn f<'a>(c: &'a str) -> char { '\"' } // crate::cli\n";
        assert_eq!(wrong_arrows(&file("store/open.rs", text)), [""; 0]);
        let after = format!("{text}use crate::cli::run;\n");
        assert_eq!(wrong_arrows(&file("store/open.rs", &after)).len(), 1);
    }

    #[test]
    fn clocks_and_the_environment_are_found_however_they_are_named() {
        let text = "use std::env;\nuse std::time::{Duration, SystemTime};\n\
                    fn f() { env::var(\"A\"); std::env::var_os(\"B\"); jiff::Timestamp::now(); Zoned::now(); env!(\"C\"); }\n";
        let source = file("store/open.rs", text);
        let found = |test: fn(&CodePath) -> bool| {
            source.paths.iter().filter(|path| test(path)).map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(found(reads_the_environment), ["env::var", "std::env::var_os"]);
        assert_eq!(found(reads_the_clock), ["std::time::SystemTime", "jiff::Timestamp::now", "Zoned::now"]);
    }
}

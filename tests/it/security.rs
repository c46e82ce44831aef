//! SECURITY.md holds what it says: the tests that it names exist, and SQL is put together from constants.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(String, String)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Names of tests: of functions behind `#[test]`, of those in a contract's list, and of cases that a macro makes.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, text) in sources("tests").into_iter().chain(sources("src")) {
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line == "#[test]" || line.starts_with("#[tokio::test") {
                let function = lines.by_ref().find_map(|line| {
                    let line = line.strip_prefix("async ").unwrap_or(line);
                    line.strip_prefix("fn ")
                });
                names.extend(function.and_then(|rest| rest.split('(').next()).map(str::to_owned));
            } else if let Some(list) = ["on_each_database!(", "stores!("]
                .into_iter()
                .find_map(|list| line.strip_prefix(list))
                .and_then(|rest| rest.strip_suffix(");"))
            {
                names.extend(list.split(',').map(|name| name.trim().to_owned()));
            } else if line.ends_with("stores!(") || line == "on_each_database!(" {
                let list = lines.by_ref().take_while(|line| *line != ");");
                names.extend(list.map(|name| name.trim_end_matches(',').to_owned()));
            }
        }
    }
    names
}

#[test]
fn every_test_that_security_names_exists() {
    let text = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let spans = text.split('`').skip(1).step_by(2);
    // A test's name is a sentence.
    let named: BTreeSet<&str> = spans
        .filter(|span| {
            span.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit())
        })
        .filter(|span| span.matches('_').count() >= 2)
        .collect();
    assert!(named.len() >= 40, "only {} tests are named: are they read?", named.len());
    let known = tests();
    let missing: Vec<&&str> = named.iter().filter(|name| !known.contains(**name)).collect();
    assert!(missing.is_empty(), "SECURITY.md names tests that don't exist: {missing:?}");
    for row in text.lines().filter(|line| line.starts_with("| ")).skip(1) {
        assert!(named.iter().any(|name| row.contains(&format!("`{name}`"))), "no test holds this: {row}");
    }
}

/// What may stand in the holes of a statement beside constants (`{TURNS}`), by file: names that are bound to constants a few
/// lines away. Before a name is added here, look where it comes from: nothing that somebody typed may get there.
const HOLES: &[(&str, &[&str])] = &[
    ("src/store/postgres/conversations.rs", &["state", "said"]),
    ("src/store/postgres/queue.rs", &["change"]),
    // What is held is asked for in constants, `old` among them.
    ("src/store/postgres/removal.rs", &["old", "rows"]),
    ("src/store/postgres/select.rs", &["part", "place", "table", "condition", "selects"]),
    // Tables and columns, from a list of constants.
    ("src/store/postgres/upkeep.rs", &["", "names", "column", "sequence"]),
    ("src/store/postgres/write.rs", &["", "table", "names", "column"]),
    ("src/store/sqlite.rs", &[""]),
    ("src/store/sqlite/queue.rs", &["change"]),
    ("src/store/sqlite/removal.rs", &["old"]),
    ("src/store/sqlite/select.rs", &["table", "condition", "select", "owner", "its", "part"]),
    ("src/store/sqlite/upkeep.rs", &["", "names", "table", "column"]),
];

const WORDS: &[&str] =
    &["SELECT ", "INSERT ", "UPDATE ", "DELETE ", " WHERE ", " ORDER BY ", " FROM ", " IN (", "CONFLICT "];

/// The string literals of a source, with their lines; good enough for sources that are formatted.
fn literals(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut line, mut open): (usize, Option<(usize, String)>) = (1, None);
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        line += usize::from(c == '\n');
        match (&mut open, c) {
            (Some((_, literal)), '\\') => {
                literal.extend(characters.next().inspect(|c| line += usize::from(*c == '\n')));
            }
            (Some(_), '"') => found.extend(open.take()),
            (Some((_, literal)), c) => literal.push(c),
            (None, '"') if before != '\'' => open = Some((line, String::new())),
            (None, '/') if characters.peek() == Some(&'/') => {
                characters.by_ref().find(|c| *c == '\n');
                line += 1;
            }
            (None, _) => {}
        }
        before = c;
    }
    found
}

/// The names in the holes of a literal; an escaped brace is none.
fn holes(literal: &str) -> Vec<String> {
    let text = literal.replace("{{", "").replace("}}", "");
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(hole, _)| hole.split(':').next().unwrap().to_owned())
        .collect()
}

fn unknown_holes(file: &str, text: &str) -> Vec<String> {
    let known = HOLES.iter().find(|(name, _)| *name == file).map_or(&[][..], |(_, holes)| holes);
    let code = text.split("#[cfg(test)]").next().unwrap();
    let is_constant =
        |hole: &str| !hole.is_empty() && hole.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    literals(code)
        .into_iter()
        .filter(|(_, literal)| WORDS.iter().any(|word| literal.contains(word)))
        .flat_map(|(line, literal)| holes(&literal).into_iter().map(move |hole| (line, hole)))
        .filter(|(_, hole)| !is_constant(hole) && !known.contains(&hole.as_str()))
        .map(|(line, hole)| format!("{file}:{line}: {{{hole}}} in a statement"))
        .collect()
}

#[test]
fn sql_is_put_together_from_constants_alone() {
    let sources = sources("src");
    let unknown: Vec<String> = sources
        .iter()
        .filter(|(file, _)| file.starts_with("src/store/"))
        .flat_map(|(file, text)| unknown_holes(file, text))
        .collect();
    assert!(unknown.is_empty(), "a value belongs into a parameter:\n{}", unknown.join("\n"));
    // The check can bark.
    let bad = "fn f() { g(&format!(\"SELECT text FROM turns WHERE id = '{id}'\")) }";
    assert_eq!(unknown_holes("src/store/new.rs", bad), ["src/store/new.rs:1: {id} in a statement"]);
    // And nobody else talks to a database.
    for (file, text) in &sources {
        let talks =
            ["rusqlite::", "postgres::Client", "tokio_postgres::"].iter().any(|name| text.contains(name));
        assert!(!talks || file.starts_with("src/store"), "{file} talks to a database by itself");
    }
}

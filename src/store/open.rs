//! Which database a name means: `sqlite:PATH`, a bare path, `sqlite::memory:`, `postgres://…`; and which it can't mean.

use std::path::Path;

use super::{Database, PostgresStore, SqliteStore, StoreError};

/// What a database is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Memory,
    File(&'a str),
    Postgres(&'a str),
}

/// Opens the store that `url` names, and brings its tables up to date. A file is created where there is none.
pub fn open(url: &str) -> Result<Box<dyn Database>, StoreError> {
    Ok(match named(url)? {
        Named::Memory => Box::new(SqliteStore::in_memory()?),
        Named::File(path) => Box::new(SqliteStore::open(Path::new(path))?),
        Named::Postgres(url) => Box::new(PostgresStore::open(url)?),
    })
}

pub(super) fn named(url: &str) -> Result<Named<'_>, StoreError> {
    let url = url.trim();
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("postgres:") || lower.starts_with("postgresql:") {
        return Ok(Named::Postgres(url));
    }
    let name = if lower.starts_with("sqlite:") {
        let name = &url["sqlite:".len()..];
        // The habit of some libraries: sqlite:///absolute, sqlite://relative.
        name.strip_prefix("//").unwrap_or(name)
    } else if let Some((scheme, _)) = url.split_once("://") {
        return Err(StoreError::UnknownScheme { scheme: scheme.to_owned() });
    } else {
        url
    };
    match name {
        "" => Err(StoreError::NoName),
        ":memory:" => Ok(Named::Memory),
        path => Ok(Named::File(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases() {
        for (url, expected) in [
            ("sqlite:beian.db", Named::File("beian.db")),
            ("SQLite:/var/lib/beian.db", Named::File("/var/lib/beian.db")),
            ("sqlite:///var/lib/beian.db", Named::File("/var/lib/beian.db")),
            ("beian.db", Named::File("beian.db")),
            ("C:\\beian.db", Named::File("C:\\beian.db")),
            ("sqlite::memory:", Named::Memory),
            (":memory:", Named::Memory),
            ("postgres://u:p@h/d", Named::Postgres("postgres://u:p@h/d")),
            ("PostgreSQL://h/d", Named::Postgres("PostgreSQL://h/d")),
        ] {
            assert_eq!(named(url).unwrap(), expected, "{url}");
        }
    }

    #[test]
    fn what_is_no_database_here_is_said() {
        assert!(
            matches!(named("mysql://db"), Err(StoreError::UnknownScheme { scheme }) if scheme == "mysql")
        );
        for empty in ["", " ", "sqlite:", "sqlite://"] {
            assert!(matches!(named(empty), Err(StoreError::NoName)), "{empty:?}");
        }
    }
}

//! Where the store of a test is: a file of SQLite's, or a database of its own in PostgreSQL that is dropped afterwards.
//!
//! For tests that start programs on a store, kill them, and look at what is left; tests of the contract have `store_contract`.

use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use beian::store::{Database, open};
use postgres::{Client, NoTls};
use tempfile::TempDir;

use crate::program::Program;

/// How long those who were killed may still be connected: what they had sent is worked off first.
const LONG: Duration = Duration::from_secs(60);

/// Runs each test once for each kind of database.
macro_rules! on_each_database {
    ($($test:ident),+ $(,)?) => {
        mod in_a_file {
            $(#[test]
            fn $test() {
                super::$test(crate::places::Keeper::File);
            })+
        }
        mod in_postgres {
            $(#[test]
            fn $test() {
                super::$test(crate::places::Keeper::Postgres);
            })+
        }
    };
}
pub(crate) use on_each_database;

/// What keeps a store.
#[derive(Clone, Copy)]
pub(crate) enum Keeper {
    File,
    Postgres,
}

impl Keeper {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::File => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// An empty place. `None`: no server is named for tests on PostgreSQL, and that is said.
    pub(crate) fn place(self) -> Option<Place> {
        let folder = tempfile::tempdir().unwrap();
        let (url, server) = match self {
            Self::File => (format!("sqlite:{}", folder.path().join("beian.db").display()), None),
            Self::Postgres => {
                let server = Server::named()?;
                (server.url.clone(), Some(server))
            }
        };
        Some(Place { url, server, folder })
    }
}

/// A store for one test, and a folder for what else it needs.
pub(crate) struct Place {
    pub(crate) url: String,
    server: Option<Server>,
    folder: TempDir,
}

impl Place {
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn open(&self) -> Box<dyn Database> {
        open(&self.url).expect("a clean start")
    }

    /// A server on this store.
    pub(crate) fn serve(&self) -> Program {
        self.serve_at(&self.url)
    }

    /// A server on this store, which it reaches by another way.
    pub(crate) fn serve_at(&self, url: &str) -> Program {
        Program::serve(&["--db", url, "--data", self.folder().to_str().unwrap()], &[], &[])
    }

    /// A connection as another program has it; only in PostgreSQL.
    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }

    /// The file is whole, by what SQLite itself says. PostgreSQL's server was never killed: there is nothing to ask it.
    pub(crate) fn sound(&self, place: &str) {
        if self.server.is_some() {
            return;
        }
        let connection = rusqlite::Connection::open(self.folder().join("beian.db")).unwrap();
        let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(found, "ok", "{place}");
        let dangling = connection
            .prepare("PRAGMA foreign_key_check")
            .and_then(|mut check| check.query([])?.next().map(|row| row.is_some()));
        assert_eq!(dangling, Ok(false), "{place}: a row refers to one that isn't there");
    }

    /// The same, once nobody writes any more: PostgreSQL works off what a killed program had sent.
    pub(crate) fn sound_after_a_kill(&self, place: &str) {
        self.sound(place);
        if self.server.is_none() {
            return;
        }
        let (mut client, began) = (self.client(), Instant::now());
        let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        while client.query_one(others, &[]).unwrap().get::<_, i64>(0) > 0 {
            assert!(began.elapsed() < LONG, "{place}: the dead are still connected");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A database of its own on the server of the tests.
struct Server {
    address: String,
    name: String,
    url: String,
}

impl Server {
    fn named() -> Option<Self> {
        static SAID: Once = Once::new();
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(address) = std::env::var("BEIAN_TEST_POSTGRES") else {
            SAID.call_once(|| {
                eprintln!(
                    "SKIPPED: crashes and lost connections on PostgreSQL; BEIAN_TEST_POSTGRES names no server"
                );
            });
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("beian_place_{}_{number}", std::process::id());
        let server = Self { url: with_database(&address, &name), address, name };
        // One of the same name was left behind by a test that was killed.
        server.admin(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", server.name)).unwrap();
        server.admin(&format!("CREATE DATABASE {}", server.name)).unwrap();
        Some(server)
    }

    /// Each a statement of its own: databases can't be made or dropped in a transaction.
    fn admin(&self, sql: &str) -> Result<(), postgres::Error> {
        let mut client = Client::connect(&self.address, NoTls)?;
        client.batch_execute("SET client_min_messages = warning")?;
        client.batch_execute(sql)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.admin(&format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            // Not a failure of its own: there may already be one under way.
            eprintln!("the database {} is left behind: {error}", self.name);
        }
    }
}

/// The same server, and another database.
fn with_database(address: &str, name: &str) -> String {
    let (rest, options) = address
        .split_once('?')
        .map_or((address, String::new()), |(rest, options)| (rest, format!("?{options}")));
    let (scheme, place) = rest.split_once("://").expect("postgres://…");
    let place = place.split_once('/').map_or(place, |(place, _)| place);
    format!("{scheme}://{place}/{name}{options}")
}

#[test]
fn another_database_on_the_same_server() {
    for (address, expected) in [
        ("postgres://u:p@h:1/test", "postgres://u:p@h:1/x"),
        ("postgres://u@h", "postgres://u@h/x"),
        ("postgres://u@h/?sslmode=disable", "postgres://u@h/x?sslmode=disable"),
    ] {
        assert_eq!(with_database(address, "x"), expected);
    }
}

//! A connection with the statements that were prepared on it, and the pool of them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, GenericClient, Row, Statement, Transaction};
use r2d2::{ManageConnection, PooledConnection};

use super::address::Address;
use super::failure::Failure;

/// Said to every connection: nobody waits for somebody who hangs.
const GREETING: &str = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'";

/// How long a connection is believed to be there after it was used.
const FRESH: Duration = Duration::from_millis(500);

/// Parameters of a statement.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(super) type Pooled = PooledConnection<Sessions>;

pub(super) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
    used_at: Instant,
    /// Not to be used again, whatever it says of itself.
    pub broken: bool,
}

impl Session {
    pub(super) fn connect(address: &Address) -> Result<Self, Failure> {
        let mut client = address.config.connect(address.tls.clone())?;
        client.batch_execute(GREETING)?;
        Ok(Self { client, statements: HashMap::new(), used_at: Instant::now(), broken: false })
    }

    /// Each statement for itself.
    pub(super) fn plain(&mut self) -> On<'_, Client> {
        On { client: &mut self.client, statements: &mut self.statements }
    }

    /// One transaction.
    pub(super) fn transaction(&mut self) -> Result<Within<'_>, postgres::Error> {
        let transaction = self.client.transaction()?;
        Ok(Within { transaction, statements: &mut self.statements })
    }

    /// Whether the server has hung up. One that was used a moment ago is believed to be there; others are asked.
    pub(super) fn has_ended(&mut self) -> bool {
        if self.used_at.elapsed() > FRESH {
            self.broken |= self.client.simple_query("").is_err();
        }
        self.used_at = Instant::now();
        self.broken |= self.client.is_closed();
        self.broken
    }
}

/// A transaction that is undone unless it is committed.
pub(super) struct Within<'a> {
    transaction: Transaction<'a>,
    statements: &'a mut HashMap<String, Statement>,
}

impl<'a> Within<'a> {
    pub(super) fn on(&mut self) -> On<'_, Transaction<'a>> {
        On { client: &mut self.transaction, statements: self.statements }
    }

    pub(super) fn commit(self) -> Result<(), postgres::Error> {
        self.transaction.commit()
    }
}

/// Where statements run. Each is prepared once a connection.
pub(super) struct On<'a, C> {
    pub client: &'a mut C,
    statements: &'a mut HashMap<String, Statement>,
}

impl<C: GenericClient> On<'_, C> {
    fn prepared(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn query(&mut self, sql: &str, values: Values<'_>) -> Result<Vec<Row>, postgres::Error> {
        let statement = self.prepared(sql)?;
        self.client.query(&statement, values)
    }

    pub(super) fn row(&mut self, sql: &str, values: Values<'_>) -> Result<Option<Row>, postgres::Error> {
        let statement = self.prepared(sql)?;
        self.client.query_opt(&statement, values)
    }

    /// How many rows were changed.
    pub(super) fn execute(&mut self, sql: &str, values: Values<'_>) -> Result<u64, postgres::Error> {
        let statement = self.prepared(sql)?;
        self.client.execute(&statement, values)
    }
}

/// Makes connections for the pool.
pub(super) struct Sessions(pub Address);

impl ManageConnection for Sessions {
    type Connection = Session;
    type Error = Failure;

    fn connect(&self) -> Result<Session, Failure> {
        Session::connect(&self.0)
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), Failure> {
        Ok(session.client.simple_query("").map(|_| ())?)
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.broken || session.client.is_closed()
    }
}

/// Whether a failure says that what was prepared on a connection fits the tables no more.
pub(super) fn is_stale(failure: &Failure) -> bool {
    let of_statements = [SqlState::FEATURE_NOT_SUPPORTED, SqlState::INVALID_SQL_STATEMENT_NAME];
    failure.code.as_ref().is_some_and(|code| of_statements.contains(code))
}

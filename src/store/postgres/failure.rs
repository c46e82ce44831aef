//! What PostgreSQL says went wrong: in one line, without the details, which repeat values of rows.

use postgres::error::SqlState;

use crate::store::StoreError;

/// An error of PostgreSQL's or of the way there.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    pub code: Option<SqlState>,
    /// The connection is no good any more.
    pub lost: bool,
    message: String,
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        use std::error::Error as _;
        if let Some(said) = error.as_db_error() {
            let code = said.code().clone();
            // 57P0x: the server is shutting down or ends this connection. 08xxx: the connection failed.
            let lost = code.code().starts_with("57P0") || code.code().starts_with("08");
            let message = if code == SqlState::PROGRAM_LIMIT_EXCEEDED {
                "a name is too long for PostgreSQL: at most some 2,700 bytes can be looked up".to_owned()
            } else {
                format!("{} (SQLSTATE {})", said.message().replace('\n', " "), code.code())
            };
            return Self { code: Some(code), lost, message };
        }
        let mut message = error.to_string();
        let mut below = error.source();
        let mut lost = error.is_closed();
        while let Some(cause) = below {
            lost |= cause.is::<std::io::Error>();
            message.push_str(": ");
            message.push_str(&cause.to_string().replace('\n', " "));
            below = cause.source();
        }
        if message.contains("certificate") {
            message.push_str("; &sslrootcert=FILE in the address names the authority's certificate");
        }
        Self { code: None, lost, message }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        Self::Database(Box::new(Failure::from(error)))
    }
}

/// The failure in an error of the store, where it is one of ours.
pub(super) fn of(error: &StoreError) -> Option<&Failure> {
    match error {
        StoreError::Database(inside) => inside.downcast_ref::<Failure>(),
        _ => None,
    }
}

/// Whether an error of PostgreSQL's may pass by itself: somebody holds what was wanted, it is out of room or of connections, it
/// stands by for another (and takes no writes), or it was undone too often because others wrote.
pub(in crate::store) fn may_pass(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let Some(failure) = error.downcast_ref::<Failure>() else { return false };
    let passing = [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    // 53xxx: no room on the disk, no memory, no connection left.
    let is_passing = |code: &SqlState| code.code().starts_with("53") || passing.contains(code);
    failure.lost || failure.code.as_ref().is_some_and(is_passing)
}

/// Whether the same work may succeed when it is done again: it was undone as a whole because somebody else wrote at the same
/// time. What breaks a rule of the tables may do so only for that reason, so it gets a few more tries.
pub(super) fn worth_another_try(error: &StoreError, tries: u32) -> bool {
    let Some(code) = of(error).and_then(|failure| failure.code.as_ref()) else { return false };
    if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
        return tries < 10;
    }
    [SqlState::UNIQUE_VIOLATION, SqlState::FOREIGN_KEY_VIOLATION].contains(code) && tries < 4
}

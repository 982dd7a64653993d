//! Classifies failures of PostgreSQL by whether running the transaction again can help.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// The reason why a transaction failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A conflict with another transaction. The next attempt sees that one's changes.
    Conflict,
    /// A key is in use. If another transaction has just inserted it, the next attempt sees it.
    Duplicate,
    /// The connection is lost, or its server does not accept writes any more.
    Lost,
    /// A reader's transaction was committed before its last query. The next attempt does not guess.
    Misled,
    /// Any other failure; the next attempt would fail as well.
    Final,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        let Some(code) = error.code() else {
            // An error without a code is not from the server: the connection broke, or its data could not be parsed.
            return if error.is_closed() || caused_by_io(error) {
                Self::Lost
            } else {
                Self::Final
            };
        };
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
        {
            return Self::Conflict;
        }
        if *code == SqlState::UNIQUE_VIOLATION {
            return Self::Duplicate;
        }
        let lost = [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        if lost.contains(code) || code.code().starts_with("08") {
            return Self::Lost;
        }
        Self::Final
    }
}

fn caused_by_io(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The error with its causes, one of which is PostgreSQL's message.
pub(super) fn explain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

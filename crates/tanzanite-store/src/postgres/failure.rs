//! What a failure of PostgreSQL's means for the transaction that had it: whether running it again can help.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why a transaction came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Another transaction was in the way. The next attempt sees what it did.
    Conflict,
    /// A key is in use. Another transaction may just have taken it, and then the next attempt finds it in use before it asks.
    Duplicate,
    /// The connection is gone, or leads to a server that takes no writes any more.
    Lost,
    /// A reader's transaction was ended before it had asked everything. The next attempt does not guess.
    Misled,
    /// Anything else: the next attempt would fail as well.
    Final,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        let Some(code) = error.code() else {
            // Without a code it is no answer of the server's: the connection broke, or we could not read what came.
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

/// What an error says, with its causes: PostgreSQL's own message is one of them.
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

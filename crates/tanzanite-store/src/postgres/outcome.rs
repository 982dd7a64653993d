//! Finds out whether a transaction was committed if its connection was lost during the COMMIT. The server is asked,
//! never guessed: a committed write must not be repeated, and a write that was not committed must not be acknowledged.

use super::Shared;
use super::session::Session;
use std::time::Duration;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

/// Polls while the transaction is still in progress.
const QUESTIONS_MAX: u32 = 25;
/// The wait between two polls.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(200);

/// Identifies a write transaction for the question whether it was committed. Its statements return these data anyway,
/// so they cost nothing.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The transaction's number. A server after a failover or after a loss of data may use some numbers again.
    pub(super) transaction: i64,
    /// A timeline entry that it created.
    pub(super) entry: Option<(OrgId, i64)>,
}

pub(super) enum Decided {
    Committed,
    RolledBack,
    /// Unknown, for this reason.
    Unknown(String),
}

pub(super) async fn decide(shared: &Shared, mark: &Mark, server_started: &str) -> Decided {
    let mut reason = "the server does not answer".to_owned();
    for question in 0..QUESTIONS_MAX {
        if question > 0 {
            tokio::time::sleep(BETWEEN_QUESTIONS).await;
        }
        // All idle sessions of the pool may be as dead as the lost one.
        let answer = match Session::open(&shared.pool.options).await {
            Ok(mut session) => ask(&mut session, mark, server_started).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(Some(decided)) => return decided,
            Ok(None) => "it is still in progress".clone_into(&mut reason),
            Err(error) => reason = error.to_string(),
        }
    }
    Decided::Unknown(reason)
}

/// Asks the server; `None` while the transaction is in progress.
async fn ask(session: &mut Session, mark: &Mark, server_started: &str) -> Stored<Option<Decided>> {
    let same_server = session.server_started == server_started;
    let (org, entry) = mark.entry.unzip();
    let rows = session
        .query(
        "SELECT pg_xact_status($1::bigint::text::xid8),
                EXISTS (SELECT FROM timeline WHERE org = $2 AND entry = $3 AND xmin::text::bigint = $1 & 4294967295)",
        &[&mark.transaction, &org.map(OrgId::get), &entry],
    )
    .await?;
    let row = rows.first().ok_or_else(|| StoreError::new("no answer"))?;
    let status: Option<String> = row.try_get(0).map_err(StoreError::new)?;
    let entry_is_there: bool = row.try_get(1).map_err(StoreError::new)?;
    Ok(match status.as_deref() {
        Some("aborted") => Some(Decided::RolledBack),
        Some("in progress") => None,
        // After a failover or a loss of data the server may have used both numbers again.
        Some("committed") if same_server && (entry.is_none() || entry_is_there) => {
            Some(Decided::Committed)
        }
        _ => Some(Decided::Unknown(
            "the server that answers has no trace of it".to_owned(),
        )),
    })
}

//! Whether a transaction was committed whose connection was lost in the COMMIT. It is asked of the server, and never guessed:
//! a write that was made must not be made again, and one that was not must not be answered.

use super::Shared;
use super::session::Session;
use std::time::Duration;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

/// How often to ask while the server still works on it.
const QUESTIONS_MAX: u32 = 25;
/// How long to wait between two questions.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(200);

/// What a write transaction leaves behind if it is committed. Its statements bring it along, so it costs nothing.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The transaction's number. A server that took over, or lost its memory, gives some numbers a second time.
    pub(super) transaction: i64,
    /// An entry of a timeline that it made.
    pub(super) entry: Option<(OrgId, i64)>,
}

pub(super) enum Decided {
    Committed,
    RolledBack,
    /// The reason.
    Unknown(String),
}

pub(super) async fn decide(shared: &Shared, mark: &Mark, server_started: &str) -> Decided {
    let mut reason = "the server does not answer".to_owned();
    for question in 0..QUESTIONS_MAX {
        if question > 0 {
            tokio::time::sleep(BETWEEN_QUESTIONS).await;
        }
        // The pool's idle sessions may all be as dead as the one that was lost.
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

/// `None` while it is in progress.
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
        // One that took over, or lost its memory, may have given both numbers a second time.
        Some("committed") if same_server && (entry.is_none() || entry_is_there) => {
            Some(Decided::Committed)
        }
        _ => Some(Decided::Unknown(
            "the server that answers has no trace of it".to_owned(),
        )),
    })
}

//! Runs a job: in one serializable transaction, again if another transaction was in the way or the connection was lost, and
//! not for ever. A job is pure, so it may run again.

use super::Shared;
use super::connection::Broken;
use super::failure::Failure;
use super::outcome::{self, Decided};
use super::pool::{Pooled, Unavailable};
use super::transaction::{Access, PostgresTransaction, Progress};
use super::uploads::Uploads;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tanzanite_crm::{StoreError, Transaction};

/// How often a job runs again because of other transactions. Every time one of them has succeeded.
const CONFLICTS_MAX: u32 = 40;
/// How often a job runs again because its connection was lost, or none could be had.
const LOSSES_MAX: u32 = 5;
/// How often a job runs again because a key was in use.
const DUPLICATES_MAX: u32 = 1;
/// The longest wait before the second attempt; it doubles with each.
const BACK_OFF_FIRST: Duration = Duration::from_millis(2);
/// The longest wait of all.
const BACK_OFF_MAX: Duration = Duration::from_millis(100);

/// What one attempt came to.
enum Attempt<T, F> {
    Ended(Result<T, F>),
    /// Nothing of it stays.
    Again(Failure, StoreError),
}

pub(super) fn run<T, F: From<StoreError>>(
    shared: &Shared,
    access: Access,
    job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
) -> Result<T, F> {
    let mut uploads = Uploads::default();
    let (mut conflicts, mut losses, mut duplicates) = (0, 0, 0);
    loop {
        let (failure, error) = match attempt(shared, access, &mut uploads, job) {
            Attempt::Ended(result) => return result,
            Attempt::Again(failure, error) => (failure, error),
        };
        let (count, max) = match failure {
            Failure::Conflict => (&mut conflicts, CONFLICTS_MAX),
            Failure::Lost => (&mut losses, LOSSES_MAX),
            Failure::Duplicate => (&mut duplicates, DUPLICATES_MAX),
            Failure::Final => return Err(error.into()),
        };
        *count += 1;
        if *count > max {
            let reason = format!("given up after {max} more attempts: {error}");
            return Err(StoreError::new(reason).into());
        }
        tracing::debug!(?failure, %error, attempt = conflicts + losses + duplicates, "again");
        back_off(conflicts + losses);
        uploads.begin_again();
    }
}

fn attempt<T, F: From<StoreError>>(
    shared: &Shared,
    access: Access,
    uploads: &mut Uploads,
    job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
) -> Attempt<T, F> {
    let mut connection = match shared.pool.take() {
        Ok(connection) => connection,
        Err(Unavailable::Unreachable(error)) => return Attempt::Again(Failure::Lost, error),
        Err(unavailable) => return Attempt::Ended(Err(StoreError::from(unavailable).into())),
    };
    let mut tx = PostgresTransaction::new(&mut connection, shared, access, uploads);
    let result = catch_unwind(AssertUnwindSafe(|| job(&mut tx)));
    let end = tx.end();
    // What the job made of a failure does not matter if it is to run again: it may even have panicked.
    match (end.failure, result) {
        (Some((Failure::Final, _)), Ok(Err(fault))) => {
            roll_back(&mut connection);
            Attempt::Ended(Err(fault))
        }
        (Some((Failure::Final, _)) | None, Err(_)) => {
            roll_back(&mut connection);
            Attempt::Ended(Err(StoreError::new("the request panicked").into()))
        }
        (Some((failure, error)), _) => {
            roll_back(&mut connection);
            Attempt::Again(failure, error)
        }
        (None, Ok(Err(fault))) if end.progress == Progress::Wrote => {
            roll_back(&mut connection);
            Attempt::Ended(Err(fault))
        }
        // A refusal rests on what was read as much as a reply does: it is committed, so that it is serializable too.
        (None, Ok(result)) => match commit(shared, connection, end.progress, end.mark) {
            Ok(()) => {
                if end.frees_objects {
                    shared.bell.ring();
                }
                Attempt::Ended(result)
            }
            Err(Undone::Again(failure, error)) => Attempt::Again(failure, error),
            Err(Undone::Unknown(error)) => Attempt::Ended(Err(error.into())),
        },
    }
}

/// Why a commit is not known to have been made.
enum Undone {
    /// It was not made.
    Again(Failure, StoreError),
    /// Nobody knows.
    Unknown(StoreError),
}

fn commit(
    shared: &Shared,
    mut connection: Pooled<'_>,
    progress: Progress,
    mark: Option<outcome::Mark>,
) -> Result<(), Undone> {
    if progress == Progress::Nothing {
        return Ok(());
    }
    let server_started = connection.server_started.clone();
    let Err(Broken { failure, error }) = connection.execute("COMMIT") else {
        return Ok(());
    };
    if failure != Failure::Lost {
        roll_back(&mut connection);
    }
    drop(connection);
    match (failure, mark) {
        (Failure::Lost, Some(mark)) => match outcome::decide(shared, &mark, &server_started) {
            Decided::Committed => Ok(()),
            Decided::RolledBack => Err(Undone::Again(failure, error)),
            Decided::Unknown(reason) => Err(Undone::Unknown(StoreError::new(format!(
                "the connection was lost while the transaction was being committed, and whether it was is unknown: {error}; {reason}"
            )))),
        },
        (failure, _) => Err(Undone::Again(failure, error)),
    }
}

fn roll_back(connection: &mut Pooled<'_>) {
    if !connection.is_broken() && connection.execute("ROLLBACK").is_err() {
        // Its transaction may still be open. The server ends it with the connection.
        connection.set_broken();
    }
}

/// Waits a random part of a time that doubles, so that those who met do not meet again.
fn back_off(attempt: u32) {
    let most = BACK_OFF_FIRST
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(BACK_OFF_MAX);
    // Chance decides about the wait alone and never about an outcome, so it is no argument of the job's.
    let chance = RandomState::new().hash_one(attempt) % 1_000;
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX) / 1_000 * chance;
    std::thread::sleep(Duration::from_micros(micros));
}

//! Runs a job in one serializable transaction. It is run again, a limited number of times, after a conflict with
//! another transaction or a lost connection. A job is pure, so this is safe.

use super::Shared;
use super::dialogue::{Access, Change, Dialogue, Need, Progress};
use super::failure::Failure;
use super::outcome::{self, Decided};
use super::pool::{Pooled, Unavailable};
use super::session::{Broken, Step};
use super::transaction::{PostgresTransaction, Stop};
use super::uploads::Uploads;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tanzanite_crm::{StoreError, Transaction};
use tokio::runtime::Handle;

/// Runs of a job from its beginning for one more result each. A job that needs more is run on a thread that blocks.
const RUNS_MAX: u32 = 8;
/// Runs of a job because of conflicts. At each conflict some other transaction has succeeded.
const CONFLICTS_MAX: u32 = 40;
/// Runs of a job because its connection was lost or none was available.
const LOSSES_MAX: u32 = 5;
/// Runs of a job because a key was in use.
const DUPLICATES_MAX: u32 = 1;
/// The longest wait before the second attempt; it doubles with each.
const BACK_OFF_FIRST: Duration = Duration::from_millis(2);
/// The upper bound of the wait.
const BACK_OFF_MAX: Duration = Duration::from_millis(100);

/// The result of one attempt.
enum Attempt<T, F, J> {
    Ended(Result<T, F>),
    /// The transaction was rolled back; only objects that it uploaded remain.
    Again(Broken, J, Uploads),
}

/// A job with its resources.
struct Work<J> {
    shared: Arc<Shared>,
    session: Pooled,
    dialogue: Dialogue,
    job: J,
}

/// The result of a run: the job's result (`None` if it panicked), and its changes or the reason why it stopped.
type Ran<T, F> = (Option<Result<T, F>>, Result<Vec<Change>, Stop>);

pub(super) async fn run<T, F, J>(shared: Arc<Shared>, access: Access, mut job: J) -> Result<T, F>
where
    T: Send + 'static,
    F: From<StoreError> + Send + 'static,
    J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
{
    let mut uploads = Uploads::default();
    let (mut conflicts, mut losses, mut duplicates, mut guesses) = (0, 0, 0, true);
    loop {
        let attempt = match shared.pool.take().await {
            Ok(session) => {
                let work = Work {
                    shared: Arc::clone(&shared),
                    session,
                    dialogue: Dialogue::new(access, uploads, guesses),
                    job,
                };
                work.attempt().await
            }
            Err(Unavailable::Unreachable(error)) => {
                let failure = Failure::Lost;
                Attempt::Again(Broken { failure, error }, job, uploads)
            }
            Err(unavailable) => Attempt::Ended(Err(StoreError::from(unavailable).into())),
        };
        let (failure, error);
        (Broken { failure, error }, job, uploads) = match attempt {
            Attempt::Ended(result) => return result,
            Attempt::Again(broken, job, uploads) => (broken, job, uploads),
        };
        let (count, max) = match failure {
            Failure::Conflict => (&mut conflicts, CONFLICTS_MAX),
            Failure::Lost => (&mut losses, LOSSES_MAX),
            Failure::Duplicate => (&mut duplicates, DUPLICATES_MAX),
            Failure::Misled => {
                guesses = false;
                continue;
            }
            Failure::Final => return Err(error.into()),
        };
        *count += 1;
        if *count > max {
            let reason = format!("given up after {max} more attempts: {error}");
            return Err(StoreError::new(reason).into());
        }
        tracing::debug!(?failure, %error, attempt = conflicts + losses + duplicates, "again");
        back_off(conflicts + losses).await;
        uploads.begin_again();
    }
}

impl<J> Work<J> {
    async fn attempt<T, F>(mut self) -> Attempt<T, F, J>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        let mut runs = 0;
        let ran = loop {
            runs += 1;
            let need = match self.run(None) {
                (_, Err(Stop::Need(need))) => need,
                ran => break ran,
            };
            if runs == RUNS_MAX || matches!(need, Need::Thread) {
                let handle = Handle::current();
                let waiting = tokio::task::spawn_blocking(move || (self.run(Some(&handle)), self));
                match waiting.await {
                    Ok((ran, work)) => return work.conclude(ran).await,
                    Err(error) => return Attempt::Ended(Err(StoreError::new(error).into())),
                }
            }
            let (shared, session) = (&self.shared, &mut self.session);
            if let Err(broken) = self.dialogue.satisfy(shared, session, need).await {
                break (None, Err(Stop::Broken(broken)));
            }
        };
        self.conclude(ran).await
    }

    /// Runs the job once.
    fn run<T, F>(&mut self, waiting: Option<&Handle>) -> Ran<T, F>
    where
        J: Fn(&mut dyn Transaction) -> Result<T, F>,
    {
        let (shared, session) = (&self.shared, &mut self.session);
        let mut tx = PostgresTransaction::new(shared, session, &mut self.dialogue, waiting);
        // If it must run again, the job's result does not matter; it may even have panicked.
        let result = catch_unwind(AssertUnwindSafe(|| (self.job)(&mut tx))).ok();
        (result, tx.end())
    }

    /// Commits the job's changes, or rolls them back.
    async fn conclude<T, F: From<StoreError>>(mut self, ran: Ran<T, F>) -> Attempt<T, F, J> {
        match ran {
            // A refusal depends on rows as a reply does, so its transaction is committed too, which proves that it is
            // serializable.
            (Some(Err(fault)), Ok(_)) if self.dialogue.progress < Progress::Wrote => {
                self.commit(Vec::new(), Err(fault)).await
            }
            (
                Some(Err(fault)),
                Ok(_)
                | Err(Stop::Broken(Broken {
                    failure: Failure::Final,
                    ..
                })),
            ) => {
                self.roll_back().await;
                Attempt::Ended(Err(fault))
            }
            (Some(reply), Ok(changes)) => self.commit(changes, reply).await,
            (None, Ok(_)) => {
                self.roll_back().await;
                Attempt::Ended(Err(StoreError::new("the request panicked").into()))
            }
            (_, Err(Stop::Broken(broken))) => {
                self.roll_back().await;
                Attempt::Again(broken, self.job, self.dialogue.uploads)
            }
            (_, Err(Stop::Need(_))) => {
                self.roll_back().await;
                Attempt::Ended(Err(StoreError::new("the job waits for itself").into()))
            }
        }
    }

    async fn commit<T, F: From<StoreError>>(
        mut self,
        mut changes: Vec<Change>,
        result: Result<T, F>,
    ) -> Attempt<T, F, J> {
        self.dialogue.has_asked(true);
        let over = match self.dialogue.progress {
            Progress::Nothing => changes.is_empty(),
            Progress::Over => true,
            Progress::Begun | Progress::Wrote => false,
        };
        if over {
            return Attempt::Ended(result);
        }
        // A change that fails in the server if it is wrong may be sent along with the COMMIT, once the transaction's
        // number is known.
        let may_go_along =
            self.dialogue.mark.is_some() && changes.iter().all(|change| change.record_of.is_some());
        if !changes.is_empty() && !may_go_along {
            let sent = self.dialogue.send(&mut self.session, changes, None).await;
            if let Err(broken) = sent {
                self.roll_back().await;
                return Attempt::Again(broken, self.job, self.dialogue.uploads);
            }
            changes = Vec::new();
        }
        let commit = Some(Step::Plain("COMMIT"));
        let done = self.dialogue.send(&mut self.session, changes, commit).await;
        // Whatever the answer, the transaction has ended.
        self.session.in_transaction = false;
        if let Err(broken) = done {
            let server_started = self.session.server_started.clone();
            drop(self.session);
            let error = &broken.error;
            match &self.dialogue.mark {
                Some(mark) if broken.failure == Failure::Lost => {
                    match outcome::decide(&self.shared, mark, &server_started).await {
                        Decided::Committed => {}
                        Decided::RolledBack => {
                            return Attempt::Again(broken, self.job, self.dialogue.uploads);
                        }
                        Decided::Unknown(reason) => {
                            return Attempt::Ended(Err(StoreError::new(format!(
                                "the connection was lost while the transaction was being committed, and whether it was is unknown: {error}; {reason}"
                            )).into()));
                        }
                    }
                }
                _ => return Attempt::Again(broken, self.job, self.dialogue.uploads),
            }
        }
        if self.dialogue.frees_objects {
            self.shared.bell.ring();
        }
        Attempt::Ended(result)
    }

    async fn roll_back(&mut self) {
        let session = &mut self.session;
        // If the rollback fails, the server does it when the session ends.
        if session.in_transaction
            && !session.is_broken()
            && session.execute("ROLLBACK").await.is_ok()
        {
            session.in_transaction = false;
        }
    }
}

/// Waits for a random part of a doubling time, so that conflicting jobs do not meet again.
async fn back_off(attempt: u32) {
    let most = BACK_OFF_FIRST
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(BACK_OFF_MAX);
    // Randomness affects only the wait and never the result, so it is not an argument of the job.
    let chance = RandomState::new().hash_one(attempt) % 1_000;
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX) / 1_000 * chance;
    tokio::time::sleep(Duration::from_micros(micros)).await;
}

//! Sessions: each job has one from its beginning to its end. They are many, but bounded: who finds none waits, and not
//! for ever. Nothing is asked of a session when it is taken: if it is dead, the job's first statement finds out and the
//! job runs again on another.

use super::options::PostgresOptions;
use super::session::Session;
use parking_lot::Mutex;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tanzanite_crm::StoreError;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a job waits for a session.
const WAIT: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    pub(super) options: PostgresOptions,
    /// The one that was used last is last.
    idle: Mutex<Vec<Session>>,
    /// One for each session that may be in use.
    permits: Arc<Semaphore>,
    trips: AtomicU64,
}

/// A session while a job has it.
pub(super) struct Pooled {
    pool: Arc<Pool>,
    /// There until it is dropped.
    session: Option<Session>,
    /// A transaction is open, or may be: the next job must not have the session.
    pub(super) in_transaction: bool,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(options: PostgresOptions) -> Self {
        let permits = Arc::new(Semaphore::new(options.connections_max));
        Self {
            options,
            idle: Mutex::default(),
            permits,
            trips: AtomicU64::new(0),
        }
    }

    /// The session that was used last, or a new one.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Pooled, Unavailable> {
        let permit = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(WAIT, permit)
            .await
            .map_err(|_| Unavailable::Busy)?
            .map_err(|_| Unavailable::Closed)?;
        let session = match self.take_idle() {
            Some(session) => session,
            None => Session::open(&self.options)
                .await
                .map_err(Unavailable::Unreachable)?,
        };
        Ok(Pooled {
            pool: Arc::clone(self),
            session: Some(session),
            in_transaction: false,
            _permit: permit,
        })
    }

    /// One of the runtime that the job runs in. With another's, each answer would wake two threads.
    fn take_idle(&self) -> Option<Session> {
        let here = Handle::current().id();
        let mut idle = self.idle.lock();
        let found = idle.iter().rposition(|session| session.runtime == here);
        if found.is_none() {
            // A new one is opened in its place.
            idle.pop();
        }
        found.map(|place| idle.remove(place))
    }

    /// Round trips to the server that jobs have made.
    pub(super) fn trips(&self) -> u64 {
        self.trips.load(Ordering::Relaxed)
    }

    /// Closes the sessions that are idle now, and the others when their jobs have ended.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().clear();
    }
}

impl Deref for Pooled {
    type Target = Session;

    #[expect(
        clippy::expect_used,
        reason = "the session is taken out by `drop` alone"
    )]
    fn deref(&self) -> &Session {
        self.session.as_ref().expect("there until it is dropped")
    }
}

impl DerefMut for Pooled {
    #[expect(
        clippy::expect_used,
        reason = "the session is taken out by `drop` alone"
    )]
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("there until it is dropped")
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Some(mut session) = self.session.take() else {
            return;
        };
        let trips = std::mem::take(&mut session.trips);
        self.pool.trips.fetch_add(trips, Ordering::Relaxed);
        let mut idle = self.pool.idle.lock();
        if session.is_broken() {
            // If the server has gone away it is the end of all that wait, and nobody should find that out one by one.
            idle.clear();
        } else if !self.in_transaction && !self.pool.permits.is_closed() {
            idle.push(session);
        }
    }
}

/// Why there is no session.
#[derive(Debug)]
pub(super) enum Unavailable {
    /// All are in use.
    Busy,
    /// The store was closed.
    Closed,
    /// The server does not answer.
    Unreachable(StoreError),
}

impl From<Unavailable> for StoreError {
    fn from(unavailable: Unavailable) -> Self {
        match unavailable {
            Unavailable::Busy => Self::new("too many jobs are waiting for a connection"),
            Unavailable::Closed => Self::new("the store has been closed"),
            Unavailable::Unreachable(error) => error,
        }
    }
}

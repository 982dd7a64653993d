//! The pool of sessions; each job holds one from its beginning to its end. Their number is bounded: a job that finds
//! none waits for a limited time. A session is not tested when it is taken: if it is dead, the job's first statement
//! fails and the job runs again on another.

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
    /// The most recently used session is the last.
    idle: Mutex<Vec<Session>>,
    /// A permit for each session that may be in use.
    permits: Arc<Semaphore>,
    trips: AtomicU64,
}

/// A session in use by a job.
pub(super) struct Pooled {
    pool: Arc<Pool>,
    /// `None` only while it is dropped.
    session: Option<Session>,
    /// Whether a transaction is or may be open, so that no other job may use the session.
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

    /// The most recently used session, or a new one.
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

    /// An idle session of the current runtime. One of another runtime would wake two threads for each result.
    fn take_idle(&self) -> Option<Session> {
        let here = Handle::current().id();
        let mut idle = self.idle.lock();
        let found = idle.iter().rposition(|session| session.runtime == here);
        if found.is_none() {
            // Makes room for a new one.
            idle.pop();
        }
        found.map(|place| idle.remove(place))
    }

    /// The number of round trips to the server for jobs.
    pub(super) fn trips(&self) -> u64 {
        self.trips.load(Ordering::Relaxed)
    }

    /// Closes idle sessions now, and the others when their jobs have ended.
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
            // If the server has gone, all idle sessions are dead, and jobs need not find that out one by one.
            idle.clear();
        } else if !self.in_transaction && !self.pool.permits.is_closed() {
            idle.push(session);
        }
    }
}

/// The reason why no session is available.
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

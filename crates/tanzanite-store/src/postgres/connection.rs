//! A session for those who wait: whoever migrates, copies, verifies and sweeps.

use super::options::PostgresOptions;
use super::session::{Broken, Params, Session};
use crate::runtime::OwnRuntime;
use tanzanite_crm::StoreError;
use tokio_postgres::Row;

/// A connection. Must not be used on a thread that runs asynchronous tasks, but may be dropped on one.
pub(crate) struct Connection {
    runtime: OwnRuntime,
    /// There until it is dropped.
    session: Option<Session>,
}

impl Connection {
    pub(crate) fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        let runtime = OwnRuntime::without_thread().map_err(StoreError::new)?;
        let session = Some(runtime.wait(Session::open(options))?);
        Ok(Self { runtime, session })
    }

    /// Rows of a statement, which is prepared when it is met for the first time.
    pub(crate) fn query(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Broken> {
        let (runtime, session) = self.parts();
        runtime.wait(session.query(sql, params))
    }

    /// Statements without parameters and rows.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<(), Broken> {
        let (runtime, session) = self.parts();
        runtime.wait(session.execute(sql))
    }

    /// Whether it is of use to nobody any more.
    pub(super) fn is_broken(&self) -> bool {
        self.session.as_ref().is_none_or(Session::is_broken)
    }

    #[expect(
        clippy::expect_used,
        reason = "the session is taken out by `drop` alone"
    )]
    fn parts(&mut self) -> (&OwnRuntime, &mut Session) {
        let session = self.session.as_mut();
        (&self.runtime, session.expect("there until it is dropped"))
    }
}

impl Drop for Connection {
    /// Tells the server at once: it may hold a lock for us. Whoever drops it may be on a thread that must not wait.
    fn drop(&mut self) {
        let (runtime, session) = (&self.runtime, self.session.take());
        std::thread::scope(|scope| {
            scope.spawn(|| session.map(|session| runtime.wait(session.close())));
        });
    }
}

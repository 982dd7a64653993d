//! A session for blocking callers: migrations, copies, verification and the sweeper.

use super::options::PostgresOptions;
use super::session::{Broken, Params, Session};
use crate::runtime::OwnRuntime;
use tanzanite_crm::StoreError;
use tokio_postgres::Row;

/// A connection. Must not be used on a thread that runs asynchronous tasks, but may be dropped on one.
pub(crate) struct Connection {
    runtime: OwnRuntime,
    /// `None` only while it is dropped.
    session: Option<Session>,
}

impl Connection {
    pub(crate) fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        let runtime = OwnRuntime::without_thread().map_err(StoreError::new)?;
        let session = Some(runtime.wait(Session::open(options))?);
        Ok(Self { runtime, session })
    }

    /// The rows of a statement, which is prepared on first use.
    pub(crate) fn query(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Broken> {
        let (runtime, session) = self.parts();
        runtime.wait(session.query(sql, params))
    }

    /// Executes statements without parameters and rows.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<(), Broken> {
        let (runtime, session) = self.parts();
        runtime.wait(session.execute(sql))
    }

    /// Whether it cannot be used any more.
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
    /// Ends the session at once, since it may hold a lock. The dropping thread may be one that must not block.
    fn drop(&mut self) {
        let (runtime, session) = (&self.runtime, self.session.take());
        std::thread::scope(|scope| {
            scope.spawn(|| session.map(|session| runtime.wait(session.close())));
        });
    }
}

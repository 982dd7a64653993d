//! Read connections: taken from a pool for one job each.
//!
//! Beginning and ending a snapshot takes and gives back locks on shared memory, which costs more than a point read. So a
//! connection keeps its snapshot for the next job if nothing has been committed since: nobody else writes, and the writer
//! counts its commits before it answers them. The writer ends idle snapshots before it writes, so that they never keep the
//! log from being reused.

use super::cache::Cache;
use super::writer::panicked;
use super::{READER_CACHE_KIB, SqliteTransaction, prepare_statements};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use tanzanite_crm::{StoreError, Transaction};

/// Connections that are kept open for the next reader.
const IDLE_MAX: usize = 8;

#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Reader>>,
    commits: AtomicU64,
}

/// A connection.
#[derive(Debug)]
struct Reader {
    connection: Connection,
    /// How many commits its open snapshot has seen at least.
    snapshot: Option<u64>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
            commits: AtomicU64::new(0),
        }
    }

    /// Runs a job on a snapshot, on this thread: a point read takes microseconds.
    pub(super) fn run<T, F: From<StoreError>>(
        &self,
        cache: &Cache,
        job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
    ) -> Result<T, F> {
        let mut reader = self.take()?;
        // The writer counts a commit before it begins a new epoch. Noted in the other order here, an epoch is never younger
        // than the snapshot that is read under it.
        let epoch = cache.epoch();
        // Before the snapshot, which is then as new as this or newer.
        let commits = self.commits.load(Ordering::Acquire);
        if reader.snapshot != Some(commits) {
            reader.end_snapshot()?;
        }
        let begun = reader.snapshot.is_some();
        let mut tx = SqliteTransaction::reading(&reader.connection, cache, epoch, begun);
        let result = catch_unwind(AssertUnwindSafe(|| job(&mut tx)))
            .unwrap_or_else(|_| Err(panicked().into()));
        if tx.has_snapshot() {
            reader.snapshot = Some(commits);
        }
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_MAX {
            idle.push(reader);
        }
        result
    }

    /// The writer has committed, and is about to say so.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Ends the snapshots of connections that wait for a job.
    pub(super) fn end_idle_snapshots(&self) {
        // A connection whose snapshot does not end is of no use to anybody.
        self.idle
            .lock()
            .retain_mut(|reader| reader.end_snapshot().is_ok());
    }

    fn take(&self) -> Result<Reader, StoreError> {
        if let Some(reader) = self.idle.lock().pop() {
            return Ok(reader);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(StoreError::new)?;
        prepare_statements(&connection).map_err(StoreError::new)?;
        connection
            .pragma_update(None, "cache_size", -READER_CACHE_KIB)
            .map_err(StoreError::new)?;
        Ok(Reader {
            connection,
            snapshot: None,
        })
    }
}

impl Reader {
    fn end_snapshot(&mut self) -> Result<(), StoreError> {
        if self.snapshot.take().is_none() {
            return Ok(());
        }
        let ended = self
            .connection
            .prepare_cached("COMMIT")
            .and_then(|mut end| end.execute([]));
        ended.map(|_| ()).map_err(StoreError::new)
    }
}

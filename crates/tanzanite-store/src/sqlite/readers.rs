//! Read connections, taken from a pool for one job each.
//!
//! Beginning and ending a snapshot locks and unlocks shared memory, which costs more than reading one row. So a
//! connection keeps its snapshot for the next job if nothing has been committed since; that is known, because the only
//! writer counts its commits before it answers them. The writer ends idle snapshots before it writes, so that they
//! never keep the log from starting again.

use super::cache::Cache;
use super::commits::Commits;
use super::writer::panicked;
use super::{READER_CACHE_KIB, SqliteTransaction, prepare_statements};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tanzanite_crm::{StoreError, Transaction};

/// Idle connections that are kept open.
const IDLE_MAX: usize = 8;

#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Reader>>,
    commits: Arc<Commits>,
    /// Whether the writer's last transaction changed nothing.
    quiet: AtomicBool,
}

/// The result of a job on a snapshot.
struct Ran<T, F> {
    result: Result<T, F>,
    /// The number of the newest commit that it may have seen.
    seen: u64,
    wants_to_write: bool,
}

/// A connection.
#[derive(Debug)]
struct Reader {
    connection: Connection,
    /// Its open snapshot, if any.
    snapshot: Option<Snapshot>,
}

/// The commits that a snapshot sees: at least and at most this many.
#[derive(Clone, Copy, Debug)]
struct Snapshot {
    least: u64,
    most: u64,
}

impl Readers {
    pub(super) fn new(path: PathBuf, commits: Arc<Commits>) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
            commits,
            quiet: AtomicBool::new(true),
        }
    }

    /// Runs a job on a snapshot, on this thread, since reading a row takes microseconds. Returns the number of the
    /// newest commit that it may have seen.
    pub(super) fn run<T, F: From<StoreError>>(
        &self,
        cache: &Cache,
        job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
    ) -> Result<(Result<T, F>, u64), StoreError> {
        let ran = self.attempt(cache, job)?;
        Ok((ran.result, ran.seen))
    }

    /// Runs a job that may write while nobody writes, so that a refusal need not wait for the writer. `None` if the job
    /// wants to write, or if others do, since the attempt would then cost more than it saves.
    pub(super) fn look<T, F: From<StoreError>>(
        &self,
        cache: &Cache,
        job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
    ) -> Option<(Result<T, F>, u64)> {
        if !self.quiet.load(Ordering::Relaxed) {
            return None;
        }
        let ran = self.attempt(cache, job).ok()?;
        if ran.wants_to_write {
            self.quiet.store(false, Ordering::Relaxed);
            return None;
        }
        Some((ran.result, ran.seen))
    }

    /// Notes whether the writer's last transaction changed nothing.
    pub(super) fn set_quiet(&self, quiet: bool) {
        self.quiet.store(quiet, Ordering::Relaxed);
    }

    /// Runs a job up to its first write.
    fn attempt<T, F: From<StoreError>>(
        &self,
        cache: &Cache,
        job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
    ) -> Result<Ran<T, F>, StoreError> {
        let mut reader = self.take()?;
        // The writer counts a commit before it begins a new epoch. Reading them in the opposite order here ensures that
        // the epoch is never newer than the snapshot.
        let epoch = cache.epoch();
        // Read before the snapshot begins, which is therefore at least as new.
        let least = self.commits.made();
        if reader
            .snapshot
            .is_some_and(|snapshot| snapshot.least != least)
        {
            reader.end_snapshot()?;
        }
        let begun = reader.snapshot.is_some();
        let mut tx = SqliteTransaction::reading(&reader.connection, cache, epoch, begun);
        let result = catch_unwind(AssertUnwindSafe(|| job(&mut tx)))
            .unwrap_or_else(|_| Err(panicked().into()));
        let wants_to_write = tx.wants_to_write();
        if tx.has_snapshot() && !begun {
            let most = self.commits.begun();
            reader.snapshot = Some(Snapshot { least, most });
        }
        let seen = reader.snapshot.map_or(least, |snapshot| snapshot.most);
        self.give_back(reader);
        Ok(Ran {
            result,
            seen,
            wants_to_write,
        })
    }

    fn give_back(&self, reader: Reader) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_MAX {
            idle.push(reader);
        }
    }

    pub(super) fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Ends the snapshots of idle connections.
    pub(super) fn end_idle_snapshots(&self) {
        // A connection whose snapshot cannot be ended is dropped.
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

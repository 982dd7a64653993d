//! Read connections: taken from a pool for one snapshot each.

use super::cache::Cache;
use super::writer::panicked;
use super::{READER_CACHE_KIB, SqliteTransaction, prepare_statements};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use tanzanite_crm::{StoreError, Transaction};

/// Connections that are kept open for the next reader.
const IDLE_MAX: usize = 8;

#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Runs a job on a snapshot, on this thread: a point read takes microseconds.
    pub(super) fn run<T, F: From<StoreError>>(
        &self,
        cache: &Cache,
        job: &dyn Fn(&mut dyn Transaction) -> Result<T, F>,
    ) -> Result<T, F> {
        let connection = self.take()?;
        let mut tx = SqliteTransaction::reading(&connection, cache, cache.epoch());
        let result = catch_unwind(AssertUnwindSafe(|| job(&mut tx)))
            .unwrap_or_else(|_| Err(panicked().into()));
        tx.end_reading()?;
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        result
    }

    fn take(&self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.idle.lock().pop() {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(StoreError::new)?;
        prepare_statements(&connection).map_err(StoreError::new)?;
        connection
            .pragma_update(None, "cache_size", -READER_CACHE_KIB)
            .map_err(StoreError::new)?;
        Ok(connection)
    }
}

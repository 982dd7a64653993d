//! The store without its threads: whoever holds it is the writer, and says what is committed together. Benchmarks set
//! the store against it: the statements and the durability are the store's own, and nothing else is there.

use super::cache::Cache;
use super::checkpointer::{FRAMES_BEGIN, copy_back};
use super::transaction::{SqliteTransaction, Undo};
use super::writer::execute;
use super::{DATABASE_FILE, FolderLock, Log, Opened, Place, SqliteOpenError, connect};
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tanzanite_crm::{StoreError, Stored, Transaction};

/// A store in a folder, for one thread.
pub struct SoloSqlite {
    connection: Connection,
    cache: Cache,
    log: Log,
    /// Pages in the log after the last commit.
    frames: Arc<AtomicI64>,
    _lock: Option<FolderLock>,
}

impl SoloSqlite {
    /// Opens it as [`SqliteStore::open`](super::SqliteStore::open) does.
    pub fn open(folder: &Path) -> Result<Self, SqliteOpenError> {
        let Opened {
            mut connection,
            lock,
            ..
        } = connect(&Place::Folder(folder.to_owned()))?;
        let frames = Arc::new(AtomicI64::new(0));
        let counted = Arc::clone(&frames);
        connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
            counted.store(pages.into(), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self {
            connection,
            cache: Cache::default(),
            log: Log::of(&folder.join(DATABASE_FILE))?,
            frames,
            _lock: lock,
        })
    }

    /// Makes changes in one transaction, which is on disk when this returns; how many pages the log has got of it. A
    /// log that has grown is copied back as the checkpointer does it, which takes its time here.
    pub fn commit(
        &mut self,
        changes: impl FnOnce(&mut dyn Transaction) -> Stored<()>,
    ) -> Stored<i64> {
        if self.frames.load(Ordering::Relaxed) >= FRAMES_BEGIN
            && copy_back(&self.connection).map_err(StoreError::new)? == 0
        {
            // The log begins anew.
            self.frames.store(0, Ordering::Relaxed);
        }
        let before = self.frames.load(Ordering::Relaxed);
        execute(&self.connection, "BEGIN IMMEDIATE")?;
        let mut tx = SqliteTransaction::writing(&self.connection, &self.cache, Undo::Transaction);
        tx.begin_job(false);
        if let Err(error) = changes(&mut tx) {
            execute(&self.connection, "ROLLBACK")?;
            return Err(error);
        }
        let outdated = tx.take_outdated();
        execute(&self.connection, "COMMIT")?;
        self.cache.forget(&outdated);
        self.log.sync().map_err(StoreError::new)?;
        Ok(self.frames.load(Ordering::Relaxed) - before)
    }
}

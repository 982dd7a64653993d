//! The checkpointer: a thread that copies the write-ahead log back into the database while the writer continues.
//!
//! The log starts again only when all of it has been copied and no reader uses it. A busy writer would outrun this
//! thread for ever, so the writer copies the last pages itself once few are left.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Pages in the log from which on it is copied back: 32 MiB.
pub(super) const FRAMES_BEGIN: i64 = 8 * 1024;
/// Pages in the log at which the writer stops to copy all of it: 256 MiB, the bound of the log's size.
pub(super) const FRAMES_MAX: i64 = 64 * 1024;
/// Pages that may be left to the writer.
const FRAMES_LEFT_MAX: i64 = 512;
/// The number of attempts to get below that.
const PASSES_MAX: usize = 8;

pub(super) struct Checkpointer {
    signal: Option<SyncSender<()>>,
    nearly_done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(database: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        let (signal, receiver) = sync_channel(1);
        let nearly_done = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&nearly_done);
        let thread = std::thread::Builder::new()
            .name("tanzanite-checkpointer".to_owned())
            .spawn(move || run(&receiver, &connection, &flag))
            .ok();
        Ok(Self {
            signal: Some(signal),
            nearly_done,
            thread,
        })
    }

    /// Wakes the thread, because the log has grown.
    pub(super) fn wake(&self) {
        if let Some(signal) = &self.signal {
            // If the channel is full, the thread has been woken already.
            let _ = signal.try_send(());
        }
    }

    /// Whether only few pages are left to copy; true once for each time that this is reached.
    pub(super) fn take_nearly_done(&self) -> bool {
        self.nearly_done.swap(false, Ordering::AcqRel)
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.signal.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread needs no handling here.
            let _ = thread.join();
        }
    }
}

fn run(receiver: &Receiver<()>, connection: &Connection, nearly_done: &AtomicBool) {
    while receiver.recv().is_ok() {
        for _ in 0..PASSES_MAX {
            match copy_back(connection) {
                Ok(left) if left > FRAMES_LEFT_MAX => {}
                Ok(_) => {
                    nearly_done.store(true, Ordering::Release);
                    break;
                }
                // Another copy is running, or the disk is full; at the bound of the log the writer copies it.
                Err(_) => break,
            }
        }
    }
}

/// Copies all pages that no reader still needs; returns the number of pages left.
pub(super) fn copy_back(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?
        .query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))
}

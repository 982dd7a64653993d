//! The writer: one thread with one connection. It opens a transaction, runs every waiting job in it and commits once,
//! so that a durable write costs only a fraction of a sync; the syncer answers the jobs. If a job fails after it has
//! written, the transaction is rolled back and all its jobs run again, each with a savepoint. Jobs are pure, so that is
//! safe.

use super::SqliteTransaction;
use super::cache::Cache;
use super::checkpointer::{Checkpointer, FRAMES_BEGIN, FRAMES_MAX, copy_back};
use super::commits::Commits;
use super::readers::Readers;
use super::syncer::{Group, Syncer};
use super::task::{Task, Typed};
use super::transaction::{Ended, Undo};
use crate::readable::{ROWS_OF_NO_USE, TEXTS};
use crate::snapshots::PHOTOS_THAT_DISAGREE;
use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::limits;
use tokio::sync::oneshot;

/// The time without requests after which the writer returns free pages.
const IDLE: Duration = Duration::from_millis(500);
/// The wait for a request between two portions of pages.
const BETWEEN_PORTIONS: Duration = Duration::from_millis(2);
/// Free pages that are returned at once; few, so that a request need not wait long.
const PAGES_GIVEN_BACK: i64 = 256;
/// Free pages that are kept for the next photos.
const PAGES_KEPT: i64 = 256;

#[derive(Debug)]
pub(super) struct Writer {
    /// `None` once the store is closed.
    queue: RwLock<Option<SyncSender<Message>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

pub(super) fn gone() -> StoreError {
    StoreError::new("the writer has ended")
}

/// The error of a job that panicked. No other job is affected.
pub(super) fn panicked() -> StoreError {
    StoreError::new("the request panicked")
}

enum Message {
    Job(Box<dyn Task>),
    Verify(oneshot::Sender<Result<Vec<String>, StoreError>>),
}

/// The helpers of the writer for a store in a folder.
pub(super) struct Disk {
    pub(super) readers: Arc<Readers>,
    pub(super) commits: Arc<Commits>,
    pub(super) syncer: Syncer,
    pub(super) checkpointer: Checkpointer,
}

impl Writer {
    pub(super) fn start(
        mut connection: Connection,
        cache: Arc<Cache>,
        disk: Option<Disk>,
    ) -> rusqlite::Result<Self> {
        let frames = Arc::new(AtomicI64::new(0));
        if disk.is_some() {
            let frames = Arc::clone(&frames);
            connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
                frames.store(pages.into(), Ordering::Relaxed);
                Ok(())
            }))?;
        }
        let (queue, receiver) = sync_channel(limits::WRITES_QUEUED_MAX);
        let thread = std::thread::Builder::new()
            .name("tanzanite-writer".to_owned())
            .spawn(move || {
                Loop {
                    connection,
                    cache,
                    disk,
                    frames,
                    receiver,
                }
                .run();
            })
            .ok();
        Ok(Self {
            queue: RwLock::new(Some(queue)),
            thread: Mutex::new(thread),
        })
    }

    /// Queues a job, which either `reads` only or may write. Refuses it if the queue is full.
    pub(super) fn submit<T, F, J>(
        &self,
        job: J,
        reads: bool,
    ) -> Result<oneshot::Receiver<Result<T, F>>, StoreError>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        self.send(Message::Job(Box::new(Typed {
            job,
            reads,
            result: None,
            answer,
        })))?;
        Ok(receiver)
    }

    /// Runs SQLite's checks, and searches for contradictions among records and photos.
    pub(super) fn verify(&self) -> Result<Vec<String>, StoreError> {
        let (answer, receiver) = oneshot::channel();
        self.send(Message::Verify(answer))?;
        receiver.blocking_recv().map_err(|_| gone())?
    }

    fn send(&self, message: Message) -> Result<(), StoreError> {
        match self
            .queue
            .read()
            .as_ref()
            .ok_or_else(gone)?
            .try_send(message)
        {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(StoreError::new("too many writes are waiting")),
            Err(TrySendError::Disconnected(_)) => Err(gone()),
        }
    }

    pub(super) fn close(&self) {
        drop(self.queue.write().take());
        if let Some(thread) = self.thread.lock().take() {
            // If it has panicked, the waiting jobs have been told.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// The state of the thread.
struct Loop {
    connection: Connection,
    cache: Arc<Cache>,
    /// `None` in memory.
    disk: Option<Disk>,
    /// Pages in the log after the last commit.
    frames: Arc<AtomicI64>,
    receiver: Receiver<Message>,
}

/// The result of a transaction.
struct Committed {
    /// The commit's number, if one was tried.
    number: Option<u64>,
    ended: Result<Ended, StoreError>,
}

impl Loop {
    fn run(mut self) {
        // The wait for a request before tidying up; `None`, once all is tidy, means for ever.
        let mut patience = Some(IDLE);
        loop {
            let message = match patience {
                Some(patience) => self.receiver.recv_timeout(patience),
                None => self
                    .receiver
                    .recv()
                    .map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(message) => {
                    self.batch(message);
                    patience = Some(IDLE);
                }
                Err(RecvTimeoutError::Timeout) if self.give_pages_back() => {
                    patience = Some(BETWEEN_PORTIONS);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.end_idle_snapshots();
                    // The file shrinks when the log is copied back. If that fails, the next time suffices.
                    let _ = copy_back(&self.connection);
                    patience = None;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Some(disk) = self.disk.take() {
            disk.readers.end_idle_snapshots();
            // Answers all committed jobs, and ends.
            drop(disk);
        }
        // Copies the log back and truncates it, so that the next start need not.
        let _ = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Runs a job and all that wait behind it, commits, and answers.
    fn batch(&mut self, first: Message) {
        let mut tasks: Vec<Box<dyn Task>> = Vec::new();
        let mut next = Some(first);
        let mut committed = self.commit(Undo::Transaction, |tx| {
            while let Some(Message::Job(mut task)) =
                next.take_if(|next| matches!(next, Message::Job(_)))
            {
                let ended = run(task.as_mut(), tx)?;
                tasks.push(task);
                if ended == Ended::Spoiled {
                    return Ok(ended);
                }
                if tasks.len() < limits::WRITES_PER_COMMIT_MAX {
                    next = self.receiver.try_recv().ok();
                }
            }
            Ok(Ended::Well)
        });
        if committed.ended == Ok(Ended::Spoiled) {
            committed = self.commit(Undo::Savepoint, |tx| {
                tasks
                    .iter_mut()
                    .try_for_each(|task| run(task.as_mut(), tx).map(|_| ()))?;
                Ok(Ended::Well)
            });
        }
        let ended = committed.ended.map(|_| ());
        match &self.disk {
            // Refusals wait for the sync too, since they may depend on a commit that is not on disk yet.
            Some(disk) => disk.syncer.hand_over(Group {
                number: committed.number,
                tasks,
                ended: ended.clone(),
            }),
            None => tasks
                .into_iter()
                .for_each(|task| task.answer(ended.clone())),
        }
        match next {
            Some(Message::Verify(answer)) => {
                // The caller may have gone.
                let _ = answer.send(verify(&self.connection).map_err(StoreError::new));
            }
            // The transaction did not begin.
            Some(Message::Job(task)) => task.answer(ended.and(Err(gone()))),
            None => {}
        }
        self.keep_log_short();
    }

    /// Runs jobs in one transaction. If it must be rolled back or fails, no change stays.
    fn commit(
        &self,
        undo: Undo,
        jobs: impl FnOnce(&mut SqliteTransaction<'_>) -> Result<Ended, StoreError>,
    ) -> Committed {
        self.end_idle_snapshots();
        if let Err(error) = execute(&self.connection, "BEGIN IMMEDIATE") {
            return Committed {
                number: None,
                ended: Err(error),
            };
        }
        let mut tx = SqliteTransaction::writing(&self.connection, &self.cache, undo);
        let mut ended = jobs(&mut tx);
        let (outdated, changed) = (tx.take_outdated(), tx.has_changed());
        let mut number = None;
        if ended == Ok(Ended::Well) {
            let counted = self.disk.as_ref().filter(|_| changed);
            number = counted.map(|disk| disk.commits.begin());
            ended = execute(&self.connection, "COMMIT").map(|()| Ended::Well);
        }
        if ended != Ok(Ended::Well) && !self.connection.is_autocommit() {
            // If this fails too, the next BEGIN fails and reports it.
            let _ = execute(&self.connection, "ROLLBACK");
        }
        if let Some(disk) = &self.disk {
            disk.readers.set_quiet(!changed);
            if let Some(number) = number {
                disk.commits.end(number);
            }
        }
        if !outdated.is_empty() && ended == Ok(Ended::Well) {
            self.cache.forget(&outdated);
        }
        Committed { number, ended }
    }

    /// Starts the copying of a log that has grown, and copies the last pages.
    fn keep_log_short(&self) {
        let Some(disk) = &self.disk else { return };
        let frames = self.frames.load(Ordering::Relaxed);
        if frames < FRAMES_BEGIN {
            return;
        }
        if disk.checkpointer.take_nearly_done() || frames >= FRAMES_MAX {
            // If this fails, the log only grows a little more.
            let _ = copy_back(&self.connection);
        } else {
            disk.checkpointer.wake();
        }
    }

    /// Ends idle snapshots, so that they do not keep the log from starting again.
    fn end_idle_snapshots(&self) {
        if let Some(disk) = &self.disk {
            disk.readers.end_idle_snapshots();
        }
    }

    /// Returns pages of deleted photos to the file system; returns whether there are more.
    fn give_pages_back(&self) -> bool {
        let free = self
            .connection
            .pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0));
        let surplus = free.unwrap_or(0) - PAGES_KEPT;
        if surplus <= 0 {
            return false;
        }
        let pages = surplus.min(PAGES_GIVEN_BACK);
        // The pragma returns one page for each row that is fetched.
        let given = self
            .connection
            .prepare(&format!("PRAGMA incremental_vacuum({pages})"))
            .and_then(|mut vacuum| {
                let mut rows = vacuum.query([])?;
                while rows.next()?.is_some() {}
                Ok(())
            });
        given.is_ok()
    }
}

/// Runs one job within the transaction.
fn run(task: &mut dyn Task, tx: &mut SqliteTransaction<'_>) -> Result<Ended, StoreError> {
    tx.begin_job(task.reads());
    let keep = task.run(tx);
    tx.end_job(keep)
}

pub(super) fn execute(connection: &Connection, statement: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(statement)
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .map_err(StoreError::new)
}

fn verify(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut list = |sql: &str| -> rusqlite::Result<()> {
        let mut statement = connection.prepare(sql)?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        for line in lines {
            found.push(line?);
        }
        Ok(())
    };
    list("SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'")?;
    for troubles in PHOTOS_THAT_DISAGREE.iter().chain(&ROWS_OF_NO_USE) {
        list(troubles)?;
    }
    for texts in &TEXTS {
        let mut statement = connection.prepare(texts.sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.extend(texts.trouble(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_bytes()?));
        }
    }
    Ok(found)
}

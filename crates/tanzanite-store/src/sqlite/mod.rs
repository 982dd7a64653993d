//! SQLite, embedded: one writer thread that commits many requests at once, and readers beside it.
//!
//! Uses write-ahead logging, with the log synced by a separate thread before any request is answered. A store in memory
//! has one connection, and its writer thread also reads.

mod cache;
mod checkpointer;
mod commits;
mod deleted;
mod directory;
mod documents;
mod list;
mod locks;
mod migrate;
mod numbers;
mod organisations;
mod photos;
mod readers;
mod records;
mod solo;
mod syncer;
mod task;
mod timeline;
mod transaction;
mod writer;

use crate::Store;
use cache::Cache;
use checkpointer::Checkpointer;
use commits::Commits;
pub(crate) use migrate::{inspect, is_half_copied, migrate, migrate_to, schema_number};
use readers::Readers;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
pub use solo::SoloSqlite;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use syncer::Syncer;
use tanzanite_crm::{StoreError, Transaction};
use tokio::sync::oneshot::Receiver;
use transaction::SqliteTransaction;
use writer::{Disk, Writer};

/// The database's file in a data folder.
pub(crate) const DATABASE_FILE: &str = "tanzanite.sqlite3";
/// The file that a process locks while it uses a data folder.
const LOCK_FILE: &str = "lock";
/// Attempts to lock a folder before it counts as in use.
const LOCK_TRIES: u32 = 25;
/// The wait between two attempts.
const BETWEEN_LOCK_TRIES: Duration = Duration::from_millis(10);
/// The writer's page cache, in KiB.
const WRITER_CACHE_KIB: i64 = 24 * 1024;
/// Each reader's page cache, in KiB.
const READER_CACHE_KIB: i64 = 12 * 1024;
/// The page size in memory, where there are many small organisations: a small photo fits beside other rows.
const MEMORY_PAGE_BYTES: i64 = 8 * 1024;
/// Prepared statements that a connection keeps.
const STATEMENTS_CACHED: usize = 64;
/// Bytes to which the write-ahead log is truncated when it starts again.
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// The location of a store's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder, which is made if it is missing.
    Folder(PathBuf),
    /// In memory, until the store is dropped.
    Memory,
}

/// The reasons why a store could not be opened, with advice.
#[derive(Debug)]
pub enum SqliteOpenError {
    /// Another process uses the folder.
    InUse(PathBuf),
    /// A later version of Tanzanite made the database.
    Newer {
        /// The database's file.
        path: PathBuf,
        /// Its schema's number.
        found: i64,
        /// The newest known number.
        known: i64,
    },
    /// The database is not Tanzanite's.
    Foreign(PathBuf),
    /// The database is an incomplete copy.
    HalfCopied(PathBuf),
    /// The folder cannot be used.
    Folder(PathBuf, std::io::Error),
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl fmt::Display for SqliteOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => write!(
                f,
                "another process uses the data folder {}; stop it, or reach it with --url",
                path.display()
            ),
            Self::Newer { path, found, known } => write!(
                f,
                "{} has schema {found}, and this version of Tanzanite knows no later one than {known}; use the newer version that made it, or another folder",
                path.display()
            ),
            Self::Foreign(path) => write!(
                f,
                "{} is no database of Tanzanite's and is left alone; use another folder",
                path.display()
            ),
            Self::HalfCopied(path) => write!(
                f,
                "a copy into {} was begun and is not finished; copy again (or restore again) to go on with it, or remove the folder",
                path.display()
            ),
            Self::Folder(path, error) => {
                write!(f, "cannot use the data folder {}: {error}", path.display())
            }
            Self::Sqlite(error) => write!(f, "the database cannot be opened: {error}"),
        }
    }
}

impl std::error::Error for SqliteOpenError {}

impl From<rusqlite::Error> for SqliteOpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// A store in SQLite. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    /// `None` in memory, where the writer thread reads.
    readers: Option<Arc<Readers>>,
    cache: Arc<Cache>,
    /// The lock on the folder; the system releases it however the process ends.
    _lock: Option<Arc<File>>,
}

impl SqliteStore {
    /// Opens a store, which is made if it is missing, and migrates its schema.
    pub fn open(place: &Place) -> Result<Self, SqliteOpenError> {
        let Opened {
            connection,
            path,
            lock,
        } = connect(place)?;
        let cache = Arc::new(Cache::default());
        let disk = path.as_deref().map(open_disk).transpose()?;
        let readers = disk.as_ref().map(|disk| Arc::clone(&disk.readers));
        let writer = Writer::start(connection, Arc::clone(&cache), disk)?;
        Ok(Self {
            writer: Arc::new(writer),
            readers,
            cache,
            _lock: lock.map(Arc::new),
        })
    }

    /// Runs a job on a snapshot. Its writes fail.
    pub async fn read<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        match &self.readers {
            Some(readers) => {
                let (result, seen) = readers.run(&self.cache, &job)?;
                readers.commits().durable(seen).await?;
                result
            }
            None => answered(self.writer.submit(job, true)?).await,
        }
    }

    /// Runs a job in a transaction that is committed if it succeeds. When this returns `Ok`, the change is on disk.
    pub async fn write<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        match self.look(&job).await {
            Some(result) => result,
            None => answered(self.writer.submit(job, false)?).await,
        }
    }

    /// [`SqliteStore::write`] of a job that refuses whatever `screen` refuses. `screen` is run on a snapshot first, so
    /// that such refusals do not load the writer.
    pub async fn write_screened<T, F, S, J>(&self, screen: S, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        S: Fn(&mut dyn Transaction) -> Result<(), F> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        if let Some(result) = self.look(&job).await {
            return result;
        }
        if self.readers.is_some() {
            self.read(screen).await?;
        }
        answered(self.writer.submit(job, false)?).await
    }

    /// The result of a job that is run on a snapshot while nobody writes; `None` if it wants to write.
    async fn look<T, F: From<StoreError>>(
        &self,
        job: &impl Fn(&mut dyn Transaction) -> Result<T, F>,
    ) -> Option<Result<T, F>> {
        let readers = self.readers.as_ref()?;
        let (result, seen) = readers.look(&self.cache, job)?;
        match readers.commits().durable(seen).await {
            Ok(()) => Some(result),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Stops the writer after the transaction in progress. The store cannot be used afterwards.
    pub fn close(&self) {
        self.writer.close();
    }
}

impl Store for SqliteStore {
    fn read_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        match &self.readers {
            Some(readers) => readers.run(&self.cache, &job)?.0,
            None => answered_blocking(self.writer.submit(job, true)?),
        }
    }

    fn write_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        answered_blocking(self.writer.submit(job, false)?)
    }

    /// Problems that SQLite itself finds in the database, and contradictions among records and photos; empty if there
    /// are none.
    fn verify(&self) -> Result<Vec<String>, StoreError> {
        self.writer.verify()
    }
}

/// A connection that may write to a database whose schema is up to date.
struct Opened {
    connection: Connection,
    /// None in memory.
    path: Option<PathBuf>,
    /// The lock of the folder, if it is in one.
    lock: Option<FolderLock>,
}

fn connect(place: &Place) -> Result<Opened, SqliteOpenError> {
    let (connection, path, lock) = match place {
        Place::Memory => {
            let connection = Connection::open_in_memory()?;
            connection.pragma_update(None, "page_size", MEMORY_PAGE_BYTES)?;
            (connection, None, None)
        }
        Place::Folder(folder) => {
            let lock = lock_folder(folder)?;
            let path = folder.join(DATABASE_FILE);
            (Connection::open(&path)?, Some(path), Some(lock))
        }
    };
    let shown = path.clone().unwrap_or_else(|| PathBuf::from("(memory)"));
    let found = inspect(&connection, &shown)?;
    if is_half_copied(&connection)? {
        return Err(SqliteOpenError::HalfCopied(shown));
    }
    prepare_writer(&connection)?;
    migrate(&connection, found)?;
    Ok(Opened {
        connection,
        path,
        lock,
    })
}

/// The write-ahead log beside a database.
struct Log(File);

impl Log {
    fn of(database: &Path) -> Result<Self, SqliteOpenError> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let file = File::options().write(true).open(&log);
        file.map(Self)
            .map_err(|error| SqliteOpenError::Folder(log.into(), error))
    }

    fn sync(&self) -> std::io::Result<()> {
        self.0.sync_data()
    }
}

fn open_disk(path: &Path) -> Result<Disk, SqliteOpenError> {
    let commits = Arc::new(Commits::new());
    let log = Log::of(path)?;
    let syncer = Syncer::start(move || log.sync(), Arc::clone(&commits))
        .map_err(|error| SqliteOpenError::Folder(path.to_owned(), error))?;
    Ok(Disk {
        readers: Arc::new(Readers::new(path.to_owned(), Arc::clone(&commits))),
        commits,
        syncer,
        checkpointer: Checkpointer::start(path)?,
    })
}

async fn answered<T, F: From<StoreError>>(answer: Receiver<Result<T, F>>) -> Result<T, F> {
    answer.await.unwrap_or_else(|_| Err(writer::gone().into()))
}

fn answered_blocking<T, F: From<StoreError>>(answer: Receiver<Result<T, F>>) -> Result<T, F> {
    answer
        .blocking_recv()
        .unwrap_or_else(|_| Err(writer::gone().into()))
}

/// The lock on a folder in use.
pub(crate) type FolderLock = File;

pub(crate) fn lock_folder(folder: &Path) -> Result<FolderLock, SqliteOpenError> {
    let failed = |error| SqliteOpenError::Folder(folder.to_owned(), error);
    make_folder(folder).map_err(failed)?;
    let mut options = private();
    let file = options
        .create(true)
        .truncate(false)
        .open(folder.join(LOCK_FILE))
        .map_err(failed)?;
    // A process that has just ended, or a forked child that has not yet executed its program, may hold the lock a
    // moment longer.
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => {
                keep_private(folder).map_err(failed)?;
                return Ok(file);
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_LOCK_TRIES),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
    Err(SqliteOpenError::InUse(folder.to_owned()))
}

/// Makes a data folder that nobody else may enter. An existing one keeps its permissions, since it may be shared on
/// purpose.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Options for a file that nobody else may read.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes sure that nobody else can read the database. SQLite would create it readable for all, and gives its auxiliary
/// files the same permissions.
fn keep_private(folder: &Path) -> std::io::Result<()> {
    let made = private().create_new(true).open(folder.join(DATABASE_FILE));
    if let Err(error) = made
        && error.kind() != ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    let beside = ["-wal", "-shm"].map(|end| format!("{DATABASE_FILE}{end}"));
    for name in [DATABASE_FILE, LOCK_FILE]
        .into_iter()
        .chain(beside.iter().map(String::as_str))
    {
        take_from_others(&folder.join(name));
    }
    Ok(())
}

/// Removes others' permissions, which earlier versions granted. Failures are ignored: the file may belong to another
/// user.
#[cfg(unix)]
fn take_from_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = std::fs::metadata(path) else {
        return;
    };
    let mode = found.permissions().mode();
    if mode & 0o077 != 0 {
        let own = std::fs::Permissions::from_mode(mode & 0o700);
        if let Err(error) = std::fs::set_permissions(path, own) {
            tracing::warn!(path = %path.display(), %error, "others may read this file");
        }
    }
}

/// On Windows a user's files are private to the user.
#[cfg(not(unix))]
fn take_from_others(_: &Path) {}

pub(crate) fn prepare_writer(connection: &Connection) -> Result<(), SqliteOpenError> {
    prepare_statements(connection)?;
    // Has an effect on a new database only: pages of deleted photos can be returned to the file system.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The syncer adds the sync that `FULL` would make.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
    Ok(())
}

/// Makes statements be planned once. Without the stability guarantee SQLite plans a statement again whenever a
/// parameter's value could affect the plan, which costs ten times as much as running it.
fn prepare_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

//! PostgreSQL, shared by any number of nodes. A node caches nothing that another node could outdate unnoticed.
//!
//! Each job is one serializable transaction in a session from a pool. It runs again for each result that it needs, and
//! after a conflict. Photos are in the rows, or in an object store that the rows refer to.

mod cache;
mod connection;
mod deleted;
mod dialogue;
mod directory;
mod documents;
mod failure;
mod jobs;
mod list;
mod locks;
mod migrate;
mod numbers;
mod options;
mod organisations;
mod outcome;
mod photos;
mod pool;
mod records;
mod session;
mod settings;
mod sweeper;
mod timeline;
mod transaction;
mod uploads;
mod verify;

pub(crate) use connection::Connection;
pub(crate) use migrate::{MIGRATIONS_TABLE, begin_migration, finish_migration, is_half_copied};
pub(crate) use numbers::UPLOADS_BLOCK;
pub use options::{PostgresOpenError, PostgresOptions};
pub use sweeper::Swept;
pub(crate) use sweeper::keep_objects;

use crate::Store;
use crate::blobs::{Blobs, Objects};
use crate::runtime::OwnRuntime;
use cache::Cache;
use dialogue::Access;
use numbers::Numbers;
use pool::Pool;
use std::fmt;
use std::sync::Arc;
use sweeper::{Bell, Sweeper};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::Timestamp;

/// A store in PostgreSQL. Clones share it.
#[derive(Clone)]
pub struct PostgresStore {
    shared: Arc<Shared>,
    sweeper: Arc<Sweeper>,
}

/// State that the jobs of a node share.
struct Shared {
    /// For jobs of blocking callers.
    runtime: OwnRuntime,
    pool: Arc<Pool>,
    numbers: Numbers,
    cache: Cache,
    blobs: Blobs,
    bell: Bell,
}

impl Shared {
    /// The object store; an error if a row refers to one and none is configured.
    fn objects(&self) -> Stored<&Objects> {
        self.blobs.objects().ok_or_else(|| {
            StoreError::new(
                "the photo is in an object store, and the server was started without one",
            )
        })
    }
}

impl PostgresStore {
    /// Whether there is a store that could be opened. Changes nothing. Must not be called on a thread that runs
    /// asynchronous tasks.
    pub fn exists(options: &PostgresOptions) -> Result<bool, PostgresOpenError> {
        migrate::is_made(options)
    }

    /// Opens a store, makes its schema if it is missing, and migrates it. Must not be called on a thread that runs
    /// asynchronous tasks.
    pub fn open(options: &PostgresOptions) -> Result<Self, PostgresOpenError> {
        migrate::migrate(options)?;
        let runtime = OwnRuntime::with_thread("tanzanite-postgres")
            .map_err(|error| PostgresOpenError::Postgres(error.to_string()))?;
        let shared = Arc::new(Shared {
            runtime,
            pool: Arc::new(Pool::new(options.clone())),
            numbers: Numbers::new(options.clone()),
            cache: Cache::new(),
            blobs: options.blobs.clone(),
            bell: Bell::default(),
        });
        let sweeper = Arc::new(Sweeper::start(&shared));
        Ok(Self { shared, sweeper })
    }

    /// Runs a job on a snapshot. Its writes fail.
    pub async fn read<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        self.spawned(Access::Read, job).await
    }

    /// Runs a job in a transaction that is committed if it succeeds. When this returns `Ok`, the change is durable.
    pub async fn write<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        self.spawned(Access::Write, job).await
    }

    /// Removes the objects that no row refers to, as of this time. A background thread does so regularly; this is for
    /// callers that cannot wait for it.
    pub fn sweep(&self, now: Timestamp) -> Result<Swept, StoreError> {
        sweeper::sweep(&self.shared, now)
    }

    /// The number of round trips to the server for jobs since the store was opened, including those that prepared
    /// statements.
    pub fn round_trips(&self) -> u64 {
        self.shared.pool.trips()
    }

    /// Closes idle sessions, and the others when their jobs have ended. The store cannot be used afterwards.
    pub fn close(&self) {
        self.sweeper.end();
        self.shared.pool.close();
        self.shared.numbers.close();
    }

    /// Runs a job to its end, even if the caller is dropped.
    async fn spawned<T, F, J>(&self, access: Access, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        tokio::spawn(jobs::run(Arc::clone(&self.shared), access, job))
            .await
            .unwrap_or_else(|error| Err(StoreError::new(error).into()))
    }

    /// Runs a job and blocks the thread.
    fn waited<T, F, J>(&self, access: Access, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        let result = jobs::run(Arc::clone(&self.shared), access, job);
        self.shared.runtime.wait(result)
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("options", &self.shared.pool.options)
            .finish_non_exhaustive()
    }
}

impl Store for PostgresStore {
    fn read_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        self.waited(Access::Read, job)
    }

    fn write_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        self.waited(Access::Write, job)
    }

    /// Contradictions among records, photos and objects; empty if there are none.
    fn verify(&self) -> Result<Vec<String>, StoreError> {
        verify::verify(&self.shared)
    }
}

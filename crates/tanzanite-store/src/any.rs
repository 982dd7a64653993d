//! A store of either kind, chosen at run time.

use crate::postgres::{PostgresOpenError, PostgresOptions, PostgresStore};
use crate::sqlite::{Place, SqliteOpenError, SqliteStore};
use crate::store::Store;
use std::fmt;
use tanzanite_crm::{StoreError, Transaction};

/// The location of a store.
#[derive(Clone, Debug)]
pub enum Database {
    /// In SQLite.
    Sqlite(Place),
    /// In PostgreSQL.
    Postgres(Box<PostgresOptions>),
}

/// The reasons why a store could not be opened, with advice.
#[derive(Debug)]
pub enum OpenError {
    /// A reason of SQLite's.
    Sqlite(SqliteOpenError),
    /// A reason of PostgreSQL's.
    Postgres(PostgresOpenError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            Self::Postgres(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

/// A store in SQLite or in PostgreSQL. Clones share it.
#[derive(Clone, Debug)]
pub enum AnyStore {
    /// In SQLite.
    Sqlite(SqliteStore),
    /// In PostgreSQL.
    Postgres(PostgresStore),
}

/// Makes the same call on either store.
macro_rules! either {
    ($self:expr, $store:ident => $call:expr) => {
        match $self {
            AnyStore::Sqlite($store) => $call,
            AnyStore::Postgres($store) => $call,
        }
    };
}

impl AnyStore {
    /// Opens a store, which is made if it is missing, and migrates its schema. Must not be called on a thread that runs
    /// asynchronous tasks.
    pub fn open(database: &Database) -> Result<Self, OpenError> {
        match database {
            Database::Sqlite(place) => SqliteStore::open(place)
                .map(Self::Sqlite)
                .map_err(OpenError::Sqlite),
            Database::Postgres(options) => PostgresStore::open(options)
                .map(Self::Postgres)
                .map_err(OpenError::Postgres),
        }
    }

    /// Runs a job on a snapshot. Its writes fail.
    pub async fn read<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        either!(self, store => store.read(job).await)
    }

    /// Runs a job in a transaction that is committed if it succeeds. When this returns `Ok`, the change is durable.
    pub async fn write<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        either!(self, store => store.write(job).await)
    }

    /// [`AnyStore::write`] of a job that refuses whatever `screen` refuses. SQLite runs `screen` on a snapshot first,
    /// to spare its one writer.
    pub async fn write_screened<T, F, S, J>(&self, screen: S, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        S: Fn(&mut dyn Transaction) -> Result<(), F> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        match self {
            Self::Sqlite(store) => store.write_screened(screen, job).await,
            Self::Postgres(store) => store.write(job).await,
        }
    }

    /// Ends the background threads. The store cannot be used afterwards.
    pub fn close(&self) {
        either!(self, store => store.close());
    }
}

impl Store for AnyStore {
    fn read_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        either!(self, store => store.read_blocking(job))
    }

    fn write_blocking<T, F, J>(&self, job: J) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<StoreError> + Send + 'static,
        J: Fn(&mut dyn Transaction) -> Result<T, F> + Send + 'static,
    {
        either!(self, store => store.write_blocking(job))
    }

    fn verify(&self) -> Result<Vec<String>, StoreError> {
        either!(self, store => store.verify())
    }
}

impl From<SqliteStore> for AnyStore {
    fn from(store: SqliteStore) -> Self {
        Self::Sqlite(store)
    }
}

impl From<PostgresStore> for AnyStore {
    fn from(store: PostgresStore) -> Self {
        Self::Postgres(store)
    }
}

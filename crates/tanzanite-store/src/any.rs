//! Either store, for those who take the one that they are told.

use crate::postgres::{PostgresOpenError, PostgresOptions, PostgresStore};
use crate::sqlite::{Place, SqliteOpenError, SqliteStore};
use crate::store::Store;
use std::fmt;
use tanzanite_crm::{StoreError, Transaction};

/// Where a store is.
#[derive(Clone, Debug)]
pub enum Database {
    /// In SQLite.
    Sqlite(Place),
    /// In PostgreSQL.
    Postgres(Box<PostgresOptions>),
}

/// Why a store could not be opened, and what to do.
#[derive(Debug)]
pub enum OpenError {
    /// The one in SQLite.
    Sqlite(SqliteOpenError),
    /// The one in PostgreSQL.
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

/// The same call of either store.
macro_rules! either {
    ($self:expr, $store:ident => $call:expr) => {
        match $self {
            AnyStore::Sqlite($store) => $call,
            AnyStore::Postgres($store) => $call,
        }
    };
}

impl AnyStore {
    /// Opens a store, makes it if it is missing, and brings its schema up to date. Must not be called on a thread that runs
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

    /// [`AnyStore::write`] of a job that refuses whatever `screen` refuses. Whoever has one writer spares it those.
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

    /// Ends what runs in the background. The store cannot be used afterwards.
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

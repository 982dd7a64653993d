//! Stores: implementations of [`Transaction`](tanzanite_crm::Transaction), their migrations, and the suite that every
//! implementation and every wrapper must pass ([`conformance`]).
//!
//! Nothing here knows HTTP.

mod any;
mod blobs;
mod condition;
pub mod conformance;
mod copy;
mod deleted;
mod differences;
mod dump;
#[cfg(test)]
mod every_list;
mod failing;
mod former_records;
mod head;
mod postgres;
mod readable;
mod runtime;
mod snapshots;
mod sqlite;
mod store;

pub use crate::postgres::{PostgresOpenError, PostgresOptions, PostgresStore, Swept};
pub use any::{AnyStore, Database, OpenError};
pub use blobs::{Blobs, BlobsError};
pub use copy::{
    ARCHIVE_BEGINNING, ArchiveError, Copied, CopiedTable, CopyError, CopyPage, CopyPhase,
    CopyProgress, backup, copy, restore, verify_archive,
};
pub use dump::dump;
pub use failing::FailNth;
pub use sqlite::{Place, SoloSqlite, SqliteOpenError, SqliteStore};
pub use store::Store;

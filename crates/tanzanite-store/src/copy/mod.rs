//! Copies everything from one store to another, between SQLite and PostgreSQL in both directions, and between stores
//! and archives: row by row in the order of keys, with one transaction of the target for each page.
//!
//! During a copy the target has a table `copying` with the progress, written in the same transaction as the page. Only
//! another copy can open a store with this table, and it continues if the source still begins with the rows copied
//! earlier. At the end the whole target is read back and compared with the rows read from the source, and the table is
//! dropped: a target without it is complete.
//!
//! No server may use either store meanwhile. For SQLite the lock on the folder ensures that. PostgreSQL has no such
//! lock: the source is read in one snapshot, so later writes are not copied, and writes to the target make the
//! comparison fail.
//!
//! A single organisation can be copied from a store to an archive, and from there into a store that has others. That is
//! one transaction, invisible until its end: there is no table `copying`, and the other organisations can be served
//! meanwhile.
//!
//! Data that only PostgreSQL has is made anew, and the queues of its sweeper are not copied.

mod archive;
mod engine;
mod error;
mod former;
mod numbers;
mod postgres;
mod row;
mod run;
mod sides;
mod sqlite;
mod table;

pub use archive::{ARCHIVE_BEGINNING, ArchiveError};
pub use error::CopyError;
pub use run::{backup, copy, restore, verify_archive};
pub(crate) use table::{Table, tables_of_organisations, tables_of_snapshots};

/// The table that exists in a target until the copy is finished.
pub(crate) const COPYING: &str = "copying";

/// Rows in one page by default.
const PAGE_ROWS: usize = 1_000;
/// Bytes in one page by default.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// The amount that is held in memory and written in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyPage {
    /// The most rows.
    pub rows: usize,
    /// Once the page has this many bytes of texts and photos, no row is added.
    pub bytes: usize,
}

impl Default for CopyPage {
    fn default() -> Self {
        Self {
            rows: PAGE_ROWS,
            bytes: PAGE_BYTES,
        }
    }
}

/// The activity on a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyPhase {
    /// Comparing the rows of an earlier attempt with the source.
    Checking,
    /// Copying rows.
    Copying,
    /// Reading the target back and comparing it.
    Verifying,
}

/// The progress of a copy, reported after each page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// The activity.
    pub phase: CopyPhase,
    /// The table.
    pub table: &'static str,
    /// The rows that are done, including those of earlier attempts.
    pub rows: u64,
    /// The table's rows in the source.
    pub rows_total: u64,
    /// The bytes of the rows that are done, including photos.
    pub bytes: u64,
}

/// The summary of a copy, which is the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Every table.
    pub tables: Vec<CopiedTable>,
    /// The number of photos.
    pub photos: u64,
    /// The size of all photos, in bytes.
    pub photo_bytes: u64,
}

/// A table that was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: &'static str,
    /// The number of its rows.
    pub rows: u64,
    /// A chain of SHA-256 over its rows in the order of keys, in hexadecimal digits. It depends only on the content,
    /// not on the kind of store or the place of photos.
    pub checksum: String,
}

//! Moves everything of one store into another, between SQLite and PostgreSQL and back, and between stores and archives: row by row,
//! in the order of the keys, a page in one transaction of the target's.
//!
//! While a copy goes on the target has a table `copying`, which says how far it has come; the same transaction that writes a
//! page writes that. A store that has the table is opened by nobody but the next copy, which goes on from there if the source
//! still begins with what has been copied. At the end the whole target is read back and compared with what was read from
//! the source, and the table is dropped: a target without it is whole.
//!
//! Nobody may serve either store meanwhile. SQLite's lock on the folder sees to that. PostgreSQL has none: the source is read
//! in one snapshot, and what is written to it later is not copied; who writes to the target makes the comparison fail.
//!
//! One organisation goes from a store into an archive, and from there into a store that has others. That is one transaction, which
//! nobody sees before its end: no table `copying`, and whoever serves the others may go on.
//!
//! What only PostgreSQL has is made anew, and the queues of its sweeper are left behind.

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

/// The table that a store has while a copy into it is not finished.
pub(crate) const COPYING: &str = "copying";

/// Rows in one page unless told otherwise.
const PAGE_ROWS: usize = 1_000;
/// Bytes in one page unless told otherwise.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// How much is held in memory, and written in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyPage {
    /// Rows at most.
    pub rows: usize,
    /// No row is added to so many bytes of texts and photos.
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

/// What is done with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyPhase {
    /// What an earlier attempt has copied is compared with the source.
    Checking,
    /// Rows are copied.
    Copying,
    /// What was written is read back and compared.
    Verifying,
}

/// How far a copy has come. It is told after each page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// What is done with the table.
    pub phase: CopyPhase,
    /// The table.
    pub table: &'static str,
    /// Its rows that are done, with those of earlier attempts.
    pub rows: u64,
    /// Its rows in the source.
    pub rows_total: u64,
    /// Bytes of the rows that are done, their photos included.
    pub bytes: u64,
}

/// What was copied, and is the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Every table.
    pub tables: Vec<CopiedTable>,
    /// How many photos there are.
    pub photos: u64,
    /// The bytes that they have.
    pub photo_bytes: u64,
}

/// A table that was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// A chain of SHA-256 over its rows in the order of their keys, in hexadecimal digits. It depends on what the rows say
    /// alone, and not on the kind of store or on where the photos are.
    pub checksum: String,
}

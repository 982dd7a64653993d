//! The interface of stores and archives that a copy uses.

use super::archive::ArchiveError;
use super::row::{Chain, Row, Value};
use super::table::{Part, TABLES, Table};
use super::{CopyError, CopyPage};
use tanzanite_crm::StoreError;

/// Whether photos are fetched from the object store, or only the rows' statements about them are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pictures {
    Whole,
    Described,
}

/// The reason why a side failed.
#[derive(Debug)]
pub(super) enum SideError {
    Store(StoreError),
    Archive(ArchiveError),
}

/// The result of a side's methods.
pub(super) type Sided<T> = Result<T, SideError>;

impl SideError {
    /// Converts the reason to an error of the copy.
    pub(super) fn or(self, of_store: impl FnOnce(StoreError) -> CopyError) -> CopyError {
        match self {
            Self::Store(error) => of_store(error),
            Self::Archive(error) => CopyError::Archive(error),
        }
    }
}

impl From<StoreError> for SideError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ArchiveError> for SideError {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

/// The parts for copying everything: one.
pub(super) fn everything() -> Vec<Part> {
    vec![None]
}

/// A side that rows can be read from.
pub(super) trait Side {
    /// The parts to be read, one after another.
    fn parts(&self) -> Vec<Part>;

    /// The number of a table's rows in these parts.
    fn count(&mut self, table: &Table) -> Sided<u64>;

    /// The rows of a part after a key, in the order of keys; empty if there are no more.
    fn page(
        &mut self,
        table: &'static Table,
        part: Part,
        after: Option<&[Value]>,
        page: CopyPage,
        pictures: Pictures,
    ) -> Sided<Vec<Row>>;

    /// Called after everything was read, with the tables' checksums, which an archive compares with its own.
    fn finish(&mut self, _: &[Chain]) -> Sided<()> {
        Ok(())
    }
}

/// The progress of copying one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) chain: Chain,
    /// Whether the source has no more rows.
    pub(super) done: bool,
}

impl Mark {
    /// The marks of a new copy.
    pub(super) fn none() -> Vec<Self> {
        let mark = |table| Self {
            chain: Chain::new(table),
            done: false,
        };
        TABLES.iter().map(mark).collect()
    }
}

/// A side that rows can be written to, and that only this copy writes to. It is marked as incomplete until the end.
pub(super) trait Target: Side {
    /// The progress of the tables, in their order.
    fn marks(&self) -> &[Mark];

    /// Whether texts may contain U+0000.
    fn takes_nul(&self) -> bool;

    /// Whether a client of another organisation has this id.
    fn has_client(&mut self, _id: &str) -> Sided<bool> {
        Ok(false)
    }

    /// Receives the numbers of rows in the source's tables, before any row is written.
    fn begin(&mut self, _rows: &[u64]) -> Sided<()> {
        Ok(())
    }

    /// Writes rows and the table's new mark in one transaction.
    fn put(&mut self, table: &'static Table, rows: &mut [Row], mark: Mark) -> Sided<()>;

    /// Locks out all writers.
    fn begin_end(&mut self) -> Sided<()>;

    /// Creates the derived data of a complete store, and removes the mark.
    fn end(&mut self) -> Sided<()>;
}

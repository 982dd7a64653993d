//! What a copy asks of a store or an archive, whatever its kind.

use super::archive::ArchiveError;
use super::row::{Chain, Row, Value};
use super::table::{Part, TABLES, Table};
use super::{CopyError, CopyPage};
use tanzanite_crm::StoreError;

/// Whether to get photos from the object store that they are in, or only to look at what the rows say of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pictures {
    Whole,
    Described,
}

/// Why a side failed.
#[derive(Debug)]
pub(super) enum SideError {
    Store(StoreError),
    Archive(ArchiveError),
}

/// What sides give.
pub(super) type Sided<T> = Result<T, SideError>;

impl SideError {
    /// What became of the copy by it.
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

/// The parts of everything: one.
pub(super) fn everything() -> Vec<Part> {
    vec![None]
}

/// Something whose rows are read.
pub(super) trait Side {
    /// Whose rows are read, one after the other.
    fn parts(&self) -> Vec<Part>;

    /// How many rows of these parts a table has.
    fn count(&mut self, table: &Table) -> Sided<u64>;

    /// The rows of a part after a key, in the order of their keys. None if there are no more.
    fn page(
        &mut self,
        table: &'static Table,
        part: Part,
        after: Option<&[Value]>,
        page: CopyPage,
        pictures: Pictures,
    ) -> Sided<Vec<Row>>;

    /// All was read, and these are the checksums of the tables: an archive says what they should be.
    fn finish(&mut self, _: &[Chain]) -> Sided<()> {
        Ok(())
    }
}

/// How far a copy has come with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) chain: Chain,
    /// The source has no more rows.
    pub(super) done: bool,
}

impl Mark {
    /// Those of a copy that begins.
    pub(super) fn none() -> Vec<Self> {
        let mark = |table| Self {
            chain: Chain::new(table),
            done: false,
        };
        TABLES.iter().map(mark).collect()
    }
}

/// Something that nothing but this copy is written to. It is marked to be half a copy until the end.
pub(super) trait Target: Side {
    /// How far it has come with the tables, in their order.
    fn marks(&self) -> &[Mark];

    /// Whether texts may have U+0000 in them.
    fn takes_nul(&self) -> bool;

    /// Whether others' rows are there, whose clients have this id.
    fn has_client(&mut self, _id: &str) -> Sided<bool> {
        Ok(false)
    }

    /// How many rows the tables of the source have. Told before anything is put.
    fn begin(&mut self, _rows: &[u64]) -> Sided<()> {
        Ok(())
    }

    /// Writes rows and the table's new mark in one transaction.
    fn put(&mut self, table: &'static Table, rows: &mut [Row], mark: Mark) -> Sided<()>;

    /// Keeps everybody from writing.
    fn begin_end(&mut self) -> Sided<()>;

    /// Makes what belongs to a whole store, and takes the mark away.
    fn end(&mut self) -> Sided<()>;
}

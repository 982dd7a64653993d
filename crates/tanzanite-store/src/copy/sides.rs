//! What a copy asks of a store, whatever its kind.

use super::CopyPage;
use super::row::{Chain, Row, Value};
use super::table::Table;
use tanzanite_crm::Stored;

/// Whether to get photos from the object store that they are in, or only to look at what the rows say of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pictures {
    Whole,
    Described,
}

/// A store whose rows are read.
pub(super) trait Side {
    /// How many rows a table has.
    fn count(&mut self, table: &Table) -> Stored<u64>;

    /// The rows after a key, in the order of their keys. None if there are no more.
    fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        page: CopyPage,
        pictures: Pictures,
    ) -> Stored<Vec<Row>>;
}

/// How far a copy has come with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) chain: Chain,
    /// The source has no more rows.
    pub(super) done: bool,
}

/// A store that nothing but this copy is written to. It is marked to be half a copy until the end.
pub(super) trait Target: Side {
    /// How far it has come with the tables, in their order.
    fn marks(&self) -> &[Mark];

    /// Whether texts may have U+0000 in them.
    fn takes_nul(&self) -> bool;

    /// Writes rows and the table's new mark in one transaction.
    fn put(&mut self, table: &Table, rows: &[Row], mark: Mark) -> Stored<()>;

    /// Keeps everybody from writing.
    fn begin_end(&mut self) -> Stored<()>;

    /// Makes what belongs to a whole store, and takes the mark away.
    fn end(&mut self) -> Stored<()>;
}

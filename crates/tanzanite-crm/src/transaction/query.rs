//! How records are asked for.

use crate::criteria::Criteria;
use crate::policy::Seen;
use tanzanite_protocol::{RecordId, Timestamp};

/// The key that a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum SortKey {
    Id,
    CreatedTime,
    ModifiedTime,
}

/// Which records are listed. Those in the recycle bin never are.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordQuery {
    /// The organisation, the module, and whose records are seen.
    pub seen: Seen,
    /// Only those for which this holds; `None` for all.
    pub criteria: Option<Criteria>,
    /// Only these; `None` for all.
    pub ids: Option<Vec<RecordId>>,
    /// Only those changed after this.
    pub modified_since: Option<Timestamp>,
    /// Sorted by this, then by id.
    pub sort: SortKey,
    /// The other way round.
    pub descending: bool,
    /// Where to begin.
    pub start: Start,
    /// At most so many.
    pub limit: u32,
}

impl RecordQuery {
    /// All that is seen, by id, from the first on.
    pub const fn all(seen: Seen, limit: u32) -> Self {
        Self {
            seen,
            criteria: None,
            ids: None,
            modified_since: None,
            sort: SortKey::Id,
            descending: false,
            start: Start::Offset(0),
            limit,
        }
    }
}

/// Where a list begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many records.
    Offset(u32),
    /// After the record with this sort key (milliseconds, or its id) and this id.
    After(i64, RecordId),
}

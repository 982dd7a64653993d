//! Deleted records, and how they are asked for.

use super::RecordHead;
use crate::policy::Seen;
use tanzanite_protocol::{RecordId, Timestamp};

/// A record that was deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletedRecord {
    /// Its head, without lock; without name once it has left the recycle bin.
    pub head: RecordHead,
    /// When it was deleted.
    pub at: Timestamp,
    /// The user who deleted it; `None` once it has left the recycle bin.
    pub by: Option<RecordId>,
}

/// Which deleted records are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletedQuery {
    /// The modules, with whose records are seen there, all of one organisation.
    pub seen: Vec<Seen>,
    /// Only these; `None` for all.
    pub ids: Option<Vec<RecordId>>,
    /// Those in the recycle bin, those that have left it, or both.
    pub state: DeletedState,
    /// A record that was deleted before this has left the recycle bin.
    pub in_bin_since: Timestamp,
    /// A record that was deleted before this is forgotten.
    pub known_since: Timestamp,
    /// Only those deleted after this.
    pub deleted_since: Option<Timestamp>,
    /// Sorted by this, then by id.
    pub sort: DeletedSort,
    /// The other way round.
    pub descending: bool,
    /// After so many.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

impl DeletedQuery {
    /// All deleted records of modules, however long ago, those deleted first first.
    pub fn all(seen: Vec<Seen>, limit: u32) -> Self {
        let always = Timestamp::from_millis(i64::MIN);
        Self {
            seen,
            ids: None,
            state: DeletedState::Any,
            in_bin_since: always,
            known_since: always,
            deleted_since: None,
            sort: DeletedSort::DeletedTime,
            descending: false,
            offset: 0,
            limit,
        }
    }
}

/// Where deleted records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletedState {
    /// In the recycle bin.
    InBin,
    /// They have left the recycle bin.
    Gone,
    /// Either.
    Any,
}

/// The key that deleted records are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum DeletedSort {
    DeletedTime,
    DisplayName,
    DeletedBy,
}

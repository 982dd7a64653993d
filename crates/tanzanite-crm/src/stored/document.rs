//! Documents: items with an id and a JSON object, found by id, by parent, and by keys.

use super::{DocumentKind, KeySlot};
use crate::transaction::{Stored, Transaction};
use serde_json::Value;
use tanzanite_protocol::{OrgId, Timestamp};

/// A stored document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The id, unique among those of its kind in the organisation.
    pub id: i64,
    /// The id of its parent, such as a tag's module; 0 for none.
    pub within: i64,
    /// The content, without the id.
    pub body: Value,
}

/// A key by which a document is found. Several documents of a kind may share a key; whether a unique key is free is
/// checked before the write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentKey {
    /// The series of keys.
    pub slot: KeySlot,
    /// The value, compared byte by byte.
    pub value: String,
}

/// A document to store. The grant has its organisation, kind and id.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDocument {
    /// See [`Document::within`]; it never changes.
    pub within: i64,
    /// See [`Document::body`].
    pub body: Value,
    /// All keys, replacing earlier ones.
    pub keys: Vec<DocumentKey>,
}

/// A query for documents of one kind, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentQuery {
    /// The organisation.
    pub org: OrgId,
    /// The kind.
    pub kind: DocumentKind,
    /// Only those with this parent; `None` for all.
    pub within: Option<i64>,
    /// Only those with these ids; `None` for all.
    pub ids: Option<Vec<i64>>,
    /// Only those with a greater id; 0 for all.
    pub after: i64,
    /// At most this many.
    pub limit: u32,
}

impl DocumentQuery {
    /// A query for all documents of a kind.
    pub const fn all(org: OrgId, kind: DocumentKind) -> Self {
        Self {
            org,
            kind,
            within: None,
            ids: None,
            after: 0,
            limit: u32::MAX,
        }
    }

    /// Limits the query to a parent.
    #[must_use]
    pub const fn within(mut self, within: i64) -> Self {
        self.within = Some(within);
        self
    }

    /// Limits the query to these ids.
    #[must_use]
    pub fn with_ids(mut self, ids: Vec<i64>) -> Self {
        self.ids = Some(ids);
        self
    }
}

/// A job that is due at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueJob {
    /// The organisation.
    pub org: OrgId,
    /// The time from which on it may run, by the organisation's clock.
    pub at: Timestamp,
    /// The job's id.
    pub id: i64,
}

impl DueJob {
    /// Reads a job from the parts of its key. `None` if they are malformed.
    pub fn read(org: i64, at: &str, id: i64) -> Option<Self> {
        Some(Self {
            org: OrgId::new(org)?,
            at: Timestamp::from_millis(at.parse().ok()?),
            id,
        })
    }
}

/// One document.
pub fn document(
    org: OrgId,
    kind: DocumentKind,
    id: i64,
    tx: &mut dyn Transaction,
) -> Stored<Option<Document>> {
    let query = DocumentQuery::all(org, kind).with_ids(vec![id]);
    Ok(tx.documents(&query)?.pop())
}

//! Documents: things with an id and a JSON object, found by id, by what they stand within, and by keys.

use super::{DocumentKind, KeySlot};
use crate::transaction::{Stored, Transaction};
use serde_json::Value;
use tanzanite_protocol::{OrgId, Timestamp};

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The id, unique among those of its kind in the organisation.
    pub id: i64,
    /// The thing that it stands within, such as a tag's module; 0 for none.
    pub within: i64,
    /// All that it says, apart from its id.
    pub body: Value,
}

/// A key by which a document is found. Documents of one kind may share one; a unique key is looked up before it is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentKey {
    /// The series.
    pub slot: KeySlot,
    /// The value, compared byte by byte.
    pub value: String,
}

/// A document to keep. Its organisation, kind and id stand in the grant.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDocument {
    /// See [`Document::within`]; never changes.
    pub within: i64,
    /// See [`Document::body`].
    pub body: Value,
    /// All its keys, in place of those that it may have had.
    pub keys: Vec<DocumentKey>,
}

/// Documents of one kind, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentQuery {
    /// The organisation.
    pub org: OrgId,
    /// The kind.
    pub kind: DocumentKind,
    /// Only those within this; `None` for all.
    pub within: Option<i64>,
    /// Only these; `None` for all.
    pub ids: Option<Vec<i64>>,
    /// Only those with a greater id; 0 for all.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
}

impl DocumentQuery {
    /// All documents of a kind.
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

    /// Those of them that stand within something.
    #[must_use]
    pub const fn within(mut self, within: i64) -> Self {
        self.within = Some(within);
        self
    }

    /// Those of them with these ids.
    #[must_use]
    pub fn with_ids(mut self, ids: Vec<i64>) -> Self {
        self.ids = Some(ids);
        self
    }
}

/// A job that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueJob {
    /// The organisation.
    pub org: OrgId,
    /// The time from which on it may be done, by the organisation's clock.
    pub at: Timestamp,
    /// The job's id.
    pub id: i64,
}

impl DueJob {
    /// Of a key's parts. `None` if they are none.
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

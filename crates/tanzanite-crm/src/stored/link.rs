//! Links: pairs of ids, found from either end.

use super::Relation;
use tanzanite_protocol::OrgId;

/// A link from a source to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The id of the linked item, such as a record.
    pub source: i64,
    /// The id of the item that it is linked to, such as a tag.
    pub target: i64,
}

/// The ends by which links are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// All links of these sources, in the order of sources and then of targets.
    Sources(Vec<i64>),
    /// Links to the first id from sources greater than the second, in the order of sources.
    Target(i64, i64),
}

/// A query for links of one relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkQuery {
    /// The organisation.
    pub org: OrgId,
    /// The relation.
    pub relation: Relation,
    /// The ends.
    pub ends: Ends,
    /// At most this many.
    pub limit: u32,
}

//! Links: pairs of ids, found from either end.

use super::Relation;
use tanzanite_protocol::OrgId;

/// A link from a source to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The id of the thing that is linked, such as a record.
    pub source: i64,
    /// The id of the thing that it is linked to, such as a tag.
    pub target: i64,
}

/// The ends from which links are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// All links of these sources, in the order of sources and then of targets.
    Sources(Vec<i64>),
    /// Links of one target from sources with a greater id than the second number, in the order of sources.
    Target(i64, i64),
}

/// Links of one relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkQuery {
    /// The organisation.
    pub org: OrgId,
    /// The relation.
    pub relation: Relation,
    /// Where to look.
    pub ends: Ends,
    /// At most so many.
    pub limit: u32,
}

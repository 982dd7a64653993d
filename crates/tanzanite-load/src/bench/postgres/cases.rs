//! What is measured on PostgreSQL: each case with its nodes, its load, and the script that `pgbench` runs beside it.

use super::super::loads::{self, Load};
use super::super::picture::LARGE_BYTES;
use super::super::shuffle::Noise;
use super::NODES;
use super::fill::{STEP, Schema};
use super::pgbench::{Blocks, Ids};
use std::fmt;
use std::ops::Range;

/// Records with large photos whose photos a node keeps in memory: fewer bytes than it keeps.
pub(super) const KEPT: i64 = 1000;
/// Others that get new photos.
pub(super) const UPLOADED: i64 = 1000;
/// Others that are used to see what a node says.
pub(super) const SPARE: i64 = 4;

/// Who deletes small photos of one organisation: the nodes and `pgbench`, beside one node and beside all.
const PARTS: i64 = 4;
/// Records that lie together, on some dozens of pages.
const BLOCK: i64 = 1000;

/// The nodes that a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// One node on the large schema.
    One,
    /// All nodes on the large schema.
    All,
    /// The node on the small schema.
    Small,
    /// The node on the schema of many organisations.
    Many,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Delete,
    /// Of photos that the nodes have in memory.
    GetKept,
    /// Of photos that they have not.
    GetRead,
    GetNothing,
    BadToken,
    Locked,
    Post,
}

/// Who deletes photos of the large schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Nodes,
    Pgbench,
}

/// What a case is called, and by which the report finds it.
pub(super) type Name = (Action, Place);

/// All of them, in their order.
const CASES: &[Name] = &[
    (Action::Delete, Place::One),
    (Action::Delete, Place::All),
    (Action::Delete, Place::Small),
    (Action::Delete, Place::Many),
    (Action::GetRead, Place::One),
    (Action::GetRead, Place::All),
    (Action::GetKept, Place::One),
    (Action::GetKept, Place::Small),
    (Action::GetKept, Place::Many),
    (Action::GetNothing, Place::One),
    (Action::BadToken, Place::One),
    (Action::Locked, Place::One),
    (Action::Post, Place::One),
    (Action::Post, Place::All),
];

/// Something to measure.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: Name,
    pub(super) load: Load,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delete => f.write_str("DELETE photo"),
            Self::GetKept => write!(f, "GET photo, {LARGE_BYTES} bytes, remembered"),
            Self::GetRead => write!(f, "GET photo, {LARGE_BYTES} bytes"),
            Self::GetNothing => f.write_str("GET photo, 204 (there is none)"),
            Self::BadToken => f.write_str("refused: 401 INVALID_TOKEN"),
            Self::Locked => f.write_str("refused: 400 RECORD_LOCKED"),
            Self::Post => write!(f, "POST photo, {LARGE_BYTES} bytes, replaces"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One => f.write_str("one node"),
            Self::All => write!(f, "{NODES} nodes"),
            Self::Small => f.write_str("small"),
            Self::Many => f.write_str("organisations"),
        }
    }
}

/// A case's title.
pub(super) fn title((action, place): Name) -> String {
    format!("{action}; {place}")
}

impl Schema {
    /// The records of the first organisation with small photos that a case uses, or `pgbench` in its place.
    pub(super) fn small_of(&self, place: Place, whose: Whose) -> Blocks {
        let of_whose = match whose {
            Whose::Nodes => 0,
            Whose::Pgbench => 1,
        };
        let part = if place == Place::All { 2 } else { 0 } + of_whose;
        Blocks::part(&self.small, BLOCK, (part, PARTS))
    }

    /// As large a part of the small photos of every organisation as [`Self::small_of`] gives of one's: so that as many
    /// pages are written to, and only the number of organisations differs.
    fn small_of_all(&self) -> Vec<i64> {
        let part = (self.small.end - self.small.start).max(PARTS) / PARTS;
        let mut ids = self.world.small.clone();
        ids.retain(|id| (id - self.small.start) % STEP < part);
        ids
    }

    fn kept(&self) -> Vec<i64> {
        let end = self.large.end.min(self.large.start + KEPT);
        shuffled((self.large.start..end).collect())
    }

    fn uploaded(&self) -> Range<i64> {
        let first = self.large.start + KEPT;
        first..first + UPLOADED
    }

    fn read(&self) -> Range<i64> {
        self.large.start + KEPT + UPLOADED..self.large.end - SPARE
    }

    /// Records that no case uses.
    pub(super) fn spare(&self) -> [i64; 4] {
        [4, 3, 2, 1].map(|back| self.large.end - back)
    }
}

fn shuffled(mut ids: Vec<i64>) -> Vec<i64> {
    Noise::new(4).shuffle(&mut ids);
    ids
}

/// All cases.
pub(super) fn all(small: &Schema, large: &Schema, many: &Schema) -> Vec<Case> {
    let case = |&(action, place): &Name| {
        let schema = match place {
            Place::One | Place::All => large,
            Place::Small => small,
            Place::Many => many,
        };
        let world = &schema.world;
        let load = match (action, place) {
            (Action::Delete, Place::One | Place::All) => {
                loads::deletions(world, shuffled(schema.small_of(place, Whose::Nodes).ids()))
            }
            (Action::Delete, Place::Many) => loads::deletions(world, schema.small_of_all()),
            (Action::Delete, Place::Small) => loads::deletions(world, world.small.clone()),
            (Action::GetKept, Place::One) => loads::fetches(world, schema.kept()),
            (Action::GetKept, _) => loads::fetches(world, world.large.clone()),
            (Action::GetRead, _) => loads::fetches(world, shuffled(schema.read().collect())),
            (Action::GetNothing, _) => loads::fetch_of_none(world),
            (Action::BadToken, _) => loads::bad_token(world),
            (Action::Locked, _) => loads::locked(world),
            (Action::Post, _) => loads::uploads(world, shuffled(schema.uploaded().collect())),
        };
        Case {
            name: (action, place),
            load,
        }
    };
    CASES.iter().map(case).collect()
}

/// Which records `pgbench` uses in the place of nodes.
pub(super) fn ids((action, place): Name, schema: &Schema) -> Ids {
    match action {
        Action::Delete => Ids::Of(schema.small_of(place, Whose::Pgbench)),
        Action::GetKept => {
            let first = schema.large.start;
            Ids::Of(Blocks::all(&(first..first + KEPT)))
        }
        Action::GetRead => Ids::Of(Blocks::all(&schema.read())),
        Action::Post => Ids::Of(Blocks::all(&schema.uploaded())),
        Action::GetNothing | Action::BadToken | Action::Locked => Ids::Fixed,
    }
}

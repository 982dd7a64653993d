//! Why a copy came to nothing, and what to do.

use super::ArchiveError;
use crate::any::OpenError;
use std::fmt;
use tanzanite_crm::StoreError;
use tanzanite_protocol::OrgId;

/// Why a copy was not made or not finished, and what to do.
#[derive(Debug)]
pub enum CopyError {
    /// The source cannot be opened.
    From(OpenError),
    /// The target cannot be opened.
    To(OpenError),
    /// There is no source.
    Missing(String),
    /// A store in memory ends with the program.
    Memory,
    /// The target holds something, and no copy into it has been begun.
    NotEmpty(String),
    /// Another copy into the target goes on.
    Busy(String),
    /// Photos' objects of some store are where the target's shall be.
    ObjectsInUse(String),
    /// The copy was begun with the photos elsewhere.
    PhotosElsewhere {
        /// The target.
        to: String,
        /// Where they were.
        begun: String,
    },
    /// What has been copied is not what the source begins with.
    AnotherCopy {
        /// The target.
        to: String,
        /// The first table that differs.
        table: String,
    },
    /// PostgreSQL's texts cannot have U+0000 in them.
    Nul {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        key: String,
    },
    /// The source's rows could not be read.
    Read {
        /// What was read.
        what: String,
        /// The reason.
        error: StoreError,
    },
    /// The target failed.
    Write {
        /// What was written.
        what: String,
        /// The reason.
        error: StoreError,
    },
    /// The archive cannot be read or written.
    Archive(ArchiveError),
    /// There is no such organisation in the source.
    NoOrganisation(OrgId),
    /// The target has the organisation already.
    OrganisationThere {
        /// The target.
        to: String,
        /// The organisation.
        org: OrgId,
    },
    /// The target has a client of another organisation that has the id of one of this one's.
    ClientThere {
        /// The target.
        to: String,
        /// The client.
        id: String,
    },
    /// An organisation could not be added to the target.
    Add {
        /// What was written.
        what: String,
        /// The reason.
        error: StoreError,
    },
    /// What was written is not what was read.
    Different(&'static str),
    /// Whoever was told of the progress did not want to go on.
    Stopped,
}

/// The way out of a target that cannot be used.
macro_rules! remove_it {
    () => {
        "remove the target's folder, or drop its schema and remove its photos' objects, and begin again"
    };
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From(error) => write!(f, "the source cannot be copied: {error}"),
            Self::To(error) => write!(f, "the target cannot be used: {error}"),
            Self::Missing(from) => write!(f, "there is no store in {from}"),
            Self::Memory => f.write_str("a store in memory can be neither source nor target"),
            Self::NotEmpty(to) => write!(
                f,
                "{to} holds data and is left alone: it has been served, or a copy into it is finished; name an empty schema or a new folder"
            ),
            Self::Busy(to) => write!(f, "another copy into {to} goes on"),
            Self::ObjectsInUse(place) => write!(
                f,
                "{place} has photos of another store, which would be removed as garbage; name another folder of the bucket"
            ),
            Self::PhotosElsewhere { to, begun } => write!(
                f,
                "the copy into {to} was begun with the photos in {begun}; go on with them there, or {}",
                remove_it!()
            ),
            Self::AnotherCopy { to, table } => write!(
                f,
                "{to} holds the beginning of another copy: its {table} are not those of the source, or the source has changed since; {}",
                remove_it!()
            ),
            Self::Nul { table, column, key } => write!(
                f,
                "{column} of {table} ({key}) has the character U+0000, which PostgreSQL cannot hold; change it in the source, then {}",
                remove_it!()
            ),
            Self::Read { what, error } => write!(f, "cannot read {what} of the source: {error}"),
            Self::Write { what, error } => write!(
                f,
                "cannot write {what} of the target: {error}; once that is mended, copy again to go on"
            ),
            Self::Archive(error) => error.fmt(f),
            Self::NoOrganisation(org) => write!(f, "there is no organisation {org} in the source"),
            Self::OrganisationThere { to, org } => write!(
                f,
                "{to} has something of the organisation {org} and is left alone; restore it into another store"
            ),
            Self::ClientThere { to, id } => write!(
                f,
                "{to} has another organisation's client {id:?} and is left alone; ids of clients are the whole store's, so restore it into another one"
            ),
            Self::Add { what, error } => write!(
                f,
                "cannot add {what} to the target, which is left as it was: {error}"
            ),
            Self::Different(table) => write!(
                f,
                "the {table} of the target are not those of the source: somebody else has written to it; {}",
                remove_it!()
            ),
            Self::Stopped => f.write_str("it was stopped; start it again to go on"),
        }
    }
}

impl std::error::Error for CopyError {}

impl From<ArchiveError> for CopyError {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

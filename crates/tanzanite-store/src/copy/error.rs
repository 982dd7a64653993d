//! The reasons why a copy failed, with advice.

use super::ArchiveError;
use crate::any::OpenError;
use std::fmt;
use tanzanite_crm::StoreError;
use tanzanite_protocol::OrgId;

/// The reason why a copy was not made or not finished, with advice.
#[derive(Debug)]
pub enum CopyError {
    /// The source cannot be opened.
    From(OpenError),
    /// The target cannot be opened.
    To(OpenError),
    /// The source does not exist.
    Missing(String),
    /// A store in memory cannot be copied: it ends with the program.
    Memory,
    /// The target is not empty, and no copy into it was begun.
    NotEmpty(String),
    /// Another copy into the target is running.
    Busy(String),
    /// Objects of another store's photos are in the target's place for objects.
    ObjectsInUse(String),
    /// The copy was begun with another place for photos.
    PhotosElsewhere {
        /// The target.
        to: String,
        /// The place with which it was begun.
        begun: String,
    },
    /// The rows copied earlier are not those that the source begins with.
    AnotherCopy {
        /// The target.
        to: String,
        /// The first table that differs.
        table: String,
    },
    /// PostgreSQL cannot store U+0000 in a text.
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
        /// The description of the rows.
        what: String,
        /// The reason.
        error: StoreError,
    },
    /// The target failed.
    Write {
        /// The description of the rows.
        what: String,
        /// The reason.
        error: StoreError,
    },
    /// The archive cannot be read or written.
    Archive(ArchiveError),
    /// The source does not have this organisation.
    NoOrganisation(OrgId),
    /// The target already has the organisation.
    OrganisationThere {
        /// The target.
        to: String,
        /// The organisation.
        org: OrgId,
    },
    /// A client of another organisation in the target has the same id.
    ClientThere {
        /// The target.
        to: String,
        /// The client.
        id: String,
    },
    /// An organisation could not be added to the target.
    Add {
        /// The description of the rows.
        what: String,
        /// The reason.
        error: StoreError,
    },
    /// The rows read back differ from those written.
    Different(&'static str),
    /// The receiver of the progress stopped the copy.
    Stopped,
}

/// Advice for a target that cannot be used.
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

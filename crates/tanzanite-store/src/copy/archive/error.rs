//! The problems of archives, with advice.

use std::fmt;
use std::io;

/// The reasons why an archive cannot be read or written, with advice.
#[derive(Debug)]
pub enum ArchiveError {
    /// The file cannot be read.
    Read(io::Error),
    /// The file cannot be written.
    Write(io::Error),
    /// The file is no archive.
    Foreign,
    /// The blocks have an unknown format.
    Form,
    /// The tables have the schema of a later version.
    Schema {
        /// The schema's number in the archive.
        found: i64,
        /// The newest known number.
        known: i64,
        /// The version of Tanzanite that wrote it.
        made_by: String,
    },
    /// The file is truncated.
    BrokenOff {
        /// The position of its end.
        at: u64,
    },
    /// The content is damaged.
    Damaged {
        /// The position of the damaged block.
        at: u64,
        /// The problem.
        what: &'static str,
    },
    /// A row has more bytes than a page may have.
    RowTooLarge {
        /// The row.
        what: String,
    },
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the archive cannot be read: {error}"),
            Self::Write(error) => write!(f, "the archive cannot be written: {error}"),
            Self::Foreign => f.write_str("it is no archive of Tanzanite's"),
            Self::Form => f.write_str(
                "the archive has another form than this version of Tanzanite reads; use the version that made it",
            ),
            Self::Schema {
                found,
                known,
                made_by,
            } if found > known => write!(
                f,
                "the archive has schema {found}, and this version of Tanzanite knows no later one than {known}; use {made_by:?}, which made it, or a later one"
            ),
            Self::Schema {
                found,
                known,
                made_by,
            } => write!(
                f,
                "the archive has schema {found}, and this version of Tanzanite has {known}; restore it with {made_by:?}, which made it: this version brings the store up to date when it opens it"
            ),
            Self::BrokenOff { at } => write!(
                f,
                "the archive is not whole: it ends at byte {at}, in the middle; use another one"
            ),
            Self::Damaged { at, what } => write!(
                f,
                "the archive is damaged: in what begins at byte {at} {what}; use another one"
            ),
            Self::RowTooLarge { what } => {
                write!(f, "{what} has more bytes than an archive can hold in a row")
            }
        }
    }
}

impl std::error::Error for ArchiveError {}

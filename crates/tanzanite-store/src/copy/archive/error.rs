//! What is wrong with an archive, and what to do.

use std::fmt;
use std::io;

/// Why an archive cannot be read or written, and what to do.
#[derive(Debug)]
pub enum ArchiveError {
    /// The file cannot be read.
    Read(io::Error),
    /// The file cannot be written.
    Write(io::Error),
    /// It is something else.
    Foreign,
    /// Its blocks are not laid out as we know it.
    Form,
    /// Its tables are those of another version.
    Schema {
        /// Its number.
        found: i64,
        /// Ours.
        known: i64,
        /// The version of Tanzanite that has written it.
        made_by: String,
    },
    /// It ends before its end.
    BrokenOff {
        /// Where.
        at: u64,
    },
    /// It is not what was written.
    Damaged {
        /// Where the block begins.
        at: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A row has more bytes than a page may have.
    RowTooLarge {
        /// Which.
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

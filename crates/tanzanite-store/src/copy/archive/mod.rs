//! Archives: files as sides of a copy. An archive is written and read sequentially, a page of rows at a time.
//!
//! ```text
//! archive    = "tanzanite archive 1\n" header page* end
//! header     = block of kind 'H': JSON, UTF-8
//! page       = block of kind 'P': table, size, rows
//! end        = block of kind 'E': JSON, UTF-8; nothing follows
//! block      = kind       1 byte
//!              length     4 bytes; of the content
//!              content
//!              checksum   32 bytes; SHA-256 of everything before it in the file
//! table      = 1 byte; its place in the header's list, never less than that of the page before
//! size       = 4 bytes; of the rows, uncompressed
//! rows       = one frame of zstd (RFC 8878): 1 to 1,000 rows, each with the values of the table's columns
//! value      = tag        1 byte: 0 nothing, 1 a number, 2 text, 3 bytes, 4 a photo
//!              number     8 bytes: 0; the number, as two's complement; or the length of what follows
//!              content    of 2, 3 and 4; text is UTF-8
//! ```
//!
//! Numbers are big-endian. Bounds are in `tanzanite_protocol::limits`.
//!
//! An archive of a former version is read in its own schema, and then migrated (`former.rs`).
//!
//! The header has `schema`, the number of the newest migration; `made_by`, the version of Tanzanite; `tables`, each
//! with `name`, `key` (the number of key columns), `columns` (name and kind) and `rows`, their number. In an archive of
//! one organisation, `numbers` lists the values in the column `org` in ascending order: those of its snapshots, counted
//! from 1 - 2^62 as their ids are from 1, and its own.
//!
//! Rows are in the order of keys; in an archive of one organisation first in the order of numbers. There a column of
//! the kind `sequence` has the position of the row, counted from 1: the store that the archive is added to draws new
//! numbers.
//!
//! The end has `tables`, each with `name`, `rows` and `sha256`, which is the checksum that a copy shows: a chain over
//! the rows. It begins as the SHA-256 of the table's name. Each row makes it the SHA-256 of its former value and the
//! row's values in the form above, with a photo's content replaced by its SHA-256.
//!
//! So the last 32 bytes are the `sha256sum` of all bytes before them.

mod blocks;
mod error;
mod header;
mod rows;
mod source;
mod target;

pub use blocks::ARCHIVE_BEGINNING;
pub use error::ArchiveError;
pub(super) use source::ArchiveSource;
pub(super) use target::ArchiveTarget;

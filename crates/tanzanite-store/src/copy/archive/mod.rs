//! Archives: a side of a copy that is a file. It is written and read from its beginning to its end, a page of rows at a time.
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
//! Numbers have their most significant byte first. Bounds are in `tanzanite_protocol::limits`.
//!
//! An archive of a former version is read as it was written, and brought up to date by the migrations (`former.rs`).
//!
//! The header has `schema`, the number of the migration that the tables have; `made_by`, the version of Tanzanite; `tables`,
//! each with `name`, `key` (how many of the columns are the key), `columns` (name and kind) and `rows`, their number. If it is one
//! organisation, `numbers` are those that stand in the column `org`, in ascending order: its snapshots', counted from 1 - 2^62 as
//! their ids are from 1, and its own.
//!
//! Rows stand in the order of their keys, if it is one organisation those of one number after those of another. A column of the kind
//! `sequence` then has the place of its row, counted from 1: the store that takes it gives numbers of its own.
//!
//! The end has `tables`, each with `name`, `rows` and `sha256`, which is the checksum that a copy shows: a chain over the rows.
//! It begins as SHA-256 of the table's name. A row makes it SHA-256 of what it was and the row's values as above, but for a
//! photo's content, which is there as its own SHA-256.
//!
//! So the last 32 bytes are what `sha256sum` says of all the others.

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

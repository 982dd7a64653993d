//! Rows in a form common to both kinds of stores, and the checksum of a table.

use super::table::{Part, Table};
use crate::blobs::sha256;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    Picture(Picture),
}

/// The tags of [`Value::parts`].
pub(super) const NULL: u8 = 0;
pub(super) const NUMBER: u8 = 1;
pub(super) const TEXT: u8 = 2;
pub(super) const BYTES: u8 = 3;
pub(super) const PICTURE: u8 = 4;

/// The bytes of a photo.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) size: u64,
    pub(super) digest: [u8; 32],
    /// Empty if they are in an object store and were not requested.
    pub(super) bytes: Bytes,
}

/// The values of a table's columns, in order.
pub(super) type Row = Vec<Value>;

/// The number in a column.
pub(super) fn number_at(row: &mut Row, column: Option<usize>) -> Option<&mut i64> {
    match row.get_mut(column?) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    }
}

impl Value {
    /// The approximate size in memory, in bytes.
    pub(super) fn size(&self) -> u64 {
        let length = |length: usize| length as u64;
        match self {
            Self::Null => 0,
            Self::Number(_) => 8,
            Self::Text(text) => length(text.len()),
            Self::Bytes(bytes) => length(bytes.len()),
            Self::Picture(picture) => picture.size,
        }
    }

    /// The form in which a value is hashed and archived: a tag, a number, and bytes of which the number is the length.
    pub(super) fn parts(&self) -> (u8, u64, &[u8]) {
        match self {
            Self::Null => (NULL, 0, &[]),
            Self::Number(number) => (NUMBER, number.cast_unsigned(), &[]),
            Self::Text(text) => (TEXT, text.len() as u64, text.as_bytes()),
            Self::Bytes(bytes) => (BYTES, bytes.len() as u64, bytes),
            Self::Picture(picture) => (PICTURE, picture.size, &picture.bytes),
        }
    }

    fn hash(&self, hasher: &mut Sha256) {
        let (tag, number, bytes) = self.parts();
        hasher.update([tag]);
        hasher.update(number.to_be_bytes());
        hasher.update(match self {
            Self::Picture(picture) => &picture.digest,
            _ => bytes,
        });
    }
}

impl Picture {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self {
            size: bytes.len() as u64,
            digest: sha256(&bytes),
            bytes,
        }
    }
}

/// The checksum of a table's first rows. It is chained from row to row, so it also identifies the part of an
/// interrupted copy that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) rows: u64,
    pub(super) digest: [u8; 32],
}

impl Chain {
    pub(super) fn new(table: &Table) -> Self {
        Self {
            rows: 0,
            digest: sha256(table.name.as_bytes()),
        }
    }

    fn add(&mut self, row: &Row) {
        let mut hasher = Sha256::new();
        hasher.update(self.digest);
        for value in row {
            value.hash(&mut hasher);
        }
        self.digest = hasher.finalize().into();
        self.rows += 1;
    }

    /// Adds rows of a part. Store-specific numbers are replaced by positions, so that an organisation has the same
    /// checksum in every store.
    pub(super) fn add_all(&mut self, table: &Table, part: Part, rows: &mut [Row]) {
        for row in rows {
            if let Some(whose) = part {
                if let Some(sequence) = number_at(row, table.sequence()) {
                    *sequence = self.rows.cast_signed() + 1;
                }
                if let Some(org) = number_at(row, table.org()) {
                    *org = whose.archived;
                }
            }
            self.add(row);
        }
    }

    pub(super) fn hex(&self) -> String {
        self.digest.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// A row's key for people, without digests of secrets.
pub(super) fn key_shown(table: &Table, row: &[Value]) -> String {
    let columns = table.columns.iter().zip(row).take(table.key);
    let parts = columns.map(|((name, _), value)| match value {
        Value::Number(number) => format!("{name} {number}"),
        Value::Text(text) => format!("{name} {text:?}"),
        Value::Null | Value::Bytes(_) | Value::Picture(_) => format!("some {name}"),
    });
    parts.collect::<Vec<_>>().join(", ")
}

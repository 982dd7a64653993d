//! Rows as both kinds of stores have them, and the checksum of many.

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

/// A photo's bytes.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) size: u64,
    pub(super) digest: [u8; 32],
    /// Empty if nobody asked for them and they are in an object store.
    pub(super) bytes: Bytes,
}

/// The values of a table's columns, in their order.
pub(super) type Row = Vec<Value>;

/// The number in a column.
pub(super) fn number_at(row: &mut Row, column: Option<usize>) -> Option<&mut i64> {
    match row.get_mut(column?) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    }
}

impl Value {
    /// The bytes that it holds in memory, about.
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

    /// A tag, a number, and the bytes that it is the length of: how a value is hashed and archived.
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

/// The checksum of a table's first rows. Each row's includes that of the rows before it, so that what has been copied is
/// known by it and a copy can go on from there.
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

    /// Adds rows as they stand in a part: there the numbers that the store gives count as their places alone, so that an
    /// organisation's rows say the same in every store.
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
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// A row's key as people read it. Digests of secrets are not shown.
pub(super) fn key_shown(table: &Table, row: &[Value]) -> String {
    let columns = table.columns.iter().zip(row).take(table.key);
    let parts = columns.map(|((name, _), value)| match value {
        Value::Number(number) => format!("{name} {number}"),
        Value::Text(text) => format!("{name} {text:?}"),
        Value::Null | Value::Bytes(_) | Value::Picture(_) => format!("some {name}"),
    });
    parts.collect::<Vec<_>>().join(", ")
}

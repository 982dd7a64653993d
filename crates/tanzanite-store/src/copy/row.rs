//! Rows as both kinds of stores have them, and the checksum of many.

use super::table::Table;
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

    fn hash(&self, hasher: &mut Sha256) {
        let mut part = |kind: u8, number: u64, bytes: &[u8]| {
            hasher.update([kind]);
            hasher.update(number.to_be_bytes());
            hasher.update(bytes);
        };
        match self {
            Self::Null => part(0, 0, &[]),
            Self::Number(number) => part(1, number.cast_unsigned(), &[]),
            Self::Text(text) => part(2, text.len() as u64, text.as_bytes()),
            Self::Bytes(bytes) => part(3, bytes.len() as u64, bytes),
            Self::Picture(picture) => part(4, picture.size, &picture.digest),
        }
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

    pub(super) fn add(&mut self, row: &Row) {
        let mut hasher = Sha256::new();
        hasher.update(self.digest);
        for value in row {
            value.hash(&mut hasher);
        }
        self.digest = hasher.finalize().into();
        self.rows += 1;
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

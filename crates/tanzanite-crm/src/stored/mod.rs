//! Kinds of values that a store keeps beside records: documents with their keys, and links. A new kind of item is a
//! number in [`DocumentKind`] or [`Relation`] rather than a table: copies, archives, snapshots and comparisons include
//! it at once.

mod document;
mod kind;
mod link;

pub use document::{Document, DocumentKey, DocumentQuery, DueJob, NewDocument, document};
pub use kind::{DocumentKind, KeySlot, MetadataPart, Relation};
pub use link::{Ends, Link, LinkQuery};

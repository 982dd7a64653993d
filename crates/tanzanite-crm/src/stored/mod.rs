//! Kinds of values that a store keeps beside records: documents with the keys by which they are found, and links. A new kind of thing
//! is a number in [`DocumentKind`] or [`Relation`], and not a table: copies, archives, snapshots and comparisons know it at once.

mod document;
mod kind;
mod link;

pub use document::{Document, DocumentKey, DocumentQuery, DueJob, NewDocument, document};
pub use kind::{DocumentKind, KeySlot, MetadataPart, Relation};
pub use link::{Ends, Link, LinkQuery};

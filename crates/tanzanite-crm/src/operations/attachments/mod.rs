//! Attachments: files and links that hang on a record. `/crm/{version}/{module}/{record_id}/Attachments`.
//!
//! An attachment is a record of a module of its own, and its content is that record's file.

mod delete;
mod delete_many;
mod download;
pub mod faults;
mod given;
mod list;
mod upload;

pub use delete::DELETE;
pub use delete_many::DELETE_MANY;
pub use download::DOWNLOAD;
pub use list::LIST;
pub use upload::UPLOAD;

use crate::operations::records::annexes::NOTES;
use crate::transaction::Record;
use serde_json::Value;
use tanzanite_protocol::{ModuleNeed, ScopeNeed, ScopeOperation};

const PATH: &str = "/crm/{version}/{module}/{record_id}/Attachments";
const PATH_OF_ONE: &str = "/crm/{version}/{module}/{record_id}/Attachments/{attachment_id}";
/// Notes can have attachments too.
const MODULES: ModuleNeed = ModuleNeed::AnyAnd(&[NOTES]);
/// The address of a link, among an attachment's values.
const URL: &str = "$link_url";

/// The scopes: the module's and that of attachments (the vendor's page "Upload an Attachment").
const fn scope(operations: &'static [ScopeOperation]) -> ScopeNeed {
    ScopeNeed::module_and("attachments", operations)
}

/// The keys of an attachment that are no fields.
pub(crate) fn keys(record: &Record) -> [(&'static str, Value); 3] {
    let url = record.fields.get(URL).cloned().unwrap_or_default();
    let kind = if url.is_null() { "File" } else { "Link URL" };
    [
        ("$file_id", record.head.image.clone().into()),
        ("$type", kind.into()),
        (URL, url),
    ]
}

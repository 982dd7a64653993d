//! Records: `/crm/{version}/{module}` and `/crm/{version}/{module}/{record_id}`.
//!
//! All endpoints check in the same order: parameters, the body as a whole, and then for each item
//! alone the keys that are not served, the form of its fields (with the users that it names), the
//! targets of its lookups, the record, sharing, lock, `If-Unmodified-Since`, its photo, the values
//! that must agree with those that the record keeps, its unique values. An item is written after its
//! last check, so a refused item of a mixed batch changes nothing. A failure of the store refuses the
//! whole call. An item of an upsert is checked as that of an insert or of an update, once it is known which it is.

pub(crate) mod annexes;
mod answers;
pub(crate) mod beneath;
pub(crate) mod body;
pub(crate) mod by_name;
pub(crate) mod change;
mod check_fields;
mod choices;
mod clone_record;
mod conditions;
mod count_records;
pub(crate) mod delete_record;
pub(crate) mod delete_records;
pub mod faults;
mod get_deleted_records;
pub(crate) mod get_record;
pub(crate) mod get_records;
mod heads;
pub(crate) mod insert_records;
mod known;
pub(crate) mod listing;
pub(crate) mod names;
mod paging;
mod render;
mod rows;
mod search_records;
mod system_keys;
mod unserved_keys;
pub(crate) mod update_record;
pub(crate) mod update_records;
mod upsert_records;

pub(crate) use answers::{Answers, refused_in_data};
pub(crate) use choices::{if_unconverted, in_view, unconverted, view_called};
pub use clone_record::CLONE;
pub use count_records::COUNT;
pub use delete_record::DELETE;
pub use delete_records::DELETE_MANY;
pub use get_deleted_records::LIST_DELETED;
pub use get_record::GET;
pub use get_records::LIST;
pub use insert_records::INSERT;
pub(crate) use known::Known;
pub(crate) use render::Renderer;
pub use search_records::SEARCH;
pub use unserved_keys::unserved_keys;
pub use update_record::UPDATE;
pub use update_records::UPDATE_MANY;
pub use upsert_records::UPSERT;

use tanzanite_protocol::{ScopeNeed, ScopeOperation};

/// The path of many records.
const PATH_OF_MODULE: &str = "/crm/{version}/{module}";
/// The path of an upsert.
const PATH_OF_UPSERT: &str = "/crm/{version}/{module}/upsert";
/// The path of one record.
const PATH_OF_RECORD: &str = "/crm/{version}/{module}/{record_id}";

/// The scopes that allow deleting records. The page "Delete Records" (v7) lists `ALL` and `DELETE`
/// alone. The page "Scopes" (v7) says that `WRITE` includes deleting, and that page is followed.
const DELETE_SCOPE: ScopeNeed = ScopeNeed::module(&[ScopeOperation::Delete, ScopeOperation::Write]);

//! Record photos, with which this project began: `/crm/{version}/{module}/{record_id}/photo`.

mod delete;
mod download;
pub mod faults;
mod restrict_triggers;
mod upload;

pub use delete::DELETE;
pub use download::DOWNLOAD;
pub use upload::UPLOAD;

use crate::transaction::RecordHead;
use tanzanite_protocol::Fault;

/// The standard modules whose records can have a photo ("Delete a photo" page).
const MODULES: &[&str] = &["Leads", "Contacts", "Accounts", "Products", "Vendors"];
/// [`MODULES`] and Deals, which only the upload page names (v5 and later).
const MODULES_OF_UPLOAD: &[&str] = &[
    "Leads", "Contacts", "Accounts", "Products", "Vendors", "Deals",
];
const PATH: &str = "/crm/{version}/{module}/{record_id}/photo";

/// Adds the record's id to the fault of a lock, as the upload example of the OpenAPI does.
fn describe_lock(fault: Fault, head: &RecordHead) -> Fault {
    if fault.row().details.contains(&"id") {
        fault.with("id", head.id.to_string())
    } else {
        fault
    }
}

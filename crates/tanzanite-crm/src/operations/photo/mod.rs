//! Record photos: the resource that this project began with. `/crm/{version}/{module}/{record_id}/photo`.

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
/// The same and Deals, which the upload page alone names (v5 and later).
const MODULES_OF_UPLOAD: &[&str] = &[
    "Leads", "Contacts", "Accounts", "Products", "Vendors", "Deals",
];
const PATH: &str = "/crm/{version}/{module}/{record_id}/photo";

/// Adds to a lock's refusal whose lock it is, as the upload example of the OpenAPI documents does.
fn describe_lock(fault: Fault, head: &RecordHead) -> Fault {
    if fault.row().details.contains(&"id") {
        fault.with("id", head.id.to_string())
    } else {
        fault
    }
}

//! Record photos: the resource that this project began with. `/crm/{version}/{module}/{record_id}/photo`.

mod delete;
mod download;
mod restrict_triggers;
mod upload;

pub use delete::DeletePhoto;
pub use download::DownloadPhoto;
pub use upload::UploadPhoto;

use crate::endpoint::Call;
use crate::schema::Number;
use crate::transaction::{Photo, RecordHead, Stored, Transaction};
use tanzanite_protocol::{Condition, Fault, OrgId, RecordId};

/// The standard modules whose records can have a photo ("Delete a photo" page).
const MODULES: &[&str] = &["Leads", "Contacts", "Accounts", "Products", "Vendors"];
/// The same and Deals, which the upload page alone names (v5 and later).
const MODULES_OF_UPLOAD: &[&str] = &[
    "Leads", "Contacts", "Accounts", "Products", "Vendors", "Deals",
];
const PATH: &str = "/crm/{version}/{module}/{record_id}/photo";

/// The record that the path names.
fn record(call: &Call<'_>, tx: &mut dyn Transaction) -> Result<RecordHead, Fault> {
    find(call, |org, module, id| tx.record_head(org, module, id))
}

/// The same with its photo.
fn record_and_photo(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<(RecordHead, Option<Photo>), Fault> {
    find(call, |org, module, id| tx.head_and_photo(org, module, id))
}

fn find<T>(
    call: &Call<'_>,
    look: impl FnOnce(OrgId, Number, RecordId) -> Stored<Option<T>>,
) -> Result<T, Fault> {
    let unknown = |cause: &str| Fault::new(Condition::RecordUnknown).because(cause);
    let id = call
        .path_id("record_id")
        .ok_or_else(|| unknown("the id in the path is no id"))?;
    look(call.caller.org(), call.module()?.number, id)?
        .ok_or_else(|| unknown("the module has no such record, or it is in the recycle bin"))
}

/// Adds to a lock's refusal whose lock it is, as the upload example of the OpenAPI documents does.
fn describe_lock(fault: Fault, head: &RecordHead) -> Fault {
    if fault.condition().row().details.contains(&"id") {
        fault.with("id", head.id.to_string())
    } else {
        fault
    }
}

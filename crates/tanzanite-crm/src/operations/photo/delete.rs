//! `DELETE /crm/{version}/{module}/{record_id}/photo`: "Delete a Photo", with which this project began.

use super::{MODULES, PATH, describe_lock, faults, restrict_triggers};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_INVALID, PARAMETER_LIMIT};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{
    Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed, ScopeOperation,
};

/// Deletes a record's photo.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeletePhoto>(
    Descriptor::new(
        "record_photo.delete",
        "Delete a Photo",
        Method::Delete,
        PATH,
    )
    // The page names only ALL and DELETE, so WRITE does not suffice here.
    .scope(ScopeNeed::module(&[ScopeOperation::Delete]))
    .modules(ModuleNeed::CustomAnd(MODULES))
    .refuses(&[&PARAMETER_LIMIT, &PARAMETER_INVALID, &faults::MISSING])
    .evidence(Evidence::Seed),
    delete_photo,
);

fn delete_photo(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    restrict_triggers::check(call)?;
    let head = call.record(tx)?;
    let permit = call
        .authorize::<policy::DeletePhoto>(&head)
        .map_err(|fault| describe_lock(fault, &head))?;
    if head.image.is_none() {
        return Err(Fault::new(&faults::MISSING));
    }
    tx.remove_file(permit, call.stamp()?)?;
    // Conflict C1: the OpenAPI example of 2026 has "Photo deleted successfully"; pages and SDKs have this text.
    Ok(Reply::json_text(
        200,
        "SUCCESS",
        r#"{"code":"SUCCESS","details":{},"message":"Photo deleted","status":"success"}"#,
    ))
}

//! `DELETE /crm/{version}/{module}/{record_id}/photo`: "Delete a Photo", the page that this project began with.

use super::{MODULES, PATH, describe_lock, faults, restrict_triggers};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_INVALID, PARAMETER_LIMIT};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{
    Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed, ScopeOperation,
};

/// Takes a record's photo away.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeletePhoto>(
    Descriptor::new(
        "record_photo.delete",
        "Delete a Photo",
        Method::Delete,
        PATH,
    )
    // The page names ALL and DELETE only, so WRITE does not do here.
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
    tx.remove_photo(permit, call.stamp()?)?;
    // C1: the OpenAPI example of 2026 says "Photo deleted successfully"; pages and SDKs say this.
    Ok(Reply::json_text(
        200,
        "SUCCESS",
        r#"{"code":"SUCCESS","details":{},"message":"Photo deleted","status":"success"}"#,
    ))
}

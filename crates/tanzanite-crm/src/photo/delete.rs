//! `DELETE /crm/{version}/{module}/{record_id}/photo`: "Delete a Photo", the page that this project began with.

use super::{MODULES, PATH, describe_lock, record, restrict_triggers};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation,
};

/// Takes a record's photo away.
#[derive(Debug)]
pub struct DeletePhoto;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Delete a Photo",
    group: "record_photo",
    method: Method::Delete,
    path: PATH,
    // The page names ALL and DELETE only, so WRITE does not do here.
    scope: ScopeNeed::module(&[ScopeOperation::Delete]),
    module: ModuleNeed::CustomAnd(MODULES),
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::DeletePhoto>()),
    body: Body::None,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &[
        Condition::ParameterLimit,
        Condition::ParameterInvalid,
        Condition::RecordUnknown,
        Condition::PhotoDeleteNotShared,
        Condition::PhotoDeleteLocked,
        Condition::PhotoMissing,
    ],
    evidence: Evidence::Seed,
};

impl Endpoint for DeletePhoto {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        restrict_triggers::check(call)?;
        let head = record(call, tx)?;
        let permit = authorize::<policy::DeletePhoto>(call.caller, call.module()?, &head)
            .map_err(|fault| describe_lock(fault, &head))?;
        if head.image.is_none() {
            return Err(Fault::new(Condition::PhotoMissing));
        }
        tx.remove_photo(permit, call.stamp()?)?;
        // C1: the OpenAPI example of 2026 says "Photo deleted successfully"; pages and SDKs say this.
        Ok(Reply::json_text(
            200,
            "SUCCESS",
            r#"{"code":"SUCCESS","details":{},"message":"Photo deleted","status":"success"}"#,
        ))
    }
}

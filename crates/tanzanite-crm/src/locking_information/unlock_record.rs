//! `DELETE /crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}`: "Unlock records".

use super::{
    MODULES, PATH_OF_LOCK, SCOPE_WORD, SEGMENT_OF_LOCKS, answer, configuration, lock, record,
};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation,
};

/// Unlocks a record. Whom the lock stops may do so too, if they reach the record for writing.
#[derive(Debug)]
pub struct UnlockRecord;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Unlock Records",
    group: "record_locking",
    method: Method::Delete,
    path: PATH_OF_LOCK,
    scope: ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Delete]),
    module: MODULES,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::UnlockRecord>()),
    body: Body::None,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &[
        Condition::LockRecordUnknown,
        Condition::UnlockNotPermitted,
        Condition::LockNotConfigured,
        Condition::LockUnknown,
        Condition::LockRelationMissing,
        Condition::UnlockAutomatic,
    ],
    evidence: Evidence::OpenApi,
};

impl Endpoint for UnlockRecord {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let head = record(call, tx)?;
        let permit = authorize::<policy::UnlockRecord>(call.caller, call.module()?, &head)?;
        configuration(call)?;
        let lock = lock(call, &head).map_err(|fault| match fault.condition() {
            // The OpenAPI schema wants the index here, and nowhere else.
            Condition::LockRelationMissing => fault.with("resource_path_index", SEGMENT_OF_LOCKS),
            _ => fault,
        })?;
        if lock.automatic {
            return Err(Fault::new(Condition::UnlockAutomatic));
        }
        tx.remove_lock(permit, call.stamp()?)?;
        let removed = json!({
            "code": "SUCCESS",
            "details": { "id": lock.id.to_string() },
            "message": "relation removed",
            "status": "success",
        });
        Ok(answer(200, Ok(removed)))
    }
}

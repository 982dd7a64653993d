//! `PUT /crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}`: "Update record
//! locking information". The reason is all that can be changed.

use super::{MODULES, PATH_OF_LOCK, SCOPE_WORD, answer, body, configuration, lock, record};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize, permission_need};
use crate::transaction::{Lock, Transaction};
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation,
};

/// Changes a lock's reason.
#[derive(Debug)]
pub struct UpdateLock;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Update Record Locking Information",
    group: "record_locking",
    method: Method::Put,
    path: PATH_OF_LOCK,
    scope: ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Update]),
    module: MODULES,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::LockRecord>()),
    body: Body::Json,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &body::faults([Condition::LockUnknown, Condition::LockRelationMissing]),
    evidence: Evidence::Docs,
};

impl Endpoint for UpdateLock {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let reason = match body::reason(&body::item(call)?) {
            Ok(reason) => reason,
            Err(fault) => return Ok(answer(200, Err(fault))),
        };
        let head = record(call, tx)?;
        let permit = authorize::<policy::LockRecord>(call.caller, call.module()?, &head)?;
        configuration(call)?;
        // No source knows a refusal for locks that a rule made, so their reason can be set too.
        let lock = Lock {
            reason,
            modified: call.stamp()?,
            ..lock(call, &head)?.clone()
        };
        tx.put_lock(permit, &lock)?;
        let updated = json!({
            "code": "SUCCESS",
            "details": { "id": lock.id.to_string() },
            "message": "relation updated",
            "status": "success",
        });
        Ok(answer(200, Ok(updated)))
    }
}

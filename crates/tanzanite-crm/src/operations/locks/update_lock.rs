//! `PUT /crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}`: "Update record locking information".
//! Only the reason can be changed.

use super::{MODULES, PATH_OF_LOCK, SCOPE_WORD, answer, body, configuration, faults, lock};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use crate::transaction::{Lock, Transaction};
use serde_json::json;
use tanzanite_protocol::{Body, Descriptor, Evidence, Method, ScopeNeed, ScopeOperation};

/// Changes a lock's reason.
pub static UPDATE: Endpoint = Endpoint::on_record::<policy::LockRecord>(
    Descriptor::new(
        "record_locking.update",
        "Update Record Locking Information",
        Method::Put,
        PATH_OF_LOCK,
    )
    .scope(ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Update]))
    .modules(MODULES)
    .body(Body::Json)
    .refuses(&body::faults([&faults::UNKNOWN, &faults::RELATION_MISSING]))
    .evidence(Evidence::Docs),
    update,
)
.unknown(&PARENT_UNKNOWN);

fn update(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let reason = match body::reason(body::item(call)?) {
        Ok(reason) => reason,
        Err(fault) => return Ok(answer(200, Err(fault))),
    };
    let head = call.record(tx)?;
    let permit = call.authorize::<policy::LockRecord>(&head)?;
    configuration(call)?;
    // No source documents a refusal for locks that a rule made, so their reason can be set too.
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

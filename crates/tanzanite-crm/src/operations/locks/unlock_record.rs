//! `DELETE /crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}`: "Unlock records".

use super::{
    MODULES, PATH_OF_LOCK, SCOPE_WORD, SEGMENT_OF_LOCKS, answer, configuration, faults, lock,
};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Fault, Method, ScopeNeed, ScopeOperation};

/// Unlocks a record. Users who are bound by the lock may do so too, if they have write access to the record.
pub static UNLOCK: Endpoint = Endpoint::on_record::<policy::UnlockRecord>(
    Descriptor::new(
        "record_locking.unlock",
        "Unlock Records",
        Method::Delete,
        PATH_OF_LOCK,
    )
    .scope(ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Delete]))
    .modules(MODULES)
    .refuses(&[
        &faults::NOT_CONFIGURED,
        &faults::UNKNOWN,
        &faults::RELATION_MISSING,
        &faults::unlock::AUTOMATIC,
    ]),
    unlock,
)
.unknown(&PARENT_UNKNOWN);

fn unlock(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let head = call.record(tx)?;
    let permit = call.authorize::<policy::UnlockRecord>(&head)?;
    configuration(call)?;
    // The OpenAPI schema requires the index for unlocking only.
    let lock = lock(call, &head).map_err(|fault| {
        fault.saying(&faults::RELATION_MISSING, |fault| {
            fault.with("resource_path_index", SEGMENT_OF_LOCKS)
        })
    })?;
    if lock.automatic {
        return Err(Fault::new(&faults::unlock::AUTOMATIC));
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

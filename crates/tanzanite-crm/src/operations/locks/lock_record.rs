//! `POST /crm/{version}/{module}/{record_id}/Locking_Information__s`: "Lock records".

use super::{
    MODULES, PATH, SCOPE_WORD, SEGMENT_OF_RECORD, answer, at_segment, body, configuration, faults,
};
use crate::call::{Call, RecordCall};
use crate::endpoint::{Answer, Endpoint};
use crate::faults::STORE_FAILED;
use crate::metadata::LockType;
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::operations::users;
use crate::policy;
use crate::transaction::{Lock, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::{Body, Descriptor, Fault, Method, RecordId, ScopeNeed, ScopeOperation};

/// Locks a record.
pub static LOCK: Endpoint = Endpoint::on_record::<policy::LockRecord>(
    Descriptor::new("record_locking.lock", "Lock Records", Method::Post, PATH)
        .scope(ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Create]))
        .modules(MODULES)
        .body(Body::Json)
        .refuses(&body::faults([&faults::ONLY_AUTOMATIC, &faults::ALREADY])),
    lock,
)
.unknown(&PARENT_UNKNOWN);

fn lock(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let reason = match body::reason(body::item(call)?) {
        Ok(reason) => reason,
        Err(fault) => return Ok(answer(201, Err(fault))),
    };
    let head = call.record(tx)?;
    let permit = call.authorize::<policy::LockRecord>(&head)?;
    if configuration(call)?.lock_type == LockType::Automatic {
        // The index of the record is assumed, by analogy with `LockAlready`.
        return Err(at_segment(&faults::ONLY_AUTOMATIC, SEGMENT_OF_RECORD));
    }
    if let Some(lock) = &head.lock {
        return Err(at_segment(&faults::ALREADY, SEGMENT_OF_RECORD)
            .because(format!("lock {} is on the record", lock.id)));
    }
    let stamp = call.stamp()?;
    let id = new_id(call, tx)?;
    let lock = Lock {
        id,
        reason,
        automatic: false,
        created: stamp,
        modified: stamp,
    };
    tx.put_lock(permit, &lock)?;
    Ok(answer(201, Ok(added(call, &lock))))
}

fn new_id(call: &Call<'_>, tx: &mut dyn Transaction) -> Result<RecordId, Fault> {
    let number = tx.next_number(call.caller.org())?;
    RecordId::new(call.metadata().id_of(number)).ok_or_else(|| {
        Fault::new(&STORE_FAILED)
            .because(format!("number {number} makes no id in this organisation"))
    })
}

fn added(call: &Call<'_>, lock: &Lock) -> Value {
    let metadata = call.metadata();
    json!({
        "code": "SUCCESS",
        "details": {
            "Modified_Time": lock.modified.at.render(metadata.zone()),
            "Modified_By": users::reference(metadata, lock.modified.by),
            "Created_Time": lock.created.at.render(metadata.zone()),
            "id": lock.id.to_string(),
            "Created_By": users::reference(metadata, lock.created.by),
        },
        "message": "record added",
        "status": "success",
    })
}

//! `POST /crm/{version}/{module}/{record_id}/Locking_Information__s`: "Lock records".

use super::{
    MODULES, PATH, SCOPE_WORD, SEGMENT_OF_RECORD, answer, at_segment, body, configuration, record,
};
use crate::endpoint::{Call, Endpoint};
use crate::metadata::LockType;
use crate::policy::{self, authorize, permission_need};
use crate::transaction::{Lock, Transaction};
use crate::users;
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, RecordId, Reply, ScopeNeed,
    ScopeOperation,
};

/// Locks a record.
#[derive(Debug)]
pub struct LockRecord;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Lock Records",
    group: "record_locking",
    method: Method::Post,
    path: PATH,
    scope: ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Create]),
    module: MODULES,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::LockRecord>()),
    body: Body::Json,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &body::faults([Condition::LockOnlyAutomatic, Condition::LockAlready]),
    evidence: Evidence::OpenApi,
};

impl Endpoint for LockRecord {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let reason = match body::reason(&body::item(call)?) {
            Ok(reason) => reason,
            Err(fault) => return Ok(answer(201, Err(fault))),
        };
        let head = record(call, tx)?;
        let permit = authorize::<policy::LockRecord>(call.caller, call.module()?, &head)?;
        if configuration(call)?.lock_type == LockType::Automatic {
            // That the index is the record's is assumed, after `LockAlready`.
            return Err(at_segment(Condition::LockOnlyAutomatic, SEGMENT_OF_RECORD));
        }
        if let Some(lock) = &head.lock {
            return Err(at_segment(Condition::LockAlready, SEGMENT_OF_RECORD)
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
}

fn new_id(call: &Call<'_>, tx: &mut dyn Transaction) -> Result<RecordId, Fault> {
    let number = tx.next_number(call.caller.org())?;
    RecordId::new(call.metadata().id_of(number)).ok_or_else(|| {
        Fault::new(Condition::StoreFailed)
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

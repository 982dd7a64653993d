//! `DELETE /crm/{version}/{module}/{record_id}`: "Delete Records", one by the id in the path.

use super::answers::{Answers, refused_in_data};
use super::{DELETE_SCOPE, PATH_OF_RECORD};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, RecordId, Reply,
};

/// Moves a record to the recycle bin.
#[derive(Debug)]
pub struct DeleteRecord;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Delete a Record",
    group: "record",
    method: Method::Delete,
    path: PATH_OF_RECORD,
    scope: DELETE_SCOPE,
    module: ModuleNeed::Any,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::DeleteRecord>()),
    body: Body::None,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &[
        Condition::RecordIdMalformed,
        Condition::RecordNotDeleted,
        Condition::RecordDeleteNotShared,
        Condition::RecordDeleteLocked,
    ],
    evidence: Evidence::OpenApi,
};

impl Endpoint for DeleteRecord {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let id = call.path_id("record_id").ok_or_else(|| {
            Fault::new(Condition::RecordIdMalformed).with("resource_path_index", 1)
        })?;
        let unknown = || Fault::new(Condition::RecordNotDeleted).with("resource_path_index", 1);
        match delete(call, tx, id, unknown) {
            // The OpenAPI examples wrap this refusal alone.
            Err(fault) if fault.condition() == Condition::RecordDeleteLocked => {
                refused_in_data(fault)
            }
            item => {
                let mut answers = Answers::new(200);
                answers.push(Ok(item?))?;
                Ok(answers.into_reply())
            }
        }
    }
}

/// Moves a record to the recycle bin. `unknown` is the fault if there is none.
pub(super) fn delete(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    id: RecordId,
    unknown: impl FnOnce() -> Fault,
) -> Result<Value, Fault> {
    let module = call.module()?;
    let head = tx
        .record_head(call.caller.org(), module.number, id)?
        .ok_or_else(unknown)?;
    let permit = authorize::<policy::DeleteRecord>(call.caller, module, &head).map_err(
        |fault| match fault.condition() {
            Condition::RecordDeleteLocked => fault
                .with("action", "record_locking")
                .with("id", id.to_string()),
            _ => fault,
        },
    )?;
    tx.delete_record(permit, call.stamp()?)?;
    let details = Map::from_iter([("id".to_owned(), id.to_string().into())]);
    Ok(success("record deleted", details))
}

//! `DELETE /crm/{version}/{module}/{record_id}`: "Delete Records", one by the id in the path.

use super::answers::Answers;
use super::{DELETE_SCOPE, PATH_OF_RECORD, faults};
use crate::call::{ModuleCall, RecordCall};
use crate::endpoint::{Answer, Endpoint};
use crate::policy;
use crate::transaction::{RecordHead, Transaction};
use serde_json::Value;
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{Descriptor, Fault, Method};

/// Moves a record to the recycle bin.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeleteRecord>(
    Descriptor::new(
        "record.delete",
        "Delete a Record",
        Method::Delete,
        PATH_OF_RECORD,
    )
    .scope(DELETE_SCOPE),
    delete_one,
)
.unknown(&faults::NOT_DELETED)
.malformed(&faults::ID_MALFORMED);

pub(crate) fn delete_one(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let head = call.record(tx)?;
    let deleted = match delete(call, tx, &head) {
        // The OpenAPI examples wrap this refusal alone.
        Err(fault) if !fault.is(&faults::DELETE_LOCKED) => return Err(fault),
        deleted => deleted,
    };
    let mut answers = Answers::new(200);
    answers.push(deleted)?;
    Ok(answers.into_reply())
}

/// Moves a record to the recycle bin.
pub(super) fn delete(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    head: &RecordHead,
) -> Result<Value, Fault> {
    let id = head.id.to_string();
    let permit = call
        .authorize_or_by_parent::<policy::DeleteRecord>(head, tx)
        .map_err(|fault| {
            fault.saying(&faults::DELETE_LOCKED, |fault| {
                fault
                    .with("action", "record_locking")
                    .with("id", id.clone())
            })
        })?;
    tx.delete_record(permit, call.stamp()?)?;
    Ok(success_of("record deleted", &id))
}

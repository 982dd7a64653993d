//! The change of records' owners: `/crm/{version}/{module}/actions/change_owner`, and the same of one record.
//!
//! The vendor has a permission of its own for it; here it is that to edit.

mod change_many;
mod change_one;
pub mod faults;
pub(crate) mod given;

pub use change_many::CHANGE_MANY;
pub use change_one::CHANGE_ONE;

use crate::call::ModuleCall;
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG, FIELD_TYPE_WRONG,
    KEY_NOT_SERVED,
};
use crate::operations::records::{Known, change};
use crate::policy;
use crate::transaction::{Record, Transaction};
use serde_json::Value;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{Fault, RecordId, Row, ScopeNeed, ScopeOperation};

const SCOPE: ScopeNeed = ScopeNeed::group("change_owner", &[ScopeOperation::Create]);
/// The query said once what the body says today. The vendor still takes it.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("ids", &[]),
    Unserved::Parameter("notify", &[]),
    Unserved::Parameter("owner_id", &[]),
    Unserved::Parameter("related_modules", &[]),
];
const FAULTS: &[&Row] = &[
    &faults::VERSION_TOO_EARLY,
    &BODY_INVALID,
    &BODY_NO_ITEMS,
    &FIELD_MANDATORY_MISSING,
    &FIELD_TYPE_WRONG,
    &FIELD_TOO_LONG,
    &KEY_NOT_SERVED,
    &faults::OWNER_UNKNOWN,
    &faults::OWNER_INACTIVE,
    &faults::OWNER_CANNOT_VIEW,
];

/// Gives a record to its new owner. `index` is its place in the call.
pub(crate) fn change_owner(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    record: Record,
    owner: RecordId,
    index: usize,
) -> Result<Value, Fault> {
    let Record {
        head,
        fields: before,
    } = record;
    let id = head.id;
    let told = |fault: Fault| {
        fault
            .saying(&faults::NOT_SHARED, |fault| {
                fault.with("id", id.to_string()).with("index", index)
            })
            .saying(&faults::LOCKED, |fault| {
                fault
                    .with("action", "record_locking")
                    .with("id", id.to_string())
            })
    };
    let permit = call.authorize::<policy::ChangeOwner>(&head);
    let permit = permit.map_err(told)?;
    let fields = before.clone();
    let unique = change::unique(call, tx, known, &fields, "$", Some(id))?;
    let change = change::of(call, &before, fields, unique, owner, call.stamp()?);
    tx.update_record(permit.of_record(), &change)?;
    known.changed(call, id, &change);
    Ok(success_of("owner is successfully updated", &id))
}

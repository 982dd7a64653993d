//! `DELETE /crm/{version}/settings/recycle_bin` and `…/{record_id}`: "Delete Recycle Bin Records", for good.

use super::{PATH, PATH_OF_RECORD, faults, items, scope};
use crate::call::Call;
use crate::criteria::record_keys;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_LIMIT, PARAMETER_PATTERN};
use crate::operations::records::annexes;
use crate::operations::records::faults::{CHOICE_MISSING, ID_OF_NONE};
use crate::operations::related::connected;
use crate::parameters::{self, pattern};
use crate::policy::{self, authorize};
use crate::schema::Module;
use crate::transaction::{DeletedRecord, Transaction};
use serde_json::Value;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{Descriptor, Evidence, Fault, Method, Row, ScopeOperation, limits};

const FAULTS: &[&Row] = &[&ID_OF_NONE, &faults::NOT_PERMITTED, &faults::NOT_SHARED];

/// Removes one record for good.
pub static PURGE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.delete",
        "Delete Recycle Bin Records",
        Method::Delete,
        PATH_OF_RECORD,
    )
    .scope(scope(&[ScopeOperation::Delete]))
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    |call, tx| {
        items::one(call, tx, |module, record, tx| {
            purge(call, module, record, tx)
        })
    },
);

/// Removes up to two hundred records for good. `ids` come before `filters`, which are not served.
pub static PURGE_MANY: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.delete_many",
        "Delete Recycle Bin Records",
        Method::Delete,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Delete]))
    .unserved(&[Unserved::Parameter("filters", &[])])
    .refuses(&[
        &PARAMETER_PATTERN,
        &PARAMETER_LIMIT,
        &CHOICE_MISSING,
        &ID_OF_NONE,
        &faults::NOT_PERMITTED,
        &faults::NOT_SHARED,
    ])
    .evidence(Evidence::Docs),
    purge_many,
);

fn purge_many(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let ids = parameters::ids(call, limits::RECYCLED_PER_CALL_MAX, || pattern("ids"))?;
    let ids =
        ids.ok_or_else(|| Fault::new(&CHOICE_MISSING).with("param_names", vec!["filters", "ids"]))?;
    items::each(call, tx, &ids, |module, record, tx| {
        purge(call, module, record, tx)
    })
}

fn purge(
    call: &Call<'_>,
    module: &Module,
    record: &DeletedRecord,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let head = &record.head;
    let permit = authorize::<policy::PurgeRecord>(call.caller, module, head)?;
    annexes::purge(call, &permit, tx)?;
    connected::purge(call, &permit, tx)?;
    let fields = tx.deleted_fields(head.org, head.module, head.id)?;
    let fields = fields.unwrap_or_default();
    let keys = record_keys(module, call.metadata().zone(), &fields);
    tx.purge_record(permit, &keys)?;
    Ok(success_of("record deleted", &head.id))
}

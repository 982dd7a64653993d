//! `POST /crm/{version}/{module}/actions/mass_delete`: "Mass Delete Records".

use super::given::{self, IDS, meant};
use super::job::{self, perform, step};
use super::{faults, telling_id};
use crate::call::ModuleCall;
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::BODY_INVALID;
use crate::jobs::Work;
use crate::operations::records::Known;
use crate::operations::records::faults::ID_OF_NONE;
use crate::policy;
use crate::transaction::{Record, Transaction};
use serde_json::Value;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, Row, ScopeNeed, ScopeOperation,
};

pub(super) const PATH: &str = "/crm/{version}/{module}/actions/mass_delete";
const FAULTS: &[&Row] = &joined::<11>(&[
    &[&BODY_INVALID, &faults::TOO_MANY_RECORDS],
    given::FAULTS,
    job::FAULTS,
]);

/// Moves up to five hundred records to the recycle bin, or schedules that for those in a custom view.
pub static MASS_DELETE: Endpoint = Endpoint::on_records::<policy::MassDelete>(
    Descriptor::new(
        "mass_delete_cvid.mass_delete",
        "Mass Delete Records",
        Method::Post,
        PATH,
    )
    .scope(ScopeNeed::module_of(
        "mass_delete",
        &[ScopeOperation::Delete, ScopeOperation::Write],
    ))
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::OpenApi),
    &ID_OF_NONE,
    mass_delete,
);

/// Deletes the records in a custom view.
pub static WORK: Work = Work {
    name: "mass_delete",
    endpoint: &MASS_DELETE,
    step: |task, body, tx| step(delete, task, body, tx),
    kept: None,
};

fn mass_delete(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let meant = meant(call, data_body::whole(call)?).map_err(|fault| {
        fault.saying(&faults::NOTHING_MEANT, |fault| {
            fault
                .with("expected_data_type", "jsonarray")
                .with("api_name", IDS)
        })
    })?;
    let work = (
        &WORK,
        delete as job::Act,
        "mass delete scheduled successfully",
    );
    perform(call, meant, work, Value::Null, tx)
}

fn delete(
    call: &ModuleCall<'_>,
    _known: &mut Known,
    record: Record,
    _values: &Value,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let Record { head, .. } = record;
    let id = head.id;
    let permit = call.authorize::<policy::MassDelete>(&head);
    let permit = permit.map_err(|fault| telling_id(fault, id))?;
    tx.delete_record(permit.of_record(), call.stamp()?)?;
    Ok(success_of("record is deleted", &id))
}

//! `POST /crm/{version}/{module}/actions/mass_change_owner`: "Mass Change Owner", a job.

use super::faults;
use super::given::{CVID, check_served, view};
use super::job::{self, schedule, scheduled, step};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, FIELD_MANDATORY_MISSING, FIELD_TYPE_WRONG, KEY_NOT_SERVED, STORE_FAILED,
};
use crate::jobs::Work;
use crate::operations::change_owner::faults::{
    OWNER_CANNOT_VIEW, OWNER_INACTIVE, OWNER_UNKNOWN, VERSION_TOO_EARLY,
};
use crate::operations::change_owner::{change_owner, given};
use crate::operations::records::Known;
use crate::policy;
use crate::schema::validate::Place;
use crate::transaction::{Record, Transaction};
use serde_json::Value;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, RecordId, Reply, Row, ScopeNeed, ScopeOperation,
};

pub(super) const PATH: &str = "/crm/{version}/{module}/actions/mass_change_owner";
const FAULTS: &[&Row] = &joined::<12>(&[
    &[
        &VERSION_TOO_EARLY,
        &BODY_INVALID,
        &FIELD_MANDATORY_MISSING,
        &FIELD_TYPE_WRONG,
        &KEY_NOT_SERVED,
        &faults::VIEW_UNKNOWN,
        &OWNER_UNKNOWN,
        &OWNER_INACTIVE,
        &OWNER_CANNOT_VIEW,
        &faults::TOO_MANY_OWNED,
    ],
    job::FAULTS,
]);

/// Schedules that the records in a custom view get another owner.
pub static MASS_CHANGE_OWNER: Endpoint = Endpoint::in_module::<policy::ChangeOwner>(
    Descriptor::new(
        "mass_change_owner.mass_change_owner",
        "Mass Change Owner",
        Method::Post,
        PATH,
    )
    .scope(ScopeNeed::module_of(
        "change_owner",
        &[ScopeOperation::Create, ScopeOperation::Write],
    ))
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::OpenApi),
    mass_change_owner,
);

/// Gives the records in a custom view to another owner.
pub static WORK: Work = Work {
    name: "mass_change_owner",
    endpoint: &MASS_CHANGE_OWNER,
    step: |task, body, tx| step(change, task, body, tx),
    kept: None,
};

fn mass_change_owner(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let body = given::whole(call)?;
    check_served(body)?;
    let cvid = match body.get(CVID) {
        None | Some(Value::Null) => return Err(Place::new("$", CVID).missing()),
        Some(given) => view(call, given)?,
    };
    let owner = given::owner(call, body)?.get().into();
    let job = schedule(&WORK, call, (cvid, owner), &faults::TOO_MANY_OWNED, tx)?;
    let message = "change owner is successfully scheduled";
    Ok(Reply::json(202, &scheduled(&job, "SCHEDULED", message)))
}

fn change(
    call: &ModuleCall<'_>,
    known: &mut Known,
    record: Record,
    owner: &Value,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let owner = owner.as_i64().and_then(RecordId::new);
    let owner = owner.ok_or_else(|| Fault::new(&STORE_FAILED).because("a job without an owner"))?;
    change_owner(call, tx, known, record, owner, 0)
}

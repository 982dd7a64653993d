//! `GET /crm/{version}/{module}/actions/mass_update`: "Get Mass Update Status".

use super::faults;
use super::job::answer_progress;
use super::mass_update::{PATH, WORK};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Descriptor, Evidence, Method, ScopeNeed, ScopeOperation};

/// Tells how far a mass update is.
pub static GET_MASS_UPDATE: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new(
        "mass_update.get_mass_update",
        "Get Mass Update Status",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::module_of("mass_update", &[ScopeOperation::Read]))
    .refuses(&[&faults::JOB_MISSING, &faults::JOB_UNKNOWN])
    .evidence(Evidence::OpenApi),
    get,
);

fn get(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    answer_progress(
        &WORK,
        call,
        (Some("Not_Updated_Count"), "Updated_Count"),
        tx,
    )
}

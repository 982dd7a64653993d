//! `GET /crm/{version}/{module}/actions/mass_delete`: "Mass Delete Status".

use super::faults;
use super::job::answer_progress;
use super::mass_delete::{PATH, WORK};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Descriptor, Evidence, Method, ScopeNeed, ScopeOperation};

/// Tells how far a mass delete is.
pub static GET_MASS_DELETE: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new(
        "mass_delete_cvid.get_mass_delete",
        "Mass Delete Status",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::module_of("mass_delete", &[ScopeOperation::Read]))
    .refuses(&[&faults::JOB_MISSING, &faults::JOB_UNKNOWN])
    .evidence(Evidence::OpenApi),
    get,
);

fn get(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    answer_progress(&WORK, call, (None, "Deleted_Count"), tx)
}

//! `GET /crm/{version}/{module}/actions/mass_change_owner`: "Check Status".

use super::faults;
use super::job::{JOB_ID, found, progress};
use super::mass_change_owner::{PATH, WORK};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PARAMETER_MISSING;
use crate::parameters::given;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{
    Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation, Stage,
};

/// Tells how far a mass change of owners is.
pub static GET_MASS_CHANGE_OWNER: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new(
        "mass_change_owner.get_mass_change_owner",
        "Check Status",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::module_of(
        "change_owner",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &faults::JOB_ELSEWHERE])
    .evidence(Evidence::OpenApi),
    get,
);

fn get(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let missing = || Fault::new(&PARAMETER_MISSING).with("param_name", JOB_ID);
    let id = given(call, JOB_ID).ok_or_else(missing)?;
    call.reach(Stage::Record);
    match found(&WORK, id, call, tx)? {
        None => Ok(Reply::no_content()),
        Some((_, mass)) if mass.module != call.module().number => {
            Err(Fault::new(&faults::JOB_ELSEWHERE))
        }
        Some(job) => Ok(Reply::json(
            200,
            &progress(&job, Some("Not_Updated_Count"), "Updated_Count"),
        )),
    }
}

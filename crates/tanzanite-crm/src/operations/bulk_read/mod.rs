//! Bulk reads: records of a module as a CSV file in a ZIP file, made by a job.
//!
//! `given` checks what is asked for, `work` writes the file in steps, and `download_result` packs it.

mod conditions;
mod create;
mod download_result;
pub mod faults;
mod get;
mod given;
mod work;

pub use create::CREATE;
pub use download_result::DOWNLOAD_RESULT;
pub use get::GET;
pub use work::WORK;

use crate::call::Call;
use crate::jobs::{self, Job, State};
use crate::transaction::{Stored, Transaction};
use given::Read;
use tanzanite_protocol::{Fault, ScopeNeed, ScopeOperation, Stage};

const PATH_OF_JOB: &str = "/crm/bulk/{version}/read/{job_id}";
/// The page of v8 names this scope for all three operations, and the module's beside it for the first.
const SCOPE: ScopeNeed = ScopeNeed::group("bulk", &[ScopeOperation::Read]);

/// The job that the path names, if the caller asked for it. That others do not find it is assumed: its records are
/// those that this one user may see.
fn found(call: &Call<'_>, tx: &mut dyn Transaction) -> Result<(Job, Read), Fault> {
    let id = call.path("job_id");
    call.reach(Stage::Record);
    let job = job_of(call, id, tx)?.ok_or_else(|| unknown(id))?;
    let read = Read::from_body(&job.body).ok_or_else(|| unknown(id))?;
    Ok((job, read))
}

/// A bulk read that the caller asked for.
fn job_of(call: &Call<'_>, id: &str, tx: &mut dyn Transaction) -> Stored<Option<Job>> {
    let job = jobs::job_called(&WORK, id, call, tx)?;
    Ok(job.filter(|job| Some(job.asked.by) == call.caller.user_id()))
}

fn unknown(id: &str) -> Fault {
    Fault::new(&faults::JOB_UNKNOWN).with("resource", id)
}

/// The vendor's word for the state of a bulk job.
fn state(state: State) -> &'static str {
    match state {
        State::Scheduled => "ADDED",
        State::Running => "IN PROGRESS",
        State::Completed => "COMPLETED",
        State::Failed => "FAILURE",
    }
}

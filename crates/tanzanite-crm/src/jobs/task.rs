//! One step of a job, done as the user who asked for the work. The request is gone, and so a call is made of what the
//! job knows of it.

use super::{Job, Progress, Work};
use crate::call::Call;
use crate::context::Context;
use crate::data_body::Parsed;
use crate::faults::STORE_FAILED;
use crate::policy::{self, Errand};
use crate::room::Room;
use crate::stages::Stages;
use crate::transaction::Transaction;
use bytes::Bytes;
use tanzanite_protocol::route::Parameters;
use tanzanite_protocol::{Fault, Headers, Query, Request, RequestBody, Stage};

/// One step of a job.
#[derive(Debug)]
pub struct Task<'a> {
    /// A call by the user who asked, with the rights that this user has now.
    pub call: Call<'a>,
    /// The proof that a caller with the right to it has asked for this work.
    pub errand: &'a Errand,
    /// The job's id.
    pub job: i64,
}

/// Runs a step. A user who may not call any more can have nothing done.
pub(super) fn run(
    work: &Work,
    job: &mut Job,
    (context, errand): (&Context, &Errand),
    tx: &mut dyn Transaction,
) -> Result<Progress, Fault> {
    let Some(caller) = policy::caller_of(errand, job.asked.by, tx)? else {
        return Ok(Progress::Failed);
    };
    let descriptor = &work.endpoint.descriptor;
    let request = Request {
        method: descriptor.method,
        path: descriptor.path.to_owned(),
        query: Query::parse(""),
        headers: Headers::default(),
    };
    let (body, parsed, room) = (
        RequestBody::Whole(Bytes::new()),
        Parsed::default(),
        Room::default(),
    );
    let path = Parameters::of([("version", job.version.as_str())]);
    let task = Task {
        call: Call {
            request: &request,
            context,
            caller: &caller,
            endpoint: work.endpoint,
            body: &body,
            parsed: &parsed,
            path: &path,
            room: &room,
            stages: Stages::from(Stage::Body),
        },
        errand,
        job: job.id,
    };
    match (work.step)(&task, &mut job.body, tx) {
        Err(fault) if !fault.is(&STORE_FAILED) => Ok(Progress::Failed),
        done => done,
    }
}

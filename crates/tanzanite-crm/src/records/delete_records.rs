//! `DELETE /crm/{version}/{module}?ids=`: "Delete Records".
//!
//! An id that is named twice is that of no record any more when it comes again.

use super::answers::Answers;
use super::delete_record::delete;
use super::{DELETE_SCOPE, PATH_OF_MODULE};
use crate::endpoint::{Call, Endpoint};
use crate::parameters;
use crate::policy::{self, permission_need};
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, limits,
};

/// Moves up to a hundred records to the recycle bin.
#[derive(Debug)]
pub struct DeleteRecords;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Delete Records",
    group: "record",
    method: Method::Delete,
    path: PATH_OF_MODULE,
    scope: DELETE_SCOPE,
    module: ModuleNeed::Any,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::DeleteRecord>()),
    body: Body::None,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &[
        Condition::ParameterMissing,
        Condition::ParameterLimit,
        Condition::RecordIdMalformed,
        Condition::RecordNotDeleted,
        Condition::RecordDeleteNotShared,
        Condition::RecordDeleteLocked,
    ],
    evidence: Evidence::OpenApi,
};

impl Endpoint for DeleteRecords {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let malformed = || Fault::new(Condition::RecordIdMalformed);
        let ids = parameters::ids(call, limits::RECORDS_PER_CALL_MAX, malformed)?;
        let ids =
            ids.ok_or_else(|| Fault::new(Condition::ParameterMissing).with("param_name", "ids"))?;
        let mut answers = Answers::new(200);
        for id in ids {
            let unknown = || Fault::new(Condition::RecordNotDeleted).with("id", id.to_string());
            answers.push(delete(call, tx, id, unknown))?;
        }
        Ok(answers.into_reply())
    }
}
